"""Rows to tagged documents, in this process or in several, in order."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import collector
from ..corpus import Fields, Format, Raw, article_of
from ..doc import Doc
from ..errors import DataError, ParkNLPError
from ..lexicon import Lexicon
from ..pipeline import Pipeline, load
from ..processes import StartMethod, WorkerDiedError, Workers
from ..store import file_of
from .stopping import Stopper

Job = tuple[Any, list[Raw]]
"""A place in the input and the rows that end there."""


@dataclass(frozen=True, slots=True)
class PipelineFiles:
    """The files that a pipeline is made of beside the bundled ones: small enough to cross to a process, which loads them itself.

    Attributes:
        lexicons: TSV files.
        taxonomy: a TOML file, or None.
        chains: a classifier's folder or file, or None.
    """

    lexicons: tuple[str, ...] = ()
    taxonomy: str | None = None
    chains: str | None = None

    def load(self) -> Pipeline:
        """The pipeline.

        Raises:
            ParkNLPError: a file cannot be read.
        """
        lexicons = [Lexicon.from_tsv(path) for path in self.lexicons]
        return load(lexicons=lexicons, taxonomy=self.taxonomy, chains=self.chains)

    def digest(self) -> str:
        """Of the contents: it differs when a resumed run would tag differently."""
        files = [Path(name) for name in (*self.lexicons, self.taxonomy) if name is not None]
        if self.chains is not None:
            files.append(file_of(self.chains))
        total = hashlib.sha256()
        for file in files:
            total.update(hashlib.sha256(file.read_bytes()).digest())
        return total.hexdigest()


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that gave no document: what a line of the errors file holds."""

    file: str
    line: int | None
    reason: str
    row: Any

    def to_dict(self) -> dict[str, Any]:
        """The four fields."""
        return {"file": self.file, "line": self.line, "reason": self.reason, "row": self.row}

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Chunk:
    """What some rows gave.

    Attributes:
        encoded: the documents, as `Format.encode` gives them; None when there are none.
        documents: how many.
        problems: the rows that gave none.
        found: how often each label was found, and facts, chains and characters.
        notes: what a person should know, such as an encoding.
    """

    encoded: Any
    documents: int
    problems: list[Problem]
    found: Counter[str]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tagging:
    """What is done to rows: it crosses to the processes."""

    files: PipelineFiles
    fields: Fields
    format: Format

    @collector.paused()
    def __call__(self, nlp: Pipeline, rows: list[Raw]) -> Chunk:
        """Tag rows."""
        problems: list[tuple[int, Problem]] = []
        items: list[tuple[dict[str, Any], int]] = []
        notes: dict[str, None] = {}
        for at, raw in enumerate(rows):
            try:
                items.append((_item(raw, self.fields, notes), at))
            except DataError as error:
                problems.append((at, Problem(raw.file, raw.line, str(error), raw.shown())))
        docs: list[Doc] = []
        for doc, at in nlp.pipe(items, as_tuples=True, errors="empty"):
            if doc.error is None:
                docs.append(doc)
            else:
                raw = rows[at]
                problems.append((at, Problem(raw.file, raw.line, doc.error, raw.shown())))
        problems.sort(key=lambda pair: pair[0])
        encoded = self.format.encode(docs) if docs else None
        return Chunk(encoded, len(docs), [problem for _, problem in problems], _found(docs), list(notes))


def _item(raw: Raw, fields: Fields, notes: dict[str, None]) -> dict[str, Any]:
    try:
        article = article_of(raw, fields, notes.setdefault)
    except ParkNLPError:
        raise
    except Exception as error:  # one page that breaks the HTML parser must not end a night's run
        raise DataError(f"{type(error).__name__}: {error}") from error
    return {"text": article.text, "title": article.title, "published": article.published, "meta": dict(article.meta)}


def _found(docs: Iterable[Doc]) -> Counter[str]:
    found: Counter[str] = Counter()
    for doc in docs:
        found.update(span.label for span in doc.ents)
        found.update({"facts": len(doc.facts), "chains": len(doc.chains), "characters": len(doc.text)})
    return found


def results(
    jobs: Iterable[Job], work: Tagging, stopper: Stopper, n_process: int = 1, start_method: StartMethod | None = None
) -> Generator[tuple[Any, Chunk], None, None]:
    """Each job's place and chunk, in the order of the jobs; few are under way at a time.

    Args:
        jobs: read only as far as the workers need them.
        work: what to do.
        stopper: interrupts waiting for jobs and for workers.
        n_process: worker processes; 1 works in this one.
        start_method: how processes begin; Python's default when None.

    Raises:
        Stopped: a signal came.
        ParkNLPError: a worker process died, or a file of the pipeline cannot be read.
    """
    reader = iter(jobs)
    nlp = work.files.load() if n_process == 1 or _forks(start_method) else None  # forked processes share its memory
    if n_process == 1:
        assert nlp is not None  # noqa: S101 - as the line above says
        while (job := _next(reader, stopper)) is not None:
            yield job[0], work(nlp, job[1])
            stopper.check()
        return
    yield from _in_processes(reader, work, nlp, stopper, n_process, start_method)


def _forks(start_method: StartMethod | None) -> bool:
    return (start_method or multiprocessing.get_start_method()) == "fork"


def _next(reader: Iterator[Job], stopper: Stopper) -> Job | None:
    with stopper.waiting():
        return next(reader, None)


def _in_processes(
    reader: Iterator[Job],
    work: Tagging,
    nlp: Pipeline | None,
    stopper: Stopper,
    n_process: int,
    start_method: StartMethod | None,
) -> Generator[tuple[Any, Chunk], None, None]:
    with Workers(n_process, _Worker(work, nlp), start_method) as workers:
        waiting: deque[tuple[Any, Future[Chunk]]] = deque()
        try:
            more = True
            while more or waiting:
                while more and len(waiting) < 2 * n_process:
                    job = _next(reader, stopper)
                    more = job is not None
                    if job is not None:
                        waiting.append((job[0], workers.submit(job[1])))
                if waiting:
                    with stopper.waiting():
                        chunk = waiting[0][1].result()
                    yield waiting.popleft()[0], chunk
                stopper.check()
        except WorkerDiedError:
            stopper.check()  # the signal may have gone to all of the processes
            raise


@dataclass(slots=True)
class _Worker:
    """What a worker process does to rows; it loads its pipeline with the first ones, where none came along."""

    tagging: Tagging
    nlp: Pipeline | None

    def __call__(self, rows: list[Raw]) -> Chunk:
        if self.nlp is None:
            self.nlp = self.tagging.files.load()
        return self.tagging(self.nlp, rows)
