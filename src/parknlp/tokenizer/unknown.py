"""Words that the dictionary lacks: runs of single characters, joined by jieba's hidden Markov model and rules for Latin.

The Viterbi algorithm adds in the order of jieba's, so its sums are rounded alike and ties fall alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from ..fold import text_of
from .dictionary import HAN
from .runs import Array, Flags, ranges

_BEGIN, _END, _MIDDLE, _SINGLE = range(4)
# What may precede each state; the second wins a tie.
_BEFORE: Final = ((_END, _SINGLE), (_BEGIN, _MIDDLE), (_BEGIN, _MIDDLE), (_END, _SINGLE))
_FEW: Final = 8  # runs for which a step in numpy takes as long as in Python
_LATIN: Final = re.compile(r"[a-zA-Z0-9]+(?:\.[0-9]+)?%?|[^a-zA-Z0-9\n]+")


def join_latin(codes: Array, begins: Flags, starts: Array, sizes: Array) -> None:
    """Leave in ``begins`` the starts of words, numbers and groups of signs within runs of Latin characters."""
    if not len(starts):
        return
    places = ranges(starts, sizes + 1)
    signs = codes[np.minimum(places, len(codes) - 1)].astype(np.uint8)
    signs[np.cumsum(sizes + 1) - 1] = ord("\n")  # the runs one a line
    found = [match.start() for match in _LATIN.finditer(signs.tobytes().decode("latin-1"))]
    begins[ranges(starts, sizes)] = False
    begins[places[found]] = True


class Markov:
    """The hidden Markov model over the states begin, end, middle and single.

    Args:
        arrays: ``start``, ``transition`` and ``emission`` log probabilities.
        split: words that it shall not make.
    """

    def __init__(self, arrays: Mapping[str, Array], split: frozenset[str] = frozenset()) -> None:
        self._start: list[float] = arrays["start"].tolist()
        self._transition: list[list[float]] = arrays["transition"].tolist()
        self._emission = arrays["emission"]
        self._split = split

    def join(self, codes: Array, begins: Flags, starts: Array, sizes: Array) -> None:
        """Leave in ``begins`` the starts of words within runs of at least two Han characters."""
        short = sizes <= (np.partition(sizes, -_FEW)[-_FEW] if len(sizes) > _FEW else 0)
        self._join_together(codes, begins, starts[short], sizes[short])
        for start, size in zip(starts[~short].tolist(), sizes[~short].tolist(), strict=True):
            begins[start : start + size] = self._join_one(codes[start : start + size])
        begins[starts] = True  # a run of rare characters may come out as one that starts in the middle of a word
        if self._split:
            for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
                self._split_again(codes[start : start + size], begins[start : start + size])

    def _join_together(self, codes: Array, begins: Flags, starts: Array, sizes: Array) -> None:
        if not len(starts):
            return
        order = np.argsort(-sizes, kind="stable")  # the longest first
        starts, sizes = starts[order], sizes[order]
        active = len(sizes) - np.cumsum(np.bincount(sizes))[:-1]  # runs of more than 0, 1, 2… characters
        before: list[Array] = []
        for step, count in enumerate(active):
            emission = self._emission[:, codes[starts[:count] + step] - HAN[0]]
            if not step:
                score = emission + np.array(self._start)[:, None]
                scores = score
                continue
            previous, score = score[:, :count], np.empty((4, count))
            came = np.empty((4, count), np.uint8)
            for state, (one, other) in enumerate(_BEFORE):
                left = previous[one] + self._transition[one][state] + emission[state]
                right = previous[other] + self._transition[other][state] + emission[state]
                came[state] = np.where(right >= left, other, one)
                score[state] = np.maximum(left, right)
            before.append(came)
            scores[:, :count] = score  # those of the last character, for every run
        states = np.where(scores[_SINGLE] >= scores[_END], _SINGLE, _END)
        for step in range(len(active) - 1, -1, -1):
            now = states[: active[step]]
            begins[starts[: active[step]] + step] = (now == _BEGIN) | (now == _SINGLE)
            if step:
                now[:] = before[step - 1][now, np.arange(len(now))]

    def _join_one(self, codes: Array) -> list[bool]:
        rows: list[list[float]] = self._emission[:, codes - HAN[0]].T.tolist()
        score = [start + emission for start, emission in zip(self._start, rows[0], strict=True)]
        before: list[list[int]] = []
        for row in rows[1:]:
            came, following = [], []
            for (one, other), emission, state in zip(_BEFORE, row, range(4), strict=True):
                left = score[one] + self._transition[one][state] + emission
                right = score[other] + self._transition[other][state] + emission
                came.append(other if right >= left else one)
                following.append(max(left, right))
            before.append(came)
            score = following
        state = _SINGLE if score[_SINGLE] >= score[_END] else _END
        states = [state]
        for came in reversed(before):
            state = came[state]
            states.append(state)
        return [state in (_BEGIN, _SINGLE) for state in reversed(states)]

    def _split_again(self, codes: Array, begins: Flags) -> None:
        """Mark every character of the words that shall not be made."""
        text = text_of(codes)
        starts = np.flatnonzero(begins).tolist()
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            if text[start:end] in self._split:
                begins[start:end] = True
