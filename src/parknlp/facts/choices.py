"""What is known of the numbers of a batch before anything is decided: their roles, and for each what it may be called."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from ..doc import Doc
from . import describing
from .choosing import Models, best
from .features import Atoms, Panel, score_options
from .lists import Lists
from .marks import Marks
from .naming import FAMILIES, OPTIONAL, RULES
from .pieces import Pieces
from .reading import Sheet, grown, places_in
from .roles import IS_FRACTION, KINDS, Role, role_of, share_too, telling
from .signs import COMMA
from .terms import Bools, Ints, flags_of

CHANGES = frozenset(KINDS) - {"value", "completion", "yearly", "share", "rate"}
"""The roles of numbers that are a change."""
ATTACH = next(at for at, rule in enumerate(RULES) if rule.name == "attach")
RULE, TEXT, NONE = describing.rule_features(), describing.text_features(), describing.none_features()
"""What speaks for a rule, for an indicator, and for stating nothing."""

_TEXT, _NONE = Panel([(TEXT, 0)]), Panel([(NONE, 0)])
_FAMILY = np.array(
    [-1 if kind == "rate" else FAMILIES.index("change" if kind in CHANGES else kind) for kind in KINDS], np.int64
)
_RATE = 6  # characters behind a number that may make it a rate of growth
_LINE = 2000  # characters of a line, at most, that are looked back
_role_of = functools.lru_cache(1 << 15)(role_of)


class Reader:
    """The static part: roles, pieces and options of every number of a batch.

    Attributes:
        sheet, numbers: the batch.
        roles: by number, its role other than a plain value; ``kinds``: the roles as indices of `KINDS`.
        pieces: what the indicators are made of.
        lists: the lists of numbers.
        found: the options; ``score``: their scores.
        chosen: by number, the index of the best option, or -1.
        paragraphs: how many line breaks stand before each position; ``commas``: how many clause boundaries.
    """

    score: Ints
    chosen: list[int]

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
            cut[at] = numbers.left[at] + np.array([role.start for role in self.roles.values()])
        self.pieces = Pieces(self.sheet, cut, self.marks)
        self.lists = Lists(self.sheet, self.kinds, self.pieces.of("own").size)
        family = _FAMILY[self.kinds]
        self.found = describing.options(self.sheet, self.pieces, family)
        self.optional: Bools = OPTIONAL[family]
        classes = self.sheet.classes
        self.paragraphs = grown(self.sheet.breaks, len(classes))
        self.commas = grown(places_in(classes, COMMA), len(classes))

    def _roles(self) -> dict[int, Role]:
        """The roles other than a plain value."""
        numbers, masked, text = self.numbers, self.sheet.masked, self.sheet.text
        before = self.sheet.codes[numbers.start - 1]
        at = (IS_FRACTION[numbers.dimension] | _telling().take(before, mode="clip")).nonzero()[0]
        sides = numbers.dimension, numbers.left, numbers.start, numbers.end, numbers.right
        rows = zip(at.tolist(), *(side[at].tolist() for side in (*sides, self._beside_alike())), strict=True)
        found, share = {}, -1  # where the last share ends
        for number, dimension, left, start, end, right, beside in rows:
            tail = masked[end : min(right, end + _RATE)]
            role = _role_of(dimension, text[start], masked[left:start], tail, beside=beside)
            if role.kind == "value" and left - share in (0, 1):
                role = share_too(masked[left:start]) or role
            if role.kind != "value":
                found[number] = role
            if role.kind == "share":
                share = end
        return found

    def _beside_alike(self) -> Bools:
        """Which numbers stand in the same clause as one in the same unit, or in the next."""
        numbers = self.numbers
        found = np.zeros(len(numbers), np.bool_)
        found[1:] = (numbers.unit_hash[1:] == numbers.unit_hash[:-1]) & (numbers.left[1:] - numbers.end[:-1] < 2)
        return found & (numbers.order > 0)

    @functools.cached_property
    def around(self) -> Atoms:
        """What stands around each number."""
        return describing.around(self.sheet, self.pieces, self.kinds)

    @functools.cached_property
    def looks(self) -> Atoms:
        """How each option looks."""
        return describing.looks(self.sheet, self.around, self.found)

    @functools.cached_property
    def spelling(self) -> describing.Spelling:
        """The characters of the text."""
        return describing.Spelling(self.sheet)

    def decide(self, models: Models) -> None:
        """Score the options and choose; without a model the first one is taken."""
        model, found = models.get("name"), self.found
        starts = found.number.searchsorted(np.arange(len(self.numbers) + 1))
        if model is None:
            self.score = np.arange(0, -len(found.number), -1)
            self.chosen = best(self.score, starts)[0].tolist()
            return
        weights = model.weights
        self.score = score_options(RULE, self.around, weights, found.number, found.rule)
        self.score += _TEXT.score(self.looks, weights)[0].astype(np.int32)
        self.score += self.spelling.score(found, weights)
        chosen, top = best(self.score, starts)
        chosen[(top <= _NONE.score(self.around, weights)[0]) & self.optional] = -1
        self.chosen = chosen.tolist()

    def line_start(self, position: Ints) -> Ints:
        """Where the line of each position starts, as far as it is looked back."""
        # there are some before every document
        found: Ints = np.maximum(self.sheet.breaks[self.paragraphs[position] - 1] + 1, position - _LINE)
        return found


@functools.cache
def _telling() -> Bools:
    """By character, whether it may be the last one of what tells of a change before an amount."""
    return flags_of(telling())
