"""The characters as the rules for statements see them: signs that stand for spans, and classes of characters."""

from __future__ import annotations

import functools
import re
from typing import Final

import numpy as np
import numpy.typing as npt

from ..doc import COMPANY, FIGURE, INSTITUTION, PARK, PERCENT, TIME
from .terms import Codes, code_of, flags_of, terms

LABELS: Final = (COMPANY, PARK, INSTITUTION, TIME, FIGURE, PERCENT)
NUMBER: Final = {label: number for number, label in enumerate(LABELS)}
FIRST_MASK: Final = 0xE000
MASK: Final = {label: chr(FIRST_MASK + number) for number, label in enumerate(LABELS)}
"""What stands for each character of a span in the masked text."""
MASKED: Final = re.compile("[\ue000-\ue005]+")
QUOTE, END_QUOTE = map(code_of, "“”")
NUMERALS: Final = flags_of("0123456789一二三四五六七八九十")
"""By character, whether the numeral of a list may have it."""
DASHES: Final = "——"  # a boundary like those of `HARD`

Classes = npt.NDArray[np.uint16]

# classes of characters, as bits
(
    HARD,
    ENDS,
    CLOSES,
    SIGNS,
    OPENS,
    STOPS,
    BARRIERS,
    COMMA,
    MASKS,
    MATTER,
    LIMITS,
    EXCEEDS,
    TOWN,
    TURN,
    TURN_PART,
    BREAK,
) = (np.array(1 << bit, np.uint16) for bit in range(16))
COMMAS: Final = ",;:。!?\n"
_HARD = COMMAS + "()|…【】〔〕[]"
BOUNDARY: Final = re.compile(f"[{re.escape(_HARD)}]|{DASHES}")
_CLASSES = (
    (HARD, _HARD),
    (ENDS, "。!?\n"),
    (CLOSES, "”’)\"'"),
    (SIGNS, " “”‘’\"'·≥≧≤≦<>"),
    (OPENS, " ‘’·•●★■◆▲○☆□◇△◎※▶►➤→✅✔☑-等“”"),
    # a noun phrase behind a number ends before these, unless they are part of a noun of the lists (产能, 用户)
    (
        STOPS,
        "在将已由与从也均都正为于以被有就则又还需可能会要供超到向给用做是达占进跑完拿和等及把让使令并但而却、的踩"
        + _HARD,
    ),
    (BARRIERS, " \t\r,;:。!?\n、()的|…【】〔〕[]"),
    (COMMA, COMMAS),
    (MATTER, "与和在由从将把了除"),
    (LIMITS, "及以级的或前"),  # behind a number that only delimits
    (EXCEEDS, "超过出"),  # before one
    (TOWN, "市省区县镇州"),
    (TURN, "使让令把将"),  # a word that brings a new topic (机械臂使生产效率…, 把配套率…), unless it is part of another
    (TURN_PART, "用命馆利渡关握军来近牌者徒节"),
    (BREAK, "\n"),
)


@functools.cache
def _characters() -> npt.NDArray[np.int64]:
    table: npt.NDArray[np.int64] = terms().fields.copy()
    for bit, characters in _CLASSES:
        table[[ord(character) for character in characters]] |= bit
    table[FIRST_MASK : FIRST_MASK + len(LABELS)] |= MASKS | STOPS | BARRIERS
    return table


def fields_of(codes: Codes) -> npt.NDArray[np.int64]:
    """What is known of characters: their classes as the lower 16 bits, and above them what `terms` needs."""
    found: npt.NDArray[np.int64] = _characters().take(codes, mode="clip")
    return found
