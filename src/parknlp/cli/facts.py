"""``parknlp facts``: the indicator statements of articles as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..errors import OptionError
from .common import STDIN, Inputs, output, tagged

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from ..doc import Doc

FORMATS: Final = ("csv", "jsonl", "markdown", "parquet")


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,
    files: argparse.ArgumentParser,
) -> None:
    """Add the command to the parser; ``shared`` has the options that choose a pipeline, ``files`` those that name inputs."""
    facts = commands.add_parser("facts", parents=[shared, files], help="the indicator statements as a table")
    facts.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    facts.add_argument(
        "--format", choices=FORMATS, default="csv", help="default: csv, with a byte order mark for Excel"
    )
    facts.set_defaults(run=_facts)


def _facts(arguments: argparse.Namespace) -> int:
    if arguments.format == "parquet" and arguments.output in (None, STDIN):
        raise OptionError("--format parquet needs --output FILE")
    inputs = Inputs.of(arguments)
    with tagged(arguments, inputs) as docs:
        _write(docs, arguments.format, arguments.output)
    return 1 if inputs.failures else 0


def _write(docs: Iterable[Doc], style: str, path: str | None) -> None:
    from ..tables import WRITERS, document_rows, write_parquet

    def rows() -> Iterator[dict[str, Any]]:
        for number, doc in enumerate(docs):
            yield from document_rows(doc, number)

    if style == "parquet" and path is not None:
        write_parquet(rows(), path)
        return
    with output(path) as target:
        WRITERS[style](rows(), target)
