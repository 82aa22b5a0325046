"""What the sequence tagger sees at each position of a batch, computed for all positions at once.

Two things: the row of a trained table for the one, two and three characters that start there, and small codes (kind of
character, place in a list, words of dictionaries, how usual the pair of characters is).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..fold import Codes
from ..text import TextBatch

Array = npt.NDArray[Any]

ORDERS: Final = (1, 2, 3, 4)
"""Lengths of the character n-grams that are looked up; the longest only as words of dictionaries."""

CLASSES: Final = ("word", "stop", "place", "industry", "kind", "institution", "boundary", "brand", "product")
"""Dictionaries whose words of two to four characters are marked in the text, in the order of their bits."""

GROUPS: Final = (
    ("word", "stop"),
    ("place", "industry"),
    ("kind", "institution"),
    ("boundary", "brand"),
    ("product", "word"),
)
"""Pairs of dictionaries that are read together."""

CHARACTER_CODES: Final = 65
"""Number of codes that say where in company names a character stands (`Signals.codes`)."""

PAIR_CODES: Final = 81
COARSE_CODES: Final = 13
_ITEM_BORDERS: Final = np.array([2, 3, 4, 5, 6, 8, 11])
_NEAR: Final = 5
_BMP: Final = 0xFFFF
_MULTIPLIERS: Final = tuple(map(np.uint32, (2654435761, 2246822519, 3266489917, 668265263)))

_INNER: Final = "“”()—.- ·&'"
"""Signs that stand inside names; every other sign separates, and names never reach over it."""

_KINDS: Final = (
    (3, "".join(map(chr, (*range(ord("a"), ord("z") + 1), *range(ord("A"), ord("Z") + 1))))),
    (4, "0123456789"),
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
_HAN: Final = 2


@functools.cache
def _kind_table() -> npt.NDArray[np.uint8]:
    table = np.zeros(_BMP + 1, np.uint8)
    table[0x4E00:0xA000] = table[0x3400:0x4DC0] = _HAN
    for kind, characters in _KINDS:
        table[[ord(character) for character in characters]] = kind
    return table


@functools.cache
def _inside_table() -> Array:
    table = np.fromiter((chr(code).isalnum() for code in range(_BMP + 1)), np.bool_, _BMP + 1)
    table[[ord(character) for character in _INNER]] = True
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


def plain(lower: Codes) -> Codes:
    """Code points with every digit as 0 and everything beyond the basic plane as one."""
    codes = np.minimum(lower, _BMP)
    codes[(codes >= ord("0")) & (codes <= ord("9"))] = ord("0")
    return codes


def grams(codes: Codes, order: int) -> Codes:
    """A hash of the ``order`` characters that start at each position; 0 where they reach out of the document.

    >>> pair = grams(np.array([7, 8, 0, 7, 8], np.uint32), 2)
    >>> bool(pair[0] == pair[3]), pair[1:3].tolist()
    (True, [0, 0])
    """
    mixed = np.full(len(codes), (order * 0x9E3779B1) & 0xFFFFFFFF, np.uint32)
    outside = np.zeros(len(codes), np.bool_)
    for step in range(order):
        character = shifted(codes, step)
        outside |= character == 0
        mixed ^= character
        mixed *= _MULTIPLIERS[step]
        mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed[outside] = 0
    return mixed


class GramTable:
    """Hashes of n-grams -> their rows 1, 2, 3, …; 0 for those that are not in the table.

    One probe, checked by the twelve low bits: of two keys that meet, the later one is lost, so the important ones come first.

    >>> GramTable(np.array([5, 1 << 30], np.uint32)).rows(np.array([1 << 30, 6, 5], np.uint32)).tolist()
    [2, 0, 1]
    """

    _CHECK: Final = np.uint32(0xFFF)

    def __init__(self, keys: Codes) -> None:
        bits = min(21, max(8, len(keys).bit_length() + 2))
        self._shift = np.uint32(32 - bits)
        self._slots = np.zeros(1 << bits, np.uint32)
        order = np.arange(len(keys), 0, -1, dtype=np.uint32)  # the first key is written last
        self._slots[keys[::-1] >> self._shift] = (order << np.uint32(12)) | (keys[::-1] & self._CHECK)

    def rows(self, hashes: Codes) -> npt.NDArray[np.int32]:
        """The row of each hash."""
        found = self._slots[hashes >> self._shift]
        known = ((found ^ hashes) & self._CHECK) == 0
        rows: npt.NDArray[np.int32] = ((found >> np.uint32(12)) * known).astype(np.int32)
        return rows


class Words:
    """What is known about characters and n-grams before any training: dictionaries and counts.

    Attributes:
        tables: n-gram order -> table.
        classes: n-gram order -> bit set over `CLASSES` of each row.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.tables = {order: GramTable(arrays[f"keys{order}"]) for order in ORDERS}
        self.classes = {order: arrays[f"classes{order}"] for order in ORDERS[1:]}
        self._pairs: Array = arrays["pairs"]
        self._characters: Array = arrays["characters"]

    def pair_codes(self, rows: Array) -> tuple[Array, Array]:
        """How usual the two characters are together, in text and in names: finely and coarsely."""
        packed = self._pairs[rows].astype(np.int32)
        return packed >> 4, packed & 15

    def character_codes(self, rows: Array) -> Array:
        """Where in names the character stands, and how often."""
        return self._characters[rows].astype(np.int32)


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


CODE_SIZES: Final = {
    "kinds": 16**3,
    "item": 5 * 5 * 8 * 36 + 1,
    "character": CHARACTER_CODES,
    "characters": CHARACTER_CODES**2,
    "pair": PAIR_CODES,
    "pairs": COARSE_CODES**3,
    **{"+".join(group): 64**2 for group in GROUPS},
}
"""Number of values of each code of `Signals.codes`."""


def signals(batch: TextBatch, words: Words) -> Signals:
    """Everything the tagger sees of a batch, but the hints."""
    codes = np.minimum(batch.codes, _BMP)
    inside = _inside_table()[codes]
    simple = plain(batch.lower)
    rows = {order: words.tables[order].rows(grams(simple, order)) for order in ORDERS}
    found = {"kinds": _kinds(codes), "item": _items(codes, inside)}
    single = words.character_codes(rows[1])
    fine, coarse = words.pair_codes(rows[2])
    found |= {
        "character": single,
        "characters": single * CHARACTER_CODES + shifted(single, 1),
        "pair": fine,
        "pairs": (coarse * COARSE_CODES + shifted(coarse, 1)) * COARSE_CODES + shifted(coarse, 2),
    }
    return Signals(inside, rows, found | _word_codes(words, rows))


def _kinds(codes: Codes) -> Array:
    """The kinds of a character and its neighbours."""
    kind = _kind_table()[codes].astype(np.int32)
    return (shifted(kind, -1) * 16 + kind) * 16 + shifted(kind, 1)


def _items(codes: Codes, inside: Array) -> Array:
    """The place of a position in its stretch of text without separators, that stretch's length and its borders."""
    within = inside & (codes != ord("(")) & (codes != ord(")")) & ~_among(codes, "“”—")
    places = np.arange(len(codes), dtype=np.int32)
    left = np.maximum.accumulate(np.where(within, np.int32(0), places))
    right = np.minimum.accumulate(np.where(within, np.int32(len(codes) - 1), places)[::-1])[::-1]
    border = np.select(
        [codes == ord("、"), _among(codes, "(“"), _among(codes, ")”"), _among(codes, "\n\0")], [1, 2, 3, 4]
    )
    length = np.digitize(right - left - 1, _ITEM_BORDERS)
    frame = (border[left] * 5 + border[right]) * 8 + length
    place = np.clip(places - left - 1, 0, _NEAR) * 6 + np.clip(right - places - 1, 0, _NEAR)
    return np.where(within, frame * 36 + place + 1, 0).astype(np.int32)


def _among(codes: Codes, characters: Sequence[str]) -> Array:
    hits = np.zeros(len(codes), np.bool_)
    for character in characters:
        hits |= codes == ord(character)
    return hits


def _word_codes(words: Words, rows: dict[int, Array]) -> dict[str, Array]:
    """For each pair of dictionaries: does a word of it start, go on or end here, and at the position before."""
    two, three, four = (words.classes[order][rows[order]] for order in ORDERS[1:])
    starts = two | three | four
    goes_on = shifted(three | four, -1) | shifted(four, -2)
    ends = shifted(two, -1) | shifted(three, -2) | shifted(four, -3)
    codes = {}
    for group in GROUPS:
        code = np.zeros(len(starts), np.int32)
        for name in group:
            bit = starts.dtype.type(CLASSES.index(name))
            for flags in (starts, goes_on, ends):
                code = code * 2 + ((flags >> bit) & 1)
        codes["+".join(group)] = shifted(code, -1) * 64 + code
    return codes
