"""Which mentions are one thing: cases, the annotated development articles, any input, linear time."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parknlp.collector import paused
from parknlp.corpus import parse_markup, read_gold
from parknlp.doc import COMPANY, FIGURE, INSTITUTION, PARK, Doc, Span
from parknlp.lexicon import Entry, Lexicon
from parknlp.names.forms import canonical, short_forms
from parknlp.names.grouping import LABELS, group
from parknlp.names.linking import Linker

ROOT = Path(__file__).parent.parent
CASES = [json.loads(line) for line in (ROOT / "tests" / "cases" / "groups.jsonl").read_text("utf-8").splitlines()]
CORPORA = [*ROOT.glob("models/corpus/dev-?.jsonl")] or [*ROOT.parent.glob("shared/corpus/dev-?.jsonl")]
GROUPS = ROOT / "models" / "corpus" / "groups/dev.jsonl"


def document(*names, label=COMPANY, joint="、"):
    """A document that consists of these names."""
    text, spans = "", []
    for name in names:
        spans.append(Span(len(text), len(text) + len(name), label, name))
        text += name + joint
    return Doc(text, ents=tuple(spans))


def groups_of(spans):
    """Numbers of the mentions of each group, in order."""
    found = {}
    for number, span in enumerate(spans):
        found.setdefault(span.group, []).append(number)
    return list(found.values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_case(case):
    text, spans = parse_markup(case["text"])
    assert groups_of(group([Doc(text, ents=spans)])[0]) == case["groups"]


def test_the_annotated_articles():
    if not CORPORA:
        pytest.skip("the development articles are not part of the project")
    gold = {row["id"]: row["groups"] for row in map(json.loads, GROUPS.read_text("utf-8").splitlines())}
    right = found = wanted = 0
    for doc in (doc for file in CORPORA for doc in read_gold(file)):
        names = [span for span in group([doc])[0] if span.label in LABELS]
        together = {
            pair for pair in itertools.combinations(range(len(names)), 2) if len({names[at].group for at in pair}) == 1
        }
        pairs = {pair for members in gold[doc.meta["id"]] for pair in itertools.combinations(sorted(members), 2)}
        right, found, wanted = right + len(together & pairs), found + len(together), wanted + len(pairs)
    assert 2 * right / (found + wanted) >= 0.95


def test_groups_count_from_the_first_mention():
    text, spans = parse_markup("⟦C|华为⟧投资⟦F|5亿元⟧，⟦P|镇江新区⟧招商，⟦C|华为⟧扩产")
    found = group([Doc(text, ents=spans)])[0]
    assert [span.group for span in found] == [0, None, 1, 0]
    assert [span.label for span in found] == [COMPANY, FIGURE, PARK, COMPANY]


def test_an_identifier_goes_to_every_mention():
    spans = group([document("江苏鱼跃医疗设备股份有限公司", "鱼跃医疗")])[0]
    assert {span.kb_id for span in spans} == {"002223.SZ"}


def test_different_identifiers_stay_apart():
    own = Lexicon([Entry("云砺智能装备有限公司", kb_id="a"), Entry("云砺装备", kb_id="b")])
    spans = group([document("云砺智能装备有限公司", "云砺装备")], Linker([own]))[0]
    assert [(span.kb_id, span.group) for span in spans] == [("a", 0), ("b", 1)]


def test_a_long_name_has_no_forms():
    assert short_forms(COMPANY, "江苏" + "瑞" * 200 + "科技有限公司") == ()


def test_marks_do_not_tell_names_apart():
    assert canonical(COMPANY, "梅赛德斯—奔驰") == canonical(COMPANY, "梅赛德斯-奔驰")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(
                st.sampled_from("镇江孚能科技有限公司(集团)新区经开区·\0😀") | st.characters(), min_size=1, max_size=30
            ),
            st.sampled_from(LABELS),
        ),
        max_size=12,
    )
)
def test_any_names_are_grouped(names):
    text, spans = "", []
    for name, label in names:
        spans.append(Span(len(text), len(text) + len(name), label, name))
        text += name + "（"
    found = group([Doc(text, ents=tuple(spans))])[0]
    assert [(span.start, span.end, span.text) for span in found] == [(s.start, s.end, s.text) for s in spans]
    numbers = list(dict.fromkeys(span.group for span in found))
    assert numbers == list(range(len(numbers)))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("江苏孚能{}科技有限公司", COMPANY),
        ("孚能{}", COMPANY),
        ("镇江{}高新区", PARK),
        ("镇江市{}发改委", INSTITUTION),
    ],
)
def test_time_is_linear(name, label):
    spent = []
    for count in (500, 4000):
        names = [name.format(chr(0x4E00 + at)) for at in range(count)]
        with paused():  # as in the pipeline: a collection would look at all that earlier tests left
            start = time.process_time()
            group([document(*names, "孚能", "高新区", "市发改委", label=label)])
            spent.append(time.process_time() - start)
    assert spent[1] < 40 * max(spent[0], 0.02)
