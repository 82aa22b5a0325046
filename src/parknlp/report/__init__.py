"""A tagged corpus as one page: charts, tables and articles, in a file that opens without a network.

``collect`` keeps what the page needs, ``places`` finds what each article is about, ``charts`` has the charts, and this module
writes the page from the templates in ``data/report``. Articles are written in compressed chunks that the page unpacks when
they are looked at, so fifty thousand of them stay usable.
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import html
import itertools
import json
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final, Literal

from .. import datafiles
from ..doc import Doc
from ..duplicates import find_duplicates
from ..errors import OptionError
from . import charts
from .collect import Collector

__all__ = ["write_report"]

Language = Literal["zh", "en"]

CHUNK: Final = 128
"""Articles in one compressed chunk."""

_SCRIPTS: Final = ("data.js", "charts.js", "lists.js", "reader.js", "main.js")


@functools.cache
def _template(name: str) -> str:
    return datafiles.read(f"report/{name}")


@functools.cache
def _words(language: Language) -> dict[str, str]:
    """The words of the page in one language."""
    table = json.loads(_template("words.json"))
    if language not in next(iter(table.values())):
        raise OptionError(f"language must be 'zh' or 'en', not {language!r}")
    return {key: row[language] for key, row in table.items()}


def _blob(name: str, data: Any) -> str:
    """A script element that holds data, compressed, and that no browser runs."""
    packed = gzip.compress(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), 6, mtime=0
    )
    return f'<script type="application/gzip" id="{name}">{base64.b64encode(packed).decode()}</script>\n'


def _head(title: str, language: Language, scripts: Iterable[str]) -> str:
    """The page up to its data; it allows itself its own scripts and nothing from a network."""
    words = _words(language)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts
    )
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    page = _template("page.html")
    for key, word in words.items():
        page = page.replace("{{" + key + "}}", html.escape(word))
    return (
        page.replace("{{lang}}", {"zh": "zh-CN", "en": "en"}[language])
        .replace("{{policy}}", policy)
        .replace("{{style}}", _template("style.css"))
        .replace("{{licences}}", html.escape(_template("LICENSES.txt")))
        .replace("{{title}}", html.escape(title))
    )


def write_report(docs: Iterable[Doc], target: IO[str], *, title: str = "parknlp", language: Language = "zh") -> int:
    """Write the report of tagged documents and give back how many there were.

    The documents are read as a stream; what stays in memory is a few hundred bytes an article.

    Args:
        docs: tagged documents.
        target: the page's file, open as UTF-8 text.
        title: the page's headline.
        language: of its words; names and texts are as they are.

    Raises:
        OptionError: an unknown language, or vl-convert is not installed (extra ``report``).

    >>> import io
    >>> page = io.StringIO()
    >>> write_report([Doc("镇江高新区有企业88家")], page, title="园区")
    1
    >>> "<title>园区</title>" in page.getvalue()
    True
    """
    scripts = (charts.vega(), "".join(map(_template, _SCRIPTS)))
    target.write(_head(title, language, scripts))
    collector, chunks = Collector(), 0

    def flush() -> None:
        nonlocal chunks
        target.write(_blob(f"data-texts-{chunks}", collector.take_texts()))
        chunks += 1

    def bare() -> Iterator[Doc]:
        for doc in docs:
            collector.add(doc)
            yield doc
            if collector.articles % CHUNK == 0:
                flush()

    found = find_duplicates(bare(), ids=map(str, itertools.count()))
    groups = [[[int(number) for number in group.ids], group.similarities] for group in found]
    flush()
    core = {
        **collector.core(),
        "groups": groups,
        "charts": charts.compiled(),
        "words": _words(language),
        "chunk": CHUNK,
    }
    target.write(_blob("data-core", core))
    target.write(_blob("data-facts", collector.statements()))
    target.writelines(f"<script>{script}</script>\n" for script in scripts)
    target.write("</body></html>\n")
    return collector.articles
