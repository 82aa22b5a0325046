"""What is cut at the ends of phrases by a table of positions is what is cut word by word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parknlp.doc import Doc
from parknlp.facts.marks import Marks, uncovered
from parknlp.facts.reading import Sheet
from parknlp.facts.signs import OPENS, SIGNS
from parknlp.facts.words import table, words

MOST = 8  # words and signs at either end
TEXTS = st.lists(
    st.sampled_from(
        [
            *sorted(
                word
                for kind in ("adverb", "tail", "do", "lead", "generic", "amount", "count", "act")
                for word in table()[kind]
            ),
            *" “”‘’·•●-等的区园,。",
        ]
    ),
    max_size=14,
).map("".join)


def word_before(text: str, at: int) -> int:
    """How long the word or the sign is that says nothing at the end of a phrase."""
    if words("amount", "count", "act", "whole").ending(text[:at]):
        return 0
    return len(words("adverb", "tail", "do").ending(text[:at]))


def word_behind(text: str, at: int, least: int) -> int:
    """How long the word is that says nothing at the start of one."""
    kept, general = words("amount", "count", "act", "whole").starting(text, at), words("generic").starting(text, at)
    size = len(words("adverb", "lead", "do").starting(text, at))
    return 0 if size < max(len(kept), len(general), least) else size


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_phrases_are_cut_as_word_by_word(text):
    sheet = Sheet([Doc(text, body=(0, len(text)))])
    marks, plain, classes = Marks(sheet), sheet.masked, sheet.classes
    first = int(sheet.begin_of_document[0])
    for place in range(first, first + len(text) + 1):
        back, ahead, far = place, place, place
        for _ in range(MOST):
            back -= 1 if classes[back - 1] & SIGNS else word_before(plain, back)
            ahead += 1 if classes[ahead] & OPENS else word_behind(plain, ahead, 1)
            far += 1 if classes[far] & OPENS else word_behind(plain, far, 2)
        at = np.array([place])
        assert marks.strip_tail(at * 0, at).tolist() == [back]
        assert marks.led(at).tolist() == [ahead]
        assert marks.led_far(at).tolist() == [far]


@pytest.mark.parametrize(
    ("words_at", "left"), [([], [1, 4, 5]), ([(0, 2)], [4, 5]), ([(1, 1), (4, 2)], []), ([(3, 3), (3, 2)], [1])]
)
def test_flags_within_words_do_not_count(words_at, left):
    flags = np.array([False, True, False, False, True, True])
    starts, sizes = np.array(words_at, np.int64).reshape(-1, 2).T
    assert uncovered(flags, starts, sizes).tolist() == left
