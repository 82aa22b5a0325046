"""Lexicons: names with label and identifier, read from TSV, matched longest first over a batch of documents."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol, cast

from .doc import COMPANY, LABELS, Value
from .errors import DataError
from .fold import Codes, text_of
from .matcher import Matcher, normalize
from .text import Candidate, TextBatch

MAX_LENGTH: Final = 100
"""A longer name is refused: it is a broken row rather than a name."""


candidate_of = cast(
    "Callable[[tuple[int, int, str, str, float, Value | None, str | None]], Candidate]",
    functools.partial(tuple.__new__, Candidate),
)
"""A candidate of all its fields: what `Candidate` does, three times as fast."""


class Entry(NamedTuple):
    """A name of a lexicon: what it is, its identifier, and its other surfaces."""

    name: str
    label: str = COMPANY
    kb_id: str | None = None
    aliases: tuple[str, ...] = ()


entry_of = cast(
    "Callable[[tuple[str, str, str | None, tuple[str, ...]]], Entry]", functools.partial(tuple.__new__, Entry)
)
"""An entry of all its fields, quicker than by `Entry`."""


class _Readable(Protocol):
    """A `pathlib.Path` or a resource of a package."""

    def read_bytes(self) -> bytes: ...


_Fact = tuple[str, tuple[str, ...]]
"""What is known of a surface: its label and the identifiers that it may stand for."""


class Lexicon:
    """Names with label and identifier, matched longest first, without regard to case, width and traditional characters.

    A surface that two entries share with different identifiers is found but not linked; `candidates` lists both.

    Args:
        entries: the names; an entry may be a plain string, which is a COMPANY.
        name: what ``span.source`` calls this lexicon.

    Raises:
        DataError: a name of one character, an empty or overlong one, or an unknown label.

    >>> lexicon = Lexicon([Entry("ABB（中国）", kb_id="abb", aliases=("ABB",)), "华为"])
    >>> [tuple(c)[:4] for c in lexicon.find(TextBatch(["华为和ABB(中国)"]))]
    [(3, 5, 'COMPANY', 'lexicon:lexicon'), (6, 13, 'COMPANY', 'lexicon:lexicon')]
    """

    def __init__(self, entries: Iterable[Entry | str], name: str = "lexicon") -> None:
        surfaces: list[str] = []
        facts: list[_Fact] = []
        for item in entries:
            main, label, kb_id, aliases = Entry(item) if isinstance(item, str) else item
            if label not in LABELS:
                raise DataError(f"unknown label {label!r}; one of {', '.join(LABELS)}")
            fact: _Fact = (label, () if kb_id is None else (kb_id,))
            for surface in (main, *aliases) if aliases else (main,):
                if not (1 < len(surface) <= MAX_LENGTH and surface.isalnum()):
                    _check_surface(surface)
                surfaces.append(surface)
                facts.append(fact)
        self._keep(name, surfaces, facts)

    def _keep(self, name: str, surfaces: Sequence[str], facts: Sequence[_Fact]) -> None:
        self.name = name
        normalized = normalize(surfaces)
        self._facts = dict(zip(normalized, facts, strict=True))
        if len(self._facts) < len(facts):
            self._facts = _merged(normalized, facts)

    @functools.cached_property
    def matcher(self) -> Matcher:
        """Finds the surfaces."""
        return Matcher(self._facts)

    @classmethod
    def from_tsv(cls, path: str | Path | _Readable, name: str | None = None) -> Lexicon:
        """Read a lexicon from tab-separated UTF-8.

        Lines that start with ``#`` and empty lines are skipped. The first other line names the columns: ``name``
        (required), ``label`` (one of the entity labels, COMPANY when absent), ``kb_id`` and ``aliases`` (separated by
        ``;``), in any order; further columns are ignored.

        Args:
            path: the file.
            name: what ``span.source`` calls the lexicon; the file's stem when None.

        Raises:
            DataError: the file is missing, no UTF-8, or has a bad row; the message names file, line and reason.
        """
        source = Path(path) if isinstance(path, str) else path
        table = _Table(source)
        try:
            return cls(table, name or Path(str(path)).stem)
        except DataError as error:
            raise DataError(f"{table.where}: {error}") from None

    def __len__(self) -> int:
        """Number of different surfaces."""
        return len(self._facts)

    def __contains__(self, surface: str) -> bool:
        """Whether a normalized surface is in the lexicon."""
        return surface in self._facts

    def surfaces(self) -> Iterable[str]:
        """Every normalized surface."""
        return self._facts.keys()

    def label(self, surface: str) -> str | None:
        """The label of a normalized surface, or None when it is not in the lexicon."""
        fact = self._facts.get(surface)
        return None if fact is None else fact[0]

    def candidates(self, surface: str) -> tuple[str, ...]:
        """Every identifier that a normalized surface may stand for."""
        return self._facts.get(surface, ("", ()))[1]

    def kb_id(self, surface: str) -> str | None:
        """The identifier of a normalized surface, or None when there is none or more than one."""
        ids = self.candidates(surface)
        return ids[0] if len(ids) == 1 else None

    def find(self, batch: TextBatch) -> list[Candidate]:
        """Every match in the batch, leftmost-longest, with source ``lexicon:<name>``."""
        text = text_of(batch.lower)
        return [self.candidate(text, start, end) for start, end in self.matcher.find(batch.lower, text)]

    def candidate(self, text: str, start: int, end: int, kind: str = "lexicon") -> Candidate:
        """The match at ``text[start:end]`` as a candidate with source ``<kind>:<name>``."""
        label, ids = self._facts[text[start:end]]
        return candidate_of((start, end, label, f"{kind}:{self.name}", 1.0, None, ids[0] if len(ids) == 1 else None))


def unchecked(name: str, label: str, named: Iterable[tuple[str, str]]) -> Lexicon:
    """A lexicon of one label from surfaces that need no check, and their identifiers, which may be empty."""
    lexicon = Lexicon.__new__(Lexicon)
    surfaces, ids = zip(*named, strict=True)
    lexicon._keep(name, surfaces, [(label, (kb_id,) if kb_id else ()) for kb_id in ids])  # noqa: SLF001
    return lexicon


def _merged(surfaces: Sequence[str], facts: Sequence[_Fact]) -> dict[str, _Fact]:
    """What is known of each surface: the first label, and every identifier."""
    found: dict[str, _Fact] = {}
    for surface, fact in zip(surfaces, facts, strict=True):
        label, ids = found.setdefault(surface, fact)
        if ids is not fact[1]:
            found[surface] = (label, tuple(dict.fromkeys((*ids, *fact[1]))))
    return found


def _check_surface(surface: str) -> None:
    if len(surface) < 2:
        raise DataError(f"the name {surface!r} is shorter than two characters and would match everywhere")
    if len(surface) > MAX_LENGTH:
        raise DataError(f"the name {surface[:20]!r}… is longer than {MAX_LENGTH} characters")
    if "\n" in surface or "\0" in surface or surface != surface.strip():
        raise DataError(f"the name {surface!r} holds a line break or starts or ends with a blank")


class _Columns(NamedTuple):
    """Where a table's columns are; those it lacks are behind its last one."""

    width: int
    name: int
    label: int
    kb_id: int
    aliases: int


class _Table:
    """The entries of a TSV file, read one after the other: while `Lexicon` checks one, ``line`` is the number of its row."""

    def __init__(self, path: Path | _Readable) -> None:
        self._path, self._lines, self.line = path, _lines(path), 0

    @property
    def where(self) -> str:
        """File and line for the message of an error."""
        return f"{self._path}:{self.line}" if self.line else str(self._path)

    def __iter__(self) -> Iterator[Entry]:
        columns: _Columns | None = None
        for number, line in enumerate(self._lines, 1):
            if not line or line.startswith("#") or line.isspace():
                continue
            self.line = number
            cells = line.split("\t")
            if columns is None:
                columns = _header([cell.strip() for cell in cells])
            else:
                yield _entry(cells, columns)
        if columns is None:
            raise DataError("no header line; its first line names the columns, one of them 'name'")


def _lines(path: Path | _Readable) -> list[str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}:{line}: not UTF-8") from None


def _header(cells: list[str]) -> _Columns:
    if "name" not in cells:
        raise DataError(f"no column 'name' in the header, which has {', '.join(map(repr, cells))}")
    at = {column: number for number, column in enumerate(cells)}
    return _Columns(len(cells), *(at.get(column, len(cells)) for column in _Columns._fields[1:]))


def _entry(cells: list[str], columns: _Columns) -> Entry:
    width, name_at, label_at, kb_id_at, aliases_at = columns
    if len(cells) > width:
        raise DataError("more cells than the header has columns")
    cells += [""] * (width + 1 - len(cells))
    name = cells[name_at].strip()
    if not name:
        raise DataError("no name")
    others = cells[aliases_at].split(";") if cells[aliases_at] else ()
    aliases = tuple([alias for part in others if (alias := part.strip()) and alias != name])
    return entry_of((name, cells[label_at].strip() or COMPANY, cells[kb_id_at].strip() or None, aliases))


class LexiconSet:
    """Several lexicons searched in one pass; of equally long matches that of the first lexicon counts.

    Args:
        lexicons: the lexicons, the most important first.
        kind: what comes before the lexicon's name in ``span.source``.
    """

    def __init__(self, lexicons: Sequence[Lexicon], kind: str = "lexicon") -> None:
        self.lexicons = tuple(lexicons)
        self._kind = kind
        self._told: dict[str, Candidate] = {}

    @functools.cached_property
    def _matcher(self) -> Matcher:
        return self.lexicons[0].matcher if len(self.lexicons) == 1 else Matcher(self.surfaces())

    def surfaces(self) -> Iterator[str]:
        """Every normalized surface, those of several lexicons more than once."""
        return (surface for lexicon in self.lexicons for surface in lexicon.surfaces())

    def find(self, codes: Codes, text: str) -> list[Candidate]:
        """Every leftmost-longest match in ``text`` (in lower case), whose code points are ``codes``."""
        return [self.candidate(text, start, end) for start, end in self._matcher.find(codes, text)]

    def candidate(self, text: str, start: int, end: int) -> Candidate:
        """The match at ``text[start:end]`` as a candidate of the first lexicon that holds it."""
        surface = text[start:end]
        told = self._told.get(surface)
        if told is None:
            lexicon = next(lexicon for lexicon in self.lexicons if surface in lexicon)
            told = self._told[surface] = lexicon.candidate(surface, 0, len(surface), self._kind)
        return candidate_of((start, end, *told[2:]))
