"""The name tagger as a whole: user lexicons, links, quantities, any input, linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parknlp.collector import paused
from parknlp.doc import COMPANY, FIGURE, PARK
from parknlp.lexicon import Entry, Lexicon
from parknlp.names import NameTagger
from parknlp.names.company_name import CompanyName, parse_company_name
from parknlp.names.resolve import resolve
from parknlp.text import Candidate, TextBatch


@pytest.fixture(scope="module")
def tagger() -> NameTagger:
    return NameTagger()


def tagged(tagger, text, quantities=()):
    batch = TextBatch([text])
    return batch.spans(resolve(tagger.find(batch, quantities)))[0]


def test_names_of_the_user_win():
    own = Lexicon([Entry("经开区江苏", PARK, "x1"), Entry("云上 Lab-3", COMPANY, "x2")], "own")
    spans = tagged(NameTagger([own]), "镇江经开区江苏一带，云上 Lab-3落户")
    assert [(span.text, span.kb_id, span.source) for span in spans] == [
        ("经开区江苏", "x1", "lexicon:own"),
        ("云上 Lab-3", "x2", "lexicon:own"),
    ]


def test_a_longer_name_contains_the_users(tagger):
    spans = tagged(NameTagger([Lexicon(["瑞翎"])]), "江苏瑞翎新材料有限公司")
    assert [span.text for span in spans] == ["江苏瑞翎新材料有限公司"]


def test_no_name_reaches_over_a_quantity(tagger):
    text = "签约47艘508吨云岭科技"
    batch = TextBatch([text])
    at = batch.text.index("508吨")
    spans = tagged(tagger, text, [Candidate(at, at + 4, FIGURE, "quantity:figure")])
    assert [span.text for span in spans] == ["云岭科技"]


@pytest.mark.parametrize("mark", ["\n", "。", "，", "《", "》", "；", "“"])
def test_no_name_crosses_a_mark(tagger, mark):
    spans = tagged(tagger, f"江苏瑞翎{mark}新材料有限公司，镇江{mark}经开区")
    assert not [span for span in spans if mark in span.text]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("孚能科技（赣州）有限公司", ("赣州", "孚能", "科技", "有限公司")),
        ("上海振华重工(集团)股份有限公司", ("上海", "振华", "重工", "股份有限公司")),
        ("江苏省镇江船厂(集团)有限公司", ("江苏省", "镇江", "船厂", "有限公司")),
        ("浙江云岭新能源科技股份有限公司", ("浙江", "云岭", "新能源科技", "股份有限公司")),
        ("云岭科技", ("", "云岭", "科技", "")),
        ("", ("", "", "", "")),
    ],
)
def test_parse_company_name(name, parts):
    assert parse_company_name(name) == CompanyName(*parts)


TROUBLE = "镇江经开区江苏有限公司集团科技园（）()《》、，。\n\r\t\0ＡＢ1２%华为与及的中国第七所\ud800😀\u202e“"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.sampled_from(TROUBLE) | st.characters(), max_size=60), max_size=4))
def test_any_text_is_tagged(texts):
    batch = TextBatch(texts)
    spans = batch.spans(resolve(NameTagger().find(batch)))
    for text, found in zip(texts, spans, strict=True):
        assert all(span.text == text[span.start : span.end] and span.text for span in found)
        assert "\n" not in "".join(span.text for span in found)


def test_a_batch_is_its_documents(tagger):
    texts = ["孚能科技（镇江）有限公司投产", "孚能今年产值", "", "镇江新区与华为签约"]
    batch = TextBatch(texts)
    assert batch.spans(resolve(tagger.find(batch))) == [list(tagged(tagger, text)) for text in texts]


@pytest.mark.parametrize(
    "unit",
    [
        "有限公司",
        "9",
        "(",
        "(镇江)",
        "华为、",
        "镇江经开区",
        "南京大学研究院",
        "江苏序轮科技有限公司(以下简称序轮)",
        "公司（简称",
    ],
)
def test_time_is_linear(tagger, unit):
    def seconds(length):
        batch = TextBatch([(unit * length)[:length]])
        with paused():  # as in the pipeline: a collection would look at all that earlier tests left
            started = time.process_time()
            resolve(tagger.find(batch))
            return time.process_time() - started

    seconds(1000)
    assert seconds(80_000) < 16 * seconds(20_000) + 0.2


class Doubter:
    """A judge that sees only what it is told to see and rules out everything else."""

    def __init__(self, *surfaces):
        self.surfaces = surfaces

    def read(self, batch, hints):
        self.names = [
            Candidate(at, at + len(surface), COMPANY, "model:test", 0.9)
            for surface in self.surfaces
            if (at := batch.text.find(surface)) >= 0
        ]
        return self

    def odds(self, name):
        return -9.0


def test_a_judge_rules_out_members_of_lists():
    text = "集聚了比亚迪、宁德时代、序轮科技等企业。"
    assert [span.text for span in tagged(NameTagger(judge=Doubter("比亚迪")), text)] == ["比亚迪"]
    assert [span.text for span in tagged(NameTagger(), text)] == ["比亚迪", "宁德时代", "序轮科技"]


class Believer(Doubter):
    """A judge that rules out nothing."""

    def odds(self, name):
        return 0.0


def test_what_reads_like_a_person_makes_no_list_of_firms():
    persons = "市、区领导梁一波、戴士福、臧建中、顾伟国出席活动。"
    assert [span.text for span in tagged(NameTagger(judge=Believer("戴士福")), persons)] == ["戴士福"]
    firms = "项目方翎湖微、弋芯达、邈盛微、翎盛达出席活动。"
    assert [span.text for span in tagged(NameTagger(judge=Believer("翎湖微")), firms)][:2] == ["翎湖微", "弋芯达"]


def test_a_judge_cuts_members_of_lists_that_go_on_behind_the_name():
    class Cutter(Believer):
        def odds(self, name):
            return 4.0 if name.end - name.start == 3 else -3.0

    text = "项目有比亚迪座椅、翎湖微封装线、弋芯达封装等。"
    found = [span.text for span in tagged(NameTagger(judge=Cutter("比亚迪")), text)]
    assert found[:2] == ["比亚迪", "翎湖微"]


def test_a_province_and_a_place_in_it_are_no_firm():
    sees = ("山东济宁", "江苏如皋市", "上海青浦", "江苏恒瑞", "广东美的")
    text = "山东济宁、江苏如皋市和上海青浦的基地归江苏恒瑞，广东美的在旁边。"
    assert [span.text for span in tagged(NameTagger(judge=Believer(*sees)), text)] == ["江苏恒瑞", "广东美的"]
