"""Which of the overlapping candidates stand: the one place where that is decided, for names and quantities alike.

1. A name of the user's lexicon wins against everything it overlaps, except a longer name that contains it.
2. Of two candidates one of which contains the other, the outer one stands (中新苏州工业园区开发集团 is one company, no park).
3. Otherwise the source decides: user lexicon, bundled gazetteer, rule or alias, quantity, model; then the longer, then the higher score,
   then the left one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Final

from ..text import Candidate

_RANKS: Final = {"lexicon": 0, "gazetteer": 1, "rule": 2, "alias": 2, "quantity": 3, "model": 4}
_OTHER: Final = 3
_ROUNDS: Final = 4
_STRETCH: Final = 6  # stretches of 64 characters


def rank(candidate: Candidate) -> int:
    """Precedence of a candidate's source, 0 for the user's lexicon.

    >>> rank(Candidate(0, 2, "COMPANY", "model:crf"))
    4
    """
    return _rank(candidate.source)


@functools.lru_cache(maxsize=1 << 10)
def _rank(source: str) -> int:
    return _RANKS.get(source.partition(":")[0], _OTHER)


def _strength(candidate: Candidate) -> tuple[int, int, float, int, str, str]:
    """Sorts the stronger of two candidates, neither of which contains the other, first."""
    start, end, label, source, score = candidate[:5]
    return _rank(source), start - end, -score, start, label, source


def _order(candidate: Candidate) -> tuple[int, int, tuple[int, int, float, int, str, str]]:
    """Sorts by start, the longest first, of equal spans the strongest."""
    return candidate[0], -candidate[1], _strength(candidate)


def resolve(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that stand, sorted and disjoint.

    >>> park = Candidate(2, 8, "PARK", "gazetteer:parks")
    >>> company = Candidate(0, 16, "COMPANY", "rule:legal-form")
    >>> resolve([park, company]) == [company]
    True
    """
    ordered = sorted(candidates, key=itemgetter(0))
    chosen: list[Candidate] = []
    first = end = 0  # of the run of candidates that overlap
    for index, candidate in enumerate(ordered):
        if candidate[0] >= end:
            if index - first > 1:
                chosen += _decide(ordered[first:index], end)
            elif index:
                chosen.append(ordered[first])
            first, end = index, candidate[1]
        elif candidate[1] > end:
            end = candidate[1]
    return chosen + _decide(ordered[first:], end)


class _Chosen:
    """Disjoint candidates, found by the stretch of the text in which they lie."""

    def __init__(self) -> None:
        self.items: list[Candidate] = []
        self._stretches: dict[int, list[Candidate]] = {}

    def add(self, candidate: Candidate) -> None:
        self.items.append(candidate)
        for stretch in range(candidate.start >> _STRETCH, (candidate.end - 1 >> _STRETCH) + 1):
            self._stretches.setdefault(stretch, []).append(candidate)

    def overlapping(self, candidate: Candidate) -> Iterator[Candidate]:
        """The chosen ones that overlap the candidate; one may come twice."""
        for stretch in range(candidate.start >> _STRETCH, (candidate.end - 1 >> _STRETCH) + 1):
            for other in self._stretches.get(stretch, ()):
                if other.start < candidate.end and candidate.start < other.end:
                    yield other

    def free(self, candidate: Candidate) -> bool:
        """Whether nothing chosen overlaps the candidate."""
        return next(self.overlapping(candidate), None) is None


def _decide(cluster: list[Candidate], end: int) -> list[Candidate]:
    """The candidates of a cluster that reaches to ``end`` (sorted by start) that stand."""
    start = cluster[0][0] if cluster else 0
    around = [candidate for candidate in cluster if candidate[0] == start and candidate[1] == end]
    if len(around) > 1:
        return [min(around, key=_strength)]
    if around or not cluster:
        return around  # it contains all others
    cluster.sort(key=_order)
    chosen = _Chosen()
    rest = _beside_users_names(cluster)
    for _ in range(_ROUNDS):
        outer = _outermost(rest)
        for candidate in sorted(outer, key=_strength):
            if chosen.free(candidate):
                chosen.add(candidate)
        rest = [candidate for candidate in rest if chosen.free(candidate)]
        if not rest:
            break
    return sorted(chosen.items, key=lambda candidate: candidate.start)


def _beside_users_names(cluster: list[Candidate]) -> list[Candidate]:
    """The candidates that overlap no name of the user's without containing it."""
    names = _Chosen()
    for candidate in sorted((candidate for candidate in cluster if rank(candidate) == 0), key=_strength):
        if names.free(candidate):
            names.add(candidate)
    if not names.items:
        return cluster
    kept = set(names.items)
    return [
        candidate
        for candidate in cluster
        if candidate in kept or all(_holds(candidate, name) for name in names.overlapping(candidate))
    ]


def _holds(outer: Candidate, inner: Candidate) -> bool:
    """Whether a candidate contains another and is longer."""
    return outer.start <= inner.start and inner.end <= outer.end and outer.end - outer.start > inner.end - inner.start


def _outermost(ordered: list[Candidate]) -> list[Candidate]:
    """Those that no other one contains; of equal spans the strongest."""
    outer: list[Candidate] = []
    end = -1
    for candidate in ordered:
        if candidate.end > end:
            outer.append(candidate)
            end = candidate.end
    return outer
