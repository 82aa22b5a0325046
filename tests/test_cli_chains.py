"""train chains, find-threshold and evaluate --chains as a user meets them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import parknlp
from parknlp.chains import ChainModel
from parknlp.cli import main
from parknlp.errors import OptionError

TEXTS = [
    ("绿茶上市，茶产业订单增长。", ["tea"]),
    ("稻米加工项目投产，稻米出口增长。", ["rice"]),
    ("绿茶和稻米同时参展，两个产业都在增长。", ["tea", "rice"]),
    ("学校开学，学生报到。", []),
]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def taxonomy() -> Path:
    return Path(__file__).parent / "cases" / "tea.toml"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    rows = [
        {"id": f"{copy}-{at}", "text": text, "chains": chains, "primary": chains[0] if len(chains) == 1 else None}
        for copy in range(6)
        for at, (text, chains) in enumerate(TEXTS)
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def trained(run: Run, taxonomy: Path, gold: Path, tmp_path: Path) -> Path:
    code, out, err = run("train", "chains", "--taxonomy", taxonomy, gold, "-o", tmp_path / "model")
    assert (code, err) == (0, "")
    assert out == f"24 articles, 2 chains -> {tmp_path / 'model' / 'model.npz'}\n"
    return tmp_path / "model"


def test_trained_model_is_used(run: Run, trained: Path, gold: Path, tmp_path: Path) -> None:
    doc = parknlp.load(chains=trained)("茶产业增长，绿茶上市。")
    assert (doc.primary, list(doc.cats)) == ("tea", ["tea", "rice"])
    assert parknlp.load(chains=ChainModel.load(trained))("稻米加工增长，稻米出口。").primary == "rice"
    code, out, _ = run("tag", gold, "--chain-model", trained)
    assert code == 0
    assert [chain["id"] for chain in json.loads(out.splitlines()[0])["chains"]] == ["tea"]


def test_evaluate_chains(run: Run, trained: Path, gold: Path) -> None:
    code, out, _ = run("evaluate", gold, "--chains", "--chain-model", trained)
    assert code == 0
    assert "tea                 1.0000 1.0000 1.0000     12" in out
    assert "micro f1 1.0000" in out and "primary right in 1.0000" in out


def test_find_threshold_prints_and_writes(run: Run, trained: Path, gold: Path) -> None:
    before = ChainModel.load(trained).thresholds.tolist()
    code, out, _ = run("find-threshold", gold, "--chain-model", trained)
    assert code == 0 and out.splitlines()[2].split()[:2] == ["tea", "12"]
    assert ChainModel.load(trained).thresholds.tolist() == before
    code, out, _ = run("find-threshold", gold, "--chain-model", trained, "--write")
    assert code == 0 and "thresholds written" in out
    found = [float(line.split()[4]) for line in out.splitlines()[2:4]]
    assert ChainModel.load(trained).thresholds.tolist() == found


def test_find_threshold_of_a_keyword_classifier(run: Run, taxonomy: Path, gold: Path) -> None:
    code, out, _ = run("find-threshold", gold, "--taxonomy", taxonomy)
    assert code == 0 and out.startswith("24 documents\n")


def test_what_is_wrong_is_one_line(run: Run, taxonomy: Path, gold: Path, trained: Path, tmp_path: Path) -> None:
    bus, few, none = tmp_path / "bus.jsonl", tmp_path / "few.jsonl", tmp_path / "none.jsonl"
    bus.write_text('{"id": "b-1", "text": "x", "chains": ["bus"]}\n', encoding="utf-8")
    few.write_text('{"text": "x", "chains": []}\n', encoding="utf-8")
    none.touch()
    output = "-o", tmp_path / "other"
    for code, reason, arguments in [
        (1, f"{bus}: article 'b-1': no chain 'bus'", ["train", "chains", bus, *output]),
        (1, "article 'b-1': no chain 'bus'", ["evaluate", bus, "--chains"]),
        (1, "article 'b-1': no chain 'bus'", ["find-threshold", bus]),
        (1, "no gold article", ["find-threshold", none]),
        (1, "none.toml", ["train", "chains", gold, "--taxonomy", tmp_path / "none.toml", *output]),
        (1, "gone", ["tag", gold, "--chain-model", tmp_path / "gone"]),
        (2, "folds=5", ["train", "chains", few, *output]),
        (2, "--write needs --chain-model", ["find-threshold", gold, "--write"]),
        (2, "exclude each other", ["tag", gold, "--taxonomy", taxonomy, "--chain-model", trained]),
    ]:
        found, out, err = run(*arguments)
        assert (found, out) == (code, "")
        assert reason in err and err.count("\n") == 1
    assert not (tmp_path / "other").exists()


def test_taxonomy_and_classifier_exclude_each_other(taxonomy: Path, trained: Path) -> None:
    with pytest.raises(OptionError, match="exclude each other"):
        parknlp.load(taxonomy=taxonomy, chains=trained)
