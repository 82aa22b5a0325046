"""``parknlp report``: a tagged corpus as one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..doc import PARTS
from ..errors import DataError
from .common import Progress, output, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from ..corpus import Raw
    from ..doc import Doc

LANGUAGES: Final = ("zh", "en")


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,  # noqa: ARG001 - nothing is tagged here
    files: argparse.ArgumentParser,  # noqa: ARG001
) -> None:
    """Add the command to the parser."""
    report = commands.add_parser("report", help="a tagged corpus as one page to look at, offline")
    report.add_argument(
        "tagged",
        nargs="+",
        metavar="TAGGED",
        help="JSONL (also with .gz or .zst) or Parquet that tag has written, or - for standard input",
    )
    report.add_argument("-o", "--output", required=True, metavar="HTML", help="the page to write")
    report.add_argument("--title", default="parknlp", help="headline of the page")
    report.add_argument("--language", choices=LANGUAGES, default="zh", help="language of its words (default: zh)")
    report.set_defaults(run=_report)


def _doc(raw: Raw) -> Doc:
    """The document of a row.

    Raises:
        DataError: there is none in it; the message is the reason.
    """
    from ..corpus import parse_line
    from ..doc import Doc
    from ..schema import from_row

    if raw.problem is not None:
        raise DataError(raw.problem)
    if raw.kind == "line":
        try:
            return _sound(Doc.from_dict(parse_line(raw.content.decode(raw.encoding))))
        except UnicodeDecodeError as error:
            raise DataError(f"not {raw.encoding.upper()} text (byte {error.start + 1} of the line)") from None
    if raw.kind != "fields":
        raise DataError("a page, where JSONL or Parquet that tag has written is needed")
    try:
        return _sound(Doc.from_dict(from_row(raw.content)))
    except (TypeError, ValueError, KeyError) as error:
        raise DataError(f"no tagged document: {error}") from None


def _sound(doc: Doc) -> Doc:
    """The document, if everything that the page shows of it has the type that it should have.

    Raises:
        DataError: something has not.
    """
    texts = [doc.title, doc.published, doc.primary, doc.error]
    places: list[tuple[object, object]] = [doc.body]
    for span in doc.ents:
        texts += [span.label, span.text, span.source, span.kb_id]
        places.append((span.start, span.end))
    for chain in doc.chains:
        texts += [chain.id, chain.name]
        places += [(piece.start, piece.end) for piece in chain.evidence]
    for fact in doc.facts:
        texts += [getattr(fact, part) for part in PARTS]
        places += fact.spans.values()
    texts += [name for pair in doc.located for name in pair]
    if not isinstance(doc.text, str) or not all(text is None or isinstance(text, str) for text in texts):
        raise DataError("no tagged document: a text is needed where there is none")
    for start, end in places:
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= len(doc.text)):
            raise DataError(f"no tagged document: {start!r} to {end!r} is no place in its text")
    return doc


class _Tagged:
    """The documents of some files; rows that hold none are reported and counted."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self.failures = 0

    def __iter__(self) -> Iterator[Doc]:
        from ..corpus import Fields, find_sources, rows_of
        from ..schema import COLUMNS

        progress, fields = Progress(), Fields(keep=COLUMNS)
        for source in find_sources(self._paths):
            for raw in rows_of(source, fields):
                try:
                    doc = _doc(raw)
                except DataError as error:
                    self.failures += 1
                    say(f"parknlp: {raw.where}: {error}")
                else:
                    yield doc
                    progress.step()
        progress.close()


def _report(arguments: argparse.Namespace) -> int:
    from ..report import write_report

    docs = _Tagged(arguments.tagged)
    with output(arguments.output) as target:
        written = write_report(docs, target, title=arguments.title, language=arguments.language)
    say(f"{arguments.output}: {written} articles")
    return 1 if docs.failures else 0
