"""Companies: registered names, short names with an industry word, names before a title."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ..doc import COMPANY
from ..lexicon import candidate_of
from ..matcher import normalize
from ..patterns import lazy
from ..text import Candidate
from .branches import NOT_AFTER, NOT_FIRM, closes_here, ends_here, tail, with_industry
from .company_name import WORDS, CompanyName, industries, parse_company_name
from .growth import BREAKS
from .scene import Scene, before_place, first_place, leading_place
from .words import RULES, kinds, novel, ordinary_phrase, places, rare_pair

__all__ = ["CompanyName", "find", "parse_company_name", "with_place"]

_REACH: Final = 40
_SHORT_REACH: Final = 14
_LONGEST_TRADE: Final = 5
_ZONE: Final = re.compile(
    r".+(?:开发区|经开区|高新区|园区|产业园|工业园|科技园|新区|工业区|保税区|综保区|基地|车间|街道)"
)
_ZONE_ENDS: Final = frozenset("区园地间道")
_VILLAGE: Final = lazy(r".*[镇乡道]\p{Han}{1,5}村(?=..)")
_BRANCH: Final = lazy(r"(?:\(\p{Han}{2,6}\))?\p{Han}{1,10}?(?:分公司|分行|支行|分厂|营业部)")
_BRANCH_SIGN: Final = re.compile("[分支营]")


_Rule = Callable[[Scene, int, int], tuple[int, int] | None]


@functools.cache
def anchors() -> dict[str, str]:
    """The words that end company names, and the kind of each."""
    kind_of: dict[str, str] = {}
    for kind in ("industry", "verb", "group", "legal"):
        kind_of.update(dict.fromkeys(kinds(WORDS)[kind], kind))
    kind_of.update(dict.fromkeys(normalize(list(kinds(RULES)["title"])), "title"))
    return kind_of


@functools.cache
def _rules() -> dict[str, tuple[_Rule, str]]:
    """The words that end company names, and of each its rule and what that is called."""
    return {word: _RULES[kind] for word, kind in anchors().items()}


def find(scene: Scene, ends: Iterable[tuple[int, int]]) -> list[Candidate]:
    """Every company name that its own words give away, which stand at ``ends``."""
    rules, lower = _rules(), scene.lower
    found = []
    for start, end in ends:
        rule, source = rules[lower[start:end]]
        span = rule(scene, start, end)
        if span is not None:
            found.append(candidate_of((*span, COMPANY, source, 1.0, None, None)))
            if rule is _legal_name:
                scene.bar((span[1],))
    return found


def _legal_name(scene: Scene, start: int, end: int) -> tuple[int, int] | None:
    """A registered name; where the dictionary's verbs leave only a description of it (合金有限公司), it reaches over them."""
    text = scene.text
    first = _legal_start(scene, start, strict=True)
    whole = _is_whole(text[first:start])
    if not whole or not leading_place(text[first:start]):
        wider = _legal_start(scene, start, strict=False)
        if not whole or leading_place(text[wider:start]):
            first = wider
    if start - first < 2 or text[first:start] in kinds(WORDS)["generic"] or text[first] == "(":
        return None
    branch = _BRANCH().match(text, end, end + 20) if _BRANCH_SIGN.search(text, end, end + 20) else None
    return first, branch.end() if branch else tail(scene, end)


def _legal_start(scene: Scene, start: int, strict: bool) -> int:
    first = scene.grow(start, _REACH, strict)
    first += _zone_end(scene.text[first:start])
    joint = scene.text.rfind("和", first, start)
    if joint > first + 1 and scene.text[joint - 2 : joint] in industries():
        first = joint + 1  # 卡威集团|和|新美龙汽车软饰件
    if "村" in scene.text[first:start] and (village := _VILLAGE().match(scene.text, first, start)):
        first = village.end()
    while first < start and scene.text[first].isdigit() and scene.text[first - 1] in ".\n、 (":
        first += 1  # the number of a list
    first = scene.from_place(first, start)
    piece = scene.text[first:start]
    at, stop = first_place(piece)
    if at > 1 and piece[at - 1] != "(" and scene.firm_starts.get(first, 0) <= first and novel(piece[stop : stop + 3]):
        return first + at  # 谈成|新疆钵施然智能农机
    return first


def _is_whole(piece: str) -> bool:
    """Whether what stands before a legal form has a trade name."""
    name = parse_company_name(piece) if piece else None
    return name is not None and len(name.trade_name) >= 2 and (bool(name.place) or not ordinary_phrase(name.trade_name))


@functools.lru_cache(maxsize=1 << 13)
def _zone_end(piece: str) -> int:
    """The end of a zone's name at the left of a piece: 镇江经开区|江苏瑞尔隆鼎实业, but not 中新智地苏州工业园区|有限公司."""
    zone = None if _ZONE_ENDS.isdisjoint(piece) else _ZONE.match(piece)
    if zone is None:
        return 0
    rest = piece[zone.end() :]
    named = len(rest) >= 2 and (leading_place(rest) > 0 or novel(parse_company_name(rest).trade_name))
    return zone.end() if named else 0


_Core = tuple[int, str, bool]
"""A short name without its industry word: where it starts, its trade name, whether a known firm's name opens it."""


def _core(scene: Scene, end: int) -> _Core | None:
    """The short name that ends with the industry word at ``end``."""
    first = scene.grow(end, _SHORT_REACH)
    if end - first < 2:
        return None
    piece = scene.text[first:end]
    zone, cut, trade = _parts(piece)
    if zone:
        first += zone
        if end - first < 2:
            return None
    if scene.park_ends.get(end, end) <= first:
        return None
    firm = scene.last_firm(first, end)
    if firm >= 0 and (firm == first or scene.place_before(firm) <= first):
        rest = scene.text[scene.firm_starts[firm] : end]
        return (max(first, scene.place_before(firm)), rest, True) if not rest or rest in industries() else None
    if cut and scene.firm_starts.get(first, 0) > first:
        cut, trade = _trade(piece[zone:])
    return first + cut, trade, False


@functools.lru_cache(maxsize=1 << 13)
def _parts(piece: str) -> tuple[int, int, str]:
    """Of a short name with what stands before it the end of a zone's name, how much more precedes the name, and its trade name."""
    zone = _zone_end(piece)
    place = before_place(piece[zone:])
    cut, trade = _trade(piece[zone + place :])
    return zone, place + cut, trade


def _trade(piece: str) -> tuple[int, str]:
    """How many characters of a short name are ordinary words before it, and its trade name: what is left without places."""
    trade = piece
    start, stop = first_place(trade)
    while start == 0 and len(trade) > stop:
        trade = trade[stop:].removeprefix("市") if len(trade) - stop > 2 else trade[stop:]
        start, stop = first_place(trade)
    if start == 0 and len(trade) == stop and trade != piece:
        trade = ""
    cut = _ordinary_prefix(trade) if trade == piece else 0
    return cut, trade[cut:].replace("(", "").replace(")", "")


def _ordinary_prefix(trade: str) -> int:
    """How many characters at the left of a trade name are ordinary words that precede it."""
    cut = 0
    while len(trade) - cut > 3:
        rest = trade[cut:]
        step = next((n for n in (4, 3, 2) if len(rest) - n >= 2 and ordinary_phrase(rest[:n]) and novel(rest[n:])), 0)
        if not step:
            break
        cut += step
    return cut


def _industry_name(scene: Scene, start: int, end: int) -> tuple[int, int] | None:
    if scene.text[end] in NOT_AFTER or not _may_end(scene, start):
        return None
    core = _core(scene, start)
    if core is None:
        return None
    first, trade, known = core
    if not (ends_here(scene.text, end) if known else 2 <= len(trade) <= _LONGEST_TRADE and novel(trade)):
        return None
    return first, tail(scene, end)


def _verb_name(scene: Scene, start: int, end: int) -> tuple[int, int] | None:
    """As `_industry_name`, for a word that may as well go on: 东方雨虹|投资的项目."""
    last = scene.text[start - 2 : start]
    if not (rare_pair(last) or start in scene.firm_ends) or not closes_here(scene.text, end):
        return None
    return _industry_name(scene, start, end)


def _may_end(scene: Scene, end: int) -> bool:
    """Whether a trade name may end here: a quick look at its last characters, which decides most cases."""
    text = scene.text
    if end in scene.firm_ends or text[end - 1] == ")":
        return True
    return text[end - 1].isalpha() and (rare_pair(text[end - 2 : end]) or rare_pair(text[end - 3 : end - 1]))


def _group_name(scene: Scene, start: int, end: int) -> tuple[int, int] | None:
    text = scene.text
    word = text[start:end]
    core = _core(scene, start)
    if core is None or (word == "公司" and text[start - 1] in "分子总母本该"):
        return None
    first, trade, known = core
    if (
        not known
        and not (2 <= len(trade) <= 8 and _may_be_firm(trade, word))
        and not ((not trade or trade in places().names) and word in kinds(RULES)["with-place"])
    ):
        return None
    return first, tail(scene, end)


def _may_be_firm(trade: str, word: str) -> bool:
    """Whether a word before 集团 or 公司 names a firm rather than a kind of firm."""
    if trade in kinds(WORDS)["generic"] or trade in industries():
        return False
    if novel(trade) or (trade.isascii() and trade[0].isupper()):
        return True
    bare = parse_company_name(trade).trade_name
    if bare != trade and len(bare) >= 2 and novel(bare):
        return True
    return word in ("集团", "股份", "控股") and len(trade) <= 3


def _titled_name(scene: Scene, start: int, _: int) -> tuple[int, int] | None:
    if scene.text[start - 2 : start] in ("公司", "集团", "企业", "中心", "有限"):
        return None
    core = _core(scene, start)
    if core is None:
        return None
    first, trade, known = core
    return (first, start) if not known and 2 <= len(trade) <= 4 and novel(trade) else None


_RULES: Final[dict[str, tuple[_Rule, str]]] = {
    "legal": (_legal_name, "rule:company-legal"),
    "group": (_group_name, "rule:company-group"),
    "industry": (_industry_name, "rule:company-industry"),
    "verb": (_verb_name, "rule:company-verb"),
    "title": (_titled_name, "rule:company-title"),
}


_STATUS: Final = lazy(r"ST(?<![A-Za-z0-9]ST)(?!段|类|板|公司|股票|个股|概念|企业|制度|风险)\p{Han}{2}")


@functools.cache
def _latin_legal() -> re.Pattern[str]:
    """A registered name in Latin letters, of ten words at most: Focus Lightings Tech Co., Ltd."""
    forms = "|".join(map(re.escape, sorted(kinds(RULES)["latin-form"])))
    word = "[A-Za-z0-9&.'-]{0,30}"
    return re.compile(  # what does not begin with what is looked for (a look behind first) is searched for slowly
        rf"[A-Z](?<![A-Za-z0-9][A-Z]){word}(?: [A-Z&]{word}| (?:of|and|de|for)(?= )){{0,9}}?,? ?(?:{forms})(?![A-Za-z])\.?"
    )


def by_letters(text: str) -> Iterator[Candidate]:
    """Registered names in Latin letters (Ansys, Inc.), and those of listed firms with the sign of their status (*ST东园)."""
    if any(form in text for form in kinds(RULES)["latin-form"]):
        for legal in _latin_legal().finditer(text):
            yield Candidate(*legal.span(), COMPANY, "rule:company-legal")
    if "ST" in text:
        for listed in _STATUS().finditer(text):
            start, end = listed.span()
            starred = text[start - 1] == "*" and not (text[start - 2].isascii() and text[start - 2].isalnum())
            yield Candidate(start - starred, end, COMPANY, "rule:company-status")


_BOUNDS: Final = frozenset("、,。;:的(等和与供做及把在给将")


def with_place(scene: Scene) -> Iterator[Candidate]:
    """Bare trade names after a place (青岛|海力威) and names before a bracketed place (佐敦涂料(张家港))."""
    text = scene.text
    for end, start in scene.place_ends.items():
        before = text[start - 1]
        if before == "(" and text[end] == ")":
            span = _before_bracket(scene, start - 1, end + 1)
        elif (text[end + 2] in _BOUNDS or text[end + 3 : end + 4] in _BOUNDS) and (
            before in "的在做由与给和" or not before.isalnum()
        ):
            span = _after_place(scene, start, end)
        else:
            continue
        if span is not None:
            yield Candidate(*span, COMPANY, "rule:company-place")


def _before_bracket(scene: Scene, start: int, end: int) -> tuple[int, int] | None:
    core = _core(scene, start)
    if core is None or len(core[1]) > 8:
        return None
    first, trade, known = core
    end = with_industry(scene.text, end)
    named = known or novel(parse_company_name(trade).trade_name)
    return (first, end) if named and scene.text[end] not in NOT_AFTER and ends_here(scene.text, end) else None


def _after_place(scene: Scene, start: int, end: int) -> tuple[int, int] | None:
    text = scene.text
    if text[end - 1] in "省市县区州旗" and end - start > 2:
        return None
    for stop in (end + 3, end + 2):
        trade = text[end:stop]
        if text[stop : stop + 1] in _BOUNDS and trade[-1] not in NOT_FIRM and trade.isalpha() and novel(trade):
            return (start, stop) if not BREAKS & set(trade) else None
    return None
