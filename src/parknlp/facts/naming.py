"""What a number is called: rules that put an indicator together from pieces of the text.

A rule is a name and the pieces that it joins; it proposes nothing where one of them is empty.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Rule(NamedTuple):
    """A rule of a family.

    Attributes:
        family: the role of the numbers that it is for.
        name: its name in the family.
        pieces: the pieces that are joined, in order.
        needs: whether the own phrase must be there (True), missing (False), or either (None).
        source: what a fact's source says.
    """

    family: str
    name: str
    pieces: tuple[str, ...]
    needs: bool | None
    source: str


def _rules(family: str, text: str) -> tuple[Rule, ...]:
    found = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        name, _, joined = line.partition(":")
        words = joined.split()
        needs = {"+own": True, "-own": False}.get(words[0] if words else "")
        pieces = tuple(words if needs is None else words[1:])
        found.append(Rule(family, name.strip(), pieces, needs, f"{family}-{name.strip()}"))
    return tuple(found)


_VALUE = _rules(
    "value",
    """
    own: own
    own-core: head
    own-core2: core2
    after: noun
    afters: nouns
    act-after: action noun
    broad-after: broad noun
    own-after: own noun
    own-unit: own suffix1
    own-unit2: own suffix2
    broad-unit: -own broad suffix1
    unit: -own suffix1
    after-unit: noun suffix1
    after-unit2: noun suffix2
    alike: alike
    alike-core: alike-head
    near: -own base
    near-own: base own
    near-unit: -own base suffix1
    near-unit2: -own base suffix2
    clause: -own clause
    clause-own: clause own
    noun-own: clause-noun own
    clause-unit: -own clause suffix1
    clause-after: -own clause noun
    project-own: project own
    project-unit: -own project suffix1
    project-after: project noun
    kind-own: kind own
    topic-own: topic own
    topic-after: topic noun
    topic-unit: -own topic suffix1
    target-own: own target
    forecast-near: forecast base
    """,
)

_CHANGE = _rules(
    "change",
    """
    attach:
    own: own
    own-near: base own
    own-core: head
    near: base
    clause: clause
    clause-noun: -own clause-noun
    clause-own: clause own
    topic-own: topic own
    project-own: project own
    is-own: own
    is-speed: own speed
    is-near: base
    """,
)
"""``attach``: the change belongs to the number before. ``is-``: it is a value after all."""

_YEARLY = _rules(
    "yearly",
    """
    own: own yearly
    near: base yearly
    topic: topic yearly
    alone: yearly
    """,
)

_SHARE = _rules(
    "share",
    """
    own: own
    own-short: +own share
    near: base
    near-own: base own
    of: share
    clause: clause
    topic: topic
    """,
)

_COMPLETION = _rules(
    "completion",
    """
    what: done
    own: own done
    near: base done
    clause: clause done
    """,
)

RULES = (*_VALUE, *_CHANGE, *_YEARLY, *_SHARE, *_COMPLETION)
FAMILIES = ("value", "change", "yearly", "share", "completion")
OPTIONAL = np.array([True, True, False, False, False])
"""The families whose numbers may state nothing."""
LONGEST = 40  # characters of an indicator that others build upon; without a limit they would grow from number to number
