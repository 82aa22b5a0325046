"""How a company and a park stand to each other in a text: the features from which `located` decides."""

from __future__ import annotations

import functools
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .hashing import Hashes
from .named import REFERS, Names, matches, thing
from .reading import grown, places_in
from .signs import BREAK, COMMA, ENDS, FIRST_MASK
from .terms import Bools, Codes, Ints

__all__ = ["CUES", "NAMES", "REFERS", "Look", "on_the_scene", "thing"]

CUES: Final = ("settle", "visit", "have", "build", "partner", "owner", "run", "away", "met")
_BETWEEN = 60  # characters between a company and a park in which words are looked at
_NEAR = 14  # and beside them
_C, _P = chr(FIRST_MASK), chr(FIRST_MASK + 1)
_BEFORE_COMPANY = (
    "的",
    "、",
    "为向给由被对从跟让替供",
    ",。!?;\n:",
    "在于",
    "有聚引",
    '“"‘(《',
    "和与及同",
    _C + _P,
    "做造产搞生",
)
_AFTER_COMPANY = ("等", "的", ",", "。!?;\n", "、和与及", "在", '“”"()', _P, "投落签入")
_BEFORE_PARK = ("在于入进到户驻", "与和、及", "距离", "。!?\n,;:", "是为", "由", '“(《"', _C, "从")
_AFTER_PARK = ("的", "内里中", ",:", "有聚集引", "、和与及", "。!?;\n", _C, '”)"', "招管党签完实现")
_CHARACTER = np.uint64(21)  # bits of a character
_MONEY = np.array(
    [[ord(pair[0]) << 21 | ord(pair[1])] for pair in "银行 基金 资本 投资 证券 创投 保险 信托".split()], np.uint64
)

_BESIDE = ("between", "park", "head", "sentence", "behind")
NAMES: Final = (
    *"ahead told rank others sentences lines distance far commas rivals firms place size before_list before behind_list behind".split(),
    *"before_park behind_park".split(),
    *(f"{where}_{cue}" for cue in (*CUES, "refer") for where in _BESIDE),
    *"opens_sentence opens_line list_opens park_count parks companies company_count most_named first_named row_of_parks".split(),
    *"shared_name company_size park_size full_name money first_mention position surfaces longest introduces new walked_in".split(),
)
"""The features, in the order of the columns."""


def on_the_scene(table: npt.NDArray[np.int16]) -> Bools:
    """Pairs of a reportage: the paragraph walks into the park and then meets somebody of the company, with no other park between."""
    ahead, walked, met, lines, others = (table[:, column] for column in _SCENE)
    found: Bools = (ahead > 0) & (walked > 0) & (met > 0) & (lines == 0) & (others == 0)
    return found


_SCENE = [NAMES.index(name) for name in ("ahead", "walked_in", "behind_met", "lines", "others")]


@functools.cache
def _characters(groups: tuple[str, ...]) -> npt.NDArray[np.int16]:
    found = np.zeros(0x10000, np.int16)
    for number, group in enumerate(groups, 1):
        found[[ord(character) for character in group]] = number
    return found


class Look:
    """What stands at and between companies and parks.

    Attributes:
        introduced: by group of parks, its first name.
    """

    def __init__(self, names: Names) -> None:
        sheet = self.sheet = names.sheet
        self.names = n = names
        classes, size = sheet.classes, len(sheet.docs)
        start, sort = matches(sheet, "cue", CUES)
        self._cues = grown(start, len(classes), _packed(sort))
        signs = places_in(classes, COMMA | ENDS | BREAK)
        found = classes.take(signs)
        ends, lines = found & ENDS > 0, found & BREAK > 0
        counts = _SIGNS.take(ends + 2 * lines + 4 * ((found & (COMMA | ENDS)) == COMMA))
        self._signs = grown(signs, len(classes), counts)
        self._refers = n.told.start[n.told.kind > 0]
        self._ends, self._lines = _behind(signs[ends]), _behind(signs[lines])
        firsts = self.introduced = _firsts(n.group)
        self.park_count = np.bincount(n.group)
        self.parks = np.bincount(n.park_document[firsts], minlength=size)
        self.most = np.zeros(size, np.int64)
        np.maximum.at(self.most, n.park_document, self.park_count[n.group])
        self.first_park = n.park_document.searchsorted(np.arange(size))
        self._firms(size)

    def _firms(self, size: int) -> None:
        n, plain = self.names, self.sheet.plain
        firsts = self.first_of_surface = _firsts(n.surface)
        self.company_count = np.bincount(n.surface)
        self.companies = np.bincount(n.company_document[firsts], minlength=size)
        self.first_of_firm = _firsts(n.firm)
        self.surfaces = np.bincount(n.firm[firsts], minlength=len(self.first_of_firm))
        self.longest = np.zeros(len(self.first_of_firm), np.int64)
        np.maximum.at(self.longest, n.firm, n.company_end - n.company_start)
        self.money = np.logical_or.reduce(_pair(plain, n.company_end - 2) == _MONEY, axis=0)
        self.full = plain.take(n.company_end - 1) == ord("司")
        self._firm_pairs = _pairs(plain, n.company_start, n.company_end, 12, 0)
        self._park_pairs = _pairs(plain, n.park_start, n.park_end, 7, 1)

    def between(self, company: Ints, told: Ints) -> tuple[Bools, Ints, Ints]:
        """Whether the park is told of before the company's list, and the text between the two."""
        n = self.names
        first, last = n.company_start[n.head[company]], n.company_end[n.last[company]]
        begin, stop = n.told.start[told], n.told.end[told]
        ahead = begin < first
        start = np.where(ahead, stop, np.where(begin >= last, last, n.company_end[company]))
        end = np.maximum(np.where(ahead, first, begin), start)
        return ahead, start, end

    def sentences(self, start: Ints, end: Ints) -> Ints:
        """How many sentences end between two places."""
        found: Ints = (self._signs.take(end) - self._signs.take(start)) & _SIGN
        return found

    def table(self, company: Ints, told: Ints) -> npt.NDArray[np.int16]:
        """The features of pairs, a row each."""
        n = self.names
        ahead, start, end = self.between(company, told)
        head, last = n.head[company], n.last[company]
        first, behind = n.company_start[head], n.company_end[last]
        ended = _last(self._ends, first)  # where the sentence of the list starts
        found = np.empty((len(NAMES), len(company)), np.int16)
        found[:_WORDS] = [
            *self._apart(told, ahead, start, end, first),
            np.minimum(4, company - head),
            np.minimum(8, last - head + 1),
            *self._beside(company, told, first, behind),
        ]
        sentence = np.maximum(ended, first - _BETWEEN)
        p1 = n.told.end[told]
        windows = np.array(
            [
                np.where(ahead, np.maximum(start, end - _BETWEEN), start),
                p1,
                np.maximum(first - _NEAR, sentence),
                sentence,
                behind,
                np.where(ahead, end, np.minimum(end, start + _BETWEEN)),
                p1 + _NEAR,
                first,
                first,
                behind + _NEAR,
            ]
        )
        self._count(windows, found[_WORDS:_REST])
        found[_REST:] = self._whole(company, told, ended >= first - 3)
        rows: npt.NDArray[np.int16] = found.T
        return rows

    def _apart(self, told: Ints, ahead: Bools, start: Ints, end: Ints, first: Ints) -> list[npt.NDArray[Any]]:
        """How far the two are apart, and what is named between."""
        n, gap = self.names, end - start
        signs = self._signs.take(end) - self._signs.take(start)
        return [
            ahead,
            n.told.kind[told],
            np.minimum(4, n.told.start.searchsorted(first) - 1 - told),
            self._others(told, end),
            np.minimum(4, signs & _SIGN),
            np.minimum(3, signs >> 21 & _SIGN),
            np.minimum(60, gap) // 4,
            np.minimum(800, gap) // 50,
            np.minimum(5, signs >> 42),
            np.minimum(3, _within(n.park_start, start, end)),
            np.minimum(8, _within(n.company_start, start, end)),
        ]

    def _beside(self, company: Ints, told: Ints, first: Ints, behind: Ints) -> list[npt.NDArray[Any]]:
        """The characters before and behind the list, the company and the park."""
        n, codes = self.names, self.sheet.codes
        before = codes.take(np.array([first, n.company_start[company], n.told.start[told]]) - 1)
        after = codes.take(np.array([behind, n.company_end[company], n.told.end[told]]))
        return [
            *_characters(_BEFORE_COMPANY).take(before[:2], mode="clip"),
            *_characters(_AFTER_COMPANY).take(after[:2], mode="clip"),
            _characters(_BEFORE_PARK).take(before[2], mode="clip"),
            _characters(_AFTER_PARK).take(after[2], mode="clip"),
        ]

    def _count(self, windows: Ints, found: npt.NDArray[np.int16]) -> None:
        """How often the words of each sort stand in each of five windows, once at most but twice in the first.

        Args:
            windows: where the windows start, then where they end; shape (10, pairs).
            found: where to write it; shape ((sorts + 1) * 5, pairs).
        """
        np.minimum(windows, len(self.sheet.codes), out=windows)
        cues, refers = self._cues.take(windows), self._refers.searchsorted(windows)
        by_sort = found.reshape(len(CUES) + 1, 5, -1)
        by_sort[:-1] = (cues[5:] - cues[:5]) >> _FIELDS & _CUE
        by_sort[-1] = refers[5:] - refers[:5]
        np.minimum(by_sort, _MOST, out=by_sort)

    def _whole(self, company: Ints, told: Ints, opens: Bools) -> list[npt.NDArray[Any]]:
        """What the document tells of the two; ``opens`` says whether the list opens its sentence."""
        n = self.names
        park, p0 = n.told.park[told], n.told.start[told]
        group, document, surface, firm = n.group[park], n.park_document[park], n.surface[company], n.firm[company]
        c0, size = n.company_start[company], n.company_end[company] - n.company_start[company]
        cues = self._cues.take(p0) - self._cues.take(p0 - 3)
        first_of_firm = self.first_of_firm[firm]
        return [
            _last(self._ends, p0) >= p0 - 6,
            _last(self._lines, p0) >= p0 - 10,
            opens,
            np.minimum(6, self.park_count[group]),
            np.minimum(6, self.parks[document]),
            np.minimum(20, self.companies[document]),
            np.minimum(5, self.company_count[surface]),
            self.park_count[group] == self.most[document],
            n.group[self.first_park[document]] == group,
            n.row[park],
            self._shared(company, park),
            np.minimum(12, size),
            np.minimum(14, n.park_end[park] - n.park_start[park]),
            self.full[company],
            self.money[company],
            self.first_of_surface[surface] == company,
            np.minimum(15, (c0 - self.sheet.begin_of_document[document]) // 60),
            np.minimum(4, self.surfaces[firm]),
            size == self.longest[firm],
            n.surface[first_of_firm] == surface,
            first_of_firm == company,
            (cues >> 7 * CUES.index("visit") & _CUE) > 0,
        ]

    def _others(self, told: Ints, end: Ints) -> Ints:
        """How often other parks are told of between, up to 3."""
        n = self.names
        group = n.group[n.told.park]
        at = told + _NEXT
        inside = at < len(group)
        np.minimum(at, len(group) - 1, out=at)
        found = inside & (n.told.start[at] < end) & (group[at] != group[told])
        count: Ints = np.minimum(3, np.add.reduce(found, axis=0, dtype=np.int64))
        return count

    def _shared(self, company: Ints, park: Ints) -> Bools:
        """Whether the names share two neighbouring characters, as when both begin with a place."""
        same = self._firm_pairs.take(company, axis=0)[:, :, None] == self._park_pairs.take(park, axis=0)[:, None]
        found: Bools = np.logical_or.reduce(same.reshape(len(company), -1), axis=1)
        return found


# Counts of several sorts share a whole number, each with bits of its own: fewer cues than 128 start in a window, and fewer signs
# than 2 ** 21 stand between two names that are told of together; sums that overflow do so alike, and differ by what is between.
_CUE, _SIGN = (1 << 7) - 1, (1 << 21) - 1
_FIELDS = 7 * np.arange(len(CUES))[:, None, None]
_SIGNS = np.array([(at & 1) + ((at >> 1 & 1) << 21) + ((at >> 2) << 42) for at in range(8)])
_MOST = np.array([2, 1, 1, 1, 1], np.int16)[:, None]
_NEXT = np.arange(1, 9)[:, None]
_WORDS = NAMES.index("between_settle")  # the first feature that counts words
_REST = NAMES.index("opens_sentence")  # the first behind them


def _pair(codes: Codes, at: Ints) -> Hashes:
    """The two characters that start at each position, as one number."""
    found: Hashes = codes.take(at, mode="clip").astype(np.uint64) << _CHARACTER | codes.take(at + 1, mode="clip")
    return found


def _pairs(codes: Codes, start: Ints, end: Ints, most: int, none: int) -> Hashes:
    """The first pairs of neighbouring characters of names, ``none`` where a name has fewer; shape (names, most)."""
    at = start[:, None] + np.arange(most)
    return np.where(at < end[:, None] - 1, _pair(codes, at), np.uint64(none))


def _packed(sorts: Ints) -> Ints:
    """Sorts as counts: for each bit that is set, one in its field."""
    found: Ints = np.bitwise_or.reduce((sorts >> _FIELDS[:, 0] // 7 & 1) << _FIELDS[:, 0], axis=0)
    return found


def _firsts(numbers: Ints) -> Ints:
    """Where each number comes first."""
    found = np.zeros(int(np.maximum.reduce(numbers)) + 1, np.int64)
    found[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)  # the first is written last
    return found


def _behind(places: Ints) -> Ints:
    """0, and what is behind each place."""
    return np.append(0, places + 1)


def _last(behind: Ints, position: Ints) -> Ints:
    """Behind the last of some places before each position, or 0."""
    return behind.take(behind[1:].searchsorted(position, "right"))


def _within(places: Ints, start: Ints, end: Ints) -> Ints:
    found: Ints = places.searchsorted(end) - places.searchsorted(start)
    return np.maximum(0, found)
