"""Which of overlapping candidates stand."""

from __future__ import annotations

import itertools
import random

import pytest

from parknlp.doc import COMPANY, FIGURE, INSTITUTION, PARK
from parknlp.names.resolve import rank, resolve
from parknlp.text import Candidate


def make(start, end, source, label=COMPANY, score=1.0):
    return Candidate(start, end, label, source, score)


USER, GAZETTEER, RULE, QUANTITY, MODEL = "lexicon:mine", "gazetteer:parks", "rule:park", "quantity:figure", "model:crf"


@pytest.mark.parametrize(
    ("candidates", "standing"),
    [
        ([make(0, 4, RULE), make(4, 8, RULE)], [0, 1]),
        ([make(2, 6, GAZETTEER, PARK), make(0, 10, RULE)], [1]),
        ([make(0, 6, RULE), make(4, 9, USER)], [1]),
        ([make(0, 10, MODEL), make(4, 9, USER)], [0]),
        ([make(0, 6, RULE), make(0, 6, USER, PARK)], [1]),
        ([make(0, 6, GAZETTEER), make(4, 12, RULE)], [0]),
        ([make(0, 4, QUANTITY, FIGURE), make(0, 4, RULE, INSTITUTION)], [1]),
        ([make(0, 6, MODEL, score=0.6), make(4, 10, MODEL, score=0.9)], [1]),
        ([make(0, 6, RULE), make(4, 8, RULE), make(7, 20, RULE)], [2, 0]),
        ([make(0, 8, RULE), make(6, 14, GAZETTEER), make(1, 4, RULE)], [1, 2]),
        ([make(0, 10, RULE), make(8, 12, USER), make(2, 6, RULE)], [1, 2]),
    ],
)
def test_precedence(candidates, standing):
    assert sorted(resolve(candidates)) == sorted(candidates[index] for index in standing)


def test_ranks():
    order = ["lexicon:a", "gazetteer:a", "rule:a", "quantity:a", "model:a"]
    assert sorted(order, key=lambda source: rank(make(0, 1, source))) == order


def test_the_result_is_sorted_disjoint_and_independent_of_the_order():
    chance = random.Random(7)  # noqa: S311 - a test, no secret
    sources = [USER, GAZETTEER, RULE, QUANTITY, MODEL, "alias:short-form"]
    for _ in range(300):
        starts = [chance.randrange(60) for _ in range(25)]
        candidates = list({make(s, s + chance.randint(1, 12), chance.choice(sources)) for s in starts})
        standing = resolve(candidates)
        assert all(left.end <= right.start for left, right in itertools.pairwise(standing))
        chance.shuffle(candidates)
        assert resolve(candidates) == standing
        users = [candidate for candidate in candidates if rank(candidate) == 0]
        for name in users:
            over = [other for other in standing if other.start < name.end and name.start < other.end]
            if not any(other.start < name.end and name.start < other.end for other in users if other != name):
                assert all(other.start <= name.start and name.end <= other.end for other in over)
