"""What of the words and signs of a batch stands at, before and behind each position: how phrases are cut."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .reading import Sheet, last_before, places_in
from .signs import BARRIERS, MASKS, OPENS, SIGNS, STOPS, TURN, TURN_PART
from .terms import Bools, Ints, ending, starting

_DE, _AFTER = ord("的"), ord("后")
_CUTS = 8  # words and signs, at most, that are cut at either end of a phrase
_ROUNDS = 3
_NONE = np.array([-1])


class _Steps(NamedTuple):
    """By node, how far a phrase is cut.

    Attributes:
        back: at its end, behind a word that ends there; ``ahead``: at its start.
        leads: whether a general word or a place may be cut at the start.
    """

    back: Ints
    ahead: Ints
    leads: Bools


@functools.cache
def _steps() -> _Steps:
    back = np.where(ending("amount", "count", "act", "whole") > 0, 0, ending("adverb", "tail", "do"))
    kept, cut = starting("amount", "count", "act", "whole"), starting("adverb", "lead", "do")
    general = starting("generic")
    leads = ((general > 0) & (general >= kept)) | ((starting("place") > 0) & (kept <= cut))
    return _Steps(back, np.where((kept > cut) | (general > cut), 0, cut), leads)  # 该区 goes whole


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
        after = after[ending("lead").take(sheet.words.end.take(after + 1)) > 1]  # 新厂房投用后|年产能
        self._turns = _with_none(np.sort(np.concatenate((turns, after))))
        self._barriers = _with_none(places_in(classes, BARRIERS))
        self._find_nouns()
        self._parting = np.append(sheet.words.places("states"), len(classes))
        self.acts = sheet.words.matches("act")

    def _find_nouns(self) -> None:
        start = self.sheet.words.start
        words = starting("amount", "count", "whole").take(start)  # those that stay whole
        begins = (words > 0).nonzero()[0]
        head = starting("amount", "count").take(start.take(begins))
        noun = head > 0
        nouns, ends = begins[noun], begins[noun] + head[noun]
        self._stops = uncovered((self.sheet.classes & STOPS) > 0, begins, words.take(begins))
        self._noun_ends = _with_none(np.sort(ends))
        self._nouns = np.concatenate((nouns, (len(words) - 1,)))  # the last stands for none

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
        return self._stops.take(self._stops.searchsorted(position))

    def noun(self, position: Ints) -> Ints:
        """Where the next noun of the lists starts, or the end of the text."""
        return self._nouns.take(self._nouns.searchsorted(position))

    def parting(self, position: Ints) -> Ints:
        """Where the next verb starts that parts who from what (企业|实现税收), or the end of the text."""
        return self._parting.take(self._parting.searchsorted(position))

    def noun_end(self, position: Ints) -> Ints:
        """The last end of a noun of the lists up to each position, or -1."""
        return _last(self._noun_ends, position + 1)

    def strip_tail(self, start: Ints, end: Ints) -> Ints:
        """Where phrases end without the words that say nothing."""
        back, last, classes = _steps().back, self.sheet.words.end, self.sheet.classes

        def step(position: Ints) -> Ints:
            found: Ints = np.where(classes.take(position - 1) & SIGNS, 1, back.take(last.take(position)))
            return -found

        return np.maximum(_moved(end, step), start)

    def strip_lead(self, start: Ints, end: Ints) -> Ints:
        """Where phrases start behind the words that lead to them: those without meaning, general words and places."""
        words, leads = self.sheet.words, _steps().leads
        start = np.minimum(self.led(start), end)
        some = leads.take(words.start.take(start)).nonzero()[0]
        for again in range(_ROUNDS):
            if not len(some):
                break
            here, stop = start[some], end[some]
            here += self._step(here, stop)
            if again < _ROUNDS - 1:
                here = np.minimum(self.led(here), stop)
            start[some] = here
            some = some[leads.take(words.start.take(here))]
        return np.minimum(self.led(start), end)

    def led(self, position: Ints, least: int = 1) -> Ints:
        """The positions behind the words without meaning that start there, of so many characters at least."""
        ahead, first, classes = _steps().ahead, self.sheet.words.start, self.sheet.classes

        def step(position: Ints) -> Ints:
            size = ahead.take(first.take(position))
            if least > 1:
                size *= size >= least
            found: Ints = np.where(classes.take(position, mode="clip") & OPENS, 1, size)
            return found

        return _moved(position, step)

    def _step(self, start: Ints, end: Ints) -> Ints:
        """How long the general word or the place is that may be cut at the start of each phrase."""
        words = self.sheet.words
        node = words.start.take(start)
        general, place = starting("generic").take(node), self.sheet.place_at(start)
        length = general + (self.sheet.codes.take(start + general) == _DE)
        rest = end - start
        fits = (general > 0) & (rest - length >= 2)
        told = starting("do", "lead").take(words.start.take(start + general)) > 0  # 企业完成投资 is no sort of 企业投资
        hosts = starting("host").take(node) == general
        fits &= (starting("count").take(node) != general) | hosts | told
        found: Ints = np.where(fits, length, place * (rest - place >= 2))
        return found


def _moved(position: Ints, step: Callable[[Ints], Ints]) -> Ints:
    """The positions, moved by a step as long as there is one."""
    found: Ints = position.copy()
    here, some = position, None
    for _ in range(_CUTS):
        size = step(here)
        moved = size.nonzero()[0]
        if not len(moved):
            break
        here = here[moved] + size[moved]
        some = moved if some is None else some[moved]
        found[some] = here
    return found


def uncovered(flags: Bools, starts: Ints, sizes: Ints) -> Ints:
    """The flagged positions that lie in none of some words; the flags there are cleared."""
    for offset in range(int(sizes.max(initial=0))):
        some = sizes > offset
        starts, sizes = starts[some], sizes[some]
        flags[starts + offset] = False
    return flags.nonzero()[0]


def _last(places: Ints, position: Ints) -> Ints:
    """The last of some places before each position; the first of them is -1 and stands for none."""
    return places.take(places[1:].searchsorted(position))


def _with_none(places: Ints) -> Ints:
    found: Ints = np.concatenate((_NONE, places))
    return found
