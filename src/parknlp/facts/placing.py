"""Who a statement is about and when it holds: what the text offers for both, and the choice in the order of the text.

Most of what speaks for a candidate is known before anything is decided and scored for the whole batch; only whether it is
what the statement before was about is not, so each candidate has three scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from .choosing import Model, mix
from .describing import hash_text
from .pieces import Piece
from .terms import Hashes, Ints

if TYPE_CHECKING:
    from .choices import Reader
    from .finding import Draft

# where a candidate stands
CLAUSE, SENTENCE, AFTER, OWN, OPENING, PREVIOUS_OPENING = range(6)
PREVIOUS, PREVIOUS_COMPANY, PREVIOUS_PARK, PARAGRAPH, FIRST, LEFT, LAST, PREVIOUS_PLACE, PREVIOUS_GENERAL, MAIN = range(
    6, 16
)

# numbers of the first features of each kind
MENTION, AGAIN, NONE, NONE_AGAIN, LAST_ONE, LAST_OF = 50, 100, 120, 140, 160, 180

_BEFORE = 8  # mentions of the sentence before the number that are looked at
_BEHIND = 3
_TIMES = 4
_FAR = 400


class Stated(NamedTuple):
    """What is known about the drafts, as arrays: one entry a draft.

    Attributes:
        number: index of its number.
        gap: sentences since the draft before, 3 at most; 4 where there is none in the document.
        head: hash of the noun that the indicator ends in; ``tail``: of its last characters; ``lead``: of its first.
        task: hash of the first part of the rule; ``rule``: of the whole.
    """

    number: Ints
    gap: Ints
    head: Hashes
    tail: Hashes
    lead: Hashes
    task: Hashes
    rule: Hashes


def stated(reader: Reader, drafts: Sequence[Draft]) -> Stated:
    """The drafts as arrays."""
    numbers = reader.numbers
    at = np.array([draft.number for draft in drafts], np.int32)
    sentence, document = numbers.sentence[at], numbers.document[at]
    gap = np.full(len(at), 4, np.int32)
    same = document[1:] == document[:-1]
    gap[1:][same] = np.minimum(3, sentence[1:] - sentence[:-1])[same]
    from .phrases import noun_of

    texts = [draft.indicator for draft in drafts]
    columns = [
        np.array(column, np.uint64)
        for column in (
            [_hashed(noun_of(text)) for text in texts],
            [_hashed(text[-2:]) for text in texts],
            [_hashed(text[:2]) for text in texts],
            [_hashed(draft.rule.split("-", 1)[0]) for draft in drafts],
            [_hashed(draft.rule) for draft in drafts],
        )
    ]
    return Stated(at, gap, *columns)


_hashes: dict[str, int] = {}


def _hashed(text: str) -> int:
    found = _hashes.get(text)
    if found is None:
        found = hash_text(text)
        if len(_hashes) < 20000:
            _hashes[text] = found
    return found


class Candidates(NamedTuple):
    """What the text offers, draft by draft.

    Attributes:
        draft: index of the draft.
        start, end: where the candidate stands.
        features: what speaks for it whatever the statement before was about.
        own, mention: what speaks for it wherever it stands, and for each candidate its place in these columns.
        again: what speaks for it depending on that: if there was none, if it was something else, if it was the same.
        none: what speaks for none; ``none_again``: if the statement before had none, if it had one.
        last: what speaks for what the statement before had; ``last_of``: the same by its sort.
        sort: of each candidate.
    """

    draft: Ints
    start: Ints
    end: Ints
    features: list[Hashes]
    own: list[Hashes]
    mention: Ints
    again: tuple[list[Hashes], ...]
    none: list[Hashes]
    none_again: tuple[list[Hashes], ...]
    last: list[Hashes]
    last_of: tuple[list[Hashes], ...]
    sort: Ints


def _gather(columns: list[tuple[Ints, ...]]) -> tuple[Ints, ...]:
    """Rows of several sources, by draft, in the order of the sources."""
    joined = [np.concatenate(column).astype(np.int64) for column in zip(*columns, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    return tuple(column[order] for column in joined)


def _boundaries(reader: Reader, start: Ints, end: Ints) -> Ints:
    """How many clause boundaries lie between two places: 4 for more, 5 for not ahead or far."""
    commas = reader.commas
    count = np.minimum(4, commas[np.maximum(end, start)] - commas[start])
    return np.where((start <= end) & (end < start + _FAR), count, 5)


def subject_candidates(reader: Reader, known: Stated) -> Candidates:
    """Who each statement may be about."""
    mentions = reader.mentions
    numbers, sheet = reader.numbers, reader.sheet
    at = known.number
    here, clause, sentence, left = numbers.start[at], numbers.clause[at], numbers.sentence[at], numbers.left[at]
    begin, stop = sheet.sentences[sentence], sheet.sentence_end(sentence)
    draft = np.arange(len(at), dtype=np.int32)
    first = np.searchsorted(mentions.start, begin)
    middle = np.searchsorted(mentions.start, here)
    last = np.searchsorted(mentions.start, np.minimum(stop, here + 200))
    rows: list[tuple[Ints, ...]] = []

    def add(which: npt.NDArray[np.bool_], mention: Ints, where: Ints | int, order: int) -> None:
        chosen = np.flatnonzero(which)
        place = np.broadcast_to(np.asarray(where, np.int32), which.shape)[chosen]
        rows.append((draft[chosen], mention[chosen].astype(np.int32), place, np.full(len(chosen), order, np.int32)))

    for step in range(_BEFORE):
        mention = middle - 1 - step
        inside = (mention >= first) & (mention >= 0)
        safe = np.maximum(mention, 0)
        add(
            inside,
            safe,
            np.where(mentions.start[safe] >= left, LEFT, np.where(mentions.start[safe] >= clause, CLAUSE, SENTENCE))
            if len(mentions.start)
            else 0,
            step,
        )
    for step in range(_BEHIND):
        mention = middle + step
        inside = mention < last
        safe = np.minimum(mention, max(0, len(mentions.start) - 1))
        if len(mentions.start):
            inside &= ~mentions.loose[safe]
        add(inside, safe, AFTER, step)
    for source, index in mentions.around(sentence, numbers.document[at]):
        add(index >= 0, index, source, 9)
    own, head = reader.pieces.of["own"], reader.pieces.of["head"]
    extra = mentions.with_pieces(
        Piece(own.start[at], own.end[at]),
        Piece(own.start[at], np.where(head.size[at] > 0, head.start[at], own.start[at])),
    )
    for offset, some in extra:
        add(some, offset + draft, OWN, 9)
    number, mention, where, order = _gather(rows)
    m = mentions
    start, end, kind, sort = m.start_all[mention], m.end_all[mention], m.kind_all[mention], m.sort_all[mention]
    n = at[number]
    bounds = _boundaries(reader, end, here[number])
    referring, naming = m.refers(first, middle), m.named(begin, here)
    refers, names = referring[number], naming[number]
    inside = (start >= own.start[n]) & (end <= own.end[n])
    opens = (start == clause[number]) * 1 + (start == begin[number]) * 2
    tail, dimension = m.tail_all[mention], numbers.dimension[n]
    k = known
    features = [
        mix(kind, where),
        mix(order, where),
        mix(kind, k.head[number]),
        mix(where, k.task[number]),
        mix(sort, k.rule[number]),
        mix(bounds, where),
        mix(bounds, sort),
        mix(inside, sort),
        mix(tail, where),
        mix(refers, where, sort),
        mix(names, where, sort),
        mix(sort, k.head[number]),
        mix(sort, where, dimension),
        mix(opens, sort),
        mix(opens, sort, where),
        mix(sort, where, k.gap[number]),
        mix(tail, k.head[number]),
        mix(bounds, where, sort),
        mix(np.clip(np.where(mention < len(m.start), mention, 0) - first[number], -1, 4), where),
    ]
    nobody = np.zeros(len(at), np.uint64)
    size = np.minimum(3, np.bincount(number, minlength=len(at)))
    none = [
        mix(nobody, 0xFFFF),
        mix(k.task, 0xFFFF),
        mix(size, 0xFFFF),
        mix(k.head, 0xFFFF),
        mix(k.lead, 0xFFFF),
        mix(referring, 0xFFFF),
        mix(naming, 0xFFFF),
        mix(numbers.dimension[at], 0xFFFF),
    ]
    gap = k.gap
    lines = reader.paragraphs
    previous = np.append(here[:1], here[:-1])
    new_line = np.where(gap < 4, lines[here] != lines[previous], 2)
    newer = np.where(gap == 0, np.minimum(3, middle - np.searchsorted(m.start, previous)), 5)
    return Candidates(
        number,
        start,
        end,
        features,
        m.columns,
        mention,
        tuple([mix(state, gap[number]), mix(state, gap[number], sort, where)] for state in range(3)),
        none,
        tuple([mix(state + 8, gap)] for state in range(2)),
        [
            mix(nobody, gap, LAST),
            mix(k.task, gap, LAST),
            mix(k.head, LAST),
            mix(k.rule, LAST),
            mix(referring, gap, LAST),
            mix(naming, gap, LAST),
            mix(np.minimum(middle - first, 3), gap, LAST),
            mix(new_line, gap, LAST),
            mix(newer, gap, LAST),
        ],
        tuple(
            [
                mix(nobody, sort_of_last, gap, LAST),
                mix(referring, sort_of_last, LAST),
                mix(naming, sort_of_last, gap, LAST),
                mix(k.head, sort_of_last, LAST),
                mix(new_line, sort_of_last, naming, LAST),
            ]
            for sort_of_last in range(9)
        ),
        sort.astype(np.int32),
    )


def period_candidates(reader: Reader, known: Stated) -> Candidates:
    """When each statement may hold."""
    numbers, sheet = reader.numbers, reader.sheet
    at = known.number
    here, clause, sentence, left = numbers.start[at], numbers.clause[at], numbers.sentence[at], numbers.left[at]
    begin = sheet.sentences[sentence]
    opening, closing, document = sheet.start[sheet.times], sheet.end[sheet.times], sheet.document[sheet.times]
    draft = np.arange(len(at), dtype=np.int32)
    first = np.searchsorted(opening, np.maximum(begin, here - _FAR))
    middle = np.searchsorted(opening, here)
    rows: list[tuple[Ints, ...]] = []

    def add(which: npt.NDArray[np.bool_], index: Ints, where: Ints | int, order: int) -> None:
        chosen = np.flatnonzero(which)
        place = np.broadcast_to(np.asarray(where, np.int32), which.shape)[chosen]
        rows.append((draft[chosen], index[chosen].astype(np.int32), place, np.full(len(chosen), order, np.int32)))

    if len(opening):
        most = len(opening) - 1
        for step in range(_TIMES):
            index = middle - 1 - step
            safe = np.maximum(index, 0)
            where = np.where(opening[safe] >= left, LEFT, np.where(opening[safe] >= clause, CLAUSE, SENTENCE))
            add((index >= first) & (index >= 0), safe, where, step)
        behind = np.minimum(np.searchsorted(opening, numbers.end[at]), most)
        add((opening[behind] >= numbers.end[at]) & (closing[behind] <= numbers.right[at]), behind, AFTER, 0)
        outside = np.searchsorted(opening, begin) - 1
        mine = numbers.document[at]
        safe = np.maximum(outside, 0)
        earlier = (outside >= 0) & (document[safe] == mine)
        add(earlier, safe, PREVIOUS, 0)
        start = np.minimum(np.searchsorted(document, mine), most)
        add(earlier & (start < outside), start, FIRST, 0)
    else:
        rows.append((np.zeros(0, np.int32),) * 4)
    number, index, where, order = _gather(rows)
    start, end = (opening[index], closing[index]) if len(opening) else (index, index)
    shapes = reader.shapes
    shape, ending, starting = (
        shapes(start, np.minimum(end, start + 6)),
        shapes(np.maximum(start, end - 1), end),
        shapes(start, np.minimum(end, start + 2)),
    )
    codes = sheet.codes.astype(np.uint64)
    before, after = codes[np.maximum(start - 1, 0)], codes[np.minimum(end, len(codes) - 1)]
    after2 = sheet.hash(end, end + 2)
    inside = np.minimum(middle - first, 4)
    k, kind = known, numbers.dimension[at]
    bounds = _boundaries(reader, end, here[number])
    paragraphs = reader.paragraphs
    paragraph = paragraphs[here[number]] - paragraphs[start]
    kd, hd = kind[number], k.head[number]
    features = [
        mix(where, 0),
        mix(where, kd),
        mix(where, hd),
        mix(where, k.tail[number]),
        mix(where, k.lead[number]),
        mix(order, where),
        shape,
        mix(shape, where),
        mix(before, where),
        mix(after, where),
        mix(after2, where),
        mix(ending, kd),
        mix(ending, hd),
        mix(where, k.task[number]),
        mix(bounds, where),
        mix(bounds, kd),
        mix(np.minimum(paragraph, 3), where),
        mix(k.rule[number], where),
        mix(inside[number], where, order),
        mix(starting, where),
        mix(shape, kd),
        mix(where, k.gap[number]),
        mix(bounds, where, shape),
    ]
    nothing = np.zeros(len(at), np.uint64)
    none = [
        mix(nothing, 0xFFFF),
        mix(kind, 0xFFFF),
        mix(k.head, 0xFFFF),
        mix(k.tail, 0xFFFF),
        mix(k.lead, 0xFFFF),
        mix(k.task, 0xFFFF),
        mix(inside, 0xFFFF),
        mix(inside, kind, 0xFFFF),
        mix(k.rule, 0xFFFF),
    ]
    gap = k.gap
    previous = np.append(here[:1], here[:-1])
    new_line = np.where(gap < 4, paragraphs[here] != paragraphs[previous], 2)
    return Candidates(
        number,
        start,
        end,
        features,
        [],
        index,
        tuple(
            [mix(state, gap[number]), mix(state, gap[number], kd), mix(state, gap[number], where)] for state in range(3)
        ),
        none,
        tuple([mix(state + 8, gap), mix(state + 8, gap, kind)] for state in range(2)),
        [
            mix(nothing, gap, LAST),
            mix(kind, gap, LAST),
            mix(k.head, LAST),
            mix(inside, gap, LAST),
            mix(k.tail, LAST),
            mix(k.rule, gap, LAST),
            mix(new_line, inside, LAST),
            mix(k.lead, gap, LAST),
        ],
        (),
        np.zeros(len(start), np.int32),
    )


class Scores(NamedTuple):
    """The scores of the candidates of a batch; see `Candidates`."""

    options: list[list[int]]
    none: list[list[int]]
    last: list[list[int]]


def score(found: Candidates, model: Model) -> Scores:
    """Score everything once."""
    size, drafts = len(found.draft), len(found.none[0])
    plain = model.score(found.features, size)
    if found.own:
        plain += model.score(found.own, len(found.own[0]), MENTION)[found.mention]
    options = [(plain + model.score(columns, size, AGAIN)).tolist() for columns in found.again]
    nothing = model.score(found.none, drafts, NONE)
    none = [(nothing + model.score(columns, drafts, NONE_AGAIN)).tolist() for columns in found.none_again]
    last = model.score(found.last, drafts, LAST_ONE)
    by_sort = [(last + model.score(columns, drafts, LAST_OF)).tolist() for columns in found.last_of]
    return Scores(options, none, by_sort or [last.tolist()])


def choose(
    found: Candidates, model: Model, text: str, gap: Sequence[int]
) -> Iterator[tuple[tuple[int, int] | None, int]]:
    """Where the best candidate of each draft stands, or None, and its sort, in the order of the text."""
    scores = score(found, model)
    fresh, other, again = scores.options
    starts = np.searchsorted(found.draft, np.arange(len(gap) + 1)).tolist()
    start, end, sorts = found.start.tolist(), found.end.tolist(), found.sort.tolist()
    last: tuple[int, int] | None = None
    said, sort = "", 0
    for draft, distance in enumerate(gap):
        if distance == 4:
            last = None
        options = range(starts[draft], starts[draft + 1])
        chosen = -1
        if last is None:
            top, best = scores.none[0][draft], None
            for at in options:
                if fresh[at] > top:
                    top, chosen = fresh[at], at
        else:
            top, best = scores.none[1][draft], None
            if scores.last[sort][draft] > top:
                top, best = scores.last[sort][draft], last
            size = len(said)
            for at in options:
                same = end[at] - start[at] == size and text[start[at] : end[at]] == said
                value = again[at] if same else other[at]
                if value > top:
                    top, chosen = value, at
        if chosen >= 0:
            best = (start[chosen], end[chosen])
            said, sort = text[best[0] : best[1]], sorts[chosen]
        last = best
        yield best, sort


def place_subjects(reader: Reader, drafts: Sequence[Draft], known: Stated, model: Model | None) -> None:
    """Set the subject of each draft."""
    if model is not None:
        found = subject_candidates(reader, known)
        for draft, (place, _) in zip(drafts, choose(found, model, reader.sheet.text, known.gap.tolist()), strict=True):
            draft.subject = place


def place_periods(reader: Reader, drafts: Sequence[Draft], known: Stated, model: Model | None) -> None:
    """Set the period of each draft."""
    if model is not None:
        found = period_candidates(reader, known)
        for draft, (place, _) in zip(drafts, choose(found, model, reader.sheet.text, known.gap.tolist()), strict=True):
            draft.period = place
