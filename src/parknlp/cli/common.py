"""What the commands share: reading inputs, writing outputs, the pipeline that the options ask for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ..errors import DataError, ParkNLPError

if TYPE_CHECKING:
    from ..corpus import Article
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

    def __init__(self, paths: Sequence[str], text_key: str) -> None:
        self._paths = paths
        self._text_key = text_key
        self.failures = 0

    def _fail(self, error: Exception) -> None:
        self.failures += 1
        say(f"parknlp: {error}")

    def _files(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        from ..corpus import find_files

        for name in self._paths:
            if name == STDIN:
                yield "<stdin>", sys.stdin.buffer.read
                continue
            try:
                files = find_files(Path(name))
            except DataError as error:
                self._fail(error)
                continue
            for file in files:
                yield str(file), file.read_bytes

    def __iter__(self) -> Iterator[Article]:
        from ..corpus import read_bytes

        for name, read in self._files():
            try:
                for article in read_bytes(read(), name, self._text_key, note=say):
                    if isinstance(article, DataError):
                        self._fail(article)
                    else:
                        yield article
            except OSError as error:
                self._fail(DataError(f"{name}: {error.strerror or error}"))
            except ParkNLPError as error:
                self._fail(error)


@contextmanager
def output(path: str | None) -> Iterator[IO[str]]:
    """Standard output as UTF-8, or a file that appears under its name when it is complete."""
    if path is None or path == STDIN:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        yield sys.stdout
        sys.stdout.flush()
        return
    target = Path(path)
    part = target.with_name(target.name + ".part")
    try:
        with part.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def pipeline_of(arguments: argparse.Namespace) -> Pipeline:
    """The pipeline with the user's lexicons, taxonomy or chain model."""
    from ..lexicon import Lexicon
    from ..pipeline import load

    lexicons = [Lexicon.from_tsv(path) for path in arguments.lexicon]
    return load(lexicons=lexicons, taxonomy=arguments.taxonomy, chains=arguments.chain_model)


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


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
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
        "input", nargs="+", help="a .txt, .html or .jsonl file, a folder of such files, or - for standard input"
    )
    files.add_argument(
        "--text-key", default="text", metavar="KEY", help="key of the text in JSONL rows (default: text)"
    )
    files.add_argument("--n-process", type=_positive, default=1, metavar="N", help="worker processes (default: 1)")
    return files
