"""The tokenizer that gives jieba's words."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from ..doc import Token
from ..errors import DataError, OptionError
from ..fold import codes_of, text_of
from .base import Tokens
from .dictionary import Dictionary
from .runs import ranges
from .segment import Segmenter

Words = Iterable[str] | Callable[[], Iterable[str]]
Mode = Literal["default", "search"]

_SHORTEST_ADDED: Final = 3  # two-character names are often ordinary words, and jieba knows the famous ones
_ADDED_FREQUENCY: Final = 200  # as a rare word of jieba's: enough to win against the same characters cut apart
_BATCH: Final = 200_000  # characters of texts that are cut together
_ENTRY: Final = re.compile("^(.+?)( [0-9]+)?( [a-z]+)?$")  # jieba's: word, frequency and tag, two of them optional


class JiebaTokenizer:
    """jieba's words, on a dictionary of its own that also knows ``words``.

    What `jieba.cut` and `jieba.cut_for_search` give, white space left out, over ten times as fast in batches. The
    dictionary is mapped into memory on first use, once, whichever thread comes first; nothing is written and nothing is
    shared with the module jieba, which is not imported.

    Args:
        words: names to add to jieba's dictionary, or a function that gives them when it is loaded; those of fewer than three
            characters are left to jieba.
        hmm: whether jieba's hidden Markov model proposes unknown words.
        mode: ``"search"`` puts before each long word the words of two and three characters inside it.
        userdict: a user dictionary of jieba's: a UTF-8 file of lines ``word [frequency] [tag]``; without a frequency the
            word gets the one that lets it win against its parts.

    Raises:
        DataError: ``userdict`` cannot be read.
        OptionError: ``mode`` is no mode.

    >>> [token.text for token in JiebaTokenizer(words=["瑞尔隆鼎"])("瑞尔隆鼎落户镇江")]
    ['瑞尔隆鼎', '落户', '镇江']
    """

    def __init__(
        self, words: Words = (), *, hmm: bool = True, mode: Mode = "default", userdict: str | Path | None = None
    ) -> None:
        if mode not in ("default", "search"):
            raise OptionError(f"mode must be 'default' or 'search', not {mode!r}")
        self._words = words if callable(words) else tuple(words)
        self._hmm = hmm
        self._mode: Mode = mode
        self._entries = () if userdict is None else tuple(_read(Path(userdict)))
        self._lock = threading.Lock()

    @functools.cached_property
    def _segmenter(self) -> Segmenter:
        with self._lock:
            if "_loaded" not in self.__dict__:
                self.__dict__["_loaded"] = self._load()
            loaded: Segmenter = self.__dict__["_loaded"]
            return loaded

    def _load(self) -> Segmenter:
        dictionary = Dictionary.load()
        for word, count in self._entries:
            dictionary.add(word, count)
        for word in self._words() if callable(self._words) else self._words:
            if len(word) >= _SHORTEST_ADDED and not dictionary.count(word):
                dictionary.add(word, _ADDED_FREQUENCY)
        return Segmenter(dictionary, hmm=self._hmm)

    def __call__(self, text: str) -> tuple[Token, ...]:
        """The words of one text."""
        return tuple(self._cut([text])[0])

    def pipe(self, texts: Iterable[str]) -> Iterator[Tokens]:
        """The words of each text, cut in batches.

        >>> tokenizer = JiebaTokenizer(mode="search")
        >>> [tokens.words for tokens in tokenizer.pipe(["高新技术产业开发区", ""])]
        [['高新', '技术', '高新技术', '产业', '开发', '开发区'], []]
        """
        for batch in _batches(texts):
            yield from self._cut(batch)

    def _cut(self, batch: Sequence[str]) -> list[Tokens]:
        joined = "\n".join(batch)
        starts, ends = self._segmenter.words(joined, grams=self._mode == "search")
        sizes = ends - starts + 1  # with a line break after each word
        codes = np.append(codes_of(joined), ord("\n"))[ranges(starts, sizes)]
        codes[np.cumsum(sizes) - 1] = ord("\n")
        words = text_of(codes).split()  # twice as fast as slicing word by word; no word holds white space
        offsets = np.cumsum([0] + [len(text) + 1 for text in batch])
        bounds = np.searchsorted(starts, offsets)
        shift = np.repeat(offsets[:-1], np.diff(bounds))
        starts, ends, cuts = starts - shift, ends - shift, bounds.tolist()
        return [Tokens(words[low:high], starts[low:high], ends[low:high]) for low, high in pairwise(cuts)]

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in ("_words", "_hmm", "_mode", "_entries")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock())


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    characters = 0
    for text in texts:
        batch.append(text)
        characters += len(text)
        if characters >= _BATCH:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _read(path: Path) -> Iterator[tuple[str, int | None]]:
    """The entries of a user dictionary, read as jieba reads it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    for number, raw in enumerate(content.split(b"\n"), 1):
        try:
            line = raw.strip().decode().lstrip("\ufeff")
        except UnicodeDecodeError as error:
            raise DataError(f"{path}, line {number}: not UTF-8") from error
        entry = _ENTRY.match(line)
        if entry:
            word, count, _ = entry.groups()
            yield word, None if count is None else int(count)
