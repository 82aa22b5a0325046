"""One statement, one row: facts of a document that say the same again (a lead repeats the body) are put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..doc import Fact

SAME = 0.6
"""Share of characters that two indicators of one statement have in common at least."""


def overlap(one: str | None, other: str | None) -> float:
    """Dice coefficient over character counts.

    >>> overlap("规上工业产值", "工业产值")
    0.8
    """
    left, right = Counter(one or ""), Counter(other or "")
    total = sum(left.values()) + sum(right.values())
    return 2 * sum((left & right).values()) / total if total else 1.0


def _agree(one: str | None, other: str | None) -> bool:
    """Whether two names may mean the same: one is missing or part of the other."""
    return not one or not other or one in other or other in one


def _number(fact: Fact) -> tuple[object, object]:
    """What a statement says, whatever the notation: 1.2亿元 is 12000万元."""
    value, change = fact.quantity, fact.change_quantity
    return (
        (value.low, value.high, value.unit) if value else fact.value,
        (change.low, change.high, change.unit) if change else fact.change,
    )


def same_statement(one: Fact, other: Fact) -> bool:
    """Whether two facts of one document state the same.

    >>> first = Fact("全市", "规上工业产值", "52亿元", None, None, "上半年")
    >>> same_statement(first, Fact("全市园区", "工业产值", "52亿元", None, None, None))
    True
    """
    return (
        _number(one) == _number(other)
        and _agree(one.period, other.period)
        and _agree(one.subject, other.subject)
        and _alike(one.indicator, other.indicator)
    )


def _alike(one: str | None, other: str | None) -> bool:
    """Whether two indicators may be one: most characters in common, or the one a longer name of the other (规上工业产值, 产值)."""
    left, right = one or "", other or ""
    return overlap(left, right) >= SAME or left.endswith(right) or right.endswith(left)


def statements(facts: Iterable[Fact]) -> list[list[Fact]]:
    """The facts in groups that state the same, in the order of the text; the fullest of each group comes first.

    >>> facts = [Fact(None, "产值", "5亿元", None, None, None), Fact("甲园", "产值", "5亿元", None, None, "去年")]
    >>> [[fact.subject for fact in group] for group in statements(facts)]
    [['甲园', None]]
    """
    groups: list[list[Fact]] = []
    known: dict[object, list[list[Fact]]] = {}
    for fact in facts:
        rivals = known.setdefault(_number(fact), [])
        group = next((group for group in rivals if same_statement(group[0], fact)), None)
        if group is None:
            groups.append([fact])
            rivals.append(groups[-1])
        elif _fullness(fact) > _fullness(group[0]):
            group.insert(0, fact)
        else:
            group.append(fact)
    return groups


def _fullness(fact: Fact) -> int:
    return (fact.subject is not None) + (fact.period is not None)
