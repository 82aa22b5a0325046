"""Which part of a scraped page is the headline, the byline, the article proper, and what is noise.

A page is read line by line. Every line gets a weight: positive for sentences, negative for what looks like navigation,
contact or a cut-off excerpt. The body is the run of lines with the largest sum; the list of related articles ends it in any case.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from . import datafiles
from .fold import fold
from .patterns import compiled, lazy

RELATED = "related"
_CUT_WEIGHT = -60  # an excerpt that breaks off
_NOISE_WEIGHT = -80  # navigation, contact, copyright
_HEADING_WEIGHT = -4  # a short line without punctuation: a heading inside the body, a link outside of it
_LONG = 60  # a line of this length is prose even without a full stop
_TITLE_LENGTH = (4, 80)
_HEAD = 120
_LONGEST_NOISE = 160

_COPYRIGHT = "copyright"
_LINE = lazy(r"[^\n\r]+")
_CUT = lazy(r"(?:\.{3,}|…+)$")
_SENTENCE_END = lazy(r"[。!?;！？][”’」』）)\]]*$|[。]")
_LISTING = lazy(r"[,、:;]|\d[\d.,]*\s?[^\s\d.,:/\-]")
# 2026年1-2月 is no date
_DATE = lazy(r"(?<!\d)((?:19|20)\d\d)\s?[-/年.]\s?(\d{1,2})\s?[-/月.]\s?(\d{1,2})(?!\d|\s?月)")
_NAMES = r"((?:(?!记者|通讯员|\p{Han}{1,4}:)(?:\p{Han}|·){2,4}(?:[ 、/]|(?!\p{Han}))){1,6})"
_REPORTERS = ("记者", "撰文", "文/摄", "图/文", "文/图", "作者")
_CORRESPONDENTS = ("通讯员",)
_SOURCES = ("来源", "稿源")
_BETWEEN_NAMES = lazy(r"[ 、/]+")
_SOURCE_LEAD = lazy(r"(\p{Han}{2,10}?)讯(?=[\s(:,])|本报(?=讯)")
# a line of a data sheet: 【所在区域】扬州经开区, 层高:8米, ✅ 开工率:84.6%
_FIELD = lazy(r"【[^】]{1,12}】|\p{Han}{2,8}:|[^\w\s(\[\"'“‘《<*#@&$¥+\-—…·]\s?[^:]{1,16}:")
_SPLIT = lazy(r"(?:(\p{Han}{2,8}):|【(..)[^】]{0,10}】).{4}")  # a headline in two parts, or a field
_SECTION = lazy(r"[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)")  # the heading of a section
_NO_TITLE = "•·-*([【"


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote and who published."""

    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of a page; every offset counts in the text that was given.

    Attributes:
        title: (start, end) of the headline, or None.
        published: publication date as ISO 8601 when the page states it in full, or None.
        byline: reporters, correspondents and source, as far as stated.
        body: (start, end) of the article proper; (0, 0) on a page of noise only.
        noise: (start, end, kind) of each line that is neither headline nor body.
    """

    title: tuple[int, int] | None
    published: str | None
    byline: Byline
    body: tuple[int, int]
    noise: tuple[tuple[int, int, str], ...]


class Parts(NamedTuple):
    """What the pipeline asks of a page."""

    title: tuple[int, int] | None
    published: str | None
    body: tuple[int, int]


class _Line(NamedTuple):
    start: int
    end: int
    text: str
    kind: str  # "" for what may be article
    weight: int
    prose: bool


@functools.cache
def _noise() -> tuple[tuple[str, str, str], ...]:
    """Kind of line, what it needs, and pattern."""
    return tuple((kind, needs, pattern) for kind, needs, pattern in datafiles.rows("page_noise.tsv"))


@functools.cache
def _kinds() -> dict[str, int]:
    """The kinds by precedence."""
    return {kind: place for place, kind in enumerate(dict.fromkeys(kind for kind, _, _ in _noise()))}


@functools.cache
def _any_noise() -> re.Pattern[str]:
    """The patterns that need nothing, each kind a group."""
    groups = {kind: [pattern for of, needs, pattern in _noise() if of == kind and needs == "-"] for kind in _kinds()}
    return re.compile("|".join(f"(?P<{kind}>{'|'.join(patterns)})" for kind, patterns in groups.items()))


@functools.cache
def _needing() -> tuple[tuple[str, str, Callable[[], re.Pattern[str]]], ...]:
    """Kind, need and pattern of those that need something."""
    return tuple((kind, needs, lazy(pattern)) for kind, needs, pattern in _noise() if needs != "-")


@functools.cache
def _copyright() -> re.Pattern[str]:
    return re.compile("|".join(pattern for kind, _, pattern in _noise() if kind == _COPYRIGHT))


@functools.cache
def _field_names() -> frozenset[str]:
    return frozenset(name for (name,) in datafiles.rows("page_fields.tsv"))


def _noise_kind(text: str) -> str:
    """What kind of noise a line is, or nothing; a long line is a notice of copyright or none."""
    # Markers stand in short lines or at a line's head; looking at the head alone keeps 5 MB lines cheap.
    head, is_long = text[:_HEAD], len(text) > _LONGEST_NOISE
    if is_long and _copyright().match(head) is None:
        return ""
    kinds = [kind for kind, needs, pattern in _needing() if needs in head and pattern().match(head)]
    if match := _any_noise().match(head):
        kinds.append(match.lastgroup or "")
    if not kinds:
        return ""
    kind = min(kinds, key=_kinds().__getitem__)
    if kind != _COPYRIGHT and len(text) >= _LONG and "。" in text[:-1]:
        return ""  # whole sentences: 答:4000万吨。浙石化一期……
    return "" if is_long and kind != _COPYRIGHT else kind


def _line(start: int, end: int, text: str, *, after_related: bool) -> _Line:
    kind = _noise_kind(text)
    if after_related and not kind:
        kind = RELATED
    if kind:
        return _Line(start, end, text, kind, _NOISE_WEIGHT, prose=False)
    is_long = len(text) >= _LONG
    if text.endswith("...") or (not is_long and _CUT().search(text[-16:]) and not _FIELD().match(text)):
        return _Line(start, end, text, "links", _CUT_WEIGHT, prose=False)
    if is_long or _SENTENCE_END().search(text):
        return _Line(start, end, text, "", len(text), prose=True)
    weight = len(text) // 2 if _LISTING().search(text) else _HEADING_WEIGHT
    return _Line(start, end, text, "", weight, prose=False)


def _lines(folded: str) -> list[_Line]:
    found: list[_Line] = []
    after_related = False
    for match in _LINE().finditer(folded):
        piece = match[0]
        text = piece.strip()
        if text:
            start = match.start() + len(piece) - len(piece.lstrip())
            found.append(_line(start, start + len(text), text, after_related=after_related))
            # A first line that ends in 相关新闻 is a column's name, not the list that closes a page.
            after_related = after_related or (found[-1].kind == RELATED and any(line.prose for line in found))
    return found


def _best_run(lines: list[_Line]) -> tuple[int, int]:
    """First and last index of the run of lines with the largest weight (Kadane); (0, -1) when no line weighs anything."""
    best, best_run, total, first = 0, (0, -1), 0, 0
    for index, line in enumerate(lines):
        if total <= 0:
            total, first = 0, index
        total += line.weight
        if total > best:
            best, best_run = total, (first, index)
    return best_run


def _trim(lines: list[_Line], first: int, last: int) -> tuple[int, int]:
    """Drop link-like lines at the end of a run of prose, and headline-like ones at its start."""
    run = lines[first : last + 1]
    prose = [index for index, line in enumerate(run) if line.prose]
    if not prose:
        return first, last
    if not run[prose[-1]].text.endswith(":") and last - first - prose[-1] <= len(prose) * 3:
        while not lines[last].prose and not _FIELD().match(lines[last].text):
            last -= 1
    if first < last and (_is_headline(lines[first]) or _split_headline(lines) == first):
        first += 1
    while first and _FIELD().match(lines[first].text) and _is_field(lines[first - 1]):
        first -= 1
    return first, last


def _is_field(line: _Line) -> bool:
    return not line.kind and _FIELD().match(line.text) is not None


def _is_headline(line: _Line) -> bool:
    if line.text[0] in _NO_TITLE or _FIELD().match(line.text) or _SECTION().match(line.text):
        return False
    return _is_plain(line)


def _is_plain(line: _Line) -> bool:
    """Whether a line is as long as a headline and does not end like another sort of line."""
    shortest, longest = _TITLE_LENGTH
    ends = line.text.endswith((",", ":", ";"))
    return not line.kind and not line.prose and not ends and shortest <= len(line.text) <= longest


def _split_headline(lines: list[_Line]) -> int:
    """The line that opens the page, if it is a headline though it looks like a field of a data sheet; -1 if it is none.

    武清开发区:让“亩产”说话; 【出租】胜浦独栋标准厂房. No field follows it.
    """
    at = next((index for index, line in enumerate(lines) if not line.kind), -1)
    split = _SPLIT().match(lines[at].text) if at >= 0 else None
    if split is None or (split[1] or split[2]) in _field_names() or not _is_plain(lines[at]):
        return -1
    return -1 if any(_is_field(line) for line in lines[at + 1 : at + 2]) else at


def _find_title(lines: list[_Line], first: int, folded_title: str | None) -> _Line | None:
    if folded_title:
        for line in lines:
            if line.text == folded_title:
                return line
    for line in reversed(lines[:first]):
        if _is_headline(line):
            return line
    split = _split_headline(lines)
    return lines[split] if 0 <= split < first else None


@functools.cache
def _named_after(words: tuple[str, ...]) -> re.Pattern[str]:
    """One of the words, and the names of persons behind it."""
    return compiled(rf"(?:{'|'.join(words)})\s{{0,2}}[:/]?\s{{0,2}}{_NAMES}")


@functools.cache
def _source_field() -> re.Pattern[str]:
    return compiled(rf"(?:{'|'.join(_SOURCES)})\s*:\s*((?:[^\W_]|·){{2,20}})")


def _people(words: tuple[str, ...], text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for match in _named_after(words).finditer(text) if any(word in text for word in words) else ():
        for name in _BETWEEN_NAMES().split(match[1].strip()):
            if name:
                found[name] = None
    return tuple(found)


def _byline(lines: list[_Line], first: int, last: int) -> Byline:
    edges = [line.text for line in lines[:first] if line.kind == "byline"]
    edges += [line.text for line in lines[last + 1 : last + 4] if line.kind == "byline"]
    if last >= first:
        edges += [lines[first].text[:80], lines[last].text[-80:]]
    text = "\n".join(edges)
    source = _source_field().search(text) if any(word in text for word in _SOURCES) else None
    if source is None and last >= first and "讯" in (lead := lines[first].text[:30]):
        source = _SOURCE_LEAD().match(lead)
    return Byline(
        _people(_REPORTERS, text),
        _people(_CORRESPONDENTS, text),
        source[1] if source is not None and source[1] else None,
    )


def find_date(text: str) -> str | None:
    """The first full calendar date of a folded text as ISO 8601, or None.

    >>> find_date("发布时间:2025年7月20日 10:23"), find_date("2025-13-01")
    ('2025-07-20', None)
    """
    match = _DATE().search(text)
    if match is None:
        return None
    try:
        return dt.date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        return None


def _published(lines: list[_Line], first: int, last: int) -> str | None:
    """The full date in the lines around the body that look like a byline."""
    for line in [*lines[:first], *lines[last + 1 : last + 4]]:
        if line.kind in ("byline", "") and len(line.text) < _LONG * 2:
            date = find_date(line.text)
            if date:
                return date
    return None


def parse_page(text: str, title: str | None = None) -> Page:
    r"""Find the parts of a page given as plain text.

    Args:
        text: the page's text, lines as on the page.
        title: the headline when it is known from elsewhere; the line that equals it is the title.

    >>> text = "首页 > 要闻 > 正文\n镇江高新区签约8个项目\n2025-07-20 来源：金山网\n" \
    ...        "  7月19日，镇江高新区签约8个项目，总投资52亿元。（记者 张三）\n分享到：微信\n相关文章\n别的新闻..."
    >>> page = parse_page(text)
    >>> text[slice(*page.title)], page.published, page.byline.reporters, page.byline.source
    ('镇江高新区签约8个项目', '2025-07-20', ('张三',), '金山网')
    >>> text[slice(*page.body)]
    '7月19日，镇江高新区签约8个项目，总投资52亿元。（记者 张三）'
    >>> [kind for start, end, kind in page.noise]
    ['breadcrumb', 'byline', 'share', 'related', 'related']
    """
    lines, first, last, headline = _layout(fold(text), fold(title).strip() if title else None)
    noise = tuple(
        (line.start, line.end, line.kind or "links")
        for index, line in enumerate(lines)
        if not first <= index <= last and line is not headline
    )
    headline_at, published, body = _parts(lines, first, last, headline)
    return Page(headline_at, published, _byline(lines, first, last), body, noise)


def parts_of(text: str, title: str | None = None) -> Parts:
    """Title, date and body of a folded text with a folded title, as `parse_page` finds them."""
    return _parts(*_layout(text, title))


def _layout(text: str, title: str | None) -> tuple[list[_Line], int, int, _Line | None]:
    """The lines of a folded text, the indices of the first and the last of the body, and the headline."""
    lines = _lines(text)
    first, last = _best_run(lines)
    if last < first:
        rest = [index for index, line in enumerate(lines) if not line.kind]
        first, last = (rest[0], rest[-1]) if rest else (len(lines), len(lines) - 1)
    else:
        first, last = _trim(lines, first, last)
    return lines, first, last, _find_title(lines, first, title)


def _parts(lines: list[_Line], first: int, last: int, headline: _Line | None) -> Parts:
    body = (lines[first].start, lines[last].end) if first <= last else (0, 0)
    title = None if headline is None else (headline.start, headline.end)
    return Parts(title, _published(lines, first, last), body)
