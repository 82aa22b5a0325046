"""Candidates that say the same are put together, and decisions about the same drafts do not depend on each other."""

from __future__ import annotations

import dataclasses
import math
from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parknlp.doc import FIGURE, PARK, TIME, Doc, Span
from parknlp.facts.choices import Reader
from parknlp.facts.choosing import SCALE, bundled_models
from parknlp.facts.finding import PLACED, Finder
from parknlp.facts.placing import stated
from parknlp.facts.pooling import choose, choose_all, pooled

DRAFTS = 4
SCORE = st.integers(-2000, 2000)


@given(st.lists(st.tuples(st.integers(0, DRAFTS - 1), st.integers(0, 3), SCORE, SCORE, SCORE), min_size=1))
def test_candidates_that_say_the_same_are_one(rows: list[tuple[int, ...]]) -> None:
    rows.sort(key=lambda row: row[0])
    draft, text, *scores = np.array(rows).T
    pools = pooled(draft, text.astype(np.uint64) << np.uint64(40), np.array(scores, np.float32), DRAFTS)
    order = sorted(range(len(rows)), key=lambda at: rows[at][:2])
    groups = [list(some) for _, some in groupby(order, key=lambda at: rows[at][:2])]
    for state in range(3):
        values = [[rows[at][2 + state] for at in some] for some in groups]
        assert pools.option[state].tolist() == [
            some[each.index(max(each))] for some, each in zip(groups, values, strict=True)
        ]
        wanted = [round(SCALE * math.log(sum(math.exp(value / SCALE) for value in each))) for each in values]
        assert np.abs(pools.scores[state] - wanted).max() <= 1
    owner = [rows[some[0]][0] for some in groups]
    assert np.diff(pools.starts).tolist() == [owner.count(at) for at in range(DRAFTS)]


def _doc(times: int) -> Doc:
    marked = [("甲园", PARK), ("去年", TIME), ("产值", ""), ("5亿元", FIGURE), ("，", "")] * times
    text, spans = "", []
    for surface, label in marked:
        if label:
            spans.append(Span(len(text), len(text) + len(surface), label, surface))
        text += surface
    return Doc(text, ents=tuple(spans), body=(0, len(text)))


def test_decisions_together_are_those_alone() -> None:
    models = bundled_models()
    reader = Reader([_doc(3), dataclasses.replace(_doc(0), text="x"), _doc(1)])
    known = stated(reader, Finder(reader, models).run())
    asked = [(offer(reader, known), judge, models[task]) for task, (offer, judge) in PLACED.items()]
    some = asked[0][0]
    nothing = type(some)(*(part[..., :0] for part in some))._replace(drafts=some.drafts)
    alone = [choose(*each, known.gap).tolist() for each in asked]
    assert any(at >= 0 for some in alone for at in some)
    together = choose_all([(nothing, *asked[0][1:]), *asked], known.gap)
    assert [some.tolist() for some in together] == [[-1] * len(known.gap), *alone]
