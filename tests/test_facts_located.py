"""Which company stands in which park: own cases, the references to parks, and what must hold on any document."""

from __future__ import annotations

import dataclasses
import json
import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import ROOT
from parknlp.corpus import parse_markup
from parknlp.doc import COMPANY, PARK, Doc, Span
from parknlp.facts import find_located
from parknlp.facts.located import pairs_of
from parknlp.facts.reading import Sheet
from parknlp.facts.standing import CUES, NAMES, REFERS
from parknlp.facts.trees import bundled_trees
from parknlp.facts.words import table

CASES = [json.loads(line) for line in (ROOT / "tests/cases/located.jsonl").read_text(encoding="utf-8").splitlines()]


def _doc(marked: str) -> Doc:
    text, spans = parse_markup(marked)
    return Doc(text, ents=tuple(spans), body=(0, len(text)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_located_pairs(case: dict) -> None:
    assert sorted(find_located([_doc(case["text"])])[0]) == sorted(map(tuple, case["located"]))


def _features(marked: str) -> dict[tuple[str, str], dict[str, int]]:
    sheet = Sheet([_doc(marked)])
    pairs = pairs_of(sheet)
    assert pairs is not None
    names, rows = pairs.names, pairs.look.table(pairs.company, pairs.told)
    text = [span.text for span in sheet.spans]
    return {
        (text[names.company[company]], text[names.park[park]]): dict(zip(NAMES, row.tolist(), strict=True))
        for company, park, row in zip(pairs.company, pairs.park, rows, strict=True)
    }


def test_a_company_is_offered_each_park_once() -> None:
    assert list(_features("⟦P|甲园⟧有⟦C|乙厂⟧，⟦P|甲园⟧旁是⟦P|丙园⟧。⟦C|乙厂⟧")) == [("乙厂", "甲园"), ("乙厂", "丙园")]


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("⟦P|甲园⟧", True),
        ("⟦P|甲园⟧获奖。⟦P|丁园⟧获奖。", True),
        ("⟦P|甲园⟧" + "获奖。" * 4, True),
        ("⟦P|甲园⟧获奖。⟦P|丁园⟧" + "获奖。" * 4, False),
    ],
)
def test_a_park_is_offered_up_to_some_sentences_away_or_the_next_park(before: str, offered: bool) -> None:
    assert bool(_features(f"{before}有⟦C|乙厂⟧，⟦P|丙园⟧{'获奖。' * 4}").get(("乙厂", "甲园"))) == offered


def test_a_park_that_somebody_walks_into_is_offered_farther_away() -> None:
    assert ("乙厂", "甲园") in _features("走进⟦P|甲园⟧，邻近⟦P|丙园⟧。" + "机器轰鸣。" * 5 + "⟦C|乙厂⟧负责人说。")


@pytest.mark.parametrize(
    ("line", "marked", "opens"),
    [
        ("1.⟦C|乙厂⟧投产。", 1, 1),
        ("（一）⟦C|乙厂⟧投产。", 1, 1),
        ("●⟦C|乙厂⟧投产。", 1, 1),
        ("【企业】有⟦C|乙厂⟧。", 1, 0),
        ("⟦C|乙厂⟧投产。", 0, 1),
        ("⟦T|2024年⟧，⟦C|乙厂⟧投产。", 0, 0),
    ],
)
def test_lines_of_lists(line: str, marked: int, opens: int) -> None:
    features = _features(f"⟦P|甲园⟧有项目：\n{line}\n都已投产。")["乙厂", "甲园"]
    assert (features["marked"], features["opens_item"]) == (marked, opens)


@pytest.mark.parametrize(
    ("text", "park"),
    [
        ("⟦P|江海高新技术产业园区⟧（以下简称“⟦P|江海园⟧”）位于江边。位于园区的⟦C|乙厂⟧投产。", "江海园"),
        ("⟦P|江海高新技术产业园区⟧（简称⟦P|江海园⟧）位于江边。位于园区的⟦C|乙厂⟧投产。", "江海园"),
        ("⟦P|江海高新技术产业园区⟧位于江边。位于园区的⟦C|乙厂⟧投产。", "江海高新技术产业园区"),
    ],
)
def test_a_pair_carries_the_short_name_that_a_park_is_given(text: str, park: str) -> None:
    doc = dataclasses.replace(
        _doc(text), ents=tuple(dataclasses.replace(s, group=s.label == PARK) for s in _doc(text).ents)
    )
    names = pairs_of(Sheet([doc]))
    assert names is not None
    assert {doc.ents[at].text for at in names.names.park[names.park]} == {park}


@pytest.mark.parametrize(
    ("marked", "park"),
    [
        ("⟦P|甲高新区⟧邻近⟦P|乙基地⟧。全区有⟦C|丙厂⟧。", "甲高新区"),
        ("⟦P|甲高新区⟧邻近⟦P|乙基地⟧。基地内有⟦C|丙厂⟧。", "乙基地"),
        ("⟦P|甲软件谷⟧邻近⟦P|乙科创园⟧。谷里有⟦C|丙厂⟧。", "甲软件谷"),
    ],
)
def test_a_word_stands_for_the_last_park_that_it_fits(marked: str, park: str) -> None:
    found = _features(marked)
    assert {name for (_, name), row in found.items() if row["told"] > 0} == {park}
    assert all(row["sentences"] == 0 for (_, name), row in found.items() if name == park)


@pytest.mark.parametrize("marked", ["⟦P|甲园⟧获奖。全省3个园区有⟦C|乙厂⟧。", "⟦P|甲园⟧获奖。生产基地有⟦C|乙厂⟧。"])
def test_a_word_for_other_parks_stands_for_none(marked: str) -> None:
    assert {row["told"] for row in _features(marked).values()} == {0}


def test_the_name_is_that_of_the_sentence_or_the_first() -> None:
    text = "甲国家高新区扩容。甲高新区向东。园内有乙厂，甲高新区的丙厂开工。"
    places = [(text.index("甲国家"), "甲国家高新区", PARK, 0), (text.index("甲高"), "甲高新区", PARK, 0)]
    places += [(text.index("乙厂"), "乙厂", COMPANY, 1), (text.rindex("甲高"), "甲高新区", PARK, 0)]
    places += [(text.index("丙厂"), "丙厂", COMPANY, 2)]
    ents = tuple(Span(at, at + len(name), label, name, group=number) for at, name, label, number in places)
    pairs = pairs_of(sheet := Sheet([Doc(text, ents=ents, body=(0, len(text)))]))
    assert pairs is not None
    names = [sheet.spans[at].text for at in pairs.names.park[pairs.park].tolist()]
    assert names == ["甲国家高新区", "甲高新区"]


def test_one_surface_may_name_two_firms() -> None:
    text = "甲园有乙厂和丙厂。乙厂投产。"
    places = [(0, PARK, 0), (3, COMPANY, 1), (6, COMPANY, 2), (9, COMPANY, 3)]
    ents = tuple(Span(at, at + 2, label, text[at : at + 2], group=group) for at, label, group in places)
    assert find_located([Doc(text, ents=ents, body=(0, len(text)))])[0] == (("乙厂", "甲园"), ("丙厂", "甲园"))


def test_the_trees_fit_the_features() -> None:
    trees = bundled_trees()
    assert int(trees.feature.max()) < len(NAMES)
    assert all(table()[f"cue.{name}"] for name in CUES) and all(table()[f"refer.{name}"] for name in REFERS)
    assert trees.score(np.zeros((0, len(NAMES)), np.int16)).tolist() == []


@given(
    st.lists(
        st.sampled_from(
            ["⟦P|甲园⟧", "⟦C|乙厂⟧", "⟦C|丙司⟧", "园区", "有", "、", "。", "\n", "位于", "\ud800", "x" * 40]
        ),
        max_size=40,
    )
)
@example(["⟦P|甲园⟧", "⟦P|甲园⟧", "位于", "园区", "⟦P|甲园⟧", "⟦C|乙厂⟧"])  # the next one's words stand near
def test_any_document(parts: list[str]) -> None:
    doc = _doc("".join(parts))
    found = find_located([doc])[0]
    surfaces = {(span.text, span.label) for span in doc.ents}
    assert all((company, COMPANY) in surfaces and (park, PARK) in surfaces for company, park in found)
    assert len({company for company, _ in found}) == len(found)
    assert find_located([Doc("")] + [doc] * 2) == [(), found, found]


@pytest.mark.parametrize("unit", ["⟦C|甲厂⟧、", "⟦C|甲厂⟧⟦P|乙园⟧", "⟦P|乙园⟧园区", "⟦C|甲厂⟧园区。"])
def test_time_grows_with_the_text(unit: str) -> None:
    def cost(times: int) -> float:
        doc = _doc("⟦P|丙园⟧" + unit * times + "⟦C|丁厂⟧")
        best = 1e9
        for _ in range(2):
            start = time.process_time()
            find_located([doc])
            best = min(best, time.process_time() - start)
        return best

    assert cost(8000) < 30 * cost(1000) + 0.1
