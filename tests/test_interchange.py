"""Annotation tools: what goes out comes back, in every unit of offsets."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parknlp.corpus import gold_doc, parse_markup
from parknlp.doc import LABELS, Doc, Span
from parknlp.errors import DataError, OptionError
from parknlp.interchange import (
    Offsets,
    from_doccano,
    from_label_studio,
    label_studio_config,
    to_doccano,
    to_gold,
    to_label_studio,
    write_markup,
)

TEXT = "😀𬭊材料落户镇江新区👨‍👩‍👧，产值52亿元。"
SPANS = tuple(
    Span(TEXT.index(text), TEXT.index(text) + len(text), label, text)
    for text, label in (("𬭊材料", "COMPANY"), ("镇江新区", "PARK"), ("52亿元", "FIGURE"))
)
DOC = Doc(TEXT, "标题", "2025-07-20", {"id": "a-1"}, SPANS, body=(0, len(TEXT)))
PLACES = {
    "codepoint": [(1, 4), (6, 10), (18, 22)],
    "utf16": [(2, 6), (8, 12), (23, 27)],
    "grapheme": [(1, 4), (6, 10), (14, 18)],
    "utf8": [(4, 14), (20, 32), (59, 67)],
}


def marks(doc: Doc) -> list[tuple[int, int, str, str]]:
    return [(span.start, span.end, span.label, span.text) for span in doc.ents]


@pytest.mark.parametrize("unit", PLACES)
def test_offsets_are_in_the_unit_of_the_other_side(unit):
    assert [tuple(item[:2]) for item in to_doccano(DOC, unit=unit)["label"]] == PLACES[unit]
    values = [result["value"] for result in to_label_studio(DOC, unit=unit)["predictions"][0]["result"]]
    assert [(value["start"], value["end"]) for value in values] == PLACES[unit]


def test_the_defaults_are_what_the_tools_count():
    values = [result["value"] for result in to_label_studio(DOC)["predictions"][0]["result"]]
    assert [(value["start"], value["end"]) for value in values] == PLACES["codepoint"]
    assert [tuple(item[:2]) for item in to_doccano(DOC)["label"]] == PLACES["utf16"]
    # as a browser slices: by units of two bytes
    units = TEXT.encode("utf-16-le")
    assert [units[2 * start : 2 * end].decode("utf-16-le") for start, end, _ in to_doccano(DOC)["label"]] == [
        span.text for span in SPANS
    ]


def test_a_surface_over_two_lines():
    doc = Doc("产业\r\n园区", ents=(Span(0, 6, "PARK", "产业\r\n园区"),))
    task = to_label_studio(doc)
    task["predictions"][0]["result"][0]["value"]["text"] = "产业\\n园区"
    assert marks(from_label_studio(task)) == marks(doc)


@pytest.mark.parametrize("unit", PLACES)
@pytest.mark.parametrize("kind", ["predictions", "annotations"])
def test_documents_come_back(unit, kind):
    tasks = json.loads(json.dumps([to_label_studio(DOC, kind=kind, unit=unit), to_doccano(DOC, unit=unit)]))
    for back in (from_label_studio(tasks[0], unit=unit), from_doccano(tasks[1], unit=unit)):
        assert marks(back) == marks(DOC)
        assert (back.text, back.title, back.published, back.meta) == (TEXT, "标题", "2025-07-20", {"id": "a-1"})


def test_an_annotation_of_a_person_wins_over_predictions():
    task = to_label_studio(DOC)
    first, last = task["predictions"][0]["result"][:2]
    task["annotations"] = [
        {"result": [first]},
        {"result": [last, {"type": "choices", "value": {}}]},
        {"result": [], "was_cancelled": True},
    ]
    assert [span.text for span in from_label_studio(task).ents] == ["镇江新区"]


def test_a_line_of_doccano_with_relations():
    row = {"id": 3, "text": "园区88家", "entities": [{"id": 1, "label": "F", "start_offset": 2, "end_offset": 5}]}
    doc = from_doccano(row, labels={"F": "FIGURE"})
    assert marks(doc) == [(2, 5, "FIGURE", "88家")]
    assert doc.meta == {"id": 3}


def test_the_wrong_unit_is_noticed():
    with pytest.raises(DataError, match="another unit"):
        from_label_studio(to_label_studio(DOC, unit="utf16"))
    with pytest.raises(DataError, match="another unit"):
        from_doccano({"text": "😀", "label": [[1, 2, "FIGURE"]]}, unit="utf16")


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"text": 7, "label": []},
        {"text": "园", "label": [[0]]},
        {"text": "园", "label": [[0, 9, "FIGURE"]]},
        [],
        None,
    ],
)
def test_rows_that_are_none(row):
    with pytest.raises(DataError):
        from_doccano(row)
    with pytest.raises(DataError):
        from_label_studio(row)


def test_unknown_units_kinds_and_labels():
    with pytest.raises(OptionError, match="unit"):
        to_doccano(DOC, unit="glyph")
    with pytest.raises(OptionError, match="kind"):
        to_label_studio(DOC, kind="drafts")
    with pytest.raises(DataError, match="PER"):
        from_doccano({"text": "园", "label": [[0, 1, "PER"]]})


def test_the_interface_names_every_label():
    view = ET.fromstring(label_studio_config())  # noqa: S314 - our own
    assert [label.get("value") for label in view.iter("Label")] == list(LABELS)
    result = to_label_studio(DOC)["predictions"][0]["result"][0]
    assert view.find("Labels").get("name") == result["from_name"]
    assert view.find("Text").get("name") == view.find("Labels").get("toName") == result["to_name"]


def test_gold_rows_come_back():
    row = {
        "id": "a-1",
        "title": "标题",
        "text": "⟦P|镇江新区⟧产值⟦F|52亿元⟧",
        "chains": ["auto"],
        "primary": None,
        "facts": [
            {
                "subject": "镇江新区",
                "indicator": "产值",
                "value": "52亿元",
                "change": None,
                "change_kind": None,
                "period": None,
            }
        ],
        "located": [["大全集团", "镇江新区"]],
    }
    assert to_gold(gold_doc(row)) == row


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("园区88家", [Span(0, 4, "PARK", "园区88"), Span(2, 5, "FIGURE", "88家")]),
        ("园区", [Span(0, 2, "CITY", "园区")]),
        ("园⟦区", [Span(0, 3, "PARK", "园⟦区")]),
        ("⟦P|园⟧区", []),
        ("园区", [Span(1, 1, "PARK", "")]),
    ],
)
def test_what_markup_cannot_hold(text, spans):
    with pytest.raises(DataError):
        write_markup(text, spans)


@st.composite
def documents(draw):
    text = draw(st.text(max_size=60))
    borders = draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True).map(sorted))
    pairs = zip(borders[::2], borders[1::2], strict=False)
    return Doc(text, ents=tuple(Span(s, e, draw(st.sampled_from(LABELS)), text[s:e]) for s, e in pairs))


@given(documents(), st.sampled_from(["codepoint", "utf16", "utf8"]))
def test_any_document_comes_back(doc, unit):
    assert marks(from_doccano(to_doccano(doc, unit=unit), unit=unit)) == marks(doc)
    assert marks(from_label_studio(to_label_studio(doc, unit=unit), unit=unit)) == marks(doc)


@given(documents())
def test_graphemes_grow_spans_to_whole_clusters(doc):
    back = from_doccano(to_doccano(doc, unit="grapheme"), unit="grapheme")
    for before, after in zip(doc.ents, sorted(back.ents, key=lambda span: (span.start, span.end)), strict=True):
        assert after.start <= before.start
        assert before.end <= after.end


@given(documents())
def test_markup_is_the_inverse_of_parsing_or_refused(doc):
    try:
        marked = write_markup(doc.text, doc.ents)
    except DataError:
        assert set("⟦⟧|") & set(doc.text)
    else:
        text, spans = parse_markup(marked)
        assert (text, [(s.start, s.end, s.label) for s in spans]) == (
            doc.text,
            [(s.start, s.end, s.label) for s in doc.ents],
        )


@given(st.text(max_size=40))
def test_offsets_are_those_of_the_encodings(text):
    for at in range(len(text) + 1):
        head = text[:at]
        assert Offsets(text, "utf16").to(at) == len(head.encode("utf-16-le", "surrogatepass")) // 2
        assert Offsets(text, "utf8").to(at) == len(head.encode("utf-8", "surrogatepass"))
