"""What the commands share: reading inputs, writing outputs, the pipeline that the options ask for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ..errors import DataError

if TYPE_CHECKING:
    from ..batch import PipelineFiles
    from ..corpus import Article, Fields
    from ..doc import Doc
    from ..pipeline import Pipeline

STDIN = "-"


def say(message: str) -> None:
    """One line on standard error."""
    print(message, file=sys.stderr)


class Progress:
    """A counter on standard error while it is a terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self.documents = 0

    def step(self) -> None:
        """Count a document."""
        self.documents += 1
        if self._shown and self.documents % 10 == 0:
            print(f"\r{self.documents} documents", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Take the counter off the screen."""
        if self._shown and self.documents >= 10:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class Inputs:
    """The articles of the files and folders on the command line; what cannot be read is reported and counted."""

    def __init__(self, paths: Sequence[str], fields: Fields | None = None, kind: str | None = None) -> None:
        self._paths = paths
        self._fields = fields
        self._kind = kind
        self.failures = 0

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Inputs:
        """The inputs that `input_options` name."""
        return cls(arguments.input, fields_of(arguments), arguments.input_format)

    def __iter__(self) -> Iterator[Article]:
        from ..corpus import Fields, find_sources, read_articles

        for article in read_articles(find_sources(self._paths, self._kind), self._fields or Fields(), note=say):
            if isinstance(article, DataError):
                self.failures += 1
                say(f"parknlp: {article}")
            else:
                yield article


@contextmanager
def output(path: str | None) -> Iterator[IO[str]]:
    """Standard output as UTF-8, or a file that appears under its name when it is complete (a device or a pipe is written to)."""
    if path is None or path == STDIN:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        yield sys.stdout
        sys.stdout.flush()
        return
    target = Path(path)
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            yield file
        return
    part = target.with_name(target.name + ".part")
    try:
        with part.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def files_of(arguments: argparse.Namespace) -> PipelineFiles:
    """The user's lexicons, taxonomy or chain model."""
    from ..batch import PipelineFiles

    return PipelineFiles(tuple(arguments.lexicon), arguments.taxonomy, arguments.chain_model)


def pipeline_of(arguments: argparse.Namespace) -> Pipeline:
    """The pipeline with the user's lexicons, taxonomy or chain model."""
    return files_of(arguments).load()


def fields_of(arguments: argparse.Namespace) -> Fields:
    """Which fields of a row mean what."""
    from ..corpus import Fields

    return Fields(arguments.text_key, arguments.id_key, tuple(getattr(arguments, "keep", ())))


@contextmanager
def tagged(arguments: argparse.Namespace, inputs: Inputs) -> Iterator[Iterator[Doc]]:
    """The tagged documents of the inputs, with progress on standard error."""
    nlp = pipeline_of(arguments)
    progress = Progress()

    def items() -> Iterator[dict[str, Any]]:
        for article in inputs:
            yield {"text": article.text, "title": article.title, "published": article.published, "meta": article.meta}

    def docs() -> Iterator[Doc]:
        for doc in nlp.pipe(items(), n_process=arguments.n_process, errors="empty"):
            progress.step()
            if doc.error is not None:
                inputs.failures += 1
                say(f"parknlp: {(doc.meta or {}).get('id', progress.documents)}: {doc.error}")
            yield doc

    try:
        yield docs()
    finally:
        progress.close()


def whole(least: int) -> Callable[[str], int]:
    """The type of an option that is a whole number of at least so much."""

    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number of at least {least}, not {text!r}")
        return int(text)

    return number


def pipeline_options() -> argparse.ArgumentParser:
    """The options that choose a pipeline, as a parent of parsers."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lexicon", action="append", default=[], metavar="TSV", help="your own names (repeatable)")
    shared.add_argument("--taxonomy", metavar="TOML", help="your own industry chains, known by their keywords")
    shared.add_argument("--chain-model", metavar="DIR", help="a chain classifier that train chains has made")
    return shared


def input_options() -> argparse.ArgumentParser:
    """The options that name inputs, as a parent of parsers."""
    files = argparse.ArgumentParser(add_help=False)
    files.add_argument(
        "input",
        nargs="+",
        help="a file (.jsonl, .csv, .tsv, .parquet, .txt, .html; also with .gz or .zst), a folder of such files, or - for standard input",
    )
    files.add_argument("--text-key", default="text", metavar="KEY", help="field or column of the text (default: text)")
    files.add_argument("--id-key", default="id", metavar="KEY", help="field or column of the identifier (default: id)")
    files.add_argument(
        "--input-format",
        choices=("jsonl", "csv", "tsv", "parquet", "text", "html"),
        help="what the inputs hold, when their names do not say it",
    )
    files.add_argument("--n-process", type=whole(1), default=1, metavar="N", help="worker processes (default: 1)")
    return files
