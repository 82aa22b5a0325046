"""TIME spans: calendar dates, periods and the words that name them (今年上半年, 1—9月, “十四五”末).

Clock times, vague words (近日), durations (3小时) and years inside 《…》 are none.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ..doc import TIME, Period
from ..fold import Codes
from ..patterns import lazy
from ..text import Candidate, TextBatch
from .figures import titles_of
from .periods import period_of

_PARTS: Final = {
    "TO": r" ?(?:--?|~|[—―]{1,2}|起?至|到) ?",
    "YEAR": r"(?:公元前?)?(?:(?:1[6-9]|20|21)[0-9]{2}|[一二][〇零○一二三四五六七八九0]{3}) ?(?:年(?!代)度?|财年)"
    r"|20[0-9]{2}(?=全年|[上下]半年|[前头]?[一二三四1-4]个?季度|[前头](?:1[01]|[1-9])个月)",
    "REL": (
        r"(?:今明两年|去今两年|今年度?(?!(?<=如今年)[销产均营收出])|去年度?|(?<![文说证发表声注标照])明年度?|(?<!以)上年度?|上一年度?|(?<![资成基根])本年度?"
        r"|(?<![目以之此提日税])前年(?!薪)|(?<![以之此产投成批造用营工效运建])后年(?![产节省加])"
        r"|[次翌]年(?=[0-9一二三四五六七八九十春夏秋冬]|[上下]半年))(?!级)"
    ),
    "M": r"(?:1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])",
    "MONTH": r"(?:<M>|元) ?月(?!龄)(?:份)?",
    "D": r"(?:[12][0-9]|3[01]|0?[1-9])",
    "DAY": r"(?:<D>|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九]) ?[日号](?![线楼院])",
    "EDGE": r"(?:底|末|初(?![一二三四五六七八九十])|中?上旬|中旬|中?下旬)",
    "QUARTER": (
        r"(?:第?[一二三四1-4] ?季(?:度|末)|第[一二三四]季(?!节)|首季度?(?!后))末?"
        r"|(?<!提)前[一二三两23]个?季(?:度|(?![节报花]))|第?[一二三]、?[二三四]季度|第?[一二三1-3]<TO>[二三四2-4] ?季度"
    ),
    "HALF": r"[上下前后]半年(?![考报])度?末?",
    "FIRST": r"(?:(?<!提)前|首|(?<![码接龙源巨街镜船罐])头)(?:1[01]|[1-9]|十一?|[一二两三四五六七八九])个?月(?:份)?",
    "MONTHS": r"<M>(?: ?月份?)?<TO><MONTH><EDGE>?|(?<!\n)<M>、<M>月份|[一二三四五六七八九]{2}月份",
    "DATE": r"<MONTH>(?: ?<DAY>(?:<TO><DAY>)?|<D><TO><DAY>|<EDGE>)?",
    "PART": r"(?:<HALF>|<QUARTER>|<FIRST>|<MONTHS>|<DATE>)",
    "YEAR_EDGE": r"年?内(?![蒙部外江资销需贸涵容存循燃控置])|年?底(?![层部座片])|年?末(?![端路])"
    r"|年?[初中](?![国冬春夏秋央小心期级学等药医考铁信科建步衷试次审始创具见石关成方报])",
    "SEASON": r"[春夏秋冬](?:季|天)",
    "WHOLE": r"全年(?!目标|任务|计划)",
    "FEST": r"(?:国庆|春节|元旦|清明|端午|中秋|元宵|劳动节)",
    "YEAR_PART": r"半年度|年度|<YEAR_EDGE>|<SEASON>|<WHOLE>|<FEST>节?(?=前|后|期间|当天|假期|长假)",
    "NUM": r"[0-9一二三四五六七八九十两]",
}
_BY_FIRST: Final = (
    ("0123456789", "years iso short-year month-day day decade code"),
    ("一二三四五六七八九十", "day plan holiday decade"),
    ("今昨明前后去", "day-word year-word recent"),
    ("本上下这周星月", "week month-word decade"),
    ("近未过最此", "recent"),
    ("年岁全", "year-word"),
    ("农正腊冬", "lunar"),
    ('“"国中春元清端劳大除', "plan holiday"),
    ("QH", "code"),
)
"""The rules by the first character of what they find."""
_YEAR_STARTS: Final = frozenset("公12一二今去明上本前后次翌")
_PART_STARTS: Final = frozenset("0123456789一二三四五六七八九十第首前头上下后元")
_NO_PART_BEHIND: Final = frozenset("0123456789一二三四五六七八九十两第.红")
_RULES: Final = {
    "years": r"(?:1[89]|20)[0-9]{2} ?年?<TO>(?:1[89]|20)[0-9]{2} ?(?:年度?|学年|财年)",
    "iso": (
        r"(?<![0-9./-])(?:19|20)[0-9]{2}"
        r"(?:-(?:1[0-2]|0?[1-9])-<D>|/(?:1[0-2]|0?[1-9])/<D>|\.(?:1[0-2]|0?[1-9])\.<D>)(?![0-9./-])"
        r"|(?<![0-9A-Za-z./-])20[0-3][0-9]\.(?:1[0-2]|0?[1-9])(?:-20[0-3][0-9]\.(?:1[0-2]|0?[1-9]))?"
        r"(?![0-9./%‰A-Za-z-]| ?[万亿千百元点个家吨公平亩米度倍人次件台套辆项分])"
        r"|(?<![0-9A-Za-z./-])20[0-3][0-9][/-](?:1[0-2]|0[1-9])(?![0-9./%‰A-Za-z-]| ?[万亿千百元点个家吨公平亩米度倍人次件台套辆项分号])"
        r"|(?<![0-9./-])2[0-9]-(?:1[0-2]|0[1-9])-(?:[0-2][0-9]|3[01])(?![0-9./-])"
        r"|(?<![0-9./-])20[0-9]{2}(?P<sign>[./])(?:1[0-2]|0?[1-9])(?P=sign)<D>-20[0-9]{2}(?P=sign)(?:1[0-2]|0?[1-9])(?P=sign)<D>(?![0-9./-])"
    ),
    "short-year": r"(?<![0-9.第近满续期约超逾达])2[0-9]年(?:年?[中底初末])?",
    "month-day": (
        r"(?<=[(\[])(?:1[0-2]|0[1-9])-(?:[0-2][0-9]|3[01])(?=[)\] ])"
        r"|(?<=[ \n])(?:1[0-2]|0[1-9])-(?:[0-2][0-9]|3[01])(?= [0-9]{2}:[0-9]{2})"
    ),
    "day": (
        r"(?<![0-9一二三四五六七八九十两第./每近续期时共用月予限-])(?<![少低大多]于)(?<!不[足到满少])(?<!超过)"
        r"(?:[12][0-9]|3[01]|[1-9]|[二三]?十[一二三四五六七八九]?) ?日(?![内均产游元报本后]|以内|之内|年化)"
    ),
    "lunar": r"(?:农历(?:[正腊冬二三四五六七八九十]|十[一二])|[正腊冬])月"
    r"(?:初[一二三四五六七八九十]|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]|三十)?(?=[^0-9])",
    "day-word": (
        r"(?<![文说证表声])(?:[今昨明前]天|后天(?!下))|昨晚|今早|今晨|(?<![此以目])前日"
        r"|(?<![文说证发透表声光阐标注清黎照])[今昨明]日(?!头条|之星|香|星|股|资本|科|集团)"
    ),
    "week": (
        r"(?:[本上下]周|[本上下这]个?星期)(?:[一二三四五六末天]|日(?!均))?(?![边围期年转岁])"
        r"|(?<![每一两几本上下这0-9])周[一二三四五六日](?![围边次个条至])|星期[一二三四五六日天]"
    ),
    "month-word": r"(?<![0-9一二三四五六七八九十个本上])月[底末初](?!级)|(?:本|上个?|下个?)月<EDGE>?(?![台球亮])"
    r"|(?:本|上个?|下个?)季度|上季末",
    "year-word": (
        r"(?<![0-9一二三四五六七八九十两几多数半])年(?:内|初|底|末)|岁末年初|[今去明][春夏秋冬](?![天季])"
        r"|(?<![今去])全年(?!(?:目标|任务|计划|指标|预算)(?![0-9])|度|龄|的目标|无|天候)"
    ),
    "recent": r"(?:近|未来|过去|最近|此后)(?:[两三五十235]|10)年(?!来|新高|新低|最|高位|低位)",
    "plan": (
        r"(?:[“\"]十[一二三四五六七]五[”\"]|十[一二三四五六七]五)"
        r"(?:期?末|初(?!期)|[前后][一二两三四]年|(?=以来|期间|时期|开局|收官|前|后|内|中期|首年|末期))"
        r"|[“\"]十[一二三四五六七]五[”\"](?=[,，。是])|[“\"][一二三四五六七八九]五[”\"](?=期间|时期)"
    ),
    "holiday": (
        r"(?:[“\"](?:五一|十一)[”\"]|五一|国庆中秋|中秋国庆|<FEST>)节?(?:小长假|假期|长假|黄金周|假日)"
        r"|大年(?:三十|初?[一二三四五六七八九十])|除夕|(?<![一-鿿])国庆(?=[只放当加不前后])|(?:国庆|春节|元旦|中秋|端午)节?(?=前|后|期间|当天)|[“\"][七八]一[”\"](?=前夕|前后|期间)"
    ),
    "decade": (
        r"(?:上世纪|本世纪|[12][019]世纪|二十世纪|(?<![0-9])(?:1[89]|20)|(?<![0-9一二三四五六七八九]))"
        r"(?:[0-9]0|[一二三四五六七八九]十)年代(?:初期?|末期?|中期|中后期)?"
    ),
    "code": (
        r"(?<![0-9A-Za-z])(?:(?:20[0-9]{2}年?|2[0-9])?(?:Q[1-4]末?|H[12])|(?:[1-4]Q|[12]H)2[0-9])(?![0-9A-Za-z])(?!:(?<=\nQ[1-4]:))"
    ),
}

# Where a TIME may begin: the rules are tried nowhere else, which makes the search ten times as fast. This itself is tried only
# where its first two characters are one of the pairs below, which numpy finds.
_ANCHOR = lazy(
    r"[0-9](?:([0-9]*) ?(?:[年月日财季、世QH]|全年|[上下]半年|[前头]?[一二三四1-4]个?季度|[前头](?:1[01]|[1-9])个月"
    r"|--?|[~—―至到])|([0-9]{3,})[./])"
    r"|[一二三四五六七八九十][零〇○一二三四五六七八九十0]{0,3} ?(?:[年月日季、世]|--?|[~—―至到])"
    r"|[今昨明前后][年天日明晚早晨]|元月|[次翌]年|[今去明][年今春夏秋冬]|[上下前后](?:半年|年|一年|周|月|个|世纪)|[上下]季度|本[年周月世季]"
    r"|(?:[前首]|(?<![码接龙源巨街镜船罐])头)[0-9一二三四五六七八九十两]{1,3}个?[月季]|大年|[本上下这]个?[周星季]|周[一二三四五六日]"
    r"|星期|年[内初底末]|月[底末初]|全年|农历|[正腊冬]月|近[两三五十0-9]|[未过今最此][来去后近][两三五十0-9]"
    r"|[“\"](?:[十五]|[一二三四六七八九]五[”\"]|[七八]一[”\"])|十[一二三四五六七]五|公元|[第首][一二三四1-4]?[ 、]?[二三四]?季"
    r"|[国春元清端中劳除岁五][庆节旦宵明午秋动夕末一]|(?<![0-9A-Za-z])[QH][1-4](?![0-9A-Za-z])"
)
_HAN: Final = "一二三四五六七八九十"
_ARABIC: Final = "0123456789"
_PAIRS: Final = (
    (_ARABIC, _ARABIC + "年月日财季、世-~—―至到QH "),
    (_HAN, _HAN + "零〇○0年月日季、世-~—―至到 "),
    ("今昨明前后", "年天日明晚早晨"),
    ("元", "月"),
    ("次翌", "年"),
    ("今去明", "年今春夏秋冬"),
    ("上下前后", "半年一周月个世季"),
    ("本", "年周月世季"),
    ("前头首", _ARABIC + _HAN + "两"),
    ("大", "年"),
    ("本上下这", "个周星"),
    ("周", "一二三四五六日"),
    ("星", "期"),
    ("年", "内初底末"),
    ("月", "底末初"),
    ("全", "年"),
    ("农", "历"),
    ("正腊冬", "月"),
    ("近", "两三五十" + _ARABIC),
    ("未过今最此", "来去后近"),
    ('“"', _HAN),
    ("公", "元"),
    ("第首", "一二三四1234 、季"),
    ("国春元清端中劳除岁五", "庆节旦宵明午秋动夕末一"),
    ("QH", "1234"),
)
"""First and second characters of anchors, the digits' first."""

_HALF: Final = 32
_LAST_CODE: Final = 0xFFFF
_MOST_DIGITS: Final = 4
_SENTENCE_END = lazy("[。!?\n]")
_COMPARED: Final = frozenset("比较与从自由")
"""Behind these a year is none that the sentence is about."""

_JOIN = lazy(r" ?(?:--?|~|[—―]{1,2}|起?至|到) ?")
_LONGEST_JOIN: Final = 4
_RANGE: Final = "range"
_SOURCES: Final = {rule: f"rule:{rule}" for rule in ("year", "part", _RANGE, *_RULES)}
_candidate: Final = functools.partial(tuple.__new__, Candidate)


def _compiled(pattern: str) -> re.Pattern[str]:
    for name, part in reversed(_PARTS.items()):  # a part uses earlier ones only
        pattern = pattern.replace(f"<{name}>", f"(?:{part})")
    return re.compile(pattern)


# Each pattern is compiled when a text first needs it, and each part in one of them only: one pattern of all rules takes a
# hundredth of a second to make.
_YEAR = functools.cache(functools.partial(_compiled, "(?P<number><YEAR>)|(?P<word><REL>)"))
_PART = functools.cache(functools.partial(_compiled, "<PART>"))
_YEAR_PART = functools.cache(functools.partial(_compiled, "<YEAR_PART>"))
_BEHIND: Final = {"number": lazy("[QH][1-4]"), "word": lazy("同[期月]")}


@functools.cache
def _others(first: str) -> re.Pattern[str] | None:
    """The rules for times that begin with this character, but for years and their parts."""
    names = next((names for firsts, names in _BY_FIRST if first in firsts), "")
    rules = "|".join(f"(?P<{name.replace('-', '_')}>{_RULES[name]})" for name in names.split())
    return _compiled(rules) if rules else None


def _match(text: str, start: int) -> tuple[int, str] | None:
    """Where the time that begins at this offset ends, and the rule that says so."""
    first = text[start]
    if first in _YEAR_STARTS and (year := _YEAR().match(text, start)):
        end = year.end()
        at = end + (text[end] == " ")
        if text[at] in _PART_STARTS:
            more = _PART().match(text, at)
        else:
            more = _YEAR_PART().match(text, at) or _BEHIND[year.lastgroup or ""]().match(text, at)
        return more.end() if more else end, "year"
    if first in _PART_STARTS and text[start - 1] not in _NO_PART_BEHIND and (part := _PART().match(text, start)):
        return part.end(), "part"
    others = _others(first)
    other = others.match(text, start) if others else None
    if other is None:
        return None
    end, rule = other.end(), (other.lastgroup or "").replace("_", "-")
    if rule == "short-year" and text[end - 1] == "年":  # 24年 alone is a span of time
        more = _PART().match(text, end) if text[end] in _PART_STARTS else None
        return None if more is None else (more.end(), rule)
    return end, rule


@functools.cache
def _pairs() -> npt.NDArray[np.uint64]:
    """For each code point the numbers of the `_PAIRS` of which it is a first and, in the upper half, a second character, as bits."""
    table = np.zeros(_LAST_CODE + 1, np.uint64)
    for number, pair in enumerate(_PAIRS):
        for bit, characters in zip((number, number + _HALF), pair, strict=True):
            table[[ord(character) for character in characters]] |= np.uint64(1 << bit)
    return table


def _anchors(codes: Codes) -> list[int]:
    """Where the first two characters are those of an anchor; in a run of digits, where it begins."""
    kinds = _pairs().take(codes, mode="clip")
    pairs = kinds[1:-1] & (kinds[2:] >> np.uint64(_HALF))
    pairs &= ~(kinds[:-2] & np.uint64(1))  # bit 0 is that of digits
    anchors: list[int] = (pairs.nonzero()[0] + 1).tolist()
    return anchors


def find_times(batch: TextBatch, published: Sequence[str | None]) -> list[Candidate]:
    """Every TIME, in order and disjoint, with its period.

    Args:
        batch: the documents.
        published: the publication date of each, ISO 8601, or None.
    """
    text = batch.text
    titles = titles_of(text)
    opened, closed = next(titles)
    spans: list[tuple[int, int, str]] = []
    anchor_at, match_at, last, looked_at = _ANCHOR().match, _match, 0, 0
    for place in _anchors(batch.codes):
        if place < looked_at - 1 or (anchor := anchor_at(text, place)) is None:
            continue
        # a time begins with the last four of a run of digits, whose first one may belong to an anchor: H12025年
        start = max(place, anchor.end(anchor.lastindex) - _MOST_DIGITS) if anchor.lastindex else place
        if start < looked_at:
            continue
        looked_at = anchor.end()
        if start < last or (match := match_at(text, start)) is None:
            continue
        while closed <= start:
            opened, closed = next(titles)
        if opened <= start:
            continue
        before, (last, rule) = last, match
        if (
            spans
            and spans[-1][2] != _RANGE  # two ends and no more
            and start - spans[-1][1] <= _LONGEST_JOIN
            and before == spans[-1][1]
            and _JOIN().fullmatch(text, before, start)
        ):
            spans[-1] = (spans[-1][0], last, _RANGE)
        else:
            spans.append((start, last, rule))
    return _valued(text, spans, batch, published)


def _valued(
    text: str, spans: Sequence[tuple[int, int, str]], batch: TextBatch, published: Sequence[str | None]
) -> list[Candidate]:
    """The times with their periods; one that names no year is of the year that its sentence has named: 2024年…，其中上半年."""
    found: list[Candidate] = []
    latest = Period("")
    document, said, last = -1, "", 0  # of the sentence: the last day of its year, where the last time ends
    for start, end, rule in spans:
        surface, owner = text[start:end], batch.document_of(start)
        if owner != document or (said and _SENTENCE_END().search(text, last, start)):
            document, said = owner, ""
        before, last = last, end
        value = period_of(surface, published[owner])
        if said and (value.symbol[0] in "HQ-" or surface.startswith(("上年", "上一年"))):
            value = period_of(surface, said)
        elif value.symbol[:4].isdecimal() and value.end and text[start - 1] not in _COMPARED:
            said = f"{value.end[:4]}-12-31"
        elif value.symbol[0] == "Y":
            said = ""
        if rule == "week" and before and start - before <= 1 and latest.start == latest.end:
            value = latest  # 2024年3月5日(星期二)
        latest = value
        found.append(_candidate((start, end, TIME, _SOURCES[rule], 1.0, value, None)))
    return found
