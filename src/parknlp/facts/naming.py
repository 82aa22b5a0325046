"""What a number is called: rules that put an indicator together from pieces of the text.

A rule is a name and the pieces that it joins; it proposes nothing where one of them is empty.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """A rule of a family.

    Attributes:
        name: what a fact's source says.
        pieces: the pieces that are joined, in order.
        needs: whether the own phrase must be there (True), missing (False), or either (None).
    """

    name: str
    pieces: tuple[str, ...]
    needs: bool | None = None


def _rules(text: str) -> tuple[Rule, ...]:
    found = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        name, _, joined = line.partition(":")
        words = joined.split()
        needs = {"+own": True, "-own": False}.get(words[0] if words else "")
        found.append(Rule(name.strip(), tuple(words if needs is None else words[1:]), needs))
    return tuple(found)


VALUE = _rules(
    """
    own: own
    own-core: head
    own-core2: core2
    own-tail: tail
    after: noun
    afters: nouns
    act-after: action noun
    act-afters: action nouns
    broad-after: broad noun
    broad-afters: broad nouns
    own-after: own noun
    own-afters: own nouns
    own-unit: own suffix1
    own-unit2: own suffix2
    own-unit3: own suffix3
    act-unit: -own action suffix1
    act-unit2: -own action suffix2
    broad-unit: -own broad suffix1
    unit: -own suffix1
    unit2: -own suffix2
    broad-own: broad own
    act-own: action own
    after-unit: noun suffix1
    after-unit2: noun suffix2
    afters-unit: nouns suffix1
    alike: alike
    alike-own: alike own
    alike-core: alike-head
    alike-head: own alike-head
    near: -own base
    near-own: base own
    near-core: base-act base-head own
    near-head: base-head own
    near-after: base noun
    near-afters: base nouns
    near-unit: -own base suffix1
    near-unit2: -own base suffix2
    own-head: own base-head
    clause: -own clause
    clause-own: clause own
    clause-unit: -own clause suffix1
    clause-unit2: -own clause suffix2
    clause-after: -own clause noun
    project-own: project own
    project-unit: -own project suffix1
    project-unit2: -own project suffix2
    project-after: project noun
    kind-own: kind own
    topic-own: topic own
    topic-after: topic noun
    topic-unit: -own topic suffix1
    wide-own: wide own
    wide-after: wide noun
    wide-unit: -own wide suffix1
    near-done: base done
    own-done: own done
    forecast-own: forecast own
    target-own: own target
    forecast-near: forecast base
    target-near: base target
    forecast-near-own: forecast base own
    target-near-own: base own target
    forecast-after: forecast noun
    target-after: noun target
    forecast-unit: forecast own suffix1
    target-unit: own suffix1 target
    """
)

CHANGE = _rules(
    """
    attach:
    own: own
    own-near: base own
    own-rate: own speed
    own-core: head
    near: base
    near-rate: base speed
    clause: clause
    clause-own: clause own
    topic-own: topic own
    project-own: project own
    is-own: own
    is-speed: own speed
    is-near-speed: base speed
    is-near: base
    is-clause-speed: clause speed
    is-topic-speed: topic speed
    """
)
"""``attach``: the change belongs to the number before. ``is-``: it is a value after all."""

YEARLY = _rules(
    """
    own: own yearly
    near: base yearly
    topic: topic yearly
    alone: yearly
    """
)

SHARE = _rules(
    """
    own: own
    own-short: +own share
    near: base
    near-short: base share
    near-own: base own
    of: share
    clause: clause
    topic: topic
    """
)

COMPLETION = _rules(
    """
    what: done
    own: own done
    near: base done
    clause: clause done
    """
)

FAMILIES = {"value": VALUE, "change": CHANGE, "yearly": YEARLY, "share": SHARE, "completion": COMPLETION}
LONGEST = 40  # characters of an indicator that others build upon; without a limit they would grow from number to number
