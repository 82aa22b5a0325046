"""The phrases that open sentences, which a statement may be about (今年以来,|滨江新城|建成…), found for a whole batch at once."""

from __future__ import annotations

from typing import Final

import numpy as np

from .marks import Marks, uncovered
from .reading import Sheet, followed
from .signs import MASK, NUMERALS
from .terms import Bools, Codes, Ints, ending, flags_of, starting

_SIGNS = flags_of(" \t\r\n“‘”\"'·•.、()【】[]")
_BEHIND_NUMERAL = flags_of(".、)]】")
# what ends a phrase, unless the words `unbroken` have it in them
_STOPS = flags_of(
    " \t\r\n,;:。!?、()的较比在将已有为是与把从由达超近约实现共总累计预也还却则仍受占" + "".join(MASK.values())
)
_BESIDE = flags_of(",的")  # behind a word that leads to the phrase
_LEADS: Final = 4
LONGEST: Final = 12


def openings(sheet: Sheet, marks: Marks, sentence: Ints) -> tuple[Ints, Ints, Ints]:
    """The phrases that open some sentences: (sentences, starts, ends) of those that are opened by one.

    Args:
        sheet: the batch.
        marks: its marks.
        sentence: the sentences, in order.
    """
    words = sheet.words
    start = _behind_leads(sheet, _behind_numerals(sheet.codes, sheet.sentences[sentence]))
    stops = _stops(sheet)
    stop = stops[stops.searchsorted(start)]
    keep = (stop - start <= LONGEST) & (stop < sheet.sentences[sentence + 1])
    sentence, stop = sentence[keep], stop[keep]
    start = np.minimum(marks.led_far(start[keep]), stop)
    end = np.minimum(stop, marks.parting(start + 2))  # 青山区|举行
    end -= ending("rise", "fall")[words.end[end]]  # 药业|增长
    noun = ending("amount")[words.end[end]]  # 基地|产值
    end = marks.strip_tail(start, np.maximum(end - noun, start))
    keep = end - start > 1 + (noun > 0)  # but not 一期|占地
    keep &= starting("goal")[words.start[start]] == 0  # nor 争取
    return sentence[keep], start[keep], end[keep]


def _stops(sheet: Sheet) -> Ints:
    """Where phrases end; there are line breaks behind everything."""
    starts, ends = sheet.words.matches("unbroken")
    return uncovered(_STOPS.take(sheet.codes, mode="clip"), starts, ends - starts)


def _behind_numerals(codes: Codes, position: Ints) -> Ints:
    """The positions behind the signs and the numeral of a list that stand there (1.、（一）、【)."""
    at = _behind(codes, position, _SIGNS, 4)
    some = NUMERALS.take(codes[at], mode="clip").nonzero()[0]
    behind = _behind(codes, at[some], NUMERALS, 3)
    listed = _BEHIND_NUMERAL.take(codes[behind], mode="clip")
    at[some[listed]] = _behind(codes, behind[listed] + 1, _SIGNS, 2)
    return at


def _behind(codes: Codes, position: Ints, signs: Bools, most: int) -> Ints:
    """The positions behind so many of these signs at most."""
    at: Ints = position.copy()
    some = np.arange(len(at))
    for _ in range(most):
        some = some[signs.take(codes[at[some]], mode="clip")]
        if not len(some):
            break
        at[some] += 1
    return at


def _behind_leads(sheet: Sheet, position: Ints) -> Ints:
    """The positions behind the words and the times that lead to a phrase there."""
    codes, leads = sheet.codes, starting("leading")
    times = followed(sheet.start[sheet.times], len(codes))
    sizes = followed(sheet.end[sheet.times], 0) - times
    found: Ints = position.copy()
    at, some = position, np.arange(len(position))
    for _ in range(_LEADS):
        time = times.searchsorted(at)
        size = np.where(times[time] == at, sizes[time], leads[sheet.words.start[at]])
        moved = (size > 0).nonzero()[0]
        if not len(moved):
            break
        some, at = some[moved], at[moved] + size[moved]
        at += _BESIDE.take(codes[at], mode="clip")
        found[some] = at
    return found
