"""Who a statement may be about: the mentions before and behind its number, and those of the sentences before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .features import Atoms, Features
from .mentions import (
    COMPANY_SORT,
    GENERAL,
    INSTITUTION_SORT,
    MATTERS,
    MENTION,
    PARK_SORT,
    PLACE,
    QUOTED,
    Mentions,
    mention_features,
)
from .pieces import Piece
from .placing import DRAFT, SORTS, Candidates, Judge, Stated, boundaries, listed
from .reading import cells, followed, grown, places_of
from .terms import Ints, code_of, ending, starting

if TYPE_CHECKING:
    from .choices import Reader

# where a candidate stands
CLAUSE, SENTENCE, AFTER, OWN, OPENING, PREVIOUS_OPENING, LEFT = range(7)
PREVIOUS, PREVIOUS_COMPANY, PREVIOUS_PARK, PREVIOUS_PLACE = range(7, 11)
PREVIOUS_MATTER, PREVIOUS_QUOTED, PREVIOUS_GENERAL = range(11, 14)
PARAGRAPH, FIRST, FIRST_PLACE, MAIN = range(14, 18)

_BEFORE = 8  # mentions of the sentence before the number that are looked at
_BEHIND = 3
_REACH = 200  # characters behind the number
_NAMES = (COMPANY_SORT, PARK_SORT, INSTITUTION_SORT)
_BACK = {
    PREVIOUS: _NAMES,
    PREVIOUS_COMPANY: (COMPANY_SORT,),
    PREVIOUS_PARK: (PARK_SORT,),
    PREVIOUS_PLACE: (PLACE,),
    PREVIOUS_MATTER: (MATTERS,),
    PREVIOUS_QUOTED: (QUOTED,),
    PREVIOUS_GENERAL: (GENERAL,),
}  # what is looked back for, by the sorts that it may have; general words are the last
_AHEAD = (_NAMES, (PLACE,))


def subject_candidates(reader: Reader, known: Stated) -> Candidates:
    """Who each statement may be about."""
    numbers, at = reader.numbers, known.number
    own, head = reader.pieces.of("own"), reader.pieces.of("head")
    phrase = Piece(own.start[at], own.end[at])
    verb = reader.marks.parting(phrase.start)
    stop = np.where(head.size[at] > 0, head.start[at], phrase.start)
    rest = reader.marks.strip_tail(phrase.start, np.minimum(stop, verb))
    phrase = Piece(phrase.start, np.where(verb < phrase.end, phrase.start, phrase.end))
    mentions = Mentions(reader.sheet, reader.marks, numbers.sentence[at], phrase, rest)
    return _Offer(reader, known, mentions).candidates()


class _Offer:
    """The mentions that each draft is offered: a row for each way to come by one, a column a draft, -1 for none."""

    def __init__(self, reader: Reader, known: Stated, mentions: Mentions) -> None:
        self.reader, self.known, self.mentions = reader, known, mentions
        numbers, at = reader.numbers, known.number
        self.here, self.stop, self.clause, self.begin, self.left = (
            column[at] for column in (numbers.start, numbers.end, numbers.clause, numbers.begin, numbers.left)
        )
        self.sentence, self.document = numbers.sentence[at], numbers.document[at]
        places = np.array([self.begin, self.here, np.minimum(numbers.stop[at], self.here + _REACH)])
        # the first mention behind each of these places
        self.first, self.middle, self.last = mentions.start[: mentions.count].searchsorted(places)
        self.grid, self.where = np.empty((2, len(_ORDER), len(at)), np.int64)
        self._inside()
        self._elsewhere()
        self._own()
        self.where[_BEFORE:] = _WHERE

    def _inside(self) -> None:
        """Those before and behind the number in its sentence."""
        m = self.mentions
        near = self.middle - _STEPS
        place = m.start.take(near, mode="clip")
        self.grid[:_BEFORE] = np.where(near >= self.first, near, -1)
        self.where[:_BEFORE] = _INSIDE.take((place >= self.clause) + (place >= self.left).astype(np.int64))
        behind = self.middle + _AFTER
        fits = (behind < self.last) & _BEHIND_SORTS.take(m.sort.take(behind, mode="clip"))
        self.grid[_BEFORE:_ELSEWHERE] = np.where(fits, behind, -1)

    def _elsewhere(self) -> None:
        """Those that open sentences, stand in sentences before, begin the paragraph or the document, or come most often.

        Only the first draft of a sentence is offered them: what it chose, the next ones have as what the statement before was about.
        """
        m, sheet = self.mentions, self.reader.sheet
        self.earlier = m.before(*_BACK.values())
        some = self.known.gap.nonzero()[0]
        sentence, document, first = self.sentence[some], self.document[some], self.first[some]
        begin = sheet.begin_of_document[document]
        line = np.maximum(self.reader.line_start(self.begin[some]), begin)
        of_line, of_document = m.start[: m.count].searchsorted(np.array([line, begin]))
        grid = np.empty((_OWN - _ELSEWHERE, len(some)), np.int64)
        back, ahead, main = grid[2:_AHEAD_OF], grid[_AHEAD_OF:-1], grid[-1]
        previous = np.maximum(sentence - 1, 0)
        grid[0] = m.opening[sentence]
        grid[1] = np.where(sheet.sentences[previous] >= begin, m.opening[previous], -1)
        back[:] = self.earlier.take(first, axis=1)
        back[back < of_document] = -1
        back[1:3][back[1:3] == back[0]] = -1  # the same again
        behind = m.behind(*_AHEAD)
        ahead[0] = behind[0][of_line]
        ahead[1:] = behind.take(of_document, axis=1)
        ahead[ahead >= first] = -1
        ahead[1][ahead[1] == ahead[0]] = -1
        main[:] = m.main[document]
        main[(main == ahead[0]) | (main == ahead[1])] = -1
        self.grid[_ELSEWHERE:_OWN] = -1
        self.grid[_ELSEWHERE:_OWN, some] = grid

    def _own(self) -> None:
        """The phrase of the number itself."""
        m, words = self.mentions, self.reader.sheet.words
        size = (m.end[m.own :] - m.start[m.own :]).reshape(2, -1)
        named = starting("goal")[words.start[m.start[m.own : m.rest]]] == 0  # 预计新增 names nobody
        named &= ending("amount")[words.end[m.end[m.own : m.rest]]] < size[0]  # nor does 营收
        tail = self.reader.sheet.codes[m.end[m.own :] + _LAST_TWO].reshape(2, 2, -1)
        acts = ending("act")[words.end[m.end[m.rest :]]] == size[1]  # nor 拆除|生产线
        named = np.array([named, named & ~acts])
        limit = (tail[0] == _UP_TO) | (tail[1] == _DE)  # nor does 100亿元以上, or what ends in 的
        phrases = np.arange(m.own, len(m.start)).reshape(2, -1)
        self.grid[_OWN:] = np.where(named & ~limit & (size > _LEAST), phrases, -1)

    def candidates(self) -> Candidates:
        """What is known of the mentions that are offered."""
        m, grid = self.mentions, self.grid
        number, source = places_of((grid >= 0).T)
        mention, where = cells(source, number, grid, self.where)
        start, end = m.bounds.take(mention, axis=1)
        drafts = self._drafts(np.bincount(number, minlength=len(self.here)))
        table = np.empty((len(_CANDIDATE), len(number)), np.uint32)
        drafts.take(number, axis=1, out=table[: len(_DRAFT)], mode="clip")
        copied = len(_DRAFT) + len(_COPIED)
        m.table.take(_COPIED, axis=0).take(mention, axis=1, out=table[len(_DRAFT) : copied], mode="clip")
        rows, here = table[copied:], self.here.take(number)
        rows[0], rows[1] = where, _ORDER.take(source)
        rows[2] = boundaries(self.reader, end, here)
        rows[3] = _between(self.known.number.take(number) - self.reader.numbers.start.searchsorted(end), 0, 4)
        rows[4] = _between(m.start[m.own : m.rest].take(number) - end, -1, 2) + 1
        rows[5] = self._near(start, end, here, self.stop.take(number))
        names = _LISTED.take(m.sort[: m.count]).nonzero()[0]
        named = listed(self.reader, self.known, *m.bounds[:, names])
        sure = followed(names, -1).take(named).take(number) == mention
        sort, text = m.sort.take(mention), m.text.take(mention)
        return Candidates(number, start, end, sort, text, table, m.table, mention, drafts, sure)

    def _near(self, start: Ints, end: Ints, here: Ints, stop: Ints) -> Ints:
        """What stands between candidates and their numbers, where that is nothing or one character; 0 for more."""
        codes = self.reader.sheet.codes
        found: Ints = np.zeros(len(start), np.int64)
        for gap, character, side in ((here - end, end, 1), (start - stop, stop, 2)):
            found[gap == 0] = side
            one = (gap == 1).nonzero()[0]
            found[one] = codes.take(character[one]).astype(np.int64) * 4 + side
        return found

    def _drafts(self, size: Ints) -> Atoms:
        """What is known of the drafts, each with so many candidates."""
        m, middle, first, sheet = self.mentions, self.middle, self.first, self.reader.sheet
        general = self.earlier[-1][middle]
        names = grown((m.sort[: m.count] <= INSTITUTION_SORT).nonzero()[0], m.count)
        newer = middle.copy()  # mentions since the draft before
        newer[1:] -= middle[:-1]
        newer[:1] = 0
        table = np.empty((len(_DRAFT), len(middle)), np.uint32)
        table[: len(DRAFT)] = self.known.table
        table[len(DRAFT) :] = [
            np.where(general >= first, m.table[_KIND].take(general, mode="wrap"), 0),
            np.minimum(3, names[middle] - names[first]),
            np.minimum(3, size),
            np.minimum(3, middle - first),
            np.where(self.known.gap == 0, np.minimum(3, newer), 5),
            sheet.two[m.start[m.own : m.rest] - 2],
            *sheet.codes.take(np.array([self.clause, self.begin, self.stop])),
        ]
        return table


def _between(values: Ints, least: int, most: int) -> Ints:
    """The values, as far as they lie between; `np.clip` takes longer for few."""
    return np.minimum(np.maximum(values, least), most)


_STEPS, _AFTER = np.arange(1, _BEFORE + 1)[:, None], np.arange(_BEHIND)[:, None]
_ELSEWHERE = _BEFORE + _BEHIND
_AHEAD_OF = 2 + len(_BACK)  # of the mentions that stand elsewhere, the first that is looked for from a start
_INSIDE = np.array([SENTENCE, CLAUSE, LEFT])
_BEHIND_SORTS = np.array([sort not in (GENERAL, PLACE) for sort in range(SORTS)])
_LISTED = np.array([sort in (*_NAMES, PLACE, QUOTED) for sort in range(SORTS)])
_LEAST = np.array([[0], [1]])
_LAST_TWO = np.array([[-2], [-1]])
_UP_TO, _DE = map(code_of, "以的")
_KIND = MENTION.index("kind")
_OF_MENTION = "sort before1 after1 before after2 closes ends".split()
_COPIED = np.array([_KIND, *map(MENTION.index, _OF_MENTION)])
_WHERE = np.array(
    [
        *([AFTER] * _BEHIND),
        *(OPENING, PREVIOUS_OPENING, *_BACK),
        *(PARAGRAPH, FIRST, FIRST_PLACE, MAIN),
        *(OWN, OWN),
    ]
)[:, None]
_ORDER = np.array([*range(_BEFORE), *range(_BEHIND), *([9] * (len(_WHERE) - _BEHIND))], np.int64)
_OWN = len(_ORDER) - 2
# of a draft also: the two characters before its own phrase, the first of its clause and of its sentence, that behind its number
_DRAFT = [*DRAFT, "refers", "named", "size", "inside", "newer", "ahead", "clause1", "sentence1", "behind"]
_CANDIDATE = [*_DRAFT, "what", *_OF_MENTION, "where", "order", "bounds", "passed", "touch", "near"]
JUDGE = Judge(
    plain=Features(
        _CANDIDATE,
        (
            "order where",
            "what head",
            "sort rule",
            "bounds where",
            "bounds sort",
            "refers where sort",
            "named where sort",
            "sort head",
            "sort where kind",
            "sort scale",
            "what scale",
            "before1 where",
            "after1 where",
            "after1 head",
            "touch where before1",
            "near where sort",
            "ahead where sort",
            "clause1 where sort",
            "sentence1 where sort",
            "behind where sort",
            "before where",
            "after2 where",
            "closes where sort",
            "ends where",
        ),
        0,
    ),
    own=mention_features(50),
    again=Features(_CANDIDATE, ("gap", "gap sort where", "order passed touch", "where newer gap"), 100),
    none=Features(_DRAFT, ("", "task", "size", "head", "lead", "refers", "named", "kind", "clause1", "sentence1"), 120),
    none_again=Features(_DRAFT, ("gap",), 140),
    last=Features(
        _DRAFT,
        (
            "gap",
            "task gap",
            "head",
            "rule",
            "refers gap",
            "named gap",
            "inside gap",
            "new_line gap",
            "newer gap",
        ),
        160,
    ),
    last_of=Features(
        _DRAFT, ("gap", "refers", "named gap", "head", "new_line named", "ahead", "clause1", "sentence1"), 180
    ),
)
"""What is looked at to tell who a statement is about."""
