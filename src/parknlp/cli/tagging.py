"""``parknlp tag``, ``info`` and ``evaluate``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from . import chains
from .common import STDIN, Inputs, output, pipeline_of, tagged

if TYPE_CHECKING:
    from ..doc import Doc


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,
    files: argparse.ArgumentParser,
) -> None:
    """Add the commands to the parser; ``shared`` has the options that choose a pipeline, ``files`` those that name inputs."""
    tag = commands.add_parser("tag", parents=[shared, files], help="tag pages and articles")
    tag.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    tag.add_argument("--format", choices=("jsonl", "table", "html", "ansi"), default="jsonl")
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
    from ..corpus import write_rows
    from ..rendering import html_fragment, html_page, render

    if style == "jsonl":
        write_rows((doc.to_dict() for doc in docs), target)
    elif style == "html":
        target.writelines(html_page(html_fragment(doc) for doc in docs))
    else:
        for doc in docs:
            name = doc.meta.get("id") if isinstance(doc.meta, dict) else None
            target.write(f"== {name} ==\n" if name else "")
            target.write(render(doc, style="ansi" if style == "ansi" else "table") + "\n\n")


def _tag(arguments: argparse.Namespace) -> int:
    inputs = Inputs(arguments.input, arguments.text_key)
    style = arguments.format
    if style == "ansi" and arguments.output is None and (not sys.stdout.isatty() or "NO_COLOR" in os.environ):
        style = "table"
    with tagged(arguments, inputs) as docs, output(arguments.output) as target:
        _write(docs, target, style)
    return 1 if inputs.failures else 0


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
