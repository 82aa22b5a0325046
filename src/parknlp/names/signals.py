"""What the sequence tagger sees at each position of a batch, computed for all positions at once.

The row of a table for the one, two, three and four characters that start there, and small codes: kind of character, place
in a list, words of dictionaries, how usual the pairs of characters are.
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..text import TextBatch
from .grams import BMP, ORDERS, GramTables, grams, plain
from .words import alphanumeric

Array = npt.NDArray[Any]

CLASSES: Final = ("word", "stop", "boundary", "place", "industry", "kind", "institution", "brand", "product")
"""Dictionaries whose words of two to four characters are marked in the text, in the order of their bits."""

GROUP: Final = 3
"""So many dictionaries in a row are read together."""

FLAGS: Final = 3
"""Bits of a position for each dictionary: a word of it starts, goes on, ends here."""

COARSE_CODES: Final = 13

CODE_SIZES: Final = {
    "kinds": 16**3,
    "item": 5 * 5 * 8 * 36 + 1,
    "latin": 4 * 4 * 16 * 16 + 1,
    "pairs": COARSE_CODES**3,
    **{f"words{number}": 1 << (FLAGS * GROUP) for number in range(len(CLASSES) // GROUP)},
}
"""Number of values of each code of `Signals.codes`."""

_GROUPS: Final = np.arange(0, FLAGS * len(CLASSES), FLAGS * GROUP, dtype=np.uint32)[:, None]
_ITEM_BORDERS: Final = np.array([2, 3, 4, 5, 6, 8, 11])
_WORD_BORDERS: Final = (3, 5, 8)
_NEAR: Final = 5

_INNER: Final = "“”()—.- ·&'"
"""Signs that stand inside names; every other sign separates, and names never reach over it."""

_HAN: Final = 2
_LETTER: Final = 3
_DIGIT: Final = 4
_KINDS: Final = (
    (_LETTER, "".join(map(chr, (*range(ord("a"), ord("z") + 1), *range(ord("A"), ord("Z") + 1))))),
    (_DIGIT, "0123456789"),
    (5, "零〇一二三四五六七八九十百千万亿两几"),
    (6, "省市县区旗州镇乡村"),
    (7, "、"),
    (8, "("),
    (9, ")"),
    (10, "“‘《【"),
    (11, "”’》】"),
    (12, ",。;:!?"),
    (13, "\n\0"),
    (14, "的了在是与和及等将为从对向由被"),
    (15, " —-.·&'"),
)

# bits of `_looks`
_KIND: Final = 15
_INSIDE: Final = 16
_WITHIN: Final = 32
_BORDER_SHIFT: Final = 6
_BORDERS: Final = ((1, "、"), (2, "(“"), (3, ")”"), (4, "\n\0"))


@functools.cache
def _looks() -> npt.NDArray[np.uint16]:
    """For each character its kind, whether names may hold it, whether items may, and which border of an item it is."""
    table = np.zeros(BMP + 1, np.uint16)
    table[0x4E00:0xA000] = table[0x3400:0x4DC0] = _HAN
    for kind, characters in _KINDS:
        table[[ord(character) for character in characters]] = kind
    inside = alphanumeric().copy()
    inside[[ord(character) for character in _INNER]] = True
    table[inside] |= _INSIDE | _WITHIN
    table[[ord(character) for character in "()“”—"]] &= _KIND | _INSIDE
    for border, characters in _BORDERS:
        table[[ord(character) for character in characters]] |= border << _BORDER_SHIFT
    return table


def shifted(values: Array, offset: int) -> Array:
    """The array whose item i is ``values[i + offset]``, 0 beyond the ends.

    >>> shifted(np.array([1, 2, 3]), 1).tolist(), shifted(np.array([1, 2, 3]), -2).tolist()
    ([2, 3, 0], [0, 0, 1])
    """
    result = np.zeros_like(values)
    if offset == 0:
        result[:] = values
    elif 0 < offset < len(values):
        result[:-offset] = values[offset:]
    elif 0 < -offset < len(values):
        result[-offset:] = values[:offset]
    return result


def _spread(classes: Array) -> npt.NDArray[np.uint32]:
    """Bit sets over `CLASSES` with `FLAGS` bits for each class, the lowest of which is set."""
    sets = np.arange(1 << len(CLASSES), dtype=np.uint32)
    spread = np.zeros_like(sets)
    for number in range(len(CLASSES)):
        spread |= ((sets >> np.uint32(number)) & np.uint32(1)) << np.uint32(FLAGS * number)
    return spread.take(classes)


class Words:
    """What is known about n-grams before any training: dictionaries and counts.

    Attributes:
        tables: the rows of the n-grams of `ORDERS`.
        codes: n-gram order -> name -> a code of each row, about which weights are learned as about the row itself.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.tables = GramTables([arrays[f"keys{order}"] for order in ORDERS])
        self._classes = {order: _spread(arrays[f"classes{order}"]) for order in ORDERS[1:]}
        self._coarse = arrays["coarse"].astype(np.uint16)
        self.codes: dict[int, dict[str, Array]] = {order: {} for order in ORDERS}
        for name, array in arrays.items():
            kind, _, code = name.partition(":")
            if kind.startswith("code"):
                self.codes[int(kind[4:])][code] = array

    def dictionary_codes(self, rows: Mapping[int, Array]) -> npt.NDArray[np.uint32]:
        """`FLAGS` bits for each dictionary at each position."""
        two, three, four = (self._classes[order].take(rows[order]) for order in ORDERS[1:])
        three |= four
        flags = two | three  # starts
        flags <<= np.uint32(1)
        flags[1:] |= three[:-1]  # goes on
        flags[2:] |= four[:-2]
        flags <<= np.uint32(1)
        flags[1:] |= two[:-1]  # ends
        three ^= four
        flags[2:] |= three[:-2]
        flags[3:] |= four[:-3]
        return flags

    def pair_codes(self, rows: Array) -> Array:
        """How usual the pairs of characters from here on are in names, three of them in a row."""
        coarse = self._coarse.take(rows)
        code: Array = coarse * np.uint16(COARSE_CODES**2)
        code[:-1] += coarse[1:] * np.uint16(COARSE_CODES)
        code[:-2] += coarse[2:]
        return code


class Signals(NamedTuple):
    """What the tagger sees.

    Attributes:
        inside: positions that a name may cover.
        rows: n-gram order -> row of the n-gram that starts at each position.
        codes: name of a small code -> its value at each position.
    """

    inside: Array
    rows: dict[int, Array]
    codes: dict[str, Array]


def signals(batch: TextBatch, words: Words) -> Signals:
    """Everything the tagger sees of a batch, but the hints."""
    looks = _looks().take(batch.codes, mode="clip")
    rows = dict(zip(ORDERS, words.tables.rows(grams(plain(batch.lower))), strict=True))
    kind = looks & np.uint16(_KIND)
    codes = {
        "kinds": _kinds(kind),
        "item": _items(looks),
        "latin": _latin(kind, batch.text),
        "pairs": words.pair_codes(rows[2]),
    }
    groups = words.dictionary_codes(rows) >> _GROUPS
    groups &= np.uint32((1 << (FLAGS * GROUP)) - 1)
    codes |= {f"words{number}": group for number, group in enumerate(groups)}
    return Signals((looks & _INSIDE) != 0, rows, codes)


def _kinds(kind: npt.NDArray[np.uint16]) -> Array:
    """The kinds of a character and its neighbours."""
    code: Array = kind << np.uint16(4)
    code[1:] |= kind[:-1] << np.uint16(8)
    code[:-1] |= kind[1:]
    return code


def _latin(kind: npt.NDArray[np.uint16], text: str) -> Array:
    """For each word in Latin letters, at all its positions: how it is written, how long it is, what stands around it."""
    kinds = kind.astype(np.uint8).tobytes()
    starts, sizes, values = [], [], []
    start = kinds.find(_LETTER)
    while start >= 0:
        stop = start + 1
        while _LETTER <= kinds[stop] <= _DIGIT:  # a batch begins and ends with a separator
            stop += 1
        while kinds[start - 1] == _DIGIT:
            start -= 1
        starts.append(start)
        sizes.append(stop - start)
        values.append((_shape(text[start:stop]) * 16 + kinds[start - 1]) * 16 + kinds[stop] + 1)
        start = kinds.find(_LETTER, stop)
    code = np.zeros(len(kind), np.int32)
    if starts:
        places = (np.array(starts) - np.cumsum([0, *sizes[:-1]])).repeat(sizes)
        code[places + np.arange(len(places))] = np.array(values).repeat(sizes)
    return code


@functools.lru_cache(maxsize=1 << 12)
def _shape(word: str) -> int:
    """How a word is written: 0 in capitals, 1 with some, 2 without, 3 with digits; this times four, and how long it is."""
    written = 3
    if word.isalpha():
        written = 0 if word.isupper() else 2 if word.islower() else 1
    return written * 4 + bisect_right(_WORD_BORDERS, len(word))


def _items(looks: npt.NDArray[np.uint16]) -> Array:
    """The place of a position in its stretch of text without separators, that stretch's length and its borders."""
    left = ((looks & _WITHIN) == 0).nonzero()[0]
    lengths = np.empty_like(left)
    np.subtract(left[1:], left[:-1], out=lengths[:-1])
    lengths[-1:] = len(looks) - left[-1:]
    border = (looks.take(left) >> _BORDER_SHIFT).astype(np.intp)
    frame = _sizes().take(lengths, mode="clip")
    frame += border * (5 * 8 * 36)
    frame[:-1] += border[1:] * (8 * 36)
    code: Array = frame.repeat(lengths)
    place = np.arange(len(looks))  # counted from the separator on the left, then to the one on the right
    place -= left.repeat(lengths)
    code += _from_left().take(place, mode="clip")
    np.subtract(lengths.repeat(lengths), place, out=place)
    code += _to_right().take(place, mode="clip")
    code[left] = 0
    return code


@functools.cache
def _sizes() -> Array:
    """What the length of a stretch, its separator included, adds to its codes."""
    return np.searchsorted(_ITEM_BORDERS, np.arange(_ITEM_BORDERS[-1] + 2) - 1, side="right") * 36 + 1


@functools.cache
def _from_left() -> Array:
    return (np.arange(_NEAR + 2) - 1) * 6


@functools.cache
def _to_right() -> Array:
    return np.arange(_NEAR + 2) - 1
