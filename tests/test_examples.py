"""The examples do what they say."""

from __future__ import annotations

import importlib.util
import itertools
from decimal import Decimal
from types import ModuleType

import pytest

from conftest import ROOT
from parknlp.corpus import read_gold

EXAMPLES = ROOT / "examples"


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pandas(capsys):
    pytest.importorskip("pandas")
    module = example("with_pandas")
    news, facts = module.tagged(module.NEWS)
    assert news.parks.tolist()[0] == ["镇江高新区"]
    assert news.columns.tolist()[-3:] == ["companies", "parks", "chains"]
    row = facts[facts.subject == "镇江高新区"].iloc[0]
    assert (row.value_low, row.value_unit, str(row.period_end.date())) == (Decimal(5200000000), "CNY", "2025-06-30")
    module.main()
    assert "118.6" in capsys.readouterr().out.splitlines()[-2]


def test_polars(capsys):
    pl = pytest.importorskip("polars")
    module = example("with_polars")
    news, facts = module.tagged(module.NEWS)
    assert [span["text"] for span in news["ents"][0]][:2] == ["上半年", "镇江高新区"]
    assert facts.filter(pl.col("subject") == "镇江高新区")["value_low"].to_list() == [Decimal(5200000000)]
    empty = news.clear().drop("ents")
    assert [table.shape[0] for table in module.tagged(empty)] == [0, 0]
    module.main()
    assert "镇江高新区" in capsys.readouterr().out


def test_a_scikit_learn_pipeline():
    module = example("with_sklearn")
    gold = list(itertools.islice(read_gold(module.GOLD), 24))
    chains = [[chain.id for chain in doc.chains] for doc in gold]
    found = module.search([doc.text for doc in gold], chains, folds=2)
    assert set(found.best_params_) == {"chains__term_scale"}
    assert 0.3 < found.best_score_ <= 1
    assert [set(found) for found in found.predict(["光伏组件和逆变器产量增长。"])] == [{"power"}]


@pytest.mark.parametrize(("name", "needs"), [("annotate", "json"), ("with_spacy", "spacy")])
def test_scripts_run(name, needs, monkeypatch, tmp_path, capsys):
    pytest.importorskip(needs)
    if name == "with_spacy":
        import parknlp.spacy  # noqa: F401 - in place of the entry point of an installed package
    monkeypatch.chdir(tmp_path)
    example(name).main()
    assert "镇江高新区" in capsys.readouterr().out
    assert any((tmp_path / "out").iterdir())
