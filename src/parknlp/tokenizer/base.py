"""What a tokenizer is, and the simplest one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Protocol, overload, runtime_checkable

from ..doc import Token
from .runs import Array


@runtime_checkable
class Tokenizer(Protocol):
    """What cuts a text into tokens that cover it without overlap, blanks included or left out."""

    def __call__(self, text: str) -> tuple[Token, ...]:
        """The tokens of one text, in order."""
        ...

    def pipe(self, texts: Iterable[str]) -> Iterator[Sequence[Token]]:
        """The tokens of each text."""
        ...


class Tokens(Sequence[Token]):
    """The tokens of a text as columns; equal to the tuple of its `Token`s, which are made when they are looked at.

    Making a `Token` takes longer than finding it, and many who cut texts in batches want the words alone.

    Attributes:
        words: the text of each token.
        starts: offset of each in the text, shape (tokens,).
        ends: offset after each.

    >>> import numpy as np
    >>> tokens = Tokens(["镇江", "好"], np.array([0, 2]), np.array([2, 3]))
    >>> tokens.words, tokens[-1], tokens == (Token(0, 2, "镇江"), Token(2, 3, "好"))
    (['镇江', '好'], Token(start=2, end=3, text='好'), True)
    """

    __slots__ = ("ends", "starts", "words")

    def __init__(self, words: list[str], starts: Array, ends: Array) -> None:
        self.words = words
        self.starts = starts
        self.ends = ends

    def __len__(self) -> int:
        return len(self.words)

    @overload
    def __getitem__(self, index: int) -> Token: ...

    @overload
    def __getitem__(self, index: slice) -> Tokens: ...

    def __getitem__(self, index: int | slice) -> Token | Tokens:
        if isinstance(index, slice):
            return Tokens(self.words[index], self.starts[index], self.ends[index])
        return Token(int(self.starts[index]), int(self.ends[index]), self.words[index])

    def __iter__(self) -> Iterator[Token]:
        # as map(Token, starts, ends, words), in half the time: __init__ of a frozen class is slow
        tokens: list[Token] = list(map(object.__new__, repeat(Token, len(self.words))))
        for name, column in (("start", self.starts.tolist()), ("end", self.ends.tolist()), ("text", self.words)):
            deque(map(getattr(Token, name).__set__, tokens, column), maxlen=0)
        return iter(tokens)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, (tuple, Tokens)) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Tokens({self.words!r})"


class CharTokenizer:
    """Every code point that is no white space is a token.

    >>> [token.text for token in CharTokenizer()("5 亩地")]
    ['5', '亩', '地']
    """

    def __call__(self, text: str) -> tuple[Token, ...]:
        """The characters of one text."""
        return tuple(Token(at, at + 1, character) for at, character in enumerate(text) if not character.isspace())

    def pipe(self, texts: Iterable[str]) -> Iterator[tuple[Token, ...]]:
        """The characters of each text."""
        return map(self, texts)
