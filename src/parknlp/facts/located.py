"""Which company stands in which park."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..doc import COMPANY, PARK, Doc, Span
from .choosing import Chooser, Option, default_chooser
from .reading import MASK, Page, read

_CUES = re.compile(
    "位于|坐落|落户|落子|落地|落在|地处|入驻|进驻|驻扎|选址|走进|来到|安家|扎根|投产|建成|建设|开工|动工|竣工|启用|投用|设在|放在|放进|建在|搬|迁|签约|签订|签下|引进|引入|招引|"
    "集聚|聚集|汇聚|聚起|扎堆|聚|形成|培育|拥有|现有|已有|吸引|等|包括|代表|龙头|为龙头|旗下|投资|打造|运营|开发|共建|合作|联手|供货|配套|距|离|来自|考察|管委会|园内|园区|区内|"
    "这里|同在|隔壁|邻|内|里|在|有|与|和|由|把|从|的|是"
)
_REFERS = re.compile("园内|园区|区内|这里|该园|该区|同园|开发区|高新区|经开区|基地")


def _joined(page: Page, companies: list[Span]) -> dict[int, int]:
    """Each company's index -> the index of the first company of the list (A、B和C) that it belongs to."""
    first: dict[int, int] = {}
    for index, span in enumerate(companies):
        first[index] = index
        if index:
            gap = page.masked[companies[index - 1].end : span.start]
            if len(gap) <= 8 and re.fullmatch(r"(?:\([^()]*\))?(?:[、,]|和|与|及|以及|、?[^、。,;\n]{0,3}[、和])", gap):
                first[index] = first[index - 1]
    return first


def _mention_features(page: Page, company: Span, park: Span, companies: list[Span], parks: list[Span], kind: str) -> list[str]:
    start, end = (park.end, company.start) if park.start < company.start else (company.end, park.start)
    between = page.masked[start:end]
    order = "PC" if park.start < company.start else "CP"
    sentences = min(3, len(re.findall(r"[。!?]", between)))
    paragraphs = min(2, between.count("\n"))
    where = f"{order}{sentences}{paragraphs}"
    commas = min(3, len(re.findall("[,;:]", between)))
    others = min(3, sum(start <= span.start < end for span in companies))
    rivals = min(2, sum(start <= span.start < end for span in parks))
    found = [
        where, f"{where},c{commas}", f"{where},o{others}", f"{where},r{rivals}", f"{where},d{min(len(between) // 6, 6)}", f"{where},{kind}",
        f"{order},pb{page.masked[max(0, park.start - 2) : park.start]}", f"{order},pb1{page.masked[max(0, park.start - 1) : park.start]}", f"{order},pa{page.masked[park.end : park.end + 2]}", f"{order},pa1{page.masked[park.end : park.end + 1]}",
        f"{order},cb{page.masked[max(0, company.start - 2) : company.start]}", f"{order},ca{page.masked[company.end : company.end + 2]}", f"{order},ca1{page.masked[company.end : company.end + 1]}",
        f"{where},cb1{page.masked[max(0, company.start - 1) : company.start]}",
    ]
    if len(between) <= 60:
        cues = set(_CUES.findall(between))
        found += [f"{where},{cue}" for cue in cues] + [f"{order},{cue},r{rivals}" for cue in cues]
        found += [f"{order},{cue},c{commas}" for cue in cues]
    if len(between) <= 6:
        found.append(f"{order}={between}")
    if sentences or paragraphs:
        clause = re.split(r"[,;。!?\n]", page.masked[max(0, company.start - 30) : company.start])[-1]
        found += [f"{where},ref{bool(_REFERS.search(clause))}"]
    return found


def _choices(page: Page) -> Iterator[tuple[Span, list[Option], list[Span]]]:
    """Every company surface with the parks it may stand in, and what speaks for each."""
    companies = [span for span in page.names if span.label == COMPANY]
    parks = [span for span in page.names if span.label == PARK]
    if not companies or not parks:
        return
    first = _joined(page, companies)
    best: dict[tuple[str, str], list[tuple[int, Span, Span, int]]] = {}
    at = 0
    for index, company in enumerate(companies):
        head = companies[first[index]]
        while at + 1 < len(parks) and parks[at + 1].start < company.start:
            at += 1
        for park in dict.fromkeys((parks[0], *parks[max(0, at - 2) : at + 3])):
            distance = min(abs(company.start - park.end), abs(park.start - company.end), abs(head.start - park.end))
            if distance < 1500:
                best.setdefault((company.text, park.text), []).append((distance, company, park, first[index]))
    counts: dict[str, int] = {}
    for span in parks:
        counts[span.text] = counts.get(span.text, 0) + 1
    title = page.doc.title or ""
    last: dict[int, int] = {}
    for index, head in first.items():
        last[head] = index
    groups: dict[str, tuple[Span, list[Option], list[Span]]] = {}
    for (company_text, park_text), mentions in best.items():
        mentions.sort(key=lambda mention: mention[0])
        features = ["yes", f"n{min(counts[park_text], 4)}", f"title{park_text in title}", f"kinds{min(len(counts), 4)}", f"ment{min(len(mentions), 3)}", f"name{park_text[-3:]}"]
        features += [f"lone{len(counts) == 1},title{park_text in title}", f"first{park_text == parks[0].text},{park_text in title}"]
        features.append(f"ctitle{company_text in title}")
        for rank, (_, company, park, list_head) in enumerate(mentions[:2]):
            size, end = last[list_head] - list_head + 1, companies[last[list_head]].end
            behind = page.masked[end : end + 6].replace("\n", "/")
            features += [f"size{min(size, 5)}", f"size{size > 1},{behind[:1]}", f"size{size > 1},{behind[:2]}", f"after{bool(re.match('等', behind))},{size > 1}"]
            features += [f"h{page.masked[max(0, companies[list_head].start - 2) : companies[list_head].start]},{size > 1}"]
            opening = max(page.masked.rfind(mark, 0, park.start) for mark in "。!?\n") + 1
            features.append(f"lead{park.start - opening < 14},{size > 1}")
            nearest = park.start < company.start and not any(park.end <= other.start < company.start for other in parks)
            features.append(f"nearest{nearest},{size > 1},{min(3, page.masked[park.end : company.start].count('。')) if nearest else 4}")
            source = companies[list_head] if companies[list_head].start > park.start else company
            kind = "list" if list_head != companies.index(company) else "single"
            for feature in _mention_features(page, source, park, companies, parks, kind):
                features.append(feature if rank == 0 else f"2{feature}")
        found = groups.setdefault(company_text, (mentions[0][1], [], []))
        found[1].append(Option("park", park_text, features))
        found[2].append(mentions[0][2])
    yield from groups.values()


def find_located(docs: Sequence[Doc], chooser: Chooser | None = None) -> list[tuple[tuple[str, str], ...]]:
    """The (company surface, park surface) pairs of each document."""
    choose = chooser or default_chooser()
    none = Option("none", "", ["none"])
    found = []
    for doc in docs:
        pairs = []
        for company, options, parks in _choices(read(doc)):
            index = choose("located", [none, *options])
            if index:
                pairs.append((company.text, parks[index - 1].text))
        found.append(tuple(pairs))
    return found
