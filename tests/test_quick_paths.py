"""Where there is a quick path beside a general one, both give the same: on the articles of models/corpus and on any text."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parknlp import page
from parknlp.chains import terms
from parknlp.corpus import read_gold
from parknlp.doc import COMPANY, INSTITUTION, PARK, Doc, Quantity, Span, builder
from parknlp.fold import codes_of
from parknlp.names import aliases, grouping
from parknlp.names.resolve import _ROUNDS, _beside_users_names, _Chosen, _order, _outermost, _strength, resolve
from parknlp.names.scene import first_place, leading_place
from parknlp.page import parse_page, parts_of
from parknlp.patterns import compiled
from parknlp.quantity import QuantityTagger, periods, times
from parknlp.quantity.accept import Dates
from parknlp.quantity.figures import QuantityFinder
from parknlp.quantity.plain import UnitUse
from parknlp.text import Candidate, TextBatch

CORPUS = Path(__file__).parent.parent / "models" / "corpus"
DOCS = [doc for file in sorted(CORPUS.glob("*-[ab].jsonl")) for doc in read_gold(file)][::3]
FIGURES = st.lists(
    st.sampled_from(
        "1 2 19 20 2025 1,104.7 12345 0 . - ~ / 年 月 日 个 家 亿 万 亿元 元 % 个百分点 三 十 几 多 半 上 下 第 约 近 超 以上 负 "
        "人民币 美元 度 分 吨 平方米 ( ) 《 》 、 , 。 和 至 产值 季度 上半年 今年 去年同期 近三年 十四五 “ ” 初 末 H1 Q2 点".split()
    ),
    max_size=14,
).map("".join)
QUIETLY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.lists(
    st.sampled_from(
        "江苏 镇江 镇江市 孚能 序轮 科技 新材料 集团 有限公司 股份 (镇江) 经开区 开发区 高新区 产业园 大学 abb A&".split()
    ),
    min_size=1,
    max_size=4,
).map("".join)


def found_in(texts: list[str]) -> list[Candidate]:
    """Quantities of texts that know no date."""
    return QuantityTagger().find(TextBatch(texts), [None] * len(texts))


def same_without(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, slow: object, work) -> None:
    """That the work gives the same with the slow path in place of the quick one."""
    quick = work()
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, slow)
        assert work() == quick


def nothing(*_) -> None:
    return None


def every_place(codes) -> list[int]:
    return list(range(len(codes)))


@pytest.mark.parametrize(
    ("owner", "name", "slow"),
    [
        (UnitUse, "__missing__", nothing),
        (QuantityFinder, "_plain", nothing),
        (Dates, "end", nothing),
        (times, "_anchors", every_place),
    ],
    ids=["ordinary words", "plain figures", "dates", "pairs of characters"],
)
def test_quantities_of_articles(monkeypatch, owner, name, slow):
    same_without(monkeypatch, owner, name, slow, lambda: found_in([doc.text for doc in DOCS]))


def scanned(monkeypatch: pytest.MonkeyPatch, texts: list[str]) -> list[Candidate]:
    """Quantities of texts by the scanner alone."""
    with monkeypatch.context() as patched:
        patched.setattr(UnitUse, "__missing__", nothing)
        patched.setattr(QuantityFinder, "_plain", nothing)
        return found_in(texts)


def test_the_scanner_alone(monkeypatch):
    texts = [doc.text for doc in DOCS]
    assert scanned(monkeypatch, texts) == found_in(texts)


@QUIETLY
@given(FIGURES)
def test_quantities_of_any_text(monkeypatch, text):
    assert scanned(monkeypatch, [text]) == found_in([text])
    same_without(monkeypatch, UnitUse, "__missing__", nothing, lambda: found_in([text]))
    same_without(monkeypatch, QuantityFinder, "_plain", nothing, lambda: found_in([text]))
    same_without(monkeypatch, Dates, "end", nothing, lambda: found_in([text]))
    same_without(monkeypatch, times, "_anchors", every_place, lambda: found_in([text]))


@pytest.mark.parametrize("day", [None, "2025-07-20", "2024-02-29"])
def test_calendar_dates(monkeypatch, day):
    years = ["", "2025年", "0000年", "1999年"]
    months = ["", *(f"{number}月" for number in range(14)), "01月", "09月"]
    days = ["", *(f"{number}日" for number in range(33)), "01日"]
    surfaces = [year + month + date for year in years for month in months for date in (days if month else [""])][1:]
    period = periods.period_of.__wrapped__
    same_without(monkeypatch, periods, "_calendar", nothing, lambda: [period(surface, day) for surface in surfaces])


def test_groups_of_articles(monkeypatch):
    same_without(monkeypatch, grouping, "_FEW", 0, lambda: grouping.group(DOCS))


@QUIETLY
@given(st.lists(st.tuples(NAMES, st.sampled_from([COMPANY, PARK, INSTITUTION])), max_size=8))
def test_groups_of_any_names(monkeypatch, names):
    text, spans = "", []
    for name, label in names:
        spans.append(Span(len(text), len(text) + len(name), label, name))
        text += name + "，"
    same_without(monkeypatch, grouping, "_FEW", 0, lambda: grouping.group([Doc(text, ents=tuple(spans))]))


@QUIETLY
@given(
    st.lists(st.text("甲乙丙ab1", min_size=2, max_size=4), unique=True, max_size=6), st.text("甲乙丙ab1", max_size=40)
)
def test_mentions_of_forms(monkeypatch, forms, text):
    same_without(monkeypatch, aliases, "_FEW", -1, lambda: aliases._mentions(text, forms))


@QUIETLY
@given(
    st.lists(st.text("甲乙丙ab1", min_size=2, max_size=4), unique=True, max_size=8), st.text("甲乙丙ab1", max_size=60)
)
def test_terms_in_short_and_long_texts(monkeypatch, words, text):
    same_without(
        monkeypatch, terms, "_FEW", 0, lambda: [part.tolist() for part in terms.Terms(words).match(codes_of(text))]
    )


SPANS = st.builds(
    lambda start, size, source, score: Candidate(start, start + size, COMPANY, source, score),
    st.integers(0, 20),
    st.integers(1, 8),
    st.sampled_from(["lexicon:a", "gazetteer:a", "rule:a", "alias:a", "rule:plain", "model:a"]),
    st.sampled_from([0.5, 1.0]),
)


def decided(candidates: list[Candidate]) -> list[Candidate]:
    """`resolve` as the rules say it, all candidates as one run."""
    chosen = _Chosen()
    rest = _beside_users_names(sorted(candidates, key=_order))
    for _ in range(_ROUNDS):
        for candidate in sorted(_outermost(rest), key=_strength):
            if chosen.free(candidate):
                chosen.add(candidate)
        rest = [candidate for candidate in rest if chosen.free(candidate)]
    return sorted(chosen.items)


@settings(max_examples=500, deadline=None)
@given(st.lists(SPANS, max_size=10))
def test_runs_of_candidates_are_decided_alone(candidates):
    assert resolve(candidates) == decided(candidates)


@given(NAMES)
def test_the_place_at_the_head_of_a_name(name):
    start, end = first_place(name)
    assert leading_place(name) == (end if start == 0 else 0)


def kind_by_rows(text: str) -> str:
    """The kind of noise of a short line, one pattern after the other, needed words or not."""
    order = page._kinds()
    kinds = [kind for kind, _, pattern in page._noise() if compiled(pattern).match(text)]
    kind = min(kinds, key=order.__getitem__, default="")
    return "" if kind != "copyright" and len(text) >= 60 and "。" in text[:-1] else kind


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "首页 > » › 正文 位置: 来源: 张三 2025年7月20日 微信 公众号 微信号 出租 出售 招租 租售 : 400 010-1234 ICP备 © 相关 文章 新闻 "
            "延伸阅读 上一篇 镇江高新区 52亿元 镇江日报记者 通讯员 讯( 作者: 编辑: ) 。 , ... 号 日".split()
        ),
        max_size=8,
    ),
    st.sampled_from(["", " "]),
)
def test_kinds_of_noise(pieces, between):
    text = between.join(pieces)[:120]
    assert page._noise_kind(text) == kind_by_rows(text)


def test_a_page_that_is_folded_already():
    for text in ("標題\n2025-07-20　來源：某網\n鎮江高新區簽約８個項目，總投資５２億元。\n相关文章\n别的", "", "\r\n"):
        page = parse_page(text)
        assert parts_of(TextBatch([text]).folded()[0]) == (page.title, page.published, page.body)


def test_built_objects_are_frozen():
    made = builder(Span)(0, 2, COMPANY, "孚能", None, None, 1.0, "", None)
    assert (
        type(made) is Span and made == Span(0, 2, COMPANY, "孚能") and hash(made) == hash(Span(0, 2, COMPANY, "孚能"))
    )
    assert dataclasses.replace(made, end=1).end == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.start = 1
    with pytest.raises(TypeError):
        builder(Quantity)(1)
