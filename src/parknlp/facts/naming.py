"""What a number is called: rules that each propose an indicator.

Every rule is a function of the `Context` and gives the indicators it proposes, none or a few; its name is the table's key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .choosing import Option
from .context import Context
from .phrases import act, head_of, inner

_COUNTED = frozenset(("count", "size", "area", "duration"))

Rule = Callable[[Context], Iterable[str]]
Rules = dict[str, Rule]


def _core2(c: Context) -> Iterable[str]:
    """The last two nouns of the own phrase: 疫苗产业化项目总投资 -> 项目总投资."""
    if c.own_head:
        second = head_of(c.own[: -len(c.own_head)])
        if second and len(c.own) > len(c.own_head) + len(second):
            yield second + c.own_head


def _near_core(c: Context) -> Iterable[str]:
    """The last indicator cut to action and noun, before the own phrase: 签约项目 + 总投资."""
    core = act(c.base) + c.base_head
    if c.own and c.base_head and core != c.base and c.base_head not in c.own:
        yield core + c.own


def _kind_own(c: Context) -> Iterable[str]:
    """The kind of the project, before the own phrase: 项目 + 总投资."""
    where, project = c.project
    kind = head_of(project) if where and project not in c.own else ""
    if kind and c.own and kind not in c.own:
        yield kind + c.own


def _project(where: str) -> Rule:
    def rule(c: Context) -> Iterable[str]:
        found, project = c.project
        if found == where and project not in c.own:
            yield project + c.own

    return rule


def _topic_own(c: Context) -> Iterable[str]:
    if c.topic and c.topic not in c.own:
        yield c.topic + c.own


def _wide_own(c: Context) -> Iterable[str]:
    if c.wide and c.wide not in c.own:
        yield c.wide + c.own


def _alike(c: Context) -> str:
    draft = c.alike
    return draft.indicator if draft and (draft is not c.near or not c.own) else ""


VALUE: Rules = {
    "own": lambda c: [c.own],
    "after": lambda c: c.nouns if c.right[:1] != "的" else [],
    "de-after": lambda c: c.nouns if c.right[:1] == "的" else [],
    "act-after": lambda c: [c.action + noun for noun in c.nouns if c.action and c.action not in noun],
    "broad-after": lambda c: [c.broad + noun for noun in c.nouns if c.broad and c.broad != c.action],
    "own-after": lambda c: [c.own + noun for noun in c.nouns if c.own],
    "own-tail": lambda c: [c.own.rsplit("、", 1)[1]] if "、" in c.own else [],
    "own-core": lambda c: [c.own_head] if c.own_head and len(c.own) > len(c.own_head) + 2 else [],
    "own-core2": _core2,
    "own-unit": lambda c: [c.own + noun for noun in c.suffixes if c.own and not c.own.endswith(noun)],
    "unit": lambda c: [(c.action or c.broad) + noun for noun in c.suffixes] if not c.own else [],
    "broad-own": lambda c: [c.broad + c.own] if c.broad and c.own and c.broad not in c.own else [],
    "after-unit": lambda c: (
        [noun + c.suffixes[0] for noun in c.nouns if c.suffixes] if c.slot.dimension not in _COUNTED else []
    ),
    "alike": lambda c: [_alike(c)],
    "alike-own": lambda c: [_alike(c) + c.own] if _alike(c) and c.own else [],
    "alike-core": lambda c: [head_of(_alike(c))],
    "alike-head": lambda c: [c.own + head_of(_alike(c))] if _alike(c) and c.own else [],
    "near": lambda c: [c.base] if not c.own else [],
    "near-own": lambda c: [c.base + c.own] if c.base and c.own else [],
    "near-core": _near_core,
    "near-head": lambda c: [c.base_head + c.own] if c.base_head and c.own and c.base_head not in c.own else [],
    "near-after": lambda c: [c.base + c.then] if c.base and c.own and c.then else [],
    "near-unit": lambda c: [c.base + noun for noun in c.suffixes] if c.base and not c.own else [],
    "own-head": lambda c: [c.own + c.base_head] if c.own and c.base_head else [],
    "clause": lambda c: [c.clause] if not c.own else [],
    "clause-own": lambda c: [c.clause + c.own] if c.clause and c.own else [],
    "clause-unit": lambda c: [c.clause + noun for noun in c.suffixes] if c.clause and not c.own else [],
    "clause-after": lambda c: [c.clause + c.then] if c.clause and not c.own and c.then else [],
    "project-own": _project("project"),
    "project-owned-own": _project("project-owned"),
    "later-own": _project("later"),
    "later-owned-own": _project("later-owned"),
    "kind-own": _kind_own,
    "topic-own": _topic_own,
    "topic-after": lambda c: [c.topic + c.then] if c.topic and c.then and c.topic not in c.own else [],
    "topic-unit": lambda c: [c.topic + noun for noun in c.suffixes] if c.topic and not c.own and not c.then else [],
    "wide-own": _wide_own,
    "wide-after": lambda c: [c.wide + c.then] if c.wide and c.then and c.wide not in c.own else [],
    "wide-unit": lambda c: [c.wide + noun for noun in c.suffixes] if c.wide and not c.own and not c.then else [],
}

_RATES = ("率", "比重", "占比", "增速")

CHANGE: Rules = {
    "own": lambda c: [c.own],
    "own-near": lambda c: [c.base + c.own] if c.base and c.own else [],
    "own-rate": lambda c: (
        [c.own + "增速"] if c.own and c.slot.dimension == "points" and not c.own.endswith(_RATES) else []
    ),
    "own-core": lambda c: [c.own_head] if c.own_head and len(c.own) > len(c.own_head) + 2 else [],
    "near": lambda c: [c.base],
    "near-rate": lambda c: [c.base + "增速"] if c.base and c.slot.dimension == "points" else [],
    "clause": lambda c: [c.clause],
    "clause-own": lambda c: [c.clause + c.own] if c.clause and c.own else [],
    "topic-own": _topic_own,
    "project-own": _project("project"),
    "project-owned-own": _project("project-owned"),
}

YEARLY: Rules = {
    "own": lambda c: [c.own + "年均增速"] if c.own else [],
    "near": lambda c: [c.base + "年均增速"] if c.base else [],
    "topic": lambda c: [c.topic + "年均增速"] if c.topic else [],
    "alone": lambda _: ["年均增速"],
}


def share_rules(of: str) -> Rules:
    """The rules for a share of ``of`` (占全国的7.1%)."""

    def base(c: Context) -> str:
        return c.base.removesuffix("增速")

    return {
        "own": lambda c: [f"{c.own}占{of}比重"] if c.own else [],
        "own-short": lambda c: [f"{c.own}占比"] if c.own else [],
        "near": lambda c: [f"{base(c)}占{of}比重"] if c.base else [],
        "near-short": lambda c: [f"{base(c)}占比"] if c.base else [],
        "near-own": lambda c: [f"{base(c)}{c.own}占比"] if c.base and c.own else [],
        "of": lambda _: [f"占{of}比重"],
        "clause": lambda c: [f"{c.clause}占{of}比重"] if c.clause else [],
        "topic": lambda c: [f"{c.topic}占{of}比重"] if c.topic else [],
    }


def completion_rules(what: str) -> Rules:
    """The rules for the completion of ``what`` (完成全年目标的52.6%)."""
    return {
        "what": lambda _: [f"{what}完成率"],
        "own": lambda c: [f"{c.own}{what}完成率"] if c.own else [],
        "near": lambda c: [f"{c.base}{what}完成率"] if c.base else [],
        "clause": lambda c: [f"{c.clause}{what}完成率"] if c.clause and not c.near else [],
    }


def propose(c: Context, rules: Rules, names: Iterable[str]) -> list[Option]:
    """The indicators that these rules propose, each text once."""
    found: dict[str, Option] = {}
    for name in names:
        for text in rules[name](c):
            clean = inner(text)
            if clean and clean not in found:
                found[clean] = Option(name, clean)
    return list(found.values())
