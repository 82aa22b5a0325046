"""Length-preserving folds: one code point becomes one code point, so a span of the folded text is a span of the text.

NFKC would change lengths (㎡ -> m2) and need an offset map; signs such as ㎡ are entries of the unit table instead.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from . import datafiles

Codes = npt.NDArray[np.uint32]

_TABLE_SIZE = 0x10000  # everything that is folded lies in the basic plane
_DASHES = "\u2010\u2011\u2012\u2013\u2212\ufe63"  # hyphens, figure and en dash, minus; the em dash — is punctuation
_WAVES = "\u223c\u301c"
_SPACES = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_CONTROL = [code for code in range(0x20) if chr(code) not in "\t\n\r"] + [0x7F]


def codes_of(text: str) -> Codes:
    """The code points of ``text`` as a read-only array of shape (len(text),).

    >>> codes_of("a亩").tolist()
    [97, 20137]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def text_of(codes: Codes) -> str:
    """The inverse of `codes_of`."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


@functools.cache
def _table() -> Codes:
    table = np.arange(_TABLE_SIZE, dtype=np.uint32)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)  # full-width ASCII
    for characters, target in ((_DASHES, "-"), (_WAVES, "~"), (_SPACES, " ")):
        table[[ord(character) for character in characters]] = ord(target)
    table[_CONTROL] = ord(" ")
    rows = [line for line in datafiles.read("traditional.tsv").splitlines() if not line.startswith("#")]
    traditional, _, simplified = codes_of("".join(rows)).reshape(-1, 3).T  # character, tab, character
    table[traditional] = simplified
    table.setflags(write=False)
    return table


def _mapped(codes: Codes, table: Codes) -> Codes:
    """Code points as a table has them; those beyond it as they are."""
    if codes.size and np.maximum.reduce(codes) >= _TABLE_SIZE:
        inside = codes < _TABLE_SIZE
        return np.where(inside, table[np.where(inside, codes, 0)], codes)
    return table.take(codes)


def fold_codes(codes: Codes) -> Codes:
    """`fold` on an array of code points."""
    return _mapped(codes, _table())


def fold(text: str) -> str:
    """``text`` with full-width signs as ASCII, traditional characters as simplified, and odd spaces as blanks.

    The length never changes, letter case stays.

    >>> fold("產值１，１０４．７億元（增長１１％）")
    '产值1,104.7亿元(增长11%)'
    """
    return text_of(fold_codes(codes_of(text)))


@functools.cache
def _lower_table() -> Codes:
    table = np.arange(_TABLE_SIZE, dtype=np.uint32)
    characters = text_of(table[:0xD800]).replace("\u0130", "i")  # the one whose lower case is two code points
    table[:0xD800] = codes_of(characters.lower())
    table[0x03A3] = 0x03C3  # as a letter by itself, not as the last of a word
    table.setflags(write=False)
    return table


def lower_codes(codes: Codes) -> Codes:
    """Code points in lower case where that keeps the length.

    >>> text_of(lower_codes(codes_of("ABB 公司")))
    'abb 公司'
    """
    return _mapped(codes, _lower_table())


@functools.cache
def _fold_lower_table() -> Codes:
    table = _lower_table().take(_table())
    table.setflags(write=False)
    return table


def fold_lower_codes(codes: Codes) -> Codes:
    """`lower_codes` of `fold_codes`."""
    return _mapped(codes, _fold_lower_table())
