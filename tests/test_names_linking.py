"""Which entry of a gazetteer or lexicon a name is."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from parknlp.corpus import read_gold
from parknlp.doc import COMPANY, PARK, Doc, Span
from parknlp.lexicon import Entry, Lexicon
from parknlp.names import linking
from parknlp.names.company_name import parse_company_name, split_branch
from parknlp.names.grouping import group
from parknlp.names.linking import Linker, candidates, narrowed

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"
SHARED = ROOT.parent / "shared"
CORPORA = [*ROOT.glob("models/corpus/dev-?.jsonl")] or [*SHARED.glob("corpus/dev-?.jsonl")]


PAGES = ROOT / "models" / "corpus" / "pages"


def rows(file, folder=CASES):
    lines = (folder / file).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def kb_id(text, name, label=PARK, title=None, lexicons=()):
    """The identifier that the first mention of a name in a text gets."""
    start = text.index(name)
    doc = Doc(text, title, ents=(Span(start, start + len(name), label, name),))
    return group([doc], Linker(lexicons))[0][0].kb_id


@pytest.mark.parametrize(
    ("name", "place", "trade", "industry", "form"), rows("company_names.tsv"), ids=lambda cell: cell
)
def test_parts_of_a_company_name(name, place, trade, industry, form):
    assert parse_company_name(name) == (place, trade, industry, form)


@pytest.mark.parametrize(
    ("name", "firm", "branch"),
    [
        ("中国工商银行股份有限公司镇江润州支行", "中国工商银行股份有限公司", "镇江润州支行"),
        ("中创新航江苏分公司", "中创新航", "江苏分公司"),
        ("比亚迪常州基地", "比亚迪", "常州基地"),
        ("孚能科技", "孚能科技", ""),
        ("", "", ""),
    ],
)
def test_branches(name, firm, branch):
    assert split_branch(name) == (firm, branch)


def documents():
    """The development articles and the reference page, by their name in the list of links."""
    for file in CORPORA:
        for doc in read_gold(file):
            yield doc.meta["id"], doc
    if not (SHARED / "seed").exists():
        return
    gold = json.loads((SHARED / "seed" / "gold.json").read_text("utf-8"))
    text = (SHARED / "seed" / gold["file"]).read_text("utf-8")
    yield (
        "seed",
        Doc(text, ents=tuple(Span(start, end, label, text[start:end]) for start, end, label, *_ in gold["spans"])),
    )


def test_parks_of_the_development_articles():
    if not CORPORA:
        pytest.skip("the development articles are not part of the project")
    links_are_right(documents(), rows("park_links.tsv"))


def test_parks_of_pages():
    if not PAGES.is_dir():
        pytest.skip("the passages of pages are not here")
    docs = [doc for file in sorted(PAGES.glob("*.jsonl")) for doc in read_gold(file)]
    links_are_right([(doc.meta["id"], doc) for doc in docs], rows("links.tsv", PAGES))


def links_are_right(named_docs, links):
    """The bars of linking, against the identifiers that people gave each surface of each document."""
    expected = {(article, surface): None if kb_id == "-" else kb_id for article, surface, kb_id in links}
    held = right = wrong = linked = 0
    for article, doc in named_docs:
        for span in group([doc])[0]:
            if span.label == PARK:
                wanted = expected[article, span.text]
                held += wanted is not None
                right += wanted is not None and span.kb_id == wanted
                linked += span.kb_id is not None
                wrong += span.kb_id not in (None, wanted)
    assert held > 120
    assert right / held >= 0.97
    assert wrong / linked <= 0.01


@pytest.mark.parametrize(
    "name",
    ["镇江新区", "镇江经开区", "镇江经济技术开发区", "江苏省镇江经开区", "镇江市国家级经济技术开发区", "鎮江新區"],
)
def test_one_park_has_many_forms(name):
    assert [park.kb_id for park in candidates(name)] == ["321100:镇江经开区"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("襄樊高新区", "420600:襄阳高新区"),  # the city's former name
        ("泰兴城东工业园区", "321283:泰兴城东高新技术产业园"),  # what the zone was called before
        ("葛店开发区", "420704:鄂州葛店经开区"),  # a second row of the same zone
        ("慈东工业区", "330282:慈溪滨海经开区"),
        ("麓谷", "430100:长沙高新区"),  # what it is called in speech
        ("赣江新区·南昌经开区", "360100:南昌经开区"),  # a zone in a zone
        ("湖北蕲春经济开发区李时珍医药工业园", "421126:李时珍医药工业园区"),  # a park in a zone of other name
        ("新疆乌鲁木齐市国家级高新技术产业开发区", "650100:乌鲁木齐高新区"),  # the region, and the grade within
        ("国家级拉萨经开区", "540100:拉萨经开区"),
        ("中国安徽省芜湖市高新开发区", "340200:芜湖高新区"),
        ("长沙市雨花区环保科技产业园", "430111:雨花经开区"),  # the district before a former name
        ("平湖经开", "330482:平湖经开区"),
        ("珠海经济技术开发区（高栏港经济区）", "440400:珠海经开区"),  # two of its names
        ("江苏省常州市高新技术开发区", "320400:常州高新区"),  # 大丰常州高新区 is another
    ],
)
def test_a_zone_under_another_name(name, expected):
    assert kb_id(f"{name}上半年签约项目10个。", name) == expected


@pytest.mark.parametrize("name", ["晋江经济开发区(五里园)", "镇江新区新材料产业园", "黄石市环保科技产业园"])
def test_a_part_of_a_zone_is_not_the_zone(name):
    assert candidates(name) == ()


def test_a_name_that_many_zones_bear_needs_its_place():
    assert kb_id("新世纪工业园今年扩建。", "新世纪工业园") is None
    assert kb_id("大余新世纪工业园今年扩建。", "大余新世纪工业园") == "360723:新世纪工业园"


def test_ambiguous_parks_are_listed_and_not_linked():
    assert len(candidates("经开区")) > 100
    assert kb_id("经开区今年招商。", "经开区") is None


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("句容今年招商火热，经开区签约10个项目。", None, "321183:句容经开区"),
        ("经开区签约10个项目。", "句容招商火热", "321183:句容经开区"),
        ("句容讯 近日，项目开工。\n经开区签约10个项目。", None, "321183:句容经开区"),
        ("句容和丹阳招商火热，经开区签约10个项目。", None, None),
    ],
)
def test_the_place_named_near_breaks_ties(text, title, expected):
    assert kb_id(text, "经开区", title=title) == expected


@pytest.mark.parametrize(
    ("text", "name", "title", "expected"),
    [
        ("宿州政协委员调研，市高新区签约10个项目。", "市高新区", None, "341302:宿州高新区"),
        ("企业到泗阳县签约，县经济开发区建了配套园。", "县经济开发区", None, "321323:江苏泗阳开发区"),
        ("盐城市大丰区，区经济开发区发力。", "区经济开发区", None, "320904:大丰经开区"),
        ("太原、忻州两市签约，市经开区建了配套园。", "市经开区", None, None),  # two cities
        ("企业签约，市经开区建了配套园。", "市经开区", None, None),
        ("企业签约，市经开区建了配套园。", "市经开区", "镇江招商火热", "321100:镇江经开区"),
    ],
)
def test_the_zone_of_the_city_or_county(text, name, title, expected):
    assert kb_id(text, name, title=title) == expected


def test_the_nearest_text_counts_first():
    parks = candidates("经开区")
    assert [park.name for park in narrowed(parks, ["句容签约", "丹阳签约"])] == ["句容经开区"]
    assert narrowed(parks, ["没有地名"]) == parks


def test_a_zone_of_a_city_is_not_one_of_its_districts():
    assert candidates("无锡经济开发区") == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("宁德时代", "300750.SZ"),
        ("江苏鱼跃医疗设备股份有限公司", "002223.SZ"),
        ("孚能科技(赣州)股份有限公司", "688567.SH"),
        ("万华化学集团股份有限公司", "600309.SH"),
        ("万华化学(蓬莱)有限公司", None),
        ("江苏天工工具有限公司", None),
        ("中国工商银行股份有限公司镇江润州支行", None),
    ],
)
def test_listed_companies(name, code):
    assert kb_id(name, name, COMPANY) == code


def test_full_names_of_listed_companies():
    source = SHARED / "reference" / "listed_companies.csv"
    if not source.exists():
        pytest.skip("the list of listed companies is not part of the project")
    right = wrong = 0
    linker = Linker()
    with source.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["full_name"]
            found = linker.kb_id(Doc(name), Span(0, len(name), COMPANY, name), name)
            right += found is not None and found.startswith(row["code"])
            wrong += found is not None and not found.startswith(row["code"])
    assert right > 3000
    assert wrong / (right + wrong) < 0.015


def test_a_full_name_gets_the_identifier_of_the_users_short_name():
    own = Lexicon([Entry("云砺装备", kb_id="x1"), Entry("瑞翎新材料", kb_id="x2")])
    assert kb_id("江苏瑞翎新材料有限公司投产", "江苏瑞翎新材料有限公司", COMPANY, lexicons=[own]) == "x2"
    assert kb_id("江苏云砺科技有限公司投产", "江苏云砺科技有限公司", COMPANY, lexicons=[own]) is None


def test_the_users_identifiers_come_first():
    own = Lexicon([Entry("宁德时代", kb_id="x1")])
    assert kb_id("宁德时代投产", "宁德时代", COMPANY, lexicons=[own]) == "x1"


def test_an_ambiguous_name_of_the_users_is_not_linked():
    own = Lexicon([Entry("云砺装备", kb_id="x1"), Entry("云砺装备", kb_id="x2")])
    assert kb_id("云砺装备投产", "云砺装备", COMPANY, lexicons=[own]) is None


def test_a_long_text_is_looked_through_once_for_all_its_parks():
    names = ["金桥经开区", "长春经开区", "栖霞经开区", "雨花经开区"]
    text = "\n".join(f"{'企业纷纷扩产' * 60}。\n{name}招商" for name in names) + "\n长沙来客。"
    places = [(text.index(name), name) for name in names]
    doc = Doc(text, ents=tuple(Span(at, at + len(name), PARK, name) for at, name in places))
    linking._places_of_long.cache_clear()
    assert [span.kb_id for span in group([doc])[0]] == [None, None, None, "430111:雨花经开区"]
    assert linking._places_of_long.cache_info().misses == 1


@pytest.mark.parametrize(
    ("name", "kb"),
    [
        ("泗县经济开发区", "341324:泗县开发区"),  # the only zone there
        ("句容临港工业园", "321183:句容市临港工业集中区"),
        ("石河子高新技术产业开发区", "659001:新疆生产建设兵团石河子高新区"),
        ("肥西桃花工业园", "340123:安徽肥西经开区"),  # a former name
    ],
)
def test_parks_by_a_name_that_is_not_quite_the_gazetteers(name, kb):
    assert kb_id(f"{name}新签约项目5个。", name) == kb
