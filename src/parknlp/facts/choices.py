"""What is known of the numbers of a batch before anything is decided: their roles, and for each what it may be called."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from ..doc import Doc
from . import describing
from .choosing import Models, best
from .features import Atoms
from .naming import FAMILIES, OPTIONAL, RULES
from .pieces import Bools, Marks, Pieces
from .reading import COMMA, MULTIPLE, PERCENTAGE, POINTS, Sheet
from .roles import KINDS, Role, role_of
from .terms import Ints

CHANGES = frozenset(KINDS) - {"value", "completion", "yearly", "share", "rate"}
"""The roles of numbers that are a change."""
ATTACH = next(at for at, rule in enumerate(RULES) if rule.name == "attach")
_FAMILY = np.array(
    [-1 if kind == "rate" else FAMILIES.index("change" if kind in CHANGES else kind) for kind in KINDS], np.int64
)


class Reader:
    """The static part: roles, pieces and options of every number of a batch.

    Attributes:
        sheet, numbers: the batch.
        roles: by number, its role other than a plain value; ``kinds``: the roles as indices of `KINDS`.
        pieces: what the indicators are made of.
        found: the options; ``score``: their scores.
        chosen: by number, the index of the best option, or -1.
    """

    def __init__(self, docs: Sequence[Doc], sheet: Sheet | None = None) -> None:
        self.sheet = Sheet(docs) if sheet is None else sheet
        self.numbers = numbers = self.sheet.numbers
        self.marks = Marks(self.sheet)
        self.roles = self._roles()
        self.kinds: Ints = np.zeros(len(numbers), np.int64)
        cut = numbers.start.copy()  # where the text ends that names a number: before the words of its role
        if self.roles:
            at = np.array(list(self.roles))
            self.kinds[at] = [KINDS.index(role.kind) for role in self.roles.values()]
            cut[at] = numbers.left[at] + np.array([role.start for role in self.roles.values()], np.int64)
        self.pieces = Pieces(self.sheet, cut, self.marks)
        self.found = describing.options(self.sheet, self.pieces, _FAMILY[self.kinds])
        self.optional: Bools = OPTIONAL[_FAMILY[self.kinds]]

    @functools.cached_property
    def around(self) -> Atoms:
        """What stands around each number."""
        return describing.around(self.sheet, self.pieces, self.kinds)

    @functools.cached_property
    def looks(self) -> Atoms:
        """How each option looks."""
        return describing.looks(self.sheet, self.pieces, self.around, self.found)

    @functools.cached_property
    def spelling(self) -> describing.Spelling:
        """The characters of the text."""
        return describing.Spelling(self.sheet)

    def decide(self, models: Models) -> None:
        """Score the options and choose; without a model the first one is taken."""
        model, found, numbers = models.get("name"), self.found, len(self.numbers)
        self.score = -np.arange(len(found.number), dtype=np.int32)
        if model is not None and numbers:
            weights = model.weights
            self.score = RULE.score_options(self.around, weights, found.number, found.rule)
            self.score += TEXT.score(self.looks, weights)
            self.score += self.spelling.score(found, weights)
        chosen = best(self.score, found.number, numbers)
        if model is not None and numbers:
            none = NONE.score(self.around, model.weights)
            top = np.append(self.score, np.int32(-1))[chosen]
            chosen = np.where((top > none) | ~self.optional, chosen, -1)
        self.chosen: list[int] = chosen.tolist()

    @functools.cached_property
    def commas(self) -> Ints:
        """How many clause boundaries stand before each position."""
        return _counts(self.sheet.classes & COMMA > 0)

    @functools.cached_property
    def paragraphs(self) -> Ints:
        """How many line breaks stand before each position."""
        return _counts(self.sheet.codes == ord("\n"))

    def _roles(self) -> dict[int, Role]:
        """The roles other than a plain value."""
        numbers, masked, text = self.numbers, self.sheet.masked, self.sheet.text
        verbs = self.sheet.words.ending("rise", "fall", "above", "below", "beyond", "spread", "drop")
        about = self.sheet.words.ending("about")
        end = numbers.start
        maybe = _FRACTION[numbers.dimension] | (verbs[end] > 0)
        for _ in range(4):
            end = np.maximum(end - about[end], numbers.left)
            maybe |= verbs[end] > 0
        at = np.flatnonzero(maybe)
        found = {}
        rows = [
            column[at].tolist()
            for column in (numbers.dimension, numbers.left, numbers.start, numbers.end, numbers.right)
        ]
        for number, dimension, left, start, end, right in zip(at.tolist(), *rows, strict=True):
            role = role_of(dimension, text[start:end], masked[left:start], masked[end:right])
            if role.kind != "value":
                found[number] = role
        return found


RULE, TEXT, NONE = describing.rule_features(), describing.text_features(), describing.none_features()
"""What speaks for a rule, for an indicator, and for stating nothing."""
_FRACTION = np.zeros(8, np.bool_)
_FRACTION[[PERCENTAGE, POINTS, MULTIPLE]] = True


def _counts(flags: Bools) -> Ints:
    found = np.zeros(len(flags) + 1, np.int64)
    flags.cumsum(dtype=np.int64, out=found[1:])
    return found
