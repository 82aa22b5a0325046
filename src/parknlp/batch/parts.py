"""The finished parts of a run, in a folder beside its output, so that a run can stop anywhere and go on.

``OUTPUT.parts/`` holds ``run.json`` (the options), ``inputs.jsonl`` (every input file with its size and time) and, for each part,
``00000.jsonl`` (or another format), ``00000.errors.jsonl`` and ``00000.json``: where in the input the part ends, and the counts so far.
A part counts once its ``.json`` stands there: that is written last, and everything reaches the disk before it is given its name. So
whatever ends a run, each row is in exactly one part or still to be done.
"""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any, Final

from ..corpus import Format, Source, json_line
from ..corpus.writing import Part
from ..errors import DataError, OptionError
from .disk import errors_path, lock, parts_path, put, write
from .workers import Chunk

FORMAT: Final = 1
PART_ROWS: Final = 5000
"""A part ends after as many rows at the latest."""

_SHORTEST, _LONGEST, _SHARE = 0.5, 30.0, 0.1  # seconds that a part lasts: a tenth of the run so far, within these


@dataclass(frozen=True, slots=True)
class State:
    """How far a run is.

    Attributes:
        parts: finished parts.
        source: number of the input file that is being read.
        line: the last line (row, or 1 for a page) of it that is done.
        documents: tagged documents.
        errors: rows that gave none.
        found: counts of what was found in the documents.
    """

    parts: int = 0
    source: int = 0
    line: int = 0
    documents: int = 0
    errors: int = 0
    found: Mapping[str, int] = field(default_factory=dict)

    def after(self, place: tuple[int, int], chunk: Chunk) -> State:
        """The state when the rows of a chunk are done, which end at ``place``."""
        return replace(
            self,
            source=place[0],
            line=place[1],
            documents=self.documents + chunk.documents,
            errors=self.errors + len(chunk.problems),
            found=Counter(self.found) + chunk.found,
        )

    def to_dict(self) -> dict[str, Any]:
        """The six fields."""
        return {name: getattr(self, name) for name in self.__slots__}


class Parts:
    """The folder of one run.

    Attributes:
        state: how far the finished parts go.
    """

    def __init__(self, output: Path, form: Format) -> None:
        self._output = output
        self._format = form
        self._folder = parts_path(output)
        self._lock: IO[bytes] | None = None
        self._part: _OpenPart | None = None
        self._began = time.monotonic()
        self._new = False
        self.state = State()

    @property
    def exists(self) -> bool:
        """Whether an unfinished run is there."""
        return (self._folder / "run.json").exists()

    @property
    def mine(self) -> tuple[Path, ...]:
        """Every path that the run writes to: none of them is input."""
        made = self._output.with_name(self._output.name + ".new")
        return self._output, made, errors_path(self._output), self._folder, self._done

    @property
    def _done(self) -> Path:
        return self._folder.with_name(self._folder.name + ".done")

    def begin(self, options: Mapping[str, Any], sources: Iterable[Source]) -> None:
        """Make the folder of a new run.

        Raises:
            OptionError: an unfinished run is there.
        """
        if self.exists:
            raise OptionError(f"{self._folder} holds an unfinished run: go on with --resume, or remove that folder")
        self.clear()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = lock(self._folder / "lock")
        self._new = True
        write(self._folder / "inputs.jsonl", map(_input_line, sources))
        write(self._folder / "run.json", [json_line({"format": FORMAT, **options})])

    def clear(self) -> None:
        """Remove what is left of a run that was finished and then killed while it cleared away."""
        shutil.rmtree(self._done, ignore_errors=True)

    def resume(self, options: Mapping[str, Any], sources: Iterable[Source]) -> None:
        """Take up the run that is there.

        Raises:
            OptionError: it had other options.
            DataError: an input has changed since it began.
        """
        self._lock = lock(self._folder / "lock")
        before = json.loads((self._folder / "run.json").read_text(encoding="utf-8"))
        for name, value in {"format": FORMAT, **options}.items():
            if before.get(name) != value:
                message = f"{name} was {before.get(name)!r} when the run began and is {value!r} now"
                raise OptionError(f"{self._folder}: cannot resume: {message}")
        self._compare(sources)
        while (record := self._folder / f"{self.state.parts:05}.json").exists():
            self.state = State(**json.loads(record.read_text(encoding="utf-8")))
        known = {self._name(number, suffix) for number in range(self.state.parts) for suffix in self._suffixes}
        for file in self._folder.iterdir():  # what a killed run left behind
            if file.name[:1].isdigit() and file not in known:
                file.unlink()

    @property
    def _suffixes(self) -> tuple[str, str, str]:
        return self._format.suffix, ".errors.jsonl", ".json"

    def _name(self, number: int, suffix: str) -> Path:
        return self._folder / f"{number:05}{suffix}"

    def _compare(self, sources: Iterable[Source]) -> None:
        with (self._folder / "inputs.jsonl").open(encoding="utf-8") as lines:
            for line, source in zip_longest(lines, sources):
                if source is None or line is None or line != _input_line(source):
                    raise DataError(f"cannot resume: {_change(line, source)} since the run began; begin a new one")

    def sources(self) -> Iterator[tuple[int, Source]]:
        """The input files that are not done, with their numbers."""
        with (self._folder / "inputs.jsonl").open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number >= self.state.source:
                    yield number, Source(*json.loads(line))

    def sizes(self) -> tuple[int, int]:
        """Bytes of all inputs, and of those that are done."""
        total = done = 0
        with (self._folder / "inputs.jsonl").open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                size = json.loads(line)[2]
                total += size
                done += size if number < self.state.source else 0
        return total, done

    def add(self, place: tuple[int, int], chunk: Chunk) -> State:
        """Write a chunk; gives the state with it, which lasts once its part is finished."""
        if self._part is None:
            self._part = _OpenPart(self._folder / f"{self.state.parts:05}", self._format, self.state)
        self._part.add(place, chunk)
        state = self._part.state
        age, run = time.monotonic() - self._part.began, time.monotonic() - self._began
        rows = state.documents + state.errors - self.state.documents - self.state.errors
        if rows >= PART_ROWS or age >= min(max(_SHORTEST, run * _SHARE), _LONGEST):
            self.finish_part()
        return state

    def finish_part(self) -> None:
        """Complete the part that is being written, if one is."""
        if self._part is None:
            return
        part = self._part
        part.close()  # where that fails, as on a full disk, the part goes with `close`
        self._part, number = None, self.state.parts
        for made, suffix in ((part.made, self._format.suffix), (part.errors, ".errors.jsonl")):
            put(made, self._name(number, suffix))
        state = replace(part.state, parts=number + 1)
        write(self._name(number, ".json"), [json_line(state.to_dict())])
        self.state = state

    def finish(self) -> None:
        """Join the parts to the output and the errors file, and remove the folder."""
        self.finish_part()
        numbers = range(self.state.parts)
        made = self._output.with_name(self._output.name + ".new")
        errors = errors_path(self._output)
        try:
            if self.state.errors:
                with made.open("wb") as file:
                    for number in numbers:
                        with self._name(number, ".errors.jsonl").open("rb") as source:
                            shutil.copyfileobj(source, file)
                put(made, errors)
            else:
                errors.unlink(missing_ok=True)  # of an earlier run
            self._format.join([self._name(number, self._format.suffix) for number in numbers], made)
            put(made, self._output)
        finally:
            made.unlink(missing_ok=True)
        self._folder.replace(self._done)  # a run that is killed while it clears away is finished all the same
        self.close()
        self.clear()

    def close(self) -> None:
        """Let go of the folder; a new one without a finished part goes."""
        if self._part is not None:
            with suppress(Exception):
                self._part.close()
            self._part.discard()
            self._part = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            if self._new and not self.state.parts:
                shutil.rmtree(self._folder, ignore_errors=True)


class _OpenPart:
    """The files of a part that is being written."""

    def __init__(self, stem: Path, form: Format, state: State) -> None:
        self.began = time.monotonic()
        self.made = stem.with_suffix(form.suffix + ".new")
        self.errors = stem.with_suffix(".errors.jsonl.new")
        self.state = state
        self._errors = self.errors.open("w", encoding="utf-8", newline="\n")
        self._file: Part = form.open(self.made, state.documents)

    def add(self, place: tuple[int, int], chunk: Chunk) -> None:
        if chunk.documents:
            self._file.write(chunk.encoded)
        self._errors.writelines(json_line(problem.to_dict()) for problem in chunk.problems)
        self.state = self.state.after(place, chunk)

    def close(self) -> None:
        self._errors.close()
        self._file.close()

    def discard(self) -> None:
        """Remove the files, which frees a full disk."""
        self.made.unlink(missing_ok=True)
        self.errors.unlink(missing_ok=True)


def _input_line(source: Source) -> str:
    return json.dumps([source.name, source.kind, source.size, source.modified, source.problem]) + "\n"


def _change(line: str | None, source: Source | None) -> str:
    """What is different between an input as it was listed and as it is."""
    if line is None:
        return f"{source.name if source else ''}: has been added to the input"
    before = Source(*json.loads(line))
    if source is None or source.name != before.name:
        return f"{before.name}: is no longer the next of the input files (one was added or removed)"
    if source.size != before.size:
        return f"{source.name}: its size has changed from {before.size} to {source.size} bytes"
    return f"{source.name}: it was written again"
