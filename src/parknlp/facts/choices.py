"""What is known of the numbers of a batch before anything is decided: their roles, and for each what it may be called."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ..doc import Doc
from . import describing
from .choosing import Models, best
from .describing import Around
from .mentions import Mentions
from .naming import FAMILIES
from .pieces import Bools, Marks, Pieces
from .reading import COMMA, MULTIPLE, PERCENTAGE, POINTS, Sheet
from .roles import KINDS, Role, role_of
from .terms import Hasher, Ints

CHANGES = frozenset(KINDS) - {"value", "completion", "yearly", "share", "rate"}
"""The roles of numbers that are a change."""


class Choice:
    """The options of one family for the numbers that have its role, and their scores.

    Attributes:
        asked: the numbers.
        found: the options.
        score: their scores; ``none``: the scores of stating nothing.
        chosen: by number, the index of the best option, or -1.
    """

    def __init__(self, reader: Reader, family: str, asked: Ints) -> None:
        self.family, self.asked = family, asked
        self.found = describing.options(reader.sheet, reader.pieces, FAMILIES[family], asked)
        self.none: Ints = np.zeros(len(asked), np.int32)
        self.score: Ints = np.zeros(len(self.found.number), np.int32)
        self.reader = reader

    def decide(self, models: Models) -> None:
        """Score the options and choose."""
        model = models.get(self.family)
        best_of: Ints
        if model is None or not len(self.asked):
            best_of = best(-np.arange(len(self.score), dtype=np.int32), self.found.number, len(self.asked))
        else:
            self.score = model.weights.take(self.rule_slots()).sum(axis=1, dtype=np.int32)
            self.score += model.score(self.features(), len(self.score), describing.TEXT)
            if self.family in SPELT:
                self.score += describing.character_scores(self.reader.characters, self.found, model)
            best_of = best(self.score, self.found.number, len(self.asked))
            if self.family in OPTIONAL:
                self.none = model.score(self.none_features(), len(self.asked))
                top = np.append(self.score, np.int32(-(1 << 30)))[best_of]
                best_of = np.where(top > self.none, best_of, -1)
        self.chosen = dict(zip(self.asked.tolist(), best_of.tolist(), strict=True))

    def rule_slots(self) -> Ints:
        """The slots of what speaks for the rule of each option."""
        return describing.rule_slots(self.reader.around, self.asked, self.found)

    def features(self) -> Iterator[npt.NDArray[np.uint64]]:
        """How each option looks; the features are numbered from `describing.TEXT`."""
        return describing.text_features(self.reader.sheet, self.reader.around, self.asked, self.found)

    def none_features(self) -> list[npt.NDArray[np.uint64]]:
        """The features of stating nothing; numbered behind those of the options."""
        return list(describing.none_features(self.reader.around, self.asked))


SPELT = frozenset(("value", "change"))
"""The families with enough examples to learn from single characters."""
OPTIONAL = frozenset(("value", "change"))


class Reader:
    """The static part: roles, pieces and options of every number of a batch."""

    def __init__(self, docs: Sequence[Doc], sheet: Sheet | None = None) -> None:
        self.sheet = Sheet(docs) if sheet is None else sheet
        self.numbers = self.sheet.numbers
        self.marks = marks = Marks(self.sheet)
        self.roles = self._roles()
        numbers = self.numbers
        kinds = np.zeros(len(numbers), np.int32)
        cut = numbers.start + np.int32(0)  # where the text ends that names a number: before the words of its role
        for at, role in self.roles.items():
            cut[at] = numbers.left[at] + role.start
            kinds[at] = KINDS.index(role.kind)
        self.kinds: Ints = kinds
        self.pieces = Pieces(self.sheet, cut, marks)
        self.around = Around(self.sheet, self.pieces, kinds)
        self.choices = {
            family: Choice(self, family, np.flatnonzero(np.isin(kinds, members)).astype(np.int32))
            for family, members in _MEMBERS.items()
        }

    @functools.cached_property
    def mentions(self) -> Mentions:
        """What statements may be about."""
        sentence = self.numbers.sentence
        wanted = np.unique(np.concatenate([sentence, np.maximum(sentence - 1, 0)]))
        return Mentions(self.sheet, wanted)

    @functools.cached_property
    def characters(self) -> tuple[Ints, Ints]:
        """The slots of the characters of the text."""
        return describing.character_slots(self.sheet)

    @functools.cached_property
    def commas(self) -> Ints:
        """How many clause boundaries stand before each position."""
        return _counts(self.sheet.classes & COMMA > 0)

    @functools.cached_property
    def paragraphs(self) -> Ints:
        """How many line breaks stand before each position."""
        return _counts(self.sheet.codes == ord("\n"))

    @functools.cached_property
    def shapes(self) -> Hasher:
        """Hashes of pieces of the text in which every digit is a 0."""
        codes = np.frombuffer(self.sheet.text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return Hasher(np.where((codes >= ord("0")) & (codes <= ord("9")), ord("0"), codes).astype(np.uint64))

    def _roles(self) -> dict[int, Role]:
        """The roles other than a plain value."""
        numbers, masked, text = self.numbers, self.sheet.masked, self.sheet.text
        verbs = self.sheet.words.ending("rise", "fall", "above", "below", "beyond", "spread", "drop")
        about = self.sheet.words.ending("about")
        end = numbers.start
        maybe = np.isin(numbers.dimension, (PERCENTAGE, POINTS, MULTIPLE)) | (verbs[end] > 0)
        for _ in range(4):
            end = np.maximum(end - about[end], numbers.left)
            maybe |= verbs[end] > 0
        found = {}
        for at in np.flatnonzero(maybe).tolist():
            left = masked[numbers.left[at] : numbers.start[at]]
            surface = text[numbers.start[at] : numbers.end[at]]
            role = role_of(int(numbers.dimension[at]), surface, left, masked[numbers.end[at] : numbers.right[at]])
            if role.kind != "value":
                found[at] = role
        return found


_MEMBERS = {
    family: [KINDS.index(kind) for kind in kinds]
    for family, kinds in {
        "value": ["value"],
        "change": sorted(CHANGES),
        "yearly": ["yearly"],
        "share": ["share"],
        "completion": ["completion"],
    }.items()
}


def _counts(flags: Bools) -> Ints:
    return np.append(np.int32(0), np.cumsum(flags, dtype=np.int32))
