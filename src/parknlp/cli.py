"""The command line: ``parknlp tag``, ``info``, ``evaluate``, and the commands of `cli_chains` and `cli_facts`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from . import __version__, cli_chains, cli_facts
from .errors import DataError, OptionError, ParkNLPError

if TYPE_CHECKING:
    from .corpus import Article
    from .doc import Doc
    from .pipeline import Pipeline

STDIN = "-"
_EPILOG = """\
examples:
  parknlp tag page.html                      the tagged page as one line of JSON
  parknlp tag articles/ -o tagged.jsonl      every .txt, .html and .jsonl file of a folder
  parknlp tag news.jsonl --text-key body --format table
  parknlp info "上半年，镇江高新区实现产值52亿元，同比增长20%。"
  parknlp facts articles/ -o facts.csv       the indicator statements as a table
  parknlp evaluate gold.jsonl --errors 20
  parknlp train chains --taxonomy my.toml gold.jsonl -o model/
  parknlp find-threshold gold.jsonl --chain-model model/ --write
exit status: 0 done, 1 an input could not be read (the others are done), 2 wrong usage"""


def _say(message: str) -> None:
    print(message, file=sys.stderr)


class _Progress:
    """A counter on standard error while it is a terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self.documents = 0

    def step(self) -> None:
        self.documents += 1
        if self._shown and self.documents % 10 == 0:
            print(f"\r{self.documents} documents", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._shown and self.documents >= 10:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class _Inputs:
    """The articles of the files and folders on the command line; what cannot be read is reported and counted."""

    def __init__(self, paths: Sequence[str], text_key: str) -> None:
        self._paths = paths
        self._text_key = text_key
        self.failures = 0

    def _fail(self, error: Exception) -> None:
        self.failures += 1
        _say(f"parknlp: {error}")

    def _files(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        from .corpus import find_files

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
        from .corpus import read_bytes

        for name, read in self._files():
            try:
                for article in read_bytes(read(), name, self._text_key, note=_say):
                    if isinstance(article, DataError):
                        self._fail(article)
                    else:
                        yield article
            except OSError as error:
                self._fail(DataError(f"{name}: {error.strerror or error}"))
            except ParkNLPError as error:
                self._fail(error)


@contextmanager
def _output(path: str | None) -> Iterator[IO[str]]:
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


def _pipeline(arguments: argparse.Namespace) -> Pipeline:
    from .lexicon import Lexicon
    from .pipeline import load

    lexicons = [Lexicon.from_tsv(path) for path in arguments.lexicon]
    return load(lexicons=lexicons, taxonomy=arguments.taxonomy, chains=arguments.chain_model)


def _write(docs: Iterator[Doc], target: IO[str], style: str) -> None:
    from .corpus import write_rows
    from .rendering import html_fragment, html_page, render

    if style == "jsonl":
        write_rows((doc.to_dict() for doc in docs), target)
    elif style == "html":
        target.writelines(html_page(html_fragment(doc) for doc in docs))
    else:
        for doc in docs:
            name = doc.meta.get("id") if isinstance(doc.meta, dict) else None
            target.write(f"== {name} ==\n" if name else "")
            target.write(render(doc, style="ansi" if style == "ansi" else "table") + "\n\n")


@contextmanager
def _tagged(arguments: argparse.Namespace, inputs: _Inputs) -> Iterator[Iterator[Doc]]:
    """The tagged documents of the inputs, with progress on standard error."""
    nlp = _pipeline(arguments)
    progress = _Progress()

    def items() -> Iterator[dict[str, Any]]:
        for article in inputs:
            yield {"text": article.text, "title": article.title, "published": article.published, "meta": article.meta}

    def docs() -> Iterator[Doc]:
        for doc in nlp.pipe(items(), n_process=arguments.n_process, errors="empty"):
            progress.step()
            if doc.error is not None:
                inputs.failures += 1
                _say(f"parknlp: {(doc.meta or {}).get('id', progress.documents)}: {doc.error}")
            yield doc

    try:
        yield docs()
    finally:
        progress.close()


def _tag(arguments: argparse.Namespace) -> int:
    inputs = _Inputs(arguments.input, arguments.text_key)
    style = arguments.format
    if style == "ansi" and arguments.output is None and (not sys.stdout.isatty() or "NO_COLOR" in os.environ):
        style = "table"
    with _tagged(arguments, inputs) as docs, _output(arguments.output) as target:
        _write(docs, target, style)
    return 1 if inputs.failures else 0


def _facts(arguments: argparse.Namespace) -> int:
    cli_facts.check(arguments)
    inputs = _Inputs(arguments.input, arguments.text_key)
    with _tagged(arguments, inputs) as docs:
        cli_facts.write(docs, arguments, _output)
    return 1 if inputs.failures else 0


def _info(arguments: argparse.Namespace) -> int:
    text = sys.stdin.read() if arguments.text == STDIN else arguments.text
    doc = _pipeline(arguments)(text, published=arguments.published)
    from .rendering import render

    with _output(None) as target:
        target.write(render(doc, style="table") + "\n")
        for fact in doc.facts:
            target.write(f"fact {fact.indicator} {fact.value or fact.change}: {fact.source}\n")
        cats = "  ".join(f"{chain} {score:.2f}" for chain, score in sorted(doc.cats.items(), key=lambda pair: -pair[1]))
        target.write(f"chain probabilities: {cats}\n")
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from .corpus import read_gold
    from .evaluate import evaluate

    gold = [doc for path in arguments.gold for doc in read_gold(path)]
    docs = list(_pipeline(arguments).pipe([doc.text for doc in gold]))
    found = evaluate(gold, docs)
    with _output(None) as target:
        if arguments.chains:
            target.writelines(line + "\n" for line in cli_chains.report(gold, docs))
            return 0
        if arguments.json:
            target.write(json.dumps(found.to_dict(), ensure_ascii=False) + "\n")
            return 0
        target.writelines(line + "\n" for line in found.errors[: arguments.errors])
        target.write(f"{found.documents} documents\n{'':12} precision recall     f1 wanted proposed\n")
        for name, score in found.rows():
            figures = f"{score.precision:9.4f} {score.recall:6.4f} {score.f1:6.4f} {score.wanted:6} {score.proposed:8}"
            target.write(f"{name:12} {figures}\n")
        if found.documents:
            target.write(f"primary right in {found.primary / found.documents:.4f}\n")
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parknlp",
        description="Tag Chinese industrial-park news.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"parknlp {__version__}")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lexicon", action="append", default=[], metavar="TSV", help="your own names (repeatable)")
    shared.add_argument("--taxonomy", metavar="TOML", help="your own industry chains, known by their keywords")
    shared.add_argument("--chain-model", metavar="DIR", help="a chain classifier that train chains has made")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    files = argparse.ArgumentParser(add_help=False)
    files.add_argument(
        "input", nargs="+", help="a .txt, .html or .jsonl file, a folder of such files, or - for standard input"
    )
    files.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    files.add_argument(
        "--text-key", default="text", metavar="KEY", help="key of the text in JSONL rows (default: text)"
    )
    files.add_argument("--n-process", type=_positive, default=1, metavar="N", help="worker processes (default: 1)")

    tag = commands.add_parser("tag", parents=[shared, files], help="tag pages and articles")
    tag.add_argument("--format", choices=("jsonl", "table", "html", "ansi"), default="jsonl")
    tag.set_defaults(run=_tag)
    cli_facts.add_to(commands, [shared, files]).set_defaults(run=_facts)

    info = commands.add_parser("info", parents=[shared], help="show what was found in a text and which rule decided it")
    info.add_argument("text", help="the text, or - for standard input")
    info.add_argument("--published", metavar="DATE", help="publication date, YYYY-MM-DD")
    info.set_defaults(run=_info)

    evaluate = commands.add_parser("evaluate", parents=[shared], help="score against gold articles with inline markup")
    evaluate.add_argument("gold", nargs="+", help="JSONL")
    evaluate.add_argument("--errors", type=int, default=0, metavar="N", help="show the first N wrong or missed spans")
    evaluate.add_argument("--json", action="store_true", help="print JSON")
    evaluate.add_argument("--chains", action="store_true", help="only the chains, one by one")
    evaluate.set_defaults(run=_evaluate)
    cli_chains.add_commands(commands, shared)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give back its exit status."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except OptionError as error:
        _say(f"parknlp: {error}")
        return 2
    except ParkNLPError as error:
        _say(f"parknlp: {error}")
        return 1
    except BrokenPipeError:
        # The reader left, as head does; Python would complain again when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        _say(f"parknlp: {error.filename or 'output'}: {error.strerror or error}")
        return 1
    except KeyboardInterrupt:
        _say("parknlp: interrupted")
        return 130
