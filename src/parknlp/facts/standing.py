"""How a company and a park stand to each other in a text: the features from which `located` decides."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .hashing import Hashes
from .named import REFERS, Names, matches, thing
from .reading import Sheet, grown, places_in
from .signs import BREAK, COMMA, ENDS, FIRST_MASK, NUMERALS, QUOTE
from .terms import Bools, Codes, Ints, code_of, flags_of

__all__ = ["CUES", "NAMES", "REFERS", "Look", "marked_lines", "on_the_scene", "thing"]

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

_MARK = 4  # characters at most that mark an item of a list
_MARKS = flags_of("●■◆▲○▶►·•★【—-▪◎□◇(")
_BEHIND = flags_of("0123456789十.、)")
_CALLED = code_of("称")

_BESIDE = ("between", "park", "head", "sentence", "behind")
NAMES: Final = (
    *"ahead told rank others sentences lines distance far commas rivals firms place size before_list before behind_list behind".split(),
    *"before_park behind_park".split(),
    *(f"{where}_{cue}" for cue in (*CUES, "refer") for where in _BESIDE),
    *"opens_sentence opens_line list_opens park_count parks companies company_count most_named first_named row_of_parks".split(),
    *"shared_name company_size park_size full_name money first_mention position surfaces longest introduces new walked_in".split(),
    *"opens_item marked".split(),
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

    Most of the features tell of the company alone, or of the place where the park is told of; these are found once for each.

    Attributes:
        introduced: by group of parks, its first name; ``called``: the short name that is given it (以下简称X), or else the first one.
        walked_in: of each place where a park is told of, whether somebody walks in there (走进X).
    """

    def __init__(self, names: Names) -> None:
        sheet = self.sheet = names.sheet
        self.names = names
        classes = sheet.classes
        start, _, sort = matches(sheet, "cue", CUES)
        self._cues = grown(start, len(classes), _packed(sort))
        signs = places_in(classes, COMMA | ENDS | BREAK)
        found = classes.take(signs)
        ends, lines = found & ENDS > 0, found & BREAK > 0
        counts = _SIGNS.take(ends + 2 * lines + 4 * ((found & (COMMA | ENDS)) == COMMA))
        self._signs = grown(signs, len(classes), counts)
        self._refers = names.told.start[names.told.kind > 0]
        self._ends, self._lines = _behind(signs[ends]), _behind(signs[lines])
        self.introduced = _firsts(names.group)
        self.called = self.introduced.copy()
        before = names.park_start - 1
        given = (sheet.codes.take(before - (sheet.codes.take(before) == QUOTE)) == _CALLED).nonzero()[0]
        self.called[names.group[given]] = given
        self._group = names.group[names.told.park]
        self._pairs = _pairs(sheet.plain)
        self._describe()
        self._firm_pairs = _first_pairs(self._pairs, names.company_start, names.company_end, 12, 0)
        self._park_pairs = _first_pairs(self._pairs, names.park_start, names.park_end, 7, 1)

    def _describe(self) -> None:
        """Find what does not depend on the pair."""
        companies, beside = self._companies()
        parks, behind = self._parks()
        windows = np.concatenate((beside, behind), axis=1)
        words = np.empty((len(CUES) + 1, windows.shape[1]), np.int16)
        self._count(windows, words, 1)
        size = beside.shape[1]
        self._of_company = _table(companies, _MOST_OF_COMPANY, words[:, :size].reshape(-1, size // 3))
        self._of_told = _table(parks, _MOST_OF_PARK, words[:, size:])

    def _companies(self) -> tuple[list[npt.NDArray[Any]], Ints]:
        """What is known of each company, and the windows beside it: before its list, its sentence up to there, behind its list."""
        n, sheet = self.names, self.sheet
        start, end, head, last, firm = n.company_start, n.company_end, n.head, n.last, n.firm
        first, behind = start[head], end[last]
        # where lists start and end, where their companies end, and how many parks were told of before
        self._edges: Ints = np.array([first, behind, end, n.told.start.searchsorted(first)])
        ended = _last(self._ends, first)  # where the sentence of the list starts
        at, size = np.arange(len(start)), end - start
        firsts, own = _firsts(n.surface), _firsts(firm)
        longest = np.zeros(len(own), np.int64)
        np.maximum.at(longest, firm, size)
        own = own[firm]
        sheet_begin = sheet.begin_of_document[n.company_document]
        money = np.logical_or.reduce(self._pairs.take(end - 2) == _MONEY, axis=0)
        rows = [
            at - head,
            last - head + 1,
            *_characters(_BEFORE_COMPANY).take(sheet.codes.take(np.array([first, start]) - 1), mode="clip"),
            *_characters(_AFTER_COMPANY).take(sheet.codes.take(self._edges[1:3]), mode="clip"),
            ended >= first - 3,
            np.bincount(n.company_document[firsts], minlength=len(sheet.docs))[n.company_document],
            np.bincount(n.surface)[n.surface],
            size,
            sheet.plain.take(end - 1) == ord("司"),
            money,
            firsts[n.surface] == at,
            (start - sheet_begin) // 60,
            np.bincount(firm[firsts], minlength=len(longest))[firm],
            size == longest[firm],
            n.surface[own] == n.surface,
            own == at,
            _last(self._lines, first) >= first - _MARK,
            marked_lines(sheet)[n.company_document],
        ]
        sentence = np.maximum(ended, first - _BETWEEN)
        windows = np.array([[np.maximum(first - _NEAR, sentence), sentence, behind], [first, first, behind + _NEAR]])
        return rows, windows.reshape(2, -1)

    def _parks(self) -> tuple[list[npt.NDArray[Any]], Ints]:
        """What is known of each place where a park is told of, and the windows behind it."""
        n, sheet, size = self.names, self.sheet, len(self.sheet.docs)
        start, end, park, group, document = n.told.start, n.told.end, n.told.park, self._group, n.told.document
        count = np.bincount(n.group)
        most = np.zeros(size, np.int64)
        np.maximum.at(most, n.park_document, count[n.group])
        first = n.park_document.searchsorted(np.arange(size))[document]
        cues = self._cues.take(start) - self._cues.take(start - 3)
        walked = cues >> 7 * CUES.index("visit") & _CUE
        self.walked_in: Bools = walked > 0
        rows = [
            n.told.kind,
            _characters(_BEFORE_PARK).take(sheet.codes.take(start - 1), mode="clip"),
            _characters(_AFTER_PARK).take(sheet.codes.take(end), mode="clip"),
            _last(self._ends, start) >= start - 6,
            _last(self._lines, start) >= start - 10,
            count[group],
            np.bincount(n.park_document[self.introduced], minlength=size)[document],
            count[group] == most[document],
            n.group[first] == group,
            n.row[park],
            n.park_end[park] - n.park_start[park],
            walked,
        ]
        return rows, np.array([end, end + _NEAR])

    def _count(self, windows: Ints, found: npt.NDArray[np.int16], most: int) -> None:
        """How often the words of each sort stand in windows, so many times at most.

        Args:
            windows: where they start and end; shape (2, windows).
            found: where to write it; shape (sorts + 1, windows).
            most: so many times.
        """
        np.minimum(windows, len(self.sheet.codes), out=windows)
        cues, refers = self._cues.take(windows), self._refers.searchsorted(windows)
        found[:-1] = (cues[1] - cues[0]) >> _FIELDS & _CUE
        found[-1] = refers[1] - refers[0]
        np.minimum(found, np.int16(most), out=found)

    def between(self, company: Ints, told: Ints) -> tuple[Bools, Ints]:
        """Whether the park is told of before the company's list, and where the text between the two starts and ends."""
        first, last, own, _ = self._edges.take(company, axis=1)
        begin, stop = self.names.told.start[told], self.names.told.end[told]
        ahead = begin < first
        both = np.empty((2, len(company)), np.int64)
        both[0] = np.where(ahead, stop, np.where(begin >= last, last, own))
        np.maximum(np.where(ahead, first, begin), both[0], out=both[1])
        return ahead, both

    def latest(self, company: Ints, told: Ints) -> Bools:
        """Whether no other park is told of between a place where one is and the company's list behind it."""
        found: Bools = self._edges[3, company] - 1 == told
        return found

    def sentences(self, between: Ints) -> Ints:
        """How many sentences end between two places."""
        start, end = self._signs.take(between)
        found: Ints = (end - start) & _SIGN
        return found

    def table(self, company: Ints, told: Ints) -> npt.NDArray[np.int16]:
        """The features of pairs, a row each."""
        ahead, between = self.between(company, told)
        found = np.empty((len(NAMES), len(company)), np.int16)
        found[_OF_COMPANY] = self._of_company.take(company, axis=1)
        found[_OF_TOLD] = self._of_told.take(told, axis=1)
        rows = self._apart(company, told, ahead, between)
        found[_OF_BOTH] = np.minimum(np.array(rows), _MOST_OF_BOTH)
        start, end = between
        np.maximum(start, end - _BETWEEN, out=start, where=ahead)
        np.minimum(end, start + _BETWEEN, out=end, where=~ahead)
        words = np.empty((len(CUES) + 1, len(company)), np.int16)
        self._count(between, words, 2)
        found[_WORDS_BETWEEN] = words
        features: npt.NDArray[np.int16] = found.T
        return features

    def _apart(self, company: Ints, told: Ints, ahead: Bools, between: Ints) -> list[npt.NDArray[Any]]:
        """How far the two are apart, and what is named between."""
        n, (start, end) = self.names, between
        first_sign, last_sign = self._signs.take(between)
        signs, gap = last_sign - first_sign, end - start
        return [
            ahead,
            self._edges[3, company] - 1 - told,
            self._others(told, end),
            signs & _SIGN,
            signs >> 21 & _SIGN,
            np.minimum(60, gap) // 4,
            np.minimum(800, gap) // 50,
            signs >> 42,
            _within(n.park_start, between),
            _within(n.company_start, between),
            self._shared(company, n.told.park[told]),
        ]

    def _others(self, told: Ints, end: Ints) -> Ints:
        """How often other parks are told of between, of the next eight."""
        group, start = self._group, self.names.told.start
        at = told + _NEXT
        inside = at < len(group)
        np.minimum(at, len(group) - 1, out=at)
        found = inside & (start[at] < end) & (group[at] != group[told])
        count: Ints = np.add.reduce(found, axis=0, dtype=np.int64)
        return count

    def _shared(self, company: Ints, park: Ints) -> Bools:
        """Whether the names share two neighbouring characters, as when both begin with a place."""
        same = self._firm_pairs.take(company, axis=0)[:, :, None] == self._park_pairs.take(park, axis=0)[:, None]
        found: Bools = np.logical_or.reduce(same.reshape(len(company), -1), axis=1)
        return found


def marked_lines(sheet: Sheet) -> Ints:
    """By document, how many of its lines begin with a sign or a numeral of a list, or with a heading in brackets (1.、●、【企业】)."""
    behind = sheet.breaks + 1
    first, second = sheet.codes.take(np.array([behind, behind + 1]), mode="clip")
    marked = _MARKS.take(first, mode="clip") | (NUMERALS.take(first, mode="clip") & _BEHIND.take(second, mode="clip"))
    found: Ints = np.bincount(np.maximum(sheet.document_of(behind[marked]), 0), minlength=len(sheet.docs))
    return found


def _table(rows: Sequence[npt.NDArray[Any]], most: Ints, words: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """Features, up to what is most for each, and behind them counts of words."""
    found = np.empty((len(rows) + len(words), words.shape[1]), np.int16)
    np.minimum(np.array(rows), most, out=found[: len(rows)], casting="unsafe")
    found[len(rows) :] = words
    return found


def _rows(names: str) -> tuple[Ints, Ints]:
    """Where features stand, and what is most for each: ``name`` or ``name:most``."""
    pairs = [name.partition(":") for name in names.split()]
    most = [[int(most or 0x7FFF)] for _, _, most in pairs]
    return np.array([NAMES.index(name) for name, _, _ in pairs]), np.array(most)


_COMPANY, _MOST_OF_COMPANY = _rows(
    "place:4 size:8 before_list before behind_list behind list_opens companies:20 company_count:5 company_size:12 full_name money "
    "first_mention position:15 surfaces:4 longest introduces new opens_item marked:6"
)
_TOLD, _MOST_OF_PARK = _rows(
    "told before_park behind_park opens_sentence opens_line park_count:6 parks:6 most_named first_named row_of_parks park_size:14 "
    "walked_in:1"
)
_OF_BOTH, _MOST_OF_BOTH = _rows(
    "ahead rank:4 others:3 sentences:4 lines:3 distance far commas:5 rivals:3 firms:8 shared_name"
)
_WORDS = np.array([[NAMES.index(f"{where}_{cue}") for cue in (*CUES, "refer")] for where in _BESIDE])
_OF_COMPANY, _OF_TOLD = np.append(_COMPANY, _WORDS[2:].T), np.append(_TOLD, _WORDS[1])
_WORDS_BETWEEN = _WORDS[0]

# Counts of several sorts share a whole number, each with bits of its own: fewer cues than 128 start in a window, and fewer signs
# than 2 ** 21 stand between two names that are told of together; sums that overflow do so alike, and differ by what is between.
_CUE, _SIGN = (1 << 7) - 1, (1 << 21) - 1
_FIELDS = 7 * np.arange(len(CUES))[:, None]
_SIGNS = np.array([(at & 1) + ((at >> 1 & 1) << 21) + ((at >> 2) << 42) for at in range(8)])
_NEXT = np.arange(1, 9)[:, None]


def _pairs(plain: Codes) -> Hashes:
    """The two characters that start at each position but the last, as one number."""
    found = plain[:-1].astype(np.uint64)
    found <<= _CHARACTER
    found |= plain[1:]
    return found


def _first_pairs(pairs: Hashes, start: Ints, end: Ints, most: int, none: int) -> Hashes:
    """The first pairs of neighbouring characters of names, ``none`` where a name has fewer; shape (names, most)."""
    at = start[:, None] + np.arange(most)
    return np.where(at < end[:, None] - 1, pairs.take(at, mode="clip"), np.uint64(none))


def _packed(sorts: Ints) -> Ints:
    """Sorts as counts: for each bit that is set, one in its field."""
    found: Ints = np.bitwise_or.reduce((sorts >> _FIELDS // 7 & 1) << _FIELDS, axis=0)
    return found


def _firsts(numbers: Ints) -> Ints:
    """Where each number comes first."""
    found = np.zeros(int(np.maximum.reduce(numbers)) + 1, np.int64)
    found[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)  # the first is written last
    return found


def _behind(places: Ints) -> Ints:
    """0, and what is behind each place."""
    found = np.zeros(len(places) + 1, np.int64)
    np.add(places, 1, out=found[1:])
    return found


def _last(behind: Ints, position: Ints) -> Ints:
    """Behind the last of some places before each position, or 0."""
    return behind.take(behind[1:].searchsorted(position, "right"))


def _within(places: Ints, between: Ints) -> Ints:
    """How many of some places lie between."""
    start, end = places.searchsorted(between)
    found: Ints = np.maximum(0, end - start)
    return found
