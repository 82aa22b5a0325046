r"""Whole corpora: files tagged in parallel, in order, with bounded memory, in a way that a run can stop and go on.

>>> import tempfile
>>> from pathlib import Path
>>> with tempfile.TemporaryDirectory() as folder:
...     news = Path(folder, "news.jsonl")
...     _ = news.write_text('{"id": 1, "text": "镇江高新区产值52亿元"}\n{"id": 2}\n', encoding="utf-8")
...     summary = tag_files([news], Path(folder, "tagged.jsonl"))
...     lines = Path(folder, "tagged.jsonl").read_text(encoding="utf-8").splitlines()
...     errors = Path(folder, "tagged.errors.jsonl").read_text(encoding="utf-8")
>>> summary.documents, summary.errors, len(lines), "key 'text' is missing" in errors
(1, 1, 1, True)
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import __version__
from ..corpus import Fields, Format, JsonLines, find_sources, format_of
from ..errors import OptionError, ParkNLPError
from ..processes import StartMethod
from .disk import errors_path, parts_path
from .jobs import Reader
from .parts import Parts, State
from .stopping import Stopped, Stopper
from .workers import Chunk, PipelineFiles, Problem, Tagging, results

__all__ = [
    "Chunk",
    "HaltError",
    "PipelineFiles",
    "Problem",
    "Progress",
    "Stopped",
    "Summary",
    "errors_path",
    "parts_path",
    "tag_files",
    "tag_stream",
]


class HaltError(ParkNLPError):
    """A run ended before its input did; what was done is kept, and ``resume`` goes on.

    Attributes:
        documents: how many tagged documents are safe.
    """

    def __init__(self, reason: str, documents: int) -> None:
        super().__init__(reason)
        self.documents = documents


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        documents: tagged so far, those of the run that is resumed included.
        errors: rows that gave none.
        done: bytes of the input that are behind.
        total: bytes of the input, or 0 where nobody knows.
        problems: rows that gave none since the last progress.
        notes: what a person should know, such as an encoding.
    """

    documents: int
    errors: int
    done: int
    total: int
    problems: Sequence[Problem] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run has done.

    Attributes:
        documents: tagged documents, in all.
        errors: rows that gave none.
        resumed: documents that an earlier run had done already.
        seconds: of this run.
        found: how often each label was found, and ``facts``, ``chains`` and ``characters``.
    """

    documents: int
    errors: int
    resumed: int
    seconds: float
    found: Counter[str] = field(default_factory=Counter)


def tag_stream(
    inputs: Iterable[str | Path],
    files: PipelineFiles | None = None,
    *,
    fields: Fields | None = None,
    form: Format | None = None,
    kind: str | None = None,
    n_process: int = 1,
    start_method: StartMethod | None = None,
) -> Generator[Chunk, None, None]:
    """Tag files and folders as a stream of chunks, in order; nothing is written.

    Args: as for `tag_files`; ``form`` is the format of ``chunk.encoded``, JSON Lines when None.

    Raises:
        Stopped: a signal came (SIGINT, SIGTERM, SIGHUP).
    """
    fields = fields or Fields()
    work = Tagging(files or PipelineFiles(), fields, form or JsonLines())
    reader = Reader(enumerate(find_sources(inputs, kind)), fields)
    with Stopper() as stopper, closing(results(reader.jobs(), work, stopper, n_process, start_method)) as chunks:
        for _, chunk in chunks:
            yield chunk


def tag_files(
    inputs: Sequence[str | Path],
    output: str | Path,
    files: PipelineFiles | None = None,
    *,
    fields: Fields | None = None,
    form: str | None = None,
    kind: str | None = None,
    n_process: int = 1,
    start_method: StartMethod | None = None,
    resume: bool = False,
    max_errors: int | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Summary:
    """Tag files and folders into one file; the rows that give no document go into another beside it, which `errors_path` names.

    While it runs, finished parts lie in ``OUTPUT.parts/``. Whatever ends it, ``resume`` goes on from there.

    Args:
        inputs: files and folders, read in this order (the files of a folder sorted); ``-`` is standard input.
        output: the file; it appears, or is replaced, when all is done.
        files: what the pipeline is made of; each process loads it. The bundled files alone when None.
        fields: which fields of a row mean what, and which are kept.
        form: ``jsonl``, ``parquet`` or ``sqlite``; told from the suffix of ``output`` when None.
        kind: what the inputs hold, one of `corpus.KINDS`, when their names do not say it.
        n_process: processes that tag; 1 tags in this one. With more, a script must start its work under
            ``if __name__ == "__main__":`` wherever processes are spawned.
        start_method: ``fork``, ``spawn`` or ``forkserver``; Python's default when None.
        resume: go on with the unfinished run beside ``output``, if one is there; do nothing where ``output`` is complete.
        max_errors: stop when more rows than this gave no document.
        watch: told how far the run is, after each chunk.

    Raises:
        HaltError: there were more than ``max_errors`` errors.
        Stopped: a signal came (SIGINT, SIGTERM, SIGHUP).
        OptionError: the options make no sense, or differ from those of the run that is resumed.
        DataError: an input has changed since the run began that is resumed.
        OSError: the output cannot be written.
    """
    fields, files, output = fields or Fields(), files or PipelineFiles(), Path(output)
    if n_process < 1:
        raise OptionError(f"n_process must be a whole number of at least 1, not {n_process!r}")
    encoder = format_of(output, form, fields.keep)
    if output.exists() and not output.is_file():
        raise OptionError(f"{output}: no regular file, so it cannot be replaced when all is done")
    if resume and "-" in map(str, inputs):
        raise OptionError("standard input cannot be resumed: what came through it is gone")
    parts = Parts(output, encoder)
    if resume and output.exists() and not parts_path(output).exists():
        parts.clear()
        return Summary(0, 0, 0, 0.0)
    try:
        _open(parts, inputs, kind, resume=resume, options=_options(files, fields, encoder, kind))
        began, resumed = time.monotonic(), parts.state.documents
        with Stopper() as stopper:
            _run(parts, Tagging(files, fields, encoder), stopper, n_process, start_method, max_errors, watch)
            with stopper.waiting():  # it can be done again, so a signal may interrupt it anywhere
                parts.finish()
    finally:
        parts.close()
    state = parts.state
    return Summary(state.documents, state.errors, resumed, time.monotonic() - began, Counter(state.found))


def _options(files: PipelineFiles, fields: Fields, form: Format, kind: str | None) -> dict[str, Any]:
    """What must be the same for the two halves of a run to fit together."""
    return {
        "parknlp": __version__,
        "format": form.suffix,
        "input format": kind,
        "text key": fields.text,
        "id key": fields.id,
        "keep": list(fields.keep),
        "lexicons, taxonomy and classifier": files.digest(),
    }


def _open(
    parts: Parts, inputs: Sequence[str | Path], kind: str | None, *, resume: bool, options: dict[str, Any]
) -> None:
    sources = find_sources(inputs, kind, parts.mine)
    if resume and parts.exists:
        parts.resume(options, sources)
    else:
        parts.begin(options, sources)


def _run(
    parts: Parts,
    work: Tagging,
    stopper: Stopper,
    n_process: int,
    start_method: StartMethod | None,
    max_errors: int | None,
    watch: Callable[[Progress], None] | None,
) -> None:
    total, done = parts.sizes()
    reader = Reader(parts.sources(), work.fields, (parts.state.source, parts.state.line), done)
    with closing(results(reader.jobs(), work, stopper, n_process, start_method)) as chunks:
        try:
            for (place, at), chunk in chunks:
                state = parts.add(place, chunk)
                if watch is not None:
                    watch(Progress(state.documents, state.errors, at, total, chunk.problems, chunk.notes))
                _check_errors(state, max_errors)
        except (Stopped, HaltError, ParkNLPError):
            parts.finish_part()  # every chunk that came is whole
            raise


def _check_errors(state: State, most: int | None) -> None:
    if most is not None and state.errors > most:
        raise HaltError(f"more than {most} rows gave no document", state.documents)
