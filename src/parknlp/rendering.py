"""A tagged document for people: as HTML, as coloured text for a terminal, as tables.

The module is not called ``render``, for that is the public function ``parknlp.render``.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal

from .doc import LABELS, PARTS, ChainScore, Doc, Evidence, Period, Quantity, Span
from .errors import OptionError

Style = Literal["html", "ansi", "table"]

_LETTERS: Final = dict(zip(LABELS, "CPFRTO", strict=True))
_ANSI: Final = dict(zip(LABELS, (36, 32, 33, 35, 34, 31), strict=True))
_BIDI: Final = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), "\ufffd")
_BOUND_SIGNS: Final = {"about": "≈", "at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}

_STYLE: Final = """\
:root { color-scheme: light dark; --company: #0b6e8a; --park: #1f7a3a; --figure: #8a5a00; --percent: #8a2f8a; --time: #3b55b5;
  --institution: #a33a2a; }
@media (prefers-color-scheme: dark) { :root { --company: #6fd3ee; --park: #7ddc98; --figure: #f0b95a; --percent: #e79be7;
  --time: #9db2ff; --institution: #ff9d8c; } }
.parknlp { font: 16px/2 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; max-width: 48em; margin: 1em auto;
  padding: 0 1em; }
.parknlp h1 { font-size: 1.3em; line-height: 1.4; }
.parknlp .text { white-space: pre-wrap; overflow-wrap: anywhere; }
.parknlp mark { background: none; color: inherit; border: 1px solid; border-radius: 4px; padding: 1px 3px;
  -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.parknlp .table { overflow-x: auto; margin: 1em 0; }
.parknlp mark::after { content: attr(data-letter); font: bold .65em monospace; vertical-align: super; margin-left: 2px; }
.parknlp .COMPANY { color: var(--company); } .parknlp .PARK { color: var(--park); } .parknlp .FIGURE { color: var(--figure); }
.parknlp .PERCENT { color: var(--percent); } .parknlp .TIME { color: var(--time); } .parknlp .INSTITUTION { color: var(--institution); }
.parknlp .noise { opacity: .6; } .parknlp u { text-decoration-style: wavy; text-underline-offset: 4px; }
.parknlp table { border-collapse: collapse; font-size: .85em; line-height: 1.5; } .parknlp caption { text-align: left; font-weight: bold; }
.parknlp th, .parknlp td { border: 1px solid; padding: 2px 6px; text-align: left; vertical-align: top; }"""


def describe(value: Quantity | Period | None) -> str:
    """A span's value in a few words.

    >>> from decimal import Decimal as D
    >>> describe(Quantity(D(60), D(80), "CNY", "money", "about", D(60), D(80), "元"))
    '≈ 60–80 CNY'
    >>> describe(Period("2025-H1", "2025-01-01", "2025-06-30"))
    '2025-H1 (2025-01-01/2025-06-30)'
    """
    if value is None:
        return ""
    if isinstance(value, Period):
        return value.symbol if value.start is None else f"{value.symbol} ({value.start}/{value.end})"
    fields = value.to_dict()
    number = fields["low"] if not value.is_range else f"{fields['low']}–{fields['high']}"
    return " ".join(part for part in (_BOUND_SIGNS.get(value.bound, ""), number, fields["unit"]) if part)


def _tooltip(span: Span) -> str:
    parts = (span.label, describe(span.value), span.kb_id or "", f"{span.source} {span.score:.2f}")
    return " | ".join(part for part in parts if part)


def _pieces(doc: Doc) -> Iterator[tuple[str, Span | None, bool]]:
    """The text cut at span, evidence and body borders: (piece, its span, whether it is evidence of a chain)."""
    evidence = sorted({(e.start, e.end) for chain in doc.chains for e in chain.evidence})
    borders = {0, len(doc.text), *doc.body}
    for start, end in [*((span.start, span.end) for span in doc.ents), *evidence]:
        borders |= {start, end}
    ents, marks = iter(doc.ents), iter(evidence)
    span, mark, reach = next(ents, None), next(marks, None), 0
    ordered = sorted(borders)
    for start, end in pairwise(ordered):
        while span is not None and span.end <= start:
            span = next(ents, None)
        while mark is not None and mark[0] <= start:
            reach = max(reach, mark[1])
            mark = next(marks, None)
        yield doc.text[start:end], span if span is not None and span.start <= start else None, start < reach


def _grouped(doc: Doc) -> Iterator[tuple[Span | None, list[tuple[str, bool]]]]:
    """`_pieces` with those of one span together."""
    current: Span | None = None
    group: list[tuple[str, bool]] = []
    for piece, span, evidence in _pieces(doc):
        if group and (span is None or span is not current):
            yield current, group
            group = []
        current = span
        group.append((piece, evidence))
    if group:
        yield current, group


def _visible(text: str) -> str:
    """Text without signs that would break a page: bidirectional marks, controls and lone surrogates are shown as U+FFFD."""
    return "".join(
        "\ufffd" if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" else c for c in text.translate(_BIDI)
    )


def _escape(text: str) -> str:
    return html.escape(_visible(text))


def _html_text(doc: Doc) -> str:
    out: list[str] = []
    at = 0
    start, end = doc.body
    state = ""
    for span, group in _grouped(doc):
        wanted = "body" if start <= at < end else "noise"
        if wanted != state:
            out += ["</span>" if state else "", f'<span class="{wanted}">']
            state = wanted
        inner = "".join(f"<u>{_escape(piece)}</u>" if evidence else _escape(piece) for piece, evidence in group)
        if span is not None:
            inner = (
                f'<mark class="{span.label}" data-letter="{_LETTERS.get(span.label, "?")}" tabindex="0" '
                f'title="{html.escape(_visible(_tooltip(span)))}">{inner}</mark>'
            )
        out.append(inner)
        at += sum(len(piece) for piece, _ in group)
    return "".join(out) + ("</span>" if state else "")


def _html_table(caption: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{_escape(cell)}</th>' for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{_escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<table><caption>{_escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="table" tabindex="0">{table}</div>'


def _evidence(pieces: Iterable[Evidence]) -> str:
    seen: dict[str, float] = {}
    for piece in pieces:
        seen.setdefault(piece.text, piece.weight)
    return "、".join(f"{text} {weight:.2f}" for text, weight in seen.items())


def _chain_row(chain: ChainScore, primary: str | None) -> list[str]:
    star = "★" if chain.id == primary else ""
    return [f"{chain.id}{star}", chain.name, f"{chain.score:.2f}", _evidence(chain.evidence)]


Table = tuple[str, Sequence[str], list[list[str]]]


def _tables(doc: Doc) -> list[Table]:
    """The chains, facts and located pairs of a document as (caption, header, rows)."""
    chains = [_chain_row(chain, doc.primary) for chain in doc.chains]
    facts = [[getattr(fact, part) or "" for part in PARTS] for fact in doc.facts]
    located = [list(pair) for pair in doc.located]
    tables: list[Table] = [
        ("chains", ("chain", "name", "score", "evidence"), chains),
        ("facts", PARTS, facts),
        ("located", ("company", "park"), located),
    ]
    return [table for table in tables if table[2]]


def _entity_table(doc: Doc) -> Table:
    rows = [
        [str(span.start), str(span.end), span.label, span.text, describe(span.value), span.kb_id or "", span.source]
        for span in doc.ents
    ]
    return "entities", ("start", "end", "label", "text", "value", "kb_id", "source"), rows


def html_fragment(doc: Doc) -> str:
    """One document as an ``<article>``, without the style sheet."""
    title = f"<h1>{_escape(doc.title)}</h1>" if doc.title else ""
    error = f"<p role='alert'>{_escape(doc.error)}</p>" if doc.error else ""
    tables = "".join(_html_table(*table) for table in _tables(doc))
    return (
        f'<article class="parknlp" lang="zh">{title}{error}<div class="text">{_html_text(doc)}</div>{tables}</article>'
    )


def html_page(fragments: Iterable[str], title: str = "parknlp") -> Iterator[str]:
    """The pieces of a self-contained page around `html_fragment`s; nothing in it asks a network."""
    legend = " ".join(
        f'<mark class="{label}" data-letter="{letter}">{label.lower()}</mark>' for label, letter in _LETTERS.items()
    )
    yield (
        '<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_escape(title)}</title><style>{_STYLE}</style></head><body>"
        f'<p class="parknlp">{legend} <u>evidence</u></p>'
    )
    for fragment in fragments:
        yield fragment + "\n"
    yield "</body></html>\n"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def _text_table(table: Table, paint: Callable[[str, int], str]) -> str:
    caption, header, rows = table
    cells = [[_visible(cell).replace("\n", " ") for cell in row] for row in [list(header), *rows]]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]
    lines = []
    for index, row in enumerate(cells):
        line = "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        lines.append(paint(line, 1) if index == 0 else line)
    return "\n".join([paint(f"{caption} ({len(rows)})", 1), *lines])


def _painter(*, colour: bool) -> Callable[[str, int], str]:
    return (lambda text, code: f"\x1b[{code}m{text}\x1b[0m") if colour else (lambda text, code: text)  # noqa: ARG005


def _ansi_text(doc: Doc) -> str:
    out = []
    for span, group in _grouped(doc):
        for piece, evidence in group:
            codes = [str(_ANSI[span.label])] if span is not None and span.label in _ANSI else []
            codes += ["4"] if evidence else []
            shown = _visible(piece)
            out.append(f"\x1b[{';'.join(codes)}m{shown}\x1b[0m" if codes else shown)
        if span is not None:
            out.append(f"\x1b[2m/{_LETTERS.get(span.label, '?')}\x1b[0m")
    return "".join(out)


def render(doc: Doc, style: Style = "html") -> str:
    """A document for people.

    Args:
        doc: a tagged document.
        style: ``"html"``, one self-contained page with values in tooltips; ``"ansi"``, coloured text and tables for a terminal;
            ``"table"``, plain tables of entities, chains, facts and located pairs.

    Raises:
        OptionError: an unknown style.

    >>> doc = Doc("镇江高新区有<88>家", ents=(Span(0, 5, "PARK", "镇江高新区", source="rule:zone"),), body=(0, 11))
    >>> "有&lt;88&gt;家" in render(doc)
    True
    >>> print(render(doc, style="table"))
    entities (1)
    start  end  label  text        value  kb_id  source
    0      5    PARK   镇江高新区                rule:zone
    """
    if style == "html":
        return "".join(html_page([html_fragment(doc)], doc.title or "parknlp"))
    if style not in ("ansi", "table"):
        raise OptionError(f"style must be 'html', 'ansi' or 'table', not {style!r}")
    colour = style == "ansi"
    paint = _painter(colour=colour)
    parts = [paint(_visible(doc.title), 1)] if doc.title else []
    parts += [f"error: {doc.error}"] if doc.error else []
    parts += [_ansi_text(doc)] if colour else []
    tables = [_entity_table(doc), *_tables(doc)] if doc.ents else _tables(doc)
    return "\n\n".join([*parts, *(_text_table(table, paint) for table in tables)])
