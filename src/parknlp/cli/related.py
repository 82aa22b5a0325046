"""``parknlp index``, ``related`` and ``duplicates``: which articles belong beside an article, and which are the same."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Final

from ..errors import DataError
from .common import Inputs, output, say, tagged

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ..doc import Doc

SAVED_AT_ONCE: Final = 2000  # documents between two saves: what a stopped run loses at most


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,
    files: argparse.ArgumentParser,
) -> None:
    """Add the commands to the parser; ``shared`` has the options that choose a pipeline, ``files`` those that name inputs."""
    index = commands.add_parser("index", parents=[shared, files], help="add articles to an index of related articles")
    index.add_argument("-o", "--output", required=True, metavar="INDEX", help="the index's folder, made when absent")
    index.set_defaults(run=_index)

    related = commands.add_parser(
        "related", parents=[shared], help="the articles that belong beside an article, and why"
    )
    related.add_argument("index", metavar="INDEX", help="a folder that index has made")
    related.add_argument(
        "article", metavar="ARTICLE", help="a file (.txt, .html, .jsonl), or an identifier of the index"
    )
    related.add_argument("-k", type=int, default=5, metavar="N", help="how many (default: 5)")
    related.add_argument(
        "--diversity", type=float, default=0.0, metavar="D", help="0 to 1: keep them apart (default: 0)"
    )
    related.add_argument("--json", action="store_true", help="print JSON, one line a suggestion")
    related.set_defaults(run=_related, n_process=1)

    duplicates = commands.add_parser("duplicates", parents=[shared, files], help="groups of near-duplicate articles")
    duplicates.set_defaults(run=_duplicates)


def _index(arguments: argparse.Namespace) -> int:
    from ..duplicates import id_of
    from ..related import open_or_new

    index = open_or_new(arguments.output)
    before = len(index)
    inputs = Inputs.of(arguments)
    with tagged(arguments, inputs) as docs:
        new = (doc for doc in docs if doc.error is None and id_of(doc) not in index)
        while batch := list(islice(new, SAVED_AT_ONCE)):
            index.add(batch)
            index.save(arguments.output)
    say(f"{arguments.output}: {len(index)} articles, {len(index) - before} new")
    return 1 if inputs.failures else 0


def _query(arguments: argparse.Namespace) -> Doc | str:
    """The document of the file that is named, or the identifier."""
    from pathlib import Path

    if not Path(arguments.article).exists():
        return str(arguments.article)
    inputs = Inputs([arguments.article])
    with tagged(arguments, inputs) as docs:
        found = next(docs, None)
    if found is None:
        raise DataError(f"{arguments.article}: no article in it")
    return found


def _related(arguments: argparse.Namespace) -> int:
    from ..related import RelatedIndex

    index = RelatedIndex.load(arguments.index)
    found = index.similar(_query(arguments), arguments.k, diversity=arguments.diversity)
    with output(None) as target:
        for suggestion in found:
            reasons = [(reason.kind, reason.text, round(reason.share, 3)) for reason in suggestion.reasons]
            if arguments.json:
                row = {"id": suggestion.id, "score": round(suggestion.score, 4), "reasons": reasons}
                target.write(json.dumps({**row, "duplicates": suggestion.duplicates}, ensure_ascii=False) + "\n")
                continue
            target.write(f"{suggestion.score:.3f}  {suggestion.id}\n")
            target.write("       " + "、".join(f"{kind} {text} {share:.0%}" for kind, text, share in reasons) + "\n")
            target.writelines(f"       same text: {other}\n" for other in suggestion.duplicates)
    return 0


def _duplicates(arguments: argparse.Namespace) -> int:
    from ..doc import Doc
    from ..duplicates import find_duplicates

    inputs = Inputs.of(arguments)

    def docs() -> Iterator[Doc]:  # the body is all that counts, so nothing is tagged
        for article in inputs:
            yield Doc(article.text, article.title, meta=article.meta)

    with output(None) as target:
        for group in find_duplicates(docs()):
            pairs = zip(group.ids, group.similarities, strict=True)
            target.write("\t".join(f"{name} {similarity:.2f}" for name, similarity in pairs) + "\n")
    return 1 if inputs.failures else 0
