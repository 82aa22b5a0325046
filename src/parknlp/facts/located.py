"""Which company stands in which park: every company is offered the parks named near it, and a model picks one or none."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..doc import COMPANY, PARK, Doc, Span
from .choosing import Models, Option, bundled_models
from .reading import Page, read, spans_between, start_of

_FAR = 1500  # characters between a company and a park that may be told of together
_CUES = re.compile(
    "位于|坐落|落户|落子|落地|落在|地处|入驻|进驻|驻扎|选址|走进|来到|安家|扎根|投产|建成|建设|开工|动工|竣工|启用|投用|设在|放在|放进|建在|搬|迁|"
    "签约|签订|签下|引进|引入|招引|集聚|聚集|汇聚|聚起|扎堆|聚|形成|培育|拥有|现有|已有|吸引|等|包括|代表|龙头|为龙头|旗下|投资|打造|运营|开发|共建|"
    "合作|联手|供货|配套|距|离|来自|考察|管委会|园内|园区|区内|这里|同在|隔壁|邻|内|里|在|有|与|和|由|把|从|的|是"
)
_REFERS = re.compile("园内|园区|区内|这里|该园|该区|同园|开发区|高新区|经开区|基地")
_LINK = re.compile(r"(?:\([^()]*\))?(?:[、,]|和|与|及|以及|、?[^、。,;\n]{0,3}[、和])")
_CLAUSE = re.compile(r"[,;。!?\n]")
_ENDS = re.compile("[。!?]")
_COMMAS = re.compile("[,;:]")


class _Pair(NamedTuple):
    """A company mention beside a park mention."""

    distance: int
    company: int
    park: int


class _Names:
    """The companies and parks of a page, and the lists (A、B和C) that the companies form."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.companies = [span for span in page.names if span.label == COMPANY]
        self.parks = [span for span in page.names if span.label == PARK]
        self.counts = Counter(span.text for span in self.parks)
        self.head: list[int] = []  # of each company, the first company of its list
        self.last: dict[int, int] = {}  # of each list's first company, the last
        for index, span in enumerate(self.companies):
            joined = index > 0 and self._joined(self.companies[index - 1].end, span.start)
            self.head.append(self.head[-1] if joined else index)
            self.last[self.head[-1]] = index

    def _joined(self, start: int, end: int) -> bool:
        return end - start <= 8 and bool(_LINK.fullmatch(self.page.masked, start, end))

    def pairs(self) -> dict[tuple[str, str], list[_Pair]]:
        """The mentions of each (company surface, park surface) that stand near each other, nearest first."""
        found: dict[tuple[str, str], list[_Pair]] = {}
        for index, company in enumerate(self.companies):
            at = max(0, bisect.bisect_left(self.parks, company.start, key=start_of) - 1)
            for place in sorted({0, *range(max(0, at - 2), min(len(self.parks), at + 3))}):
                park, head = self.parks[place], self.companies[self.head[index]]
                distance = min(abs(company.start - park.end), abs(park.start - company.end), abs(head.start - park.end))
                if distance < _FAR:
                    found.setdefault((company.text, park.text), []).append(_Pair(distance, index, place))
        for pairs in found.values():
            pairs.sort()
        return found


def _between(names: _Names, company: Span, park: Span, kind: str) -> list[str]:
    """What stands between and beside the two."""
    masked = names.page.masked
    start, end = (park.end, company.start) if park.start < company.start else (company.end, park.start)
    between = masked[start:end]
    order = "PC" if park.start < company.start else "CP"
    sentences, paragraphs = min(3, len(_ENDS.findall(between))), min(2, between.count("\n"))
    where = f"{order}{sentences}{paragraphs}"
    commas = min(3, len(_COMMAS.findall(between)))
    rivals = min(2, len(spans_between(names.parks, start, end)))
    found = [
        where,
        f"{where},c{commas}",
        f"{where},o{min(3, len(spans_between(names.companies, start, end)))}",
        f"{where},r{rivals}",
        f"{where},d{min(len(between) // 6, 6)}",
        f"{where},{kind}",
        f"{order},pb{masked[max(0, park.start - 2) : park.start]}",
        f"{order},pb1{masked[max(0, park.start - 1) : park.start]}",
        f"{order},pa{masked[park.end : park.end + 2]}",
        f"{order},pa1{masked[park.end : park.end + 1]}",
        f"{order},cb{masked[max(0, company.start - 2) : company.start]}",
        f"{order},ca{masked[company.end : company.end + 2]}",
        f"{order},ca1{masked[company.end : company.end + 1]}",
        f"{where},cb1{masked[max(0, company.start - 1) : company.start]}",
    ]
    if len(between) <= 60:
        for cue in sorted(set(_CUES.findall(between))):
            found += [f"{where},{cue}", f"{order},{cue},r{rivals}", f"{order},{cue},c{commas}"]
    if len(between) <= 6:
        found.append(f"{order}={between}")
    if sentences or paragraphs:
        clause = _CLAUSE.split(masked[max(0, company.start - 30) : company.start])[-1]
        found.append(f"{where},ref{bool(_REFERS.search(clause))}")
    return found


def _mention(names: _Names, pair: _Pair) -> list[str]:
    """What speaks for one mention of a pair; a list of companies is judged by its head."""
    masked, company, park = names.page.masked, names.companies[pair.company], names.parks[pair.park]
    head = names.head[pair.company]
    first, last = names.companies[head], names.companies[names.last[head]]
    size = names.last[head] - head + 1
    many = size > 1
    behind = masked[last.end : last.end + 6].replace("\n", "/")
    opening = max(masked.rfind(mark, max(0, park.start - 20), park.start) for mark in "。!?\n")
    begins = park.start < 14 or opening >= park.start - 14
    nearest = park.start < company.start and not spans_between(names.parks, park.end, company.start)
    sentences = min(3, masked[park.end : company.start].count("。")) if nearest else 4
    source = first if first.start > park.start else company
    return [
        f"size{min(size, 5)}",
        f"size{many},{behind[:1]}",
        f"size{many},{behind[:2]}",
        f"after{behind.startswith('等')},{many}",
        f"h{masked[max(0, first.start - 2) : first.start]},{many}",
        f"lead{begins},{many}",
        f"nearest{nearest},{many},{sentences}",
        *_between(names, source, park, "single" if head == pair.company else "list"),
    ]


def _option(names: _Names, company: str, park: str, pairs: list[_Pair]) -> Option:
    title = names.page.doc.title or ""
    counts, titled = names.counts, park in title
    features = [
        "yes",
        f"n{min(counts[park], 4)}",
        f"title{titled}",
        f"kinds{min(len(counts), 4)}",
        f"ment{min(len(pairs), 3)}",
        f"name{park[-3:]}",
        f"lone{len(counts) == 1},title{titled}",
        f"first{park == names.parks[0].text},{titled}",
        f"ctitle{company in title}",
        *_mention(names, pairs[0]),
    ]
    if len(pairs) > 1:
        features += [f"2{feature}" for feature in _mention(names, pairs[1])]
    return Option("park", park, features)


def choices(page: Page) -> Iterator[tuple[str, list[Option]]]:
    """Every company surface with the parks that it may stand in, and what speaks for each."""
    names = _Names(page)
    if not names.companies or not names.parks:
        return
    groups: dict[str, list[Option]] = {}
    for (company, park), pairs in names.pairs().items():
        groups.setdefault(company, []).append(_option(names, company, park, pairs))
    yield from groups.items()


def find_located(docs: Sequence[Doc], models: Models | None = None) -> list[tuple[tuple[str, str], ...]]:
    """The (company surface, park surface) pairs of each document.

    Args:
        docs: documents with their spans and their body.
        models: the weights of the choices; those of the package when none are given.
    """
    model = (bundled_models() if models is None else models).get("located")
    nowhere = Option("none", "", ["none"])
    found = []
    for doc in docs:
        labels = {span.label for span in doc.ents}
        groups = choices(read(doc)) if model and {COMPANY, PARK} <= labels else ()
        best = [(company, max([nowhere, *options], key=model.score)) for company, options in groups] if model else []
        found.append(tuple((company, option.text) for company, option in best if option is not nowhere))
    return found
