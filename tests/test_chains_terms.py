"""The search for terms finds what a plain search finds."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parknlp.chains.terms import Terms
from parknlp.fold import codes_of

WORDS = st.lists(st.text("甲乙丙ab1", min_size=2, max_size=4), unique=True, max_size=8)


def plain(words: list[str], text: str) -> set[tuple[int, str]]:
    """Every occurrence, one word after the other."""
    found = set()
    for word in words:
        for match in re.finditer(f"(?={re.escape(word)})", text):
            before, after = text[: match.start()][-1:], text[match.start() + len(word) :][:1]
            pairs = ((before, word[0]), (after, word[-1]))
            kinds = "abcdefghijklmnopqrstuvwxyz", "0123456789"
            if not any(x and x in kind and y in kind for x, y in pairs for kind in kinds):
                found.add((match.start(), word))
    return found


@given(WORDS, st.text("甲乙丙ab1", max_size=60))
def test_as_a_plain_search(words: list[str], text: str) -> None:
    terms = Terms(words)
    starts, which = terms.match(codes_of(text))
    assert starts.tolist() == sorted(starts.tolist())
    found = [(start, terms.terms[index]) for start, index in zip(starts.tolist(), which.tolist(), strict=True)]
    assert len(found) == len(set(found))
    assert set(found) == plain(words, text)


def test_longer_first_at_one_place() -> None:
    terms = Terms(["汽车", "汽车零部件"])
    starts, which = terms.match(codes_of("汽车零部件"))
    assert [(a, terms.terms[b]) for a, b in zip(starts.tolist(), which.tolist(), strict=True)] == [
        (0, "汽车零部件"),
        (0, "汽车"),
    ]


def test_outside_of_the_basic_plane() -> None:
    starts, _ = Terms(["𠮷野"]).match(codes_of("去𠮷野家\ud800\0"))
    assert starts.tolist() == [1]


@pytest.mark.parametrize("text", ["汽车" * 500_000, "车" * 1_000_000, "1" * 1_000_000], ids=["all", "none", "digits"])
def test_linear_time(text: str) -> None:
    terms = Terms(["汽车", "汽车汽车", "车汽", "11"])
    begin = time.process_time()
    terms.match(codes_of(text))
    assert time.process_time() - begin < 5
