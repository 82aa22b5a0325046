"""A scraped page given as HTML: its visible text, line by line, and what its head states. Needs the extra ``html`` (lxml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import regex

from .errors import OptionError
from .page import find_date

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "button",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_DROPPED: Final = frozenset(["script", "style", "noscript", "template", "svg", "math", "iframe", "object", "head"])
_TITLES = (("property", "og:title"), ("name", "ArticleTitle"), ("name", "title"))
_DATES = (
    ("property", "article:published_time"),
    ("name", "PubDate"),
    ("name", "publishdate"),
    ("itemprop", "datePublished"),
)
_BLANKS = regex.compile(r"[^\S\n]+")
_BLANK_LINES = regex.compile(r" ?\n[\s]*")


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """An HTML page as text, with what its head says."""

    text: str
    title: str | None
    published: str | None


def _meta(root: Any, names: tuple[tuple[str, str], ...]) -> str | None:
    for attribute, name in names:
        for element in root.iter("meta"):
            if (element.get(attribute) or "").lower() == name.lower() and (element.get("content") or "").strip():
                return str(element.get("content")).strip()
    return None


def _first_text(root: Any, tag: str) -> str | None:
    texts = (" ".join("".join(element.itertext()).split()) for element in root.iter(tag))
    return next((text for text in texts if text), None)


def _visible_text(root: Any) -> str:
    """The text of an element tree, a line break around every block."""
    pieces: list[str] = []
    hidden = 0  # depth inside elements that show no text
    from lxml.etree import iterwalk  # an optional extra

    for event, element in iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            pieces.append("" if hidden else element.tail or "")
            continue
        tag = element.tag
        if event == "start":
            hidden += tag in _DROPPED
            if tag in _BLOCKS:
                pieces.append("\n")
            if not hidden:
                pieces.append(element.text or "")
        else:
            hidden -= tag in _DROPPED
            if tag in _BLOCKS:
                pieces.append("\n")
            if not hidden:
                pieces.append(element.tail or "")
    text = _BLANKS.sub(" ", "".join(pieces))
    return _BLANK_LINES.sub("\n", text).strip()


def read_html(html: str) -> HtmlPage:
    r"""The visible text of an HTML page, one line a block, and title and date where its head states them.

    Needs the extra ``html`` (lxml). HTML that is not closed or not valid is read as browsers would, as far as it goes.

    Raises:
        OptionError: lxml is not installed.

    >>> read_html("<title>签约</title><p>总投资<b>5</b>亿元<script>x()</script><p>落户镇江")
    HtmlPage(text='总投资5亿元\n落户镇江', title='签约', published=None)
    """
    try:
        import lxml.etree
        import lxml.html  # an optional extra
    except ImportError:
        raise OptionError("reading HTML needs lxml: pip install 'parknlp[html]'") from None
    encoded = html.encode("utf-8", "replace")
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = lxml.etree.fromstring(encoded, parser) if html.strip() else None
    if root is None:
        return HtmlPage("", None, None)
    title = _meta(root, _TITLES) or _first_text(root, "h1") or _first_text(root, "title")
    return HtmlPage(_visible_text(root), title, find_date(_meta(root, _DATES) or ""))
