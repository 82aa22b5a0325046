"""The words of the lists in a text: tables by node say what looking the words up one by one says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parknlp.facts.hashing import Hasher
from parknlp.facts.signs import fields_of
from parknlp.facts.terms import MATCHED, Found, ending, starting
from parknlp.facts.words import KINDS, places, table
from parknlp.fold import codes_of

WORDS = {kind: places() if kind == "place" else table()[kind] for kind in KINDS}
SAMPLE = sorted(set().union(*WORDS.values()), key=lambda word: (-len(word), word))[:200]
PIECES = st.sampled_from([*SAMPLE, "产", "业", "产业", "市", "的", "同比", "，", "\n", "x", "😀", "\ud800", "镇江"])
TEXTS = st.lists(PIECES, max_size=12).map("".join)


def _longest(text: str, known: frozenset[str], ends: range, *, last: bool) -> int:
    sizes = (size for size in ends if (text[-size:] if last else text[:size]) in known)
    return max(sizes, default=0)


@pytest.mark.parametrize("kind", KINDS)
@given(text=TEXTS)
def test_the_longest_word_at_each_position(kind: str, text: str) -> None:
    found = Found(fields_of(codes_of(text + "\n")))
    known, sizes = frozenset(WORDS[kind]), range(1, 10)
    starts = [_longest(text[at:] + "\n", known, sizes, last=False) for at in range(len(text) + 1)]
    ends = [_longest(text[:at], known, range(1, at + 1), last=True) for at in range(len(text) + 1)]
    assert starting(kind).take(found.start)[:-1].tolist() == starts
    assert ending(kind).take(found.end)[:-1].tolist() == ends
    if kind in MATCHED:
        assert found.places(kind).tolist() == [at for at, size in enumerate(starts) if size]
        sizes_there = [(end - start) for start, end in zip(*found.matches(kind), strict=True)]
        assert sizes_there == [size for size in starts if size]


def test_several_kinds_are_one() -> None:
    found = Found(fields_of(codes_of("完成工业产值\n")))
    assert starting("do", "amount").take(found.start).tolist() == [2, 0, 0, 0, 2, 0, 0, 0]
    assert ending("do", "amount").take(found.end).tolist() == [0, 0, 2, 0, 0, 0, 2, 0]


def test_equal_pieces_have_equal_hashes() -> None:
    codes = codes_of("园区有园区，园")
    found = Hasher(codes)(np.array([0, 3, 0, 6, 2]), np.array([2, 5, 1, 7, 2]))
    assert found[0] == found[1] and found[2] == found[3] and found[4] == 0 and len(set(found.tolist())) == 3
