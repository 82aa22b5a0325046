"""Spans to and from annotation tools: Label Studio, doccano, and the inline markup of the corpora.

parknlp counts code points. A tool that runs in a browser may count something else, so every reader and writer takes the unit that the
other side counts; the defaults are what current releases do:

- ``codepoint``: Label Studio, which converts what the browser counts (releases of 2021 and before did not: ``utf16``);
- ``utf16``: doccano, whose pages store and show what the browser counts: an emoji or a rare character such as 𬭊 counts as two;
- ``grapheme``: doccano projects that “count grapheme clusters as one character”;
- ``utf8``: bytes, as tools in C, Go or Rust count.

They differ only in texts with characters outside of the basic plane, or with combining ones.
"""

from __future__ import annotations

import html
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, Literal

import regex

from .corpus import MARKUP, parse_markup
from .doc import LABELS, PARTS, Doc, Span
from .errors import DataError, OptionError

Unit = Literal["codepoint", "utf16", "grapheme", "utf8"]

_LETTERS: Final = {label: letter for letter, label in MARKUP.items()}
_CLUSTER: Final = regex.compile(r"\X", regex.DOTALL)
_COLOURS: Final = dict(zip(LABELS, ("#0b6e8a", "#1f7a3a", "#8a5a00", "#8a2f8a", "#3b55b5", "#a33a2a"), strict=True))


def _utf16(character: str) -> int:
    return 1 if character < "\U00010000" else 2


def _utf8(character: str) -> int:
    code = ord(character)
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


_WIDTHS: Final[Mapping[str, Callable[[str], int]]] = {"utf16": _utf16, "utf8": _utf8}


class Offsets:
    """Translates offsets between code points and another unit, for one text.

    Args:
        text: the text.
        unit: what the other side counts.

    Raises:
        OptionError: an unknown unit.

    >>> offsets = Offsets("😀园区", "utf16")
    >>> offsets.to(1), offsets.of(2)
    (2, 1)
    """

    def __init__(self, text: str, unit: Unit = "codepoint") -> None:
        self._places: Sequence[int]
        if unit == "codepoint" or (unit in _WIDTHS and text.isascii()):
            self._places = range(len(text) + 1)
        elif unit in _WIDTHS:
            self._places = list(accumulate(map(_WIDTHS[unit], text), initial=0))
        elif unit == "grapheme":
            # every code point of a cluster has the cluster's number
            numbers = [number for number, match in enumerate(_CLUSTER.finditer(text)) for _ in match[0]]
            self._places = [*numbers, numbers[-1] + 1 if numbers else 0]
        else:
            raise OptionError(f"unit must be 'codepoint', 'utf16', 'grapheme' or 'utf8', not {unit!r}")

    def to(self, offset: int) -> int:
        """The offset in the other unit of a code point."""
        return self._places[offset]

    def to_end(self, offset: int) -> int:
        r"""Like `to` for the end of a span: one inside of a grapheme cluster moves to the cluster's end.

        >>> Offsets("e\u0301!", "grapheme").to_end(1)
        1
        """
        place = self._places[offset]
        return place + 1 if offset and place == self._places[offset - 1] else place

    def of(self, offset: int) -> int:
        """The code point at an offset in the other unit.

        Raises:
            DataError: no code point begins there.
        """
        at = bisect_left(self._places, offset)
        if at == len(self._places) or self._places[at] != offset:
            raise DataError(f"offset {offset} lies outside of the text or inside of a character: another unit is meant")
        return at


def write_markup(text: str, spans: Iterable[Span]) -> str:
    """The text with its spans as inline markup: the inverse of `corpus.parse_markup`.

    Raises:
        DataError: spans that overlap, a label without a letter, or brackets of the markup in the text itself.

    >>> write_markup("镇江高新区有企业88家", [Span(0, 5, "PARK", "镇江高新区"), Span(8, 11, "FIGURE", "88家")])
    '⟦P|镇江高新区⟧有企业⟦F|88家⟧'
    """
    pieces: list[str] = []
    at = 0
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    for span in ordered:
        if span.start < at or span.label not in _LETTERS:
            raise DataError(f"no markup for {span.label} at {span.start}: spans overlap, or the label has no letter")
        pieces += (text[at : span.start], f"⟦{_LETTERS[span.label]}|{text[span.start : span.end]}⟧")
        at = span.end
    marked = "".join([*pieces, text[at:]])
    plain, found = parse_markup(marked)
    places = [(span.start, span.end, span.label) for span in found]
    if plain != text or places != [(span.start, span.end, span.label) for span in ordered]:
        raise DataError("no markup for this text: it holds signs of the markup itself, or an empty span")
    return marked


def to_gold(doc: Doc) -> dict[str, Any]:
    """The document as a row of a gold corpus, the inverse of `corpus.gold_doc`; ``id`` is ``meta["id"]``.

    >>> to_gold(Doc("园区有88家", ents=(Span(3, 6, "FIGURE", "88家"),)))["text"]
    '园区有⟦F|88家⟧'
    """
    return {
        "id": _id(doc),
        "title": doc.title,
        "text": write_markup(doc.text, doc.ents),
        "chains": [chain.id for chain in doc.chains],
        "primary": doc.primary,
        "facts": [{part: getattr(fact, part) for part in PARTS} for fact in doc.facts],
        "located": [list(pair) for pair in doc.located],
    }


def _id(doc: Doc) -> Any:
    return doc.meta.get("id") if isinstance(doc.meta, Mapping) else None


def label_studio_config() -> str:
    """The labeling interface (XML) of a Label Studio project for these documents.

    >>> label_studio_config().count("<Label ")
    6
    """
    labels = "".join(f'<Label value="{html.escape(name)}" background="{_COLOURS[name]}"/>' for name in LABELS)
    return (
        '<View><Header value="$title"/><Labels name="label" toName="text">'
        f'{labels}</Labels><Text name="text" value="$text" granularity="symbol"/></View>'
    )


def to_label_studio(
    doc: Doc, *, kind: Literal["predictions", "annotations"] = "predictions", unit: Unit = "codepoint"
) -> dict[str, Any]:
    """The document as a task to import into Label Studio; the interface is `label_studio_config`.

    Args:
        doc: a tagged document.
        kind: ``"predictions"`` are suggestions to correct, ``"annotations"`` count as done.
        unit: what that Label Studio counts.

    >>> task = to_label_studio(Doc("😀园区有88家", ents=(Span(4, 7, "FIGURE", "88家"),)))
    >>> task["predictions"][0]["result"][0]["value"]
    {'start': 4, 'end': 7, 'text': '88家', 'labels': ['FIGURE']}
    """
    if kind not in ("predictions", "annotations"):
        raise OptionError(f"kind must be 'predictions' or 'annotations', not {kind!r}")
    offsets = Offsets(doc.text, unit)
    result = [
        {
            "id": f"span-{number}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "score": span.score,
            "value": {
                "start": offsets.to(span.start),
                "end": offsets.to_end(span.end),
                "text": span.text,
                "labels": [span.label],
            },
        }
        for number, span in enumerate(doc.ents)
    ]
    data = {"text": doc.text, "title": doc.title or "", "published": doc.published, "id": _id(doc)}
    return {"data": data, kind: [{"model_version": "parknlp", "result": result}]}


def from_label_studio(
    task: Mapping[str, Any], *, unit: Unit = "codepoint", labels: Mapping[str, str] | None = None
) -> Doc:
    """The document of a task that Label Studio has exported (as JSON): of its last annotation, else of its last prediction.

    Args:
        task: one element of the export.
        unit: what that Label Studio counts.
        labels: label of the project -> label of parknlp, where they differ; None keeps every label.

    Raises:
        DataError: no such task, or spans whose text does not stand at their offsets, as when another unit is meant.

    >>> doc = Doc("😀园区有88家", ents=(Span(4, 7, "FIGURE", "88家"),))
    >>> from_label_studio(to_label_studio(doc, unit="utf16"), unit="utf16").figures[0].start
    4
    """

    def read() -> Doc:
        data = task["data"]
        done = [a for a in task.get("annotations") or () if not a.get("was_cancelled")] or task.get("predictions") or ()
        results = done[-1]["result"] if done else ()
        values = [result["value"] for result in results if result.get("type") == "labels"]
        rows = [(value["start"], value["end"], value["labels"][0], value.get("text")) for value in values]
        return _doc(data["text"], rows, data, unit, labels, "label-studio")

    return _guarded(read, "task of Label Studio")


def to_doccano(doc: Doc, *, unit: Unit = "utf16") -> dict[str, Any]:
    """The document as a line of JSONL to import into doccano (sequence labeling).

    Args:
        doc: a tagged document.
        unit: what that doccano project counts.

    >>> to_doccano(Doc("园区有88家", ents=(Span(3, 6, "FIGURE", "88家"),)))["label"]
    [[3, 6, 'FIGURE']]
    """
    offsets = Offsets(doc.text, unit)
    label = [[offsets.to(span.start), offsets.to_end(span.end), span.label] for span in doc.ents]
    return {"text": doc.text, "label": label, "title": doc.title, "published": doc.published, "key": _id(doc)}


def from_doccano(row: Mapping[str, Any], *, unit: Unit = "utf16", labels: Mapping[str, str] | None = None) -> Doc:
    """The document of a line that doccano has exported, with ``label`` or, where relations are on, ``entities``.

    Args:
        row: the line.
        unit: what that doccano project counts.
        labels: label of the project -> label of parknlp, where they differ; None keeps every label.

    Raises:
        DataError: no such line, or offsets that do not fit the text.

    >>> from_doccano({"text": "园区有88家", "label": [[3, 6, "数字"]]}, labels={"数字": "FIGURE"}).figures[0].text
    '88家'
    """

    def read() -> Doc:
        found = row["entities"] if "entities" in row else row["label"]
        rows = [
            (item["start_offset"], item["end_offset"], item["label"], None)
            if isinstance(item, Mapping)
            else (*item, None)
            for item in found
        ]
        return _doc(row["text"], rows, {**row, "id": row.get("key", row.get("id"))}, unit, labels, "doccano")

    return _guarded(read, "line of doccano")


def _guarded(read: Callable[[], Doc], what: str) -> Doc:
    try:
        return read()
    except DataError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise DataError(f"no {what}: {type(error).__name__}: {error}") from None


def _doc(
    text: str,
    rows: Iterable[tuple[int, int, str, str | None]],
    data: Mapping[str, Any],
    unit: Unit,
    labels: Mapping[str, str] | None,
    source: str,
) -> Doc:
    """A document with the spans that ``rows`` gives in the other unit."""
    if not isinstance(text, str):
        raise DataError(f"text is {type(text).__name__}, not text")
    offsets, spans = Offsets(text, unit), []
    for first, last, foreign, surface in rows:
        span = _span(text, offsets.of(first), offsets.of(last), foreign, labels, source)
        if surface is not None and _letters(surface) != _letters(span.text):
            raise DataError(
                f"{surface!r} does not stand at {first} to {last}, but {span.text!r}: another unit is meant"
            )
        spans.append(span)
    spans.sort(key=lambda span: (span.start, span.end))
    meta = None if data.get("id") is None else {"id": data["id"]}
    return Doc(text, data.get("title") or None, data.get("published") or None, meta, tuple(spans), body=(0, len(text)))


def _letters(surface: str) -> str:
    r"""A surface to compare: Label Studio writes a line break as ``\\n``, two characters, and not each kind of blank as it stands.

    >>> _letters("镇江\\n新区") == _letters("镇江\r\n新区")
    True
    """
    return "".join(surface.replace("\\n", " ").split())


def _span(text: str, start: int, end: int, foreign: str, labels: Mapping[str, str] | None, source: str) -> Span:
    label = foreign if labels is None else labels.get(foreign, foreign)
    if label not in LABELS:
        known = ", ".join(LABELS)
        raise DataError(f"label {label!r} is none of {known}: say labels={{{label!r}: ...}}")
    return Span(start, end, label, text[start:end], source=f"human:{source}")
