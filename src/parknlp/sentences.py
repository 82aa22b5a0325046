"""Sentence and paragraph spans: where a statement ends."""

from __future__ import annotations

import re

from .patterns import lazy

# A sentence ends at 。！？!?; or a line break; the closing quotes and brackets that follow belong to it. A semicolon
# joins statements of one sentence, so it does not end one.
_SENTENCE = lazy(r"[^\n。！？!?]*(?:[。！？!?]+[”’」』）)》\"']*|(?=\n)|\Z)")
_PARAGRAPH = lazy(r"[^\n]+")


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def _spans(pattern: re.Pattern[str], text: str) -> tuple[tuple[int, int], ...]:
    found = (_trim(text, *match.span()) for match in pattern.finditer(text))
    return tuple((start, end) for start, end in found if start < end)


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    r"""The (start, end) of each sentence, without surrounding white space, in order.

    >>> text = "园区有企业51家。“还会更多！”他说。\n下一段"
    >>> [text[s:e] for s, e in sentence_spans(text)]
    ['园区有企业51家。', '“还会更多！”', '他说。', '下一段']
    """
    return _spans(_SENTENCE(), text)


def paragraph_spans(text: str) -> tuple[tuple[int, int], ...]:
    r"""The (start, end) of each line that holds more than white space, in order.

    >>> paragraph_spans("一\n\n  二 ")
    ((0, 1), (5, 6))
    """
    return _spans(_PARAGRAPH(), text)
