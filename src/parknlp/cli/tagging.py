"""``parknlp tag``, ``info`` and ``evaluate``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from ..errors import DataError, OptionError, ParkNLPError
from . import chains
from .common import STDIN, Inputs, fields_of, files_of, output, pipeline_of, say, tagged, whole
from .watching import Watch

if TYPE_CHECKING:
    from ..doc import Doc

DATA: Final = ("jsonl", "parquet", "sqlite")
PAGES: Final = ("table", "html", "ansi")
STDOUT: Final = "-"
SHOWN: Final = 10  # errors that are shown one by one where all of them go to a file


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,
    files: argparse.ArgumentParser,
) -> None:
    """Add the commands to the parser; ``shared`` has the options that choose a pipeline, ``files`` those that name inputs."""
    tag = commands.add_parser("tag", parents=[shared, files], help="tag pages and articles")
    tag.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    tag.add_argument(
        "--format",
        choices=(*DATA, *PAGES),
        help="default: what the output's suffix says (.parquet, .sqlite), else jsonl",
    )
    tag.add_argument(
        "--keep", action="append", default=[], metavar="COLUMN", help="carry this field or column through (repeatable)"
    )
    tag.add_argument("--resume", action="store_true", help="go on with the unfinished run that has this output")
    tag.add_argument("--max-errors", type=whole(0), metavar="N", help="stop when more than N rows cannot be tagged")
    tag.add_argument(
        "--start-method", choices=("fork", "spawn", "forkserver"), help="how worker processes begin (default: Python's)"
    )
    tag.set_defaults(run=_tag)

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


def _write(docs: Iterator[Doc], target: IO[str], style: str) -> None:
    from ..rendering import html_fragment, html_page, render

    if style == "html":
        target.writelines(html_page(html_fragment(doc) for doc in docs))
        return
    for doc in docs:
        name = doc.meta.get("id") if isinstance(doc.meta, dict) else None
        target.write(f"== {name} ==\n" if name else "")
        target.write(render(doc, style="ansi" if style == "ansi" else "table") + "\n\n")


def _tag(arguments: argparse.Namespace) -> int:
    if arguments.output == STDOUT:
        arguments.output = None
    to_file = arguments.output is not None and arguments.format not in PAGES
    if arguments.resume and not to_file:
        raise OptionError(f"--resume needs --output FILE in one of the formats {', '.join(DATA)}")
    if to_file:
        return _tag_to_file(arguments)
    if arguments.format in ("parquet", "sqlite"):
        raise OptionError(f"--format {arguments.format} needs --output FILE")
    if arguments.format in PAGES:
        return _tag_to_pages(arguments)
    return _tag_to_stdout(arguments)


def _tag_to_pages(arguments: argparse.Namespace) -> int:
    inputs, style = Inputs.of(arguments), arguments.format
    if style == "ansi" and arguments.output is None and (not sys.stdout.isatty() or "NO_COLOR" in os.environ):
        style = "table"
    with tagged(arguments, inputs) as docs, output(arguments.output) as target:
        _write(docs, target, style)
    return 1 if inputs.failures else 0


def _tag_to_stdout(arguments: argparse.Namespace) -> int:
    from ..batch import Stopped, tag_stream

    chunks = tag_stream(
        arguments.input,
        files_of(arguments),
        fields=fields_of(arguments),
        kind=arguments.input_format,
        n_process=arguments.n_process,
        start_method=arguments.start_method,
    )
    errors, most = 0, arguments.max_errors
    with Watch() as watch, output(None) as target, closing(chunks):
        try:
            for chunk in chunks:
                target.write("" if chunk.encoded is None else chunk.encoded.decode())
                watch.tell(chunk.problems, chunk.notes)
                errors += len(chunk.problems)
                if most is not None and errors > most:
                    say(f"parknlp: more than {most} rows gave no document")
                    return 1
        except Stopped as stop:
            say("parknlp: stopped")
            return 128 + stop.signal
    return 1 if errors else 0


def _tag_to_file(arguments: argparse.Namespace) -> int:
    from ..batch import Stopped, errors_path, parts_path, tag_files

    target = Path(arguments.output)
    if arguments.resume and target.exists() and not parts_path(target).exists():
        say(f"{target}: nothing to resume, it is complete")
    with Watch(most=SHOWN) as watch:
        try:
            summary = tag_files(
                arguments.input,
                target,
                files_of(arguments),
                fields=fields_of(arguments),
                form=arguments.format,
                kind=arguments.input_format,
                n_process=arguments.n_process,
                start_method=arguments.start_method,
                resume=arguments.resume,
                max_errors=arguments.max_errors,
                watch=watch,
            )
        except (OptionError, DataError):
            raise
        except (Stopped, ParkNLPError, OSError, KeyboardInterrupt) as error:
            watch.close()
            if parts_path(target).exists():
                say(f"parknlp: what is done is safe in {parts_path(target)}; --resume goes on from there")
            if not isinstance(error, Stopped):
                raise
            say("parknlp: stopped")
            return 128 + error.signal
    if summary.documents or summary.errors:
        watch.summarize(summary, target, errors_path(target))
    return 1 if summary.errors else 0


def _info(arguments: argparse.Namespace) -> int:
    text = sys.stdin.read() if arguments.text == STDIN else arguments.text
    doc = pipeline_of(arguments)(text, published=arguments.published)
    from ..rendering import render

    with output(None) as target:
        target.write(render(doc, style="table") + "\n")
        for fact in doc.facts:
            target.write(f"fact {fact.indicator} {fact.value or fact.change}: {fact.source}\n")
        cats = "  ".join(f"{chain} {score:.2f}" for chain, score in sorted(doc.cats.items(), key=lambda pair: -pair[1]))
        target.write(f"chain probabilities: {cats}\n")
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from ..corpus import read_gold
    from ..evaluate import evaluate

    gold = [doc for path in arguments.gold for doc in read_gold(path)]
    docs = list(pipeline_of(arguments).pipe([doc.text for doc in gold]))
    found = evaluate(gold, docs)
    with output(None) as target:
        if arguments.chains:
            target.writelines(line + "\n" for line in chains.report(gold, docs))
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
