"""Copies of annotated articles with other names in place of theirs, so that the tagger learns contexts rather than names."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence

from parknlp.doc import COMPANY

from .sources import Example, brands

COPIES = 1
REPLACED = 0.35  # of the different names of an article
INVENTED = 0.5  # of the short company names that come from the lists of brands instead of other articles

_BRAND = re.compile(r"[\u4e00-\u9fff]{2,5}")


def copied(examples: Sequence[Example]) -> list[Example]:
    """Copies of the articles; a name and all its mentions become another name of these articles of the same kind.

    Short names of companies also become ones of the lists of brands.
    """
    choice = random.Random(0)
    pool: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        for start, end, label in example.names:
            pool[_kind(label, example.text[start:end])].append(example.text[start:end])
    pool["brand"] = sorted(filter(_BRAND.fullmatch, brands()))
    return [_copy(example, pool, choice) for _ in range(COPIES) for example in examples]


def _kind(label: str, surface: str) -> str:
    """Registered names of companies are exchanged among themselves."""
    return f"{label} registered" if label == COMPANY and surface.endswith("公司") else label


def _copy(example: Example, pool: dict[str, list[str]], choice: random.Random) -> Example:
    other: dict[str, str] = {}
    pieces: list[str] = []
    names: list[tuple[int, int, str]] = []
    at = length = 0
    for start, end, label in sorted(example.names):
        surface = example.text[start:end]
        if surface not in other:
            kind = _kind(label, surface)
            source = "brand" if kind == COMPANY and choice.random() < INVENTED else kind
            other[surface] = choice.choice(pool[source]) if choice.random() < REPLACED else surface
        between = example.text[at:start]
        pieces += [between, other[surface]]
        length += len(between)
        names.append((length, length + len(other[surface]), label))
        length += len(other[surface])
        at = end
    return example._replace(text="".join([*pieces, example.text[at:]]), names=names)
