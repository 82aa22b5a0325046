"""What names found at first sight say about their neighbours: of the items of a list, all are names or none is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import regex

from ..text import Candidate

_ITEM: Final = r"[^、,。;:!?…\n\0]{1,25}+"
_LIST: Final = regex.compile(rf"{_ITEM}(?:、{_ITEM})++")
_SHARES: Final = (0.01, 0.34, 0.67)


def list_hints(text: str, first: Sequence[Candidate]) -> Iterator[Candidate]:
    """Every item of the lists that hold a name, with the share of names among the other items (0 to 3) as source.

    >>> text = "集聚了比亚迪、序轮、华为等企业"
    >>> first = [Candidate(3, 6, "COMPANY", "", 0.9), Candidate(10, 12, "COMPANY", "", 0.6)]
    >>> [(text[hint.start:hint.end], hint.source) for hint in list_hints(text, first)]
    [('集聚了比亚迪', 'list:first:2'), ('序轮', 'list:inner:3'), ('华为等企业', 'list:last:2')]
    """
    by_start = {name.start: name.label for name in first}
    by_end = {name.end: name.label for name in first}
    for match in _LIST.finditer(text) if first else ():
        at = match.start()
        items = []
        for item in match[0].split("、"):
            items.append((at, at + len(item)))
            at += len(item) + 1
        # what leads to a list stands in its first item, what follows it in its last
        found = [by_end.get(end) if index == 0 else by_start.get(start) for index, (start, end) in enumerate(items)]
        labels = Counter(label for label in found if label)
        if labels:
            label, count = labels.most_common(1)[0]
            for index, (start, end) in enumerate(items):
                share = (count - (found[index] == label)) / (len(items) - 1)
                place = "first" if index == 0 else "last" if index == len(items) - 1 else "inner"
                yield Candidate(start, end, label, f"list:{place}:{sum(share >= border for border in _SHARES)}")
