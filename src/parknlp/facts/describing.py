"""Which of the indicators that the rules propose a number gets: the features, and the choice."""

from __future__ import annotations

import re

from .choosing import MARK, Model, Option
from .context import REACH, Context
from .naming import Rules, propose
from .phrases import head_of
from .reading import spans_between

KEPT = 8  # so many rules may propose, the best by what stands around the number

_SEPARATORS = re.compile(r"[^,、;。()\ue003]")


def _gap(c: Context) -> str:
    """The masked text since the number before, as far as it is looked at."""
    end = c.slot.span.start
    return c.page.masked[max(c.near.slot.span.end, end - REACH) : end] if c.near else ""


def rule_keys(c: Context) -> list[str]:
    """What stands around a number, as far as it tells which rule fits."""
    slot, masked, own, base = c.slot, c.page.masked, c.own, c.base
    start, gap = slot.span.start, _gap(c)
    separators = (_SEPARATORS.sub("", gap) or "-")[:2] if c.near else "^"
    return [
        f"own={own[-2:]}",
        f"base={base[-2:]}",
        f"both={own[-2:]}{base[-2:]}",
        f"sep={separators}",
        f"among={'其中' in gap}",
        f"dim={slot.dimension}",
        f"bdim={c.near.slot.dimension if c.near else ''},{slot.dimension}",
        f"on={min(len(own), 12) // 2},{bool(c.own_head)}",
        f"tail={masked[max(slot.left, start - 2) : start]}",
        f"lead={c.right[:1]}",
        f"unit={slot.unit[-2:]}",
    ]


def none_features(c: Context) -> list[str]:
    """What tells whether a number states anything at all."""
    slot, page = c.slot, c.page
    start, end, kind = slot.span.start, slot.span.end, slot.dimension
    first, last = c.first, c.last
    left = page.masked[max(slot.left, start - 8) : start]
    right = page.masked[end : min(slot.right + 1, end + 6)]
    chinese = page.text[start] in "一二两三四五六七八九十几数半"
    own = c.own
    found = [
        "none",
        f"dim={kind}",
        f"zh={chinese},{kind}",
        f"unit={slot.unit[-3:]}",
        f"zu={chinese},{slot.unit[-3:]}",
        f"many={min(6, len(spans_between(page.numbers, first, last)))}",
        f"quote={'“' in page.masked[max(first, start - 12) : start]}",
        f"near={c.near is not None},{kind}",
        f"name={bool(spans_between(page.names, first, last))}",
        f"time={bool(spans_between(page.times, first, last))}",
        f"lr={left[-1:]}|{right[:1]}",
        f"own={own[-2:]}",
        f"head={bool(c.own_head)},{kind}",
        f"onn={min(len(own), 8)},{kind}",
        f"l1{left[-1:]},{kind}",
        f"l2{left[-2:]}",
        f"l3{left[-3:]}",
        f"r1{right[:1]},{kind}",
        f"r2{right[:2]}",
    ]
    found += [f"L{left[at : at + 2]}" for at in range(len(left) - 1)]
    found += [f"R{at},{right[at : at + 2]}" for at in range(len(right) - 1)]
    return found


def text_features(option: Option, c: Context) -> list[str]:
    """How an indicator looks."""
    text, rule, slot = option.text, option.rule, c.slot
    kind, size = slot.dimension, min(len(text), 24) // 2
    head = head_of(text)
    found = [
        f"r={rule},{kind}",
        f"h={text[-2:]},{kind}",
        f"h3={text[-3:]}",
        f"f={text[:2]}",
        f"n={size},{kind}",
        f"r={rule},n={size}",
        f"r={rule},h={text[-2:]}",
        f"w={head},{kind}",
        f"hu={text[-2:]},{slot.unit[-3:]}",
    ]
    found += ["c" + char for char in dict.fromkeys(text)]
    return found


def choose(c: Context, rules: Rules, model: Model | None, *, optional: bool) -> Option | None:
    """The best indicator, or None where the number states nothing.

    Args:
        c: the number.
        rules: the rules for its role, best first where no model knows better.
        model: the weights, or None.
        optional: whether the number may state nothing.
    """
    if model is None:
        return next(iter(propose(c, rules, rules)), None)
    names = list(rules)
    scores = dict(zip(names, model.rules(rule_keys(c), names), strict=True))
    best, top = None, model.score(Option("none", "", none_features(c))) if optional else -1e9
    ranked = sorted(names, key=scores.__getitem__, reverse=True)
    for at in range(0, len(names), KEPT):
        kept = set(ranked[at : at + KEPT])
        options = propose(c, rules, [name for name in names if name in kept])
        for option in options:
            option.features = text_features(option, c)
            score = scores[option.rule] + model.score(option)
            if score > top:
                best, top = option, score
        if options:
            break
    return best


def all_options(c: Context, rules: Rules, *, optional: bool) -> list[Option]:
    """Every option with all its features, for training."""
    options = propose(c, rules, rules)
    keys = rule_keys(c)
    for option in options:
        option.features = [*text_features(option, c), *(f"{option.rule}{MARK}{key}" for key in keys)]
    if optional:
        options.append(Option("none", "", none_features(c)))
    return options
