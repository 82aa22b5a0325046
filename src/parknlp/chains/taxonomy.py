"""Clusters and chains as a TOML file: what a classifier sorts into, and the words it knows before it has learned anything."""

from __future__ import annotations

import functools
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .. import datafiles
from ..errors import DataError
from ..fold import codes_of, fold, lower_codes, text_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

ALIAS_WEIGHT: Final = 3.0
FIRM_WEIGHT: Final = 1.0
MAX_WEIGHT: Final = 100


def fold_words(words: Iterable[str]) -> list[str]:
    """Words as they are compared: folded and in lower case.

    >>> fold_words(["ＡＩ芯片", "5G"])
    ['ai芯片', '5g']
    """
    words = list(words)
    return text_of(lower_codes(codes_of(fold("\n".join(words))))).split("\n") if words else []


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of chains."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """An industry chain.

    Attributes:
        id: what `Doc.primary` and `Doc.cats` call it.
        name: what people call it.
        cluster: id of its cluster.
        aliases: its other names.
        firms: names of firms that belong to it.
        keywords: (word, weight) pairs; a negative weight speaks against the chain.
    """

    id: str
    name: str
    cluster: str
    aliases: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()
    keywords: tuple[tuple[str, float], ...] = ()

    def words(self) -> dict[str, float]:
        """Every folded word with its weight: the name (unless it is a single character), the aliases and the keywords."""
        rows = [(word, ALIAS_WEIGHT) for word in (self.name, *self.aliases)] + list(self.keywords)
        folded = fold_words(word for word, _ in rows)
        return {word: weight for word, (_, weight) in zip(folded, rows, strict=True) if len(word) > 1}


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Clusters, their chains, and the words that speak against any of them.

    >>> taxonomy = Taxonomy.bundled()
    >>> [cluster.name for cluster in taxonomy.clusters]
    ['高端装备制造', '新材料', '生命健康', '数字经济']
    >>> taxonomy.ids
    ('power', 'auto', 'materials', 'medical', 'it', 'aero', 'marine', 'agri')
    """

    title: str
    clusters: tuple[Cluster, ...]
    chains: tuple[Chain, ...]
    against: tuple[tuple[str, float], ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the chains, in the order of the file."""
        return tuple(chain.id for chain in self.chains)

    @classmethod
    def from_toml(cls, path: str | Path) -> Taxonomy:
        """Read a taxonomy file; the bundled ``data/chains.toml`` explains the format in its header.

        Raises:
            DataError: the file is missing, is no TOML, or breaks the format; the message names file and line.
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: {error}") from error
        return cls.from_text(text, str(path))

    @classmethod
    def from_text(cls, text: str, where: str = "taxonomy") -> Taxonomy:
        """The same from the file's content; ``where`` names it in errors."""
        return _Reader(text, where).taxonomy()

    @classmethod
    def bundled(cls) -> Taxonomy:
        """镇江“四群八链”."""
        return _bundled()

    def to_dict(self) -> dict[str, Any]:
        """The taxonomy as plain data: what `from_dict` reads."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Taxonomy:
        """The inverse of `to_dict`, also after a way through JSON.

        >>> Taxonomy.from_dict(Taxonomy.bundled().to_dict()) == Taxonomy.bundled()
        True
        """
        clusters = tuple(Cluster(row["id"], row["name"], tuple(row["aliases"])) for row in data["clusters"])
        chains = tuple(
            Chain(
                row["id"],
                row["name"],
                row["cluster"],
                tuple(row["aliases"]),
                tuple(row["firms"]),
                _pairs(row["keywords"]),
            )
            for row in data["chains"]
        )
        return cls(data["title"], clusters, chains, _pairs(data["against"]))


def _pairs(rows: Iterable[Sequence[Any]]) -> tuple[tuple[str, float], ...]:
    return tuple((word, weight) for word, weight in rows)


@functools.cache
def _bundled() -> Taxonomy:
    return Taxonomy.from_text(datafiles.read("chains.toml"), "chains.toml")


def _parsed(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):  # here and not above: who loads a model needs no TOML
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]
    data: dict[str, Any] = tomllib.loads(text)
    return data


class _Reader:
    """Checks a parsed TOML file; finds the line of what is wrong in its text."""

    def __init__(self, text: str, where: str) -> None:
        self.where = where
        self.lines = text.splitlines()
        try:
            self.data = _parsed(text)
        except RecursionError:
            raise DataError(f"{where}: no TOML that can be read: nested too deeply") from None
        except ValueError as error:  # a number of more digits than Python converts, too
            line = re.search(r"at line (\d+)", str(error))
            raise DataError(f"{where}:{line[1] if line else len(self.lines)}: no valid TOML: {error}") from error
        # where the tables of an array of tables begin, in the order in which the parser hands them out
        self.places: dict[str, Iterator[int]] = {
            header: iter([n for n, line in enumerate(self.lines) if line.strip().startswith(f"[[{header}]]")])
            for header in ("clusters", "chains", "chains.keywords", "against")
        }

    def fail(self, reason: str, after: int, needle: str = "\0") -> DataError:
        """The error, at the line of the table at ``after`` (counted from 0) that holds ``needle``, else at ``after``."""
        at = after
        for number, line in enumerate(self.lines[after:], after):
            if number > after and line.startswith("[["):
                break
            if needle in line:
                at = number
                break
        return DataError(f"{self.where}:{at + 1}: {reason}")

    def tables(self, owner: dict[str, Any], header: str, after: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
        """The tables of an array of tables, each with the line where it begins."""
        key = header.rpartition(".")[2]
        rows = owner.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.fail(f"{key} must be tables, each under [[{header}]]", after, key)
        for row in rows:
            yield next(self.places[header], after), row

    def name(self, row: dict[str, Any], key: str, line: int) -> str:
        """A required text."""
        value = row.get(key)
        if not isinstance(value, str) or not value.strip() or "\n" in value:
            raise self.fail(f"{key} must be a text of one line that is not empty, not {value!r}", line, f"{key} =")
        return value

    def words(self, row: dict[str, Any], key: str, line: int) -> tuple[str, ...]:
        """A list of words of two characters or more."""
        words = row.get(key, [])
        if not isinstance(words, list):
            raise self.fail(f"{key} must be a list of words, not {words!r}", line, f"{key} =")
        for word in words:
            if not isinstance(word, str) or len(word.strip()) < 2 or "\n" in word:
                raise self.fail(f"{key}: not a word of two characters or more: {word!r}", line, str(word))
        return tuple(words)

    def weighted(self, owner: dict[str, Any], header: str, after: int = 0) -> tuple[tuple[str, float], ...]:
        """The words of tables that have ``weight`` and ``words``, each word once."""
        found: dict[str, float] = {}
        for line, row in self.tables(owner, header, after):
            weight = row.get("weight")
            if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 < abs(weight) <= MAX_WEIGHT:
                reason = f"weight must be a number other than 0 from -{MAX_WEIGHT} to {MAX_WEIGHT}, not {weight!r:.40}"
                raise self.fail(reason, line, "weight")
            for word in self.words(row, "words", line):
                if word in found:
                    raise self.fail(f"{word!r} stands twice under {header}", line, f'"{word}"')
                found[word] = float(weight)
        return tuple(found.items())

    def clusters(self) -> dict[str, Cluster]:
        """The clusters by id."""
        found: dict[str, Cluster] = {}
        for line, row in self.tables(self.data, "clusters"):
            cluster = Cluster(
                self.name(row, "id", line), self.name(row, "name", line), self.words(row, "aliases", line)
            )
            if cluster.id in found:
                raise self.fail(f"a second cluster {cluster.id!r}", line, f'"{cluster.id}"')
            found[cluster.id] = cluster
        return found

    def chains(self, clusters: Container[str]) -> dict[str, Chain]:
        """The chains by id; each belongs to one of the clusters."""
        found: dict[str, Chain] = {}
        for line, row in self.tables(self.data, "chains"):
            chain = Chain(
                self.name(row, "id", line),
                self.name(row, "name", line),
                self.name(row, "cluster", line),
                self.words(row, "aliases", line),
                self.words(row, "firms", line),
                self.weighted(row, "chains.keywords", line),
            )
            if chain.id in found:
                raise self.fail(f"a second chain {chain.id!r}", line, f'"{chain.id}"')
            if chain.cluster not in clusters:
                raise self.fail(f"chain {chain.id!r} belongs to no cluster: {chain.cluster!r}", line, "cluster =")
            found[chain.id] = chain
        if not found:
            raise self.fail("a taxonomy needs one chain or more, each under [[chains]]", 0)
        return found

    def taxonomy(self) -> Taxonomy:
        """The whole file."""
        clusters = self.clusters()
        chains = self.chains(clusters)
        against = self.weighted(self.data, "against")
        title = self.data.get("title", self.where)
        return Taxonomy(str(title), tuple(clusters.values()), tuple(chains.values()), against)
