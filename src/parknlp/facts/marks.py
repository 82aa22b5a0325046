"""What of the words and signs of a batch stands at, before and behind each position: how phrases are cut."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .reading import Sheet, followed, last_before, places_in
from .signs import BARRIERS, MASKS, OPENS, SIGNS, STOPS, TURN, TURN_PART
from .terms import Bools, Ints, code_of, ending, starting

Sizes = npt.NDArray[np.int8]

_DE, _AFTER = map(code_of, "的后")
_DOUBLED = 3  # so that eight words and signs are cut, at most, at either end of a phrase
_ROUNDS = 3
_NONE = np.array([-1])


class _Steps(NamedTuple):
    """By node, how far a phrase is cut.

    Attributes:
        back: at its end, behind a word that ends there, below 0; ``ahead``: at its start.
        leads: whether a general word or a place may be cut at the start.
    """

    back: Sizes
    ahead: Sizes
    leads: Bools


@functools.cache
def _steps() -> _Steps:
    back = np.where(ending("amount", "count", "act", "whole") > 0, 0, -ending("adverb", "tail", "do"))
    kept, cut = starting("amount", "count", "act", "whole"), starting("adverb", "lead", "do")
    general = starting("generic")
    leads = ((general > 0) & (general >= kept)) | ((starting("place") > 0) & (kept <= cut))
    ahead = np.where((kept > cut) | (general > cut), 0, cut)  # 该区 goes whole
    return _Steps(back.astype(np.int8), ahead.astype(np.int8), leads)


class Marks:
    """The marks of a batch.

    Attributes:
        mask: the last masked position before each, or -1.
        acts: where verbs of the lists stand: starts and ends.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        classes = sheet.classes
        masks = (classes & MASKS) > 0
        self.mask = last_before(masks)
        self._runs = _with_none(np.greater(masks[1:], masks[:-1]).nonzero()[0] + 1)
        turns = places_in(classes, TURN)
        turns = turns[(classes.take(turns + 1, mode="clip") & TURN_PART) == 0]
        after = (sheet.codes == _AFTER).nonzero()[0]
        after = after[ending("lead")[sheet.words.end[after + 1]] > 1]  # 新厂房投用后|年产能
        self._turns = np.concatenate((_NONE, turns, after))
        self._turns.sort()
        self._barriers = _with_none(places_in(classes, BARRIERS))
        self._find_nouns()
        self._parting = followed(sheet.words.places("states"), len(classes))
        self.acts = sheet.words.matches("act")

    def _find_nouns(self) -> None:
        start = self.sheet.words.start
        words = starting("amount", "count", "whole").take(start)  # those that stay whole
        begins = (words > 0).nonzero()[0]
        head = starting("amount", "count").take(start.take(begins))
        noun = head > 0
        nouns, ends = begins[noun], begins[noun] + head[noun]
        self._stops = uncovered((self.sheet.classes & STOPS) > 0, begins, words.take(begins))
        ends.sort()
        self._noun_ends = _with_none(ends)
        self._nouns = followed(nouns, len(words) - 1)  # the last stands for none

    def run(self, position: Ints) -> Ints:
        """Where the last masks before each position start, or -1."""
        return _last(self._runs, position)

    def turn(self, position: Ints) -> Ints:
        """The last word before each position that brings a new topic, or -1."""
        return _last(self._turns, position)

    def barrier(self, position: Ints) -> Ints:
        """The last sign before each position that no name crosses, or -1."""
        return _last(self._barriers, position)

    def stop(self, position: Ints) -> Ints:
        """Where a noun phrase ends that starts at each position; there are line breaks behind everything."""
        return self._stops[self._stops.searchsorted(position)]

    def noun(self, position: Ints) -> Ints:
        """Where the next noun of the lists starts, or the end of the text."""
        return self._nouns[self._nouns.searchsorted(position)]

    def parting(self, position: Ints) -> Ints:
        """Where the next verb starts that parts who from what (企业|实现税收), or the end of the text."""
        return self._parting[self._parting.searchsorted(position)]

    def noun_end(self, position: Ints) -> Ints:
        """The last end of a noun of the lists up to each position, or -1."""
        return _last(self._noun_ends, position + 1)

    @functools.cached_property
    def _cut(self) -> Sizes:
        """By position, how far words that say nothing are cut: those before it, those behind it, only those of two characters and more."""
        classes, words, steps = self.sheet.classes, self.sheet.words, _steps()
        sizes = np.zeros((3, len(classes) + 1), np.int8)
        back, ahead, far = sizes
        back[1:] = np.where(classes & SIGNS > 0, -1, steps.back.take(words.end[1:]))
        opens, size = classes & OPENS > 0, steps.ahead.take(words.start[:-1])
        ahead[:-1] = np.where(opens, 1, size)
        far[:-1] = np.where(opens, 1, size * (size > 1))
        _chain(sizes.reshape(-1))
        return sizes

    def strip_tail(self, start: Ints, end: Ints) -> Ints:
        """Where phrases end without the words that say nothing."""
        found: Ints = np.maximum(end + self._cut[0][end], start)
        return found

    def led(self, position: Ints) -> Ints:
        """The positions behind the words without meaning that start there."""
        found: Ints = position + self._cut[1][position]
        return found

    def led_far(self, position: Ints) -> Ints:
        """The same, but only behind words of two characters and more."""
        found: Ints = position + self._cut[2][position]
        return found

    def strip_lead(self, start: Ints, end: Ints) -> Ints:
        """Where phrases start behind the words that lead to them: those without meaning, general words and places."""
        words, leads = self.sheet.words, _steps().leads
        start = np.minimum(self.led(start), end)
        some = leads[words.start[start]].nonzero()[0]
        for again in range(_ROUNDS):
            if not len(some):
                break
            here, stop = start[some], end[some]
            here += self._step(here, stop)
            if again < _ROUNDS - 1:
                here = np.minimum(self.led(here), stop)
            start[some] = here
            some = some[leads[words.start[here]]]
        return np.minimum(self.led(start), end)

    def _step(self, start: Ints, end: Ints) -> Ints:
        """How long the general word or the place is that may be cut at the start of each phrase."""
        words = self.sheet.words
        node = words.start[start]
        general, place = starting("generic")[node], self.sheet.place_sizes[start]
        length = general + (self.sheet.codes[start + general] == _DE)
        rest = end - start
        fits = (general > 0) & (rest - length >= 2)
        told = starting("do", "lead")[words.start[start + general]] > 0  # 企业完成投资 is no sort of 企业投资
        hosts = starting("host")[node] == general
        fits &= (starting("count")[node] != general) | hosts | told
        found: Ints = np.where(fits, length, place * (rest - place >= 2))
        return found


def _chain(sizes: Sizes) -> None:
    """Turn the size of a step from each position into that of all the steps that follow one another from there."""
    some = (sizes != 0).nonzero()[0]
    to = some + sizes.take(some)
    for _ in range(_DOUBLED):
        to += sizes.take(to)
        sizes[some] = to - some


def uncovered(flags: Bools, starts: Ints, sizes: Ints) -> Ints:
    """The flagged positions that lie in none of some words; the flags there are cleared."""
    ends = sizes.cumsum()
    inside = (starts + sizes - ends).repeat(sizes)
    inside += np.arange(len(inside))
    flags[inside] = False
    return flags.nonzero()[0]


def _last(places: Ints, position: Ints) -> Ints:
    """The last of some places before each position; the first of them is -1 and stands for none."""
    return places[places[1:].searchsorted(position)]


def _with_none(places: Ints) -> Ints:
    found: Ints = np.concatenate((_NONE, places))
    return found
