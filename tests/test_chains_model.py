"""The classifier: what it says, why, and that it holds together."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parknlp import store
from parknlp.chains import ChainModel, Classification, Taxonomy
from parknlp.chains.evidence import MAX_EVIDENCE
from parknlp.corpus import read_gold
from parknlp.doc import COMPANY, Doc, Span
from parknlp.errors import ModelError

ROOT = Path(__file__).parent.parent
CORPUS = sorted((ROOT / "models" / "corpus").glob("train-*.jsonl"))

CASES = [
    ("孚能科技的动力电池工厂投产，年产锂离子电池20GWh，供应新能源汽车。", {"power", "auto"}),
    ("镇江船厂交付一艘全回转拖轮，手持订单排到2028年，船舶出口增长三成。", {"marine"}),
    ("沃得农机的联合收割机下线，拖拉机出口增长。", {"agri"}),
    ("疫苗车间通过GMP检查，公司另有三个创新药进入临床试验，医疗器械销售增长。", {"medical"}),
    ("这家芯片设计企业的晶圆在本地封装测试，集成电路产业规模突破百亿元。", {"it"}),
    ("机翼和机身部件交付，C919大飞机试飞，航空发动机企业订单饱满。", {"aero"}),
    ("化工新材料项目投产，年产聚酰亚胺和工程塑料五万吨，特钢和铜箔出口增长。", {"materials"}),
    ("景区迎来游客十万人次，民宿爆满。", set()),
    ("银行发布业绩：不良率下降，存款增长。", set()),
    ("", set()),
    ("。\n\n！", set()),
]


@pytest.fixture(scope="module")
def model() -> ChainModel:
    return ChainModel.load(store.bundled("chains"))


@pytest.fixture(scope="module")
def docs() -> list[Doc]:
    return [replace(doc, body=(0, len(doc.text))) for file in CORPUS for doc in list(read_gold(file))[:30]]


@pytest.mark.parametrize(("text", "chains"), CASES, ids=[text[:12] or "empty" for text, _ in CASES])
def test_plain_cases(model: ChainModel, text: str, chains: set[str]) -> None:
    assert {chain.id for chain in model.classify([Doc(text)])[0].chains} == chains


def check(found: Classification, doc: Doc, taxonomy: Taxonomy) -> None:
    """What holds for every classification."""
    assert tuple(found.cats) == taxonomy.ids
    assert all(0 <= score <= 1 for score in found.cats.values())
    assert [chain.score for chain in found.chains] == sorted((chain.score for chain in found.chains), reverse=True)
    assert found.primary is None or found.primary in {chain.id for chain in found.chains}
    assert found.clusters == tuple(dict.fromkeys(chain.cluster for chain in found.chains))
    for chain in found.chains:
        assert found.cats[chain.id] == chain.score
        assert len(chain.evidence) <= MAX_EVIDENCE
        for piece in chain.evidence:
            assert piece.text == doc.text[piece.start : piece.end]
            assert 0 < piece.weight <= 1
        assert sum(piece.weight for piece in chain.evidence) < 1 + 1e-9


def test_what_holds_for_every_document(model: ChainModel, docs: list[Doc]) -> None:
    found = model.classify(docs)
    assert any(each.chains for each in found)
    for each, doc in zip(found, docs, strict=True):
        check(each, doc, model.taxonomy)


@given(st.lists(st.text(st.characters() | st.sampled_from("光伏汽车船舶芯片。\n\0")), max_size=4))
def test_any_text(model: ChainModel, texts: list[str]) -> None:
    docs = [Doc(text) for text in texts]
    for each, doc in zip(model.classify(docs), docs, strict=True):
        check(each, doc, model.taxonomy)


def test_a_batch_is_its_documents(model: ChainModel, docs: list[Doc]) -> None:
    for one, each in zip(model.classify(docs[:12]), docs[:12], strict=True):
        (alone,) = model.classify([each])
        assert (alone.primary, alone.clusters) == (one.primary, one.clusters)
        assert np.allclose(list(alone.cats.values()), list(one.cats.values()))


RISING = [
    ("train-ac", "auto"),
    ("train-ac", "it"),
    ("train-ad", "power"),
    ("train-ag", "marine"),
    ("train-ah", "marine"),
    ("train-b", "marine"),
    ("train-bq", "medical"),
    ("train-o", "marine"),
]
"""Chains whose score rises without the evidence, since its words speak for a rival too, or tell of trade around other words."""


def test_removing_the_evidence_lowers_the_score(model: ChainModel) -> None:
    rising, number = [], 0
    for file in CORPUS:
        bodies = [replace(doc, title=None, body=(0, len(doc.text))) for doc in read_gold(file)]
        less, scores = [], []
        for doc, each in zip(bodies, model.classify(bodies), strict=True):
            for chain in each.chains:
                assert chain.evidence
                text = doc.text
                for piece in chain.evidence:
                    text = text[: piece.start] + "某" * (piece.end - piece.start) + text[piece.end :]
                less.append(replace(doc, text=text))
                scores.append((chain.id, chain.score))
        for (chain_id, score), after in zip(scores, model.classify(less), strict=True):
            if not after.cats[chain_id] < score:
                rising.append((file.stem, chain_id))
        number += len(less)
    assert number > 2000
    assert sorted(rising) == RISING


def test_title_and_body_only(model: ChainModel) -> None:
    noise = "导航：汽车 汽车零部件 新能源汽车 整车 车灯"
    text = f"{noise}\n光伏组件出口增长\n光伏逆变器和储能系统产量增长。\n相关：疫苗 医疗器械 制药"
    start = text.index("光伏逆变器")
    doc = Doc(text, title="光伏组件出口增长", body=(start, text.index("\n相关")))
    (found,) = model.classify([doc])
    assert [chain.id for chain in found.chains] == ["power"]
    assert {piece.text for piece in found.chains[0].evidence} >= {"光伏组件", "光伏逆变器"}
    check(found, doc, model.taxonomy)
    outside = replace(doc, text=text.replace("光伏组件出口增长\n", "\n"), body=(start - 8, text.index("\n相关") - 8))
    check(model.classify([outside])[0], outside, model.taxonomy)


def test_short_firm_names_need_a_company(model: ChainModel) -> None:
    text = "长城内外，大全之道，正泰民安。"
    spans = tuple(Span(at, at + 2, COMPANY, text[at : at + 2]) for at in (text.index("大全"), text.index("正泰")))
    without, with_spans = model.classify([Doc(text), Doc(text, ents=spans)])
    assert with_spans.cats["power"] > without.cats["power"]


def test_clusters_never_contradict_their_chains(model: ChainModel, docs: list[Doc]) -> None:
    for found in model.classify(docs):
        clusters = model.clusters(found.cats)
        for chain in model.taxonomy.chains:
            assert clusters[chain.cluster] >= found.cats[chain.id] - 1e-12


def test_own_taxonomy_at_once() -> None:
    model = ChainModel.keywords(Taxonomy.from_toml(ROOT / "examples" / "taxonomies" / "jiangsu-13.toml"))
    texts = [
        "盛泽的纺织企业换上喷水织机，面料出口增长，印染厂改造完成。",
        "徐州的挖掘机和起重机下线，工程机械出口增长两成。",
        "污水处理设备和除尘器企业入驻，环保装备出口增长。",
        "游客在景区看演唱会。",
    ]
    found = model.classify([Doc(text) for text in texts])
    assert [each.primary for each in found] == ["textile", "construction-machines", "environment", None]
    assert [each.clusters for each in found] == [("textile",), ("machinery",), ("environment",), ()]


def test_save_and_load(model: ChainModel, docs: list[Doc], tmp_path: Path) -> None:
    file = model.save(tmp_path / "chains")
    again = ChainModel.load(tmp_path / "chains")
    assert again.classify(docs[:8]) == model.classify(docs[:8])
    copied = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own bytes
    assert copied.classify(docs[:2]) == model.classify(docs[:2])
    assert file.stat().st_size < 5_000_000


def test_another_kind_of_model_is_refused(tmp_path: Path) -> None:
    store.save(tmp_path, {}, {"kind": "names"})
    with pytest.raises(ModelError, match=r"model\.npz.*names"):
        ChainModel.load(tmp_path)


def test_tagging_needs_no_scikit_learn() -> None:
    code = (
        "import sys, json; from parknlp import store; from parknlp.doc import Doc; from parknlp.chains import ChainModel;"
        "ChainModel.load(store.bundled('chains')).classify([Doc('光伏')]); print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sklearn", "scipy", "jieba"} & set(json.loads(done.stdout))


def test_reference_page(model: ChainModel, seed: tuple[str, dict]) -> None:
    text, gold = seed
    ents = tuple(Span(start, end, label, text[start:end]) for start, end, label, *_ in gold["spans"])
    doc = Doc(text, gold["title"], ents=ents, body=tuple(gold["body"]))
    (found,) = model.classify([doc])
    want, got = set(gold["chains"]), {chain.id for chain in found.chains}
    assert 2 * len(want & got) / (len(want) + len(got)) >= 0.8
    assert found.primary == gold["primary"]
