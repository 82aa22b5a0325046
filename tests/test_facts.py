"""Statements: own cases, the annotated corpora, and what must hold on any document."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from parknlp.collector import paused
from parknlp.corpus import parse_markup
from parknlp.doc import FIGURE, LABELS, PERCENT, Doc, Fact, Span
from parknlp.facts import find_both, find_facts, find_located
from parknlp.facts.choices import Reader
from parknlp.facts.choosing import bundled_models
from parknlp.facts.drafting import Finder
from parknlp.facts.measures import COUNT, DURATION, PERCENTAGE, magnitude, measured
from parknlp.facts.mentions import OPEN
from parknlp.facts.placing import stated
from parknlp.facts.reading import Sheet, cells, grown, last_before, places_of
from parknlp.facts.roles import role_of
from parknlp.facts.subjects import subject_candidates
from parknlp.facts.words import words

CASES = [json.loads(line) for line in (ROOT / "tests/cases/facts.jsonl").read_text(encoding="utf-8").splitlines()]


def _doc(marked: str) -> Doc:
    text, spans = parse_markup(marked)
    return Doc(text, ents=tuple(spans), body=(0, len(text)))


def _overlap(one: str | None, other: str | None) -> float:
    left, right = one or "", other or ""
    common = sum(min(left.count(char), right.count(char)) for char in set(left))
    return 2 * common / (len(left) + len(right)) if left or right else 1.0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_facts_of_a_case(case: dict) -> None:
    facts = find_facts([_doc(case["text"])])[0]
    assert [(fact.value, fact.change) for fact in facts] == [(value, change) for *_, value, change in case["facts"]]
    for fact, (subject, indicator, _, _) in zip(facts, case["facts"], strict=True):
        assert _overlap(fact.indicator, indicator) >= 0.6, fact
        assert fact.source.startswith("rule:")
        if subject is not None:
            assert _overlap(fact.subject, subject) >= 0.6, fact


@pytest.mark.parametrize(
    ("marked", "indicators"),
    [
        # words that begin or end as those do which are cut
        (
            "⟦P|江海经开区⟧到位资金⟦F|9.3亿元⟧，从业人员⟦F|8600人⟧，在手订单⟦F|47亿元⟧，本地配套率⟦R|26%⟧。",
            ["到位资金", "从业人员", "在手订单", "本地配套率"],
        ),
        # what stands before the noun and says whose it is, or from when on
        (
            "⟦P|江海经开区⟧发力，园区规上工业总产值⟦F|205亿元⟧，公司储能电池出货⟦F|6.1GWh⟧。全部达产后年销售⟦F|4亿元⟧。",
            ["规上工业总产值", "储能电池出货", "年销售"],
        ),
        # signs and numbers of lists
        (
            "⟦P|江海经开区⟧：\n1.规上工业产值⟦F|320亿元⟧\n二、厂房租金⟦F|18元/平方米⟧\n●签约项目⟦F|5个⟧",
            ["规上工业产值", "厂房租金", "签约项目"],
        ),
        ("⟦P|江海经开区⟧：\n✅招引项目：⟦F|26个⟧\n📊开工率：⟦R|84.6%⟧", ["招引项目", "开工率"]),
        ("产业园已集聚航空航天企业⟦F|80余家⟧。工业园产值⟦F|31亿元⟧。", ["航空航天企业", "产值"]),
        # words without content behind the noun, and behind the number
        ("⟦C|江海电气⟧营收首次突破⟦F|5亿元⟧大关，同比增长⟦R|47%⟧。", ["营收"]),
        # verbs that tell what the value has become, and those before a verb of change
        (
            "⟦C|江海电气⟧良率稳定在⟦R|97%⟧，开工率维持在⟦R|85%⟧，均价回到⟦F|5180元/吨⟧，漏检率低于⟦R|1.2‰⟧，净利润反增⟦R|11%⟧。",
            ["良率", "开工率", "均价", "漏检率", "净利润"],
        ),
        ("园区植被覆盖率⟦R|47%⟧。", ["植被覆盖率"]),
        # a share is one whatever its verb
        (
            "机械产业占全市工业的比重超⟦R|六成⟧，⟦T|2028年⟧研发投入占比不低于⟦R|3.8%⟧。",
            ["机械产业占全市工业比重", "研发投入占比"],
        ),
        # who is named by a place, and what by the number before
        ("外贸进出口：⟦T|上半年⟧丹阳进出口⟦F|108亿元⟧，句容⟦F|82亿元⟧，扬中⟦F|73亿元⟧。", ["进出口"] * 3),
        # words that stay whole behind a number, and a yearly output that is only planned
        ("拟建设年产⟦F|6000吨⟧高性能软磁铁氧体生产线。", ["高性能软磁铁氧体生产线年产能"]),
        ("总投资金额约人民币⟦F|3亿元⟧，导管中标价从每支⟦F|2.5元⟧掉到⟦F|1.1元⟧。", ["总投资金额", *["导管中标价"] * 2]),
        # the noun for a unit is said once
        ("全区有芯片设计企业⟦F|158家⟧，其中西安⟦F|21家⟧、咸阳⟦F|19家⟧。", ["芯片设计企业"] * 3),
    ],
)
def test_where_an_indicator_begins(marked: str, indicators: list[str]) -> None:
    assert [fact.indicator for fact in find_facts([_doc(marked)])[0]] == indicators


@pytest.mark.parametrize(
    ("marked", "indicators"),
    [
        (
            "该市造船完工量⟦F|508万载重吨⟧，占全省的⟦R|50.8%⟧、全国的⟦R|24.1%⟧。",
            ["造船完工量", "造船完工量占全省比重", "造船完工量占全国比重"],
        ),
        ("税收占全县的⟦R|四成⟧，全市的⟦R|一成⟧，增长⟦R|5%⟧。", ["税收占全县比重", "税收占全市比重"]),
        (
            "规上工业产值⟦F|12亿元⟧，分别占全市和全省的⟦R|61%⟧和⟦R|24%⟧。",
            ["规上工业产值", "规上工业产值占全市比重", "规上工业产值占全省比重"],
        ),
        ("规上工业产值⟦F|12亿元⟧，占全市和全省的⟦R|61%⟧。", ["规上工业产值", "规上工业产值占全市和全省比重"]),
        # a share before that names no whole
        ("产值比重为⟦R|30%⟧，占全省的⟦R|2%⟧。", ["产值比重", "产值比重占全省比重"]),
    ],
)
def test_shares_of_several_wholes(marked: str, indicators: list[str]) -> None:
    assert [fact.indicator for fact in find_facts([_doc(marked)])[0]] == indicators


@pytest.mark.parametrize(
    ("marked", "subjects", "periods"),
    [
        (
            "⟦T|上半年⟧，丹阳、句容、扬中工业投资分别增长⟦R|12.1%⟧、⟦R|8.3%⟧和⟦R|5.6%⟧。",
            ["丹阳", "句容", "扬中"],
            ["上半年"] * 3,
        ),
        (
            "⟦C|亿海锂能⟧、⟦C|国新高科⟧、⟦C|欣远达⟧和⟦C|孚山科技⟧⟦F|4家⟧企业装机量分别为⟦F|18.6GWh⟧、⟦F|23.1GWh⟧、⟦F|9.8GWh⟧和⟦F|4.3GWh⟧。",
            ["亿海锂能", "国新高科", "欣远达", "孚山科技"],
            [None] * 4,
        ),
        (
            "⟦C|亿海锂能⟧⟦T|2023年⟧、⟦T|2024年⟧和⟦T|2025年⟧分别实现营收⟦F|1.2亿元⟧、⟦F|1.8亿元⟧和⟦F|2.5亿元⟧。",
            ["亿海锂能"] * 3,
            ["2023年", "2024年", "2025年"],
        ),
    ],
)
def test_what_a_list_is_said_of_in_its_order(marked: str, subjects: list[str], periods: list[str | None]) -> None:
    facts = find_facts([_doc(marked)])[0][-len(subjects) :]
    assert [fact.subject for fact in facts] == subjects
    assert [fact.period for fact in facts] == periods


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_located_pairs_of_a_case(case: dict) -> None:
    assert sorted(find_located([_doc(case["text"])])[0]) == sorted(map(tuple, case["located"]))


def _check(doc: Doc, facts: tuple[Fact, ...]) -> None:
    """No invented number: every part is a piece of the text, numbers are spans, the sign is the one that the words give."""
    numbers = {(span.start, span.end) for span in doc.ents if span.label in (FIGURE, PERCENT)}
    used = []
    for fact in facts:
        assert fact.indicator
        assert fact.value is not None or fact.change is not None
        for part in ("subject", "value", "change_kind", "period"):
            said = getattr(fact, part)
            place = fact.spans.get(part)
            assert (said is None) == (place is None)
            assert place is None or doc.text[slice(*place)] == said
        if fact.change is not None:
            assert fact.change[0] in "+-"
            assert doc.text[slice(*fact.spans["change"])].strip().lstrip("+-") == fact.change[1:]
            assert _says(doc.text[max(0, fact.spans["change"][0] - 150) : fact.spans["change"][1]], fact.change)
        places = [fact.spans[part] for part in ("value", "change") if part in fact.spans]
        assert numbers.issuperset(places)
        used += places
    assert len(used) == len(set(used))


def _says(text: str, change: str) -> bool:
    """Whether words before a change, or its own sign, give it the sign that it has."""
    if change[1:] == text[-len(change) + 1 :] and text[-len(change)] in "+-＋－−﹣–":
        return (text[-len(change)] in "+＋") == (change[0] == "+")
    kinds = ("rise", "above", "beyond", "spread") if change[0] == "+" else ("fall", "below", "drop")
    verbs = set(words(*kinds).known) | ({"增速", "增长率", "高过", "超出", "多于"} if change[0] == "+" else {"-"})
    return any(verb in text for verb in verbs) or change[0] in text


CORPORA = sorted((ROOT / "models/corpus").glob("*.jsonl"))


@pytest.mark.parametrize("path", CORPORA, ids=lambda path: path.name)
def test_no_invented_number_in_a_corpus(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    docs = [_doc(row["text"]) for row in rows]
    for doc, facts in zip(docs, find_facts(docs), strict=True):
        _check(doc, facts)


PIECES = st.sampled_from(
    [
        "同比",
        "增长",
        "下降",
        "占",
        "的",
        "，",
        "。",
        "、",
        "和",
        "分别",
        "完成",
        "全年目标",
        "总投资",
        "企业",
        "以上",
        "\n",
        "(",
        ")",
        "全市",
        "A@b",
        "\ue000",
        "其中",
        "\ud800",
    ]
)


@given(
    st.lists(
        st.tuples(
            PIECES,
            st.one_of(st.none(), st.sampled_from(LABELS)),
            st.sampled_from(["3.5亿元", "12%", "7家", "今年", "-2%", "甲", "两成"]),
        ),
        max_size=30,
    )
)
def test_any_document_gives_whole_facts(pieces: list[tuple[str, str | None, str]]) -> None:
    text, ents = "", []
    for word, label, surface in pieces:
        text += word
        if label is not None:
            ents.append(Span(len(text), len(text) + len(surface), label, surface))
            text += surface
    doc = Doc(text, ents=tuple(ents), body=(0, len(text)))
    _check(doc, find_facts([doc])[0])
    find_located([doc])


def test_only_the_body_is_read() -> None:
    doc = _doc("企业⟦F|7家⟧。\n产值⟦F|3亿元⟧。")
    outside = Doc(doc.text, ents=doc.ents, body=(doc.text.index("\n"), len(doc.text)))
    assert [fact.value for fact in find_facts([outside])[0]] == ["3亿元"]


def test_headline_and_body_are_read_and_nothing_between() -> None:
    doc = _doc("园区销售额⟦F|7亿元⟧\n投资额⟦F|9亿元⟧\n产值⟦F|3亿元⟧。")
    page = Doc(doc.text, title="园区销售额7亿元", ents=doc.ents, body=(doc.text.index("产值"), len(doc.text)))
    (facts,) = find_facts([page])
    assert [fact.value for fact in facts] == ["7亿元", "3亿元"]
    assert [page.text[slice(*fact.spans["value"])] for fact in facts] == ["7亿元", "3亿元"]


def test_the_park_in_a_headline_is_what_the_page_is_about(nlp) -> None:
    doc = nlp(
        "产业园区 > 江苏 > 镇江 > 园区详情\n镇江航空航天产业园\n2024-05-06 08:00 浏览：1234次\n"
        "一期占地98亩，总投资4亿元，已建成标准厂房22栋，落户企业32家，这里的每一家都与飞机有关。\n"
        "航天海鹰、美龙航空、恒神股份等企业先后入驻，产品卖到了全国各地。"
    )
    assert doc.title == "镇江航空航天产业园"
    assert {fact.subject for fact in doc.facts} == {doc.title}
    assert ("航天海鹰", doc.title) in doc.located


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("溧水开发区今年动作频频。总投资32亿元的银湖储能产业园一期工地上，两百多名工人正在赶工。", "银湖储能产业园"),
        (
            "句容经济开发区当天公布项目清单，投资额8.5亿元的华荣精密传动有限公司二期厂房同日封顶。",
            "华荣精密传动有限公司",
        ),
        ("恒顺重工与扬中市签约，占地150亩的扬中智能电气产业园年底交付。", "扬中智能电气产业园"),
    ],
)
def test_a_number_before_a_name_is_said_of_that(nlp, text: str, subject: str) -> None:
    assert nlp(text).facts[0].subject == subject


def test_no_numbers_no_facts() -> None:
    assert find_facts([Doc("园区发展势头良好。"), Doc("")]) == [(), ()]


@pytest.mark.parametrize(
    ("find", "unit"),
    [
        (find_facts, "企业⟦F|7家⟧、"),
        (find_facts, "增长⟦R|5%⟧，"),
        (find_facts, "其中⟦R|5%⟧和"),
        (find_facts, "⟦T|今年⟧"),
        (find_facts, "丹阳、句容分别⟦F|3亿元⟧和⟦F|2亿元⟧、"),
        (find_located, "⟦P|甲园⟧有⟦C|乙厂⟧、"),
    ],
)
def test_time_is_linear(find: Callable[[list[Doc]], object], unit: str) -> None:
    def seconds(times: int) -> float:
        doc = _doc(unit * times)
        with paused():  # as in the pipeline: a collection would look at all that earlier tests left
            begun = time.process_time()
            find([doc])
            return time.process_time() - begun

    seconds(50)
    few, many = seconds(500), seconds(4000)
    assert many < 8 * 4 * max(few, 0.01)


def test_change_needs_a_comparison_for_an_amount() -> None:
    assert role_of(COUNT, "7起", "比上年多", "").kind == "change"
    assert role_of(DURATION, "30天", "用时缩短", "").kind == "value"
    assert role_of(PERCENTAGE, "5%", "用时缩短", "").kind == "verb"


@pytest.mark.parametrize(
    ("marked", "facts"),
    [
        # how long a mean was taken is no change, nor is a count behind one
        (
            "园区规上工业总产值增长⟦R|8.1%⟧，⟦F|两年⟧平均增长⟦R|6.2%⟧。",
            [("规上工业总产值", None, "+8.1%", "增长"), ("规上工业总产值", None, "+6.2%", "增长")],
        ),
        (
            "全区规上工业增加值增长⟦R|7.3%⟧，⟦F|28个⟧行业中⟦F|19个⟧实现增长。",
            [("规上工业增加值", None, "+7.3%", "增长")],
        ),
        # a noun of change with its comparison, and one in short
        (
            "全区固定资产投资同比增速超过⟦R|12%⟧，用电量同比增幅为⟦R|7%⟧。",
            [("固定资产投资", None, "+12%", "同比"), ("用电量", None, "+7%", "同比")],
        ),
        ("⟦T|上半年⟧，财政收入⟦F|21.6亿元⟧，比增⟦R|7.9%⟧。", [("财政收入", "21.6亿元", "+7.9%", "比增")]),
        ("公司营收⟦F|9000万元⟧，增速放缓到⟦R|22%⟧。", [("营收", "9000万元", "+22%", "增速")]),
        (
            "全区财政总收入⟦F|42亿元⟧，跟⟦T|去年同期⟧比增加⟦F|3亿元⟧。",
            [("财政总收入", "42亿元", "+3亿元", "跟去年同期")],
        ),
        # things that share the noun of the last
        (
            "集成电路、锂电池产业产值增速分别达⟦R|18.2%⟧、⟦R|9.6%⟧。",
            [("集成电路产值", None, "+18.2%", "增速"), ("锂电池产业产值", None, "+9.6%", "增速")],
        ),
        # the value behind its change, and why it changed
        ("公司利润受原料涨价影响，下降⟦R|6.1%⟧，为⟦F|1.2亿元⟧。", [("利润", "1.2亿元", "-6.1%", "下降")]),
        ("全县出口下跌⟦R|13%⟧，仅有⟦F|2.2亿元⟧。", [("出口", "2.2亿元", "-13%", "下跌")]),
        # a change that names its value by the place
        (
            "⟦T|1—8月⟧，产值⟦F|46亿元⟧、税收⟦F|2.1亿元⟧，前者增长⟦R|12%⟧，后者下降⟦R|3%⟧。",
            [("产值", "46亿元", "+12%", "增长"), ("税收", "2.1亿元", "-3%", "下降")],
        ),
        (
            "园区产值⟦F|46亿元⟧、税收⟦F|2.1亿元⟧，前者增长⟦R|12%⟧，后者受跌价拖累下滑⟦R|3%⟧。",
            [("产值", "46亿元", "+12%", "增长"), ("税收", "2.1亿元", "-3%", "下滑")],
        ),
        # the share behind the points that it moved by
        ("公司海外收入占比提高⟦R|3.6个百分点⟧，达到⟦R|47.9%⟧。", [("海外收入占比", "47.9%", "+3.6个百分点", "提高")]),
        # what a noun of change has become, and how much it has done so
        ("公司开票销售⟦F|483亿元⟧，增幅收窄到⟦R|4.7%⟧。", [("开票销售", "483亿元", "+4.7%", "增幅")]),
        ("全区新型显示产值⟦F|412亿元⟧，降幅收窄至⟦R|3.3%⟧。", [("新型显示产值", "412亿元", "-3.3%", "降幅")]),
        ("公司净利润增幅更是达到⟦R|151.8%⟧。", [("净利润", None, "+151.8%", "增幅")]),
        ("公司新接订单⟦F|27艘⟧，少了整整⟦R|四成⟧。", [("新接订单", "27艘", "-四成", "少了")]),
        # a compound rate of growth over years is a value
        ("⟦C|江海电气⟧产能复合增长率达⟦R|40%⟧。", []),
        # new ones are a change where they are compared, and only there
        ("全市开通航线⟦F|34条⟧，同比新增⟦F|15条⟧。", [("航线", "34条", "+15条", "同比")]),
        ("全市新增企业⟦F|39家⟧，新增税收⟦F|3亿元⟧。", []),
        # an amount behind a value in the same unit, unless the verb leads to what it has become
        ("全市平均回款周期⟦F|196天⟧，拉长了⟦F|15天⟧。", [("平均回款周期", "196天", "+15天", "拉长")]),
        ("企业平均回款周期由⟦F|45天⟧压缩为⟦F|6.5天⟧。", []),
    ],
)
def test_what_changes_by_how_much_against_what(marked: str, facts: list[tuple]) -> None:
    found = find_facts([_doc(marked)])[0]
    changes = [(fact.indicator, fact.value, fact.change, fact.change_kind) for fact in found if fact.change]
    assert changes == facts


def test_thresholds_are_no_numbers() -> None:
    sheet = Sheet([_doc("⟦F|1,000万元⟧以上项目⟦F|14个⟧，产值⟦F|3亿元⟧，新签⟦F|500万元⟧投资项目⟦F|15个⟧")])
    assert [sheet.text[start:end] for start, end in zip(sheet.numbers.start, sheet.numbers.end, strict=True)] == [
        "14个",
        "3亿元",
        "15个",
    ]


@pytest.mark.parametrize(
    ("marked", "quoted"),
    [("厂长说：“一期项目达产后年产掩膜版⟦F|10万条⟧。”", False), ("“一期”项目产值⟦F|3亿元⟧。", True)],
)
def test_a_quotation_mark_without_its_other_half_is_no_part_of_a_subject(marked: str, quoted: bool) -> None:
    doc, models = _doc(marked), bundled_models()
    reader = Reader([doc], Sheet([doc]))
    offered = subject_candidates(reader, stated(reader, Finder(reader, models).run()))
    surfaces = {reader.sheet.text[start:end] for start, end in zip(offered.start, offered.end, strict=True)}
    assert surfaces and any("项目" in surface for surface in surfaces)
    assert any(surface.startswith("“") for surface in surfaces) == quoted


@pytest.mark.parametrize(
    ("marked", "subject"),
    [
        ("⟦P|江海经开区⟧的高端液压件工厂正在试产。厂房已经盖好。总投资⟦F|23亿元⟧。", "高端液压件工厂"),
        ("⟦P|江海经开区⟧推出“人才十条”。镇上都在谈论。补贴从⟦F|30万元⟧起。", "“人才十条”"),
    ],
)
def test_a_thing_without_a_name_is_offered_sentences_later(marked: str, subject: str) -> None:
    doc = _doc(marked)
    reader = Reader([doc], Sheet([doc]))
    offered = subject_candidates(reader, stated(reader, Finder(reader, bundled_models()).run()))
    surfaces = {reader.sheet.text[start:end] for start, end in zip(offered.start, offered.end, strict=True)}
    assert subject in surfaces


@pytest.mark.parametrize(
    ("marked", "opening"),
    [
        ("一期项目总投资⟦F|3亿元⟧。", "一期项目"),  # the numeral of a phase stays, the noun for what is measured goes
        ("一个县级开发区实现产值⟦F|3亿元⟧。", "县级开发区"),
        ("（二）统计局大楼面积⟦F|3万平方米⟧。", "统计局大楼"),
        ("此外，合同能源公司营收⟦F|3亿元⟧。", "合同能源公司"),
        ("比如产值⟦F|3亿元⟧。", None),
        ("包装产业则下滑⟦R|3%⟧。", "包装产业"),
        ("基因药物增长⟦R|3%⟧。", "基因药物"),
        ("争取产值增长⟦R|3%⟧。", None),
        ("青山区举行开工活动，涉及项目⟦F|37个⟧。", "青山区"),
        ("⟦T|上半年⟧，同时目前青山区实现产值⟦F|3亿元⟧。", "青山区"),
        ("用电量受检修影响，下降⟦R|3%⟧。", None),  # what changed, and why
        ("某某市某某县某某镇某某村集体产值⟦F|3亿元⟧。", None),  # too long for a name
    ],
)
def test_the_phrase_that_opens_a_sentence(marked: str, opening: str | None) -> None:
    doc = _doc(marked)
    reader = Reader([doc], Sheet([doc]))
    offered = subject_candidates(reader, stated(reader, Finder(reader, bundled_models()).run()))
    opened = offered.sort == OPEN
    surfaces = {
        reader.sheet.text[start:end] for start, end in zip(offered.start[opened], offered.end[opened], strict=True)
    }
    assert surfaces == ({opening} if opening else set())


def test_how_great_a_number_is() -> None:
    surfaces = ["2852.81亿元", "35.2亿元", "1,200家", "三万家"]
    units, scales = measured(surfaces, [False] * len(surfaces))[1:3].tolist()
    assert units[0] == units[1] and scales[0] != scales[1]
    assert units[2] == units[3] and [magnitude(surface) for surface in surfaces[2:]] == [4, 4]


def test_a_batch_gives_what_its_documents_give() -> None:
    docs = [_doc(case["text"]) for case in CASES]
    assert find_facts(docs) == [find_facts([doc])[0] for doc in docs]
    assert find_located(docs) == [find_located([doc])[0] for doc in docs]
    assert find_both(docs) == (find_facts(docs), find_located(docs))


@pytest.mark.parametrize("piece", ["“", "·", "的", "约", "全市", "新签约"])
def test_many_words_without_content_read_alike_in_a_batch(piece: str) -> None:
    docs = [
        _doc(f"{piece * 40}企业⟦F|7家⟧，同比{piece * 30}增长⟦R|5%⟧。"),
        *(_doc(case["text"]) for case in CASES[:20]),
    ]
    assert find_facts(docs)[0] == find_facts(docs[:1])[0]


@pytest.mark.parametrize("path", CORPORA[:1], ids=lambda path: path.name)
def test_a_corpus_in_batches(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    docs = [_doc(row["text"]) for row in rows]
    assert find_facts(docs) == [facts for at in range(0, len(docs), 5) for facts in find_facts(docs[at : at + 5])]
    assert find_located(docs) == [pairs for at in range(0, len(docs), 5) for pairs in find_located(docs[at : at + 5])]


def test_exact_values_have_the_sign_of_the_change(nlp) -> None:
    doc = nlp("上半年，全市园区实现产值52亿元，同比下降11%，企业数减少3家；税收5亿元，增长-2%；利润3亿元，增长6%。")
    falls = [fact.change_quantity.high < 0 for fact in doc.facts if fact.change_quantity is not None]
    assert True in falls and False in falls
    assert [fact.with_quantities(doc.ents) for fact in doc.facts] == list(doc.facts)


@given(st.lists(st.integers(0, 5), max_size=40))
def test_counts_before_each_position(counts: list[int]) -> None:
    places = np.array([at for at, count in enumerate(counts) if count], np.int64)
    before = range(len(counts) + 1)
    assert grown(places, len(counts)).tolist() == [sum(map(bool, counts[:at])) for at in before]
    weights = np.array([count for count in counts if count], np.int64)
    assert grown(places, len(counts), weights).tolist() == [sum(counts[:at]) for at in before]
    last = [max((place for place in places.tolist() if place < at), default=-1) for at in before]
    assert last_before(np.array(counts, np.bool_)).tolist() == last


@given(
    st.integers(1, 4).flatmap(lambda size: st.lists(st.lists(st.booleans(), min_size=size, max_size=size), min_size=1))
)
def test_what_stands_in_a_table(rows: list[list[bool]]) -> None:
    flags = np.array(rows)
    row, column = places_of(flags)
    assert list(zip(row.tolist(), column.tolist(), strict=True)) == list(zip(*map(list, flags.nonzero()), strict=True))
    values = np.arange(flags.size).reshape(flags.shape)
    assert [found.tolist() for found in cells(row, column, values, flags)] == [
        values[flags].tolist(),
        flags[flags].tolist(),
    ]
