"""What names found at first sight say about the rest of their document: the same surface elsewhere, the same list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import regex

from parknlp.fold import text_of
from parknlp.lexicon import Matcher
from parknlp.text import Candidate, TextBatch

_ITEM: Final = r"[^、,。;:!?…\n\0]{1,25}+"
_LIST: Final = regex.compile(rf"{_ITEM}(?:、{_ITEM})++")
_SURE: Final = (0.5, 0.7, 0.85, 0.95)
_SHARES: Final = (0.01, 0.34, 0.67)


def _step(value: float, borders: Sequence[float]) -> int:
    return sum(value >= border for border in borders)


def context(batch: TextBatch, first: Sequence[Candidate]) -> list[Candidate]:
    """Hints for a second look, from the names that the first one gave.

    >>> batch = TextBatch(["集聚了比亚迪、序轮、华为等企业，序轮"])
    >>> first = [Candidate(6, 9, "COMPANY", "", 0.9), Candidate(13, 15, "COMPANY", "", 0.6)]
    >>> [(batch.text[hint.start:hint.end], hint.source) for hint in context(batch, first)][2:]
    [('集聚了比亚迪', 'list:first:2'), ('序轮', 'list:inner:3'), ('华为等企业', 'list:last:2')]
    """
    seen = [name._replace(source=f"first:{_step(name.score, _SURE)}") for name in first]
    return [*seen, *_echoes(batch, first), *_lists(batch.text, first)] if first else []


def _echoes(batch: TextBatch, first: Sequence[Candidate]) -> Iterator[Candidate]:
    """Every place where the surface of a name stands in its document, when there is more than one."""
    lower = text_of(batch.lower)
    labels: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for name in first:
        if name.end - name.start > 1:
            labels[batch.document_of(name.start), lower[name.start : name.end]][name.label] += 1
    places: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for start, end in Matcher({surface for _, surface in labels}).find(batch.lower, lower):
        key = batch.document_of(start), lower[start:end]
        if key in labels:
            places[key].append((start, end))
    for key, spans in places.items():
        if len(spans) > 1:
            label, count = labels[key].most_common(1)[0]
            source = f"echo:{_step(count / len(spans), (0.34, 0.67, 0.99))}:{min(len(spans), 4)}"
            for start, end in spans:
                yield Candidate(start, end, label, source)


def _lists(text: str, first: Sequence[Candidate]) -> Iterator[Candidate]:
    """Every item of a list that holds a name, with the share of names among the other items."""
    by_start = {name.start: name.label for name in first}
    by_end = {name.end: name.label for name in first}
    for match in _LIST.finditer(text):
        at = match.start()
        items = []
        for item in match[0].split("、"):
            items.append((at, at + len(item)))
            at += len(item) + 1
        found = [by_end.get(end) if index == 0 else by_start.get(start) for index, (start, end) in enumerate(items)]
        labels = Counter(label for label in found if label)
        if not labels:
            continue
        label, count = labels.most_common(1)[0]
        for index, (start, end) in enumerate(items):
            share = (count - (found[index] == label)) / (len(items) - 1)
            place = "first" if index == 0 else "last" if index == len(items) - 1 else "inner"
            yield Candidate(start, end, label, f"list:{place}:{_step(share, _SHARES)}")
