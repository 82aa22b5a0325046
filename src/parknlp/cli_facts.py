"""``parknlp facts``: the indicator statements of articles as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .errors import OptionError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import IO, Any

    from .doc import Doc

FORMATS: Final = ("csv", "jsonl", "markdown", "parquet")


def add_to(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], parents: Sequence[argparse.ArgumentParser]
) -> argparse.ArgumentParser:
    """Add the command; ``parents`` have the options that choose a pipeline and its inputs."""
    facts = commands.add_parser("facts", parents=list(parents), help="the indicator statements as a table")
    facts.add_argument(
        "--format", choices=FORMATS, default="csv", help="default: csv, with a byte order mark for Excel"
    )
    return facts


def check(arguments: argparse.Namespace) -> None:
    """Refuse what cannot work before anything is read.

    Raises:
        OptionError: Parquet is asked for without a file to write to.
    """
    if arguments.format == "parquet" and arguments.output in (None, "-"):
        raise OptionError("--format parquet needs --output FILE")


def write(
    docs: Iterable[Doc],
    arguments: argparse.Namespace,
    output: Callable[[str | None], AbstractContextManager[IO[str]]],
) -> None:
    """Write the table of these documents as the options say; ``output`` opens a file, or standard output, for text."""
    from .tables import WRITERS, document_rows, write_parquet

    def rows() -> Iterator[dict[str, Any]]:
        for number, doc in enumerate(docs):
            yield from document_rows(doc, number)

    if arguments.format == "parquet":
        write_parquet(rows(), arguments.output)
        return
    with output(arguments.output) as target:
        WRITERS[arguments.format](rows(), target)
