import re

import pytest
from hypothesis import given

from parknlp.doc import ChainScore, Doc, Evidence, Fact, Span
from parknlp.errors import OptionError
from parknlp.rendering import render
from test_doc import DOC

TEXT = "首页<script>镇江高新区产值52亿元&增长20%"
DOCUMENT = Doc(
    TEXT,
    title="<题>",
    ents=(Span(10, 15, "PARK", "镇江高新区", source="rule:x"), Span(17, 21, "FIGURE", "52亿元")),
    chains=(ChainScore("it", "信息", "digital", 0.9, (Evidence("高新区产值", 1.0, 12, 17),)),),
    primary="it",
    facts=(Fact("镇江高新区", "产值", "52亿元", "+20%", "增长", None),),
    located=(("甲", "镇江高新区"),),
    body=(10, len(TEXT)),
)


def plain(page):
    inner = re.search(r'<div class="text">(.*?)</div>', page, re.DOTALL)[1]
    return re.sub(r"<[^>]*>", "", inner).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_html_is_self_contained_and_escaped():
    page = render(DOCUMENT)
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)\s*=|@import|url\(""", page)
    assert plain(page) == TEXT
    assert '<span class="noise">首页' in page
    assert 'title="FIGURE' in page


def test_overlapping_evidence_is_cut_at_span_borders():
    page = render(DOCUMENT)
    assert ">镇江<u>高新区</u></mark><u>产值</u><mark" in page


def test_table_and_ansi():
    table = render(DOCUMENT, style="table")
    assert "\x1b" not in table
    assert "镇江高新区" in table and "+20%" in table and "it★" in table
    assert "\x1b[32m镇江\x1b[0m" in render(DOCUMENT, style="ansi")


def test_terminal_control_signs_of_the_text_are_not_passed_on():
    doc = Doc("\x1b[2J\u202e園\ud800", body=(0, 7))
    for style in ("html", "ansi", "table"):
        shown = render(doc, style=style)
        assert "\x1b[2J" not in shown and "\u202e" not in shown
        shown.encode("utf-8")


def test_unknown_style():
    with pytest.raises(OptionError, match="style must be"):
        render(DOCUMENT, style="pdf")


@given(DOC)
def test_any_document_can_be_rendered(doc):
    for style in ("html", "ansi", "table"):
        assert isinstance(render(doc, style=style), str)


def test_notebooks_show_html():
    assert DOCUMENT._repr_html_() == render(DOCUMENT)
