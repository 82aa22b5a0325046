"""The tables of n-grams: which get weights, which are words of dictionaries, how usual pairs of characters are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from parknlp.fold import codes_of, fold
from parknlp.names.signals import CLASSES, ORDERS, grams, plain, shifted
from parknlp.text import TextBatch

Array = npt.NDArray[Any]

MIN_COUNT = 2  # an n-gram of one occurrence teaches nothing about other articles
MIN_PAIR = 5  # pairs of characters seen less often in real text count as unseen
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,8}")


def _han(codes: Array) -> Array:
    return (codes >= 0x4E00) & (codes < 0xA000)


def _by_count(hashes: Array, least: int) -> Array:
    """Different hashes, the most frequent first."""
    values, counts = np.unique(hashes[hashes != 0], return_counts=True)
    order = np.lexsort((values, -counts))
    return values[order][counts[order] >= least]


def word_hashes(words: Iterable[str], order: int) -> Array:
    """Hashes of the words of this length."""
    fitting = sorted({folded for word in words if len(folded := fold(word).lower()) == order})
    if not fitting:
        return np.empty(0, np.uint32)
    return grams(plain(codes_of("".join(fitting))), order)[:: order]


class Counts:
    """Characters and pairs of them in real text and in names of companies."""

    def __init__(self, texts: list[str], names: Iterable[str]) -> None:
        text = plain(TextBatch(texts).lower)
        han = _han(text)
        pair = han & shifted(han, 1)
        self.pairs = dict(zip(*np.unique(grams(text, 2)[pair], return_counts=True), strict=True))
        self.characters = np.bincount(text[han], minlength=0x10000)
        fitting = sorted(name for name in map(fold, names) if _HAN_NAME.fullmatch(name))
        joined = plain(TextBatch(fitting).lower)
        inside = _han(joined)
        self.name_pairs = dict(zip(*np.unique(grams(joined, 2)[inside & shifted(inside, 1)], return_counts=True), strict=True))
        self.name_count = len(fitting)
        self.in_names, self.first, self.last = (
            np.bincount([ord(c) for c in characters], minlength=0x10000).astype(float)
            for characters in ("".join(fitting), [n[0] for n in fitting], [n[-1] for n in fitting])
        )

    def character_codes(self, codes: Array) -> Array:
        """1 + 16 * (how much more often in names than in text) + 4 * (how often first) + (how often last); 0 for others."""
        total = self.in_names.sum() + 1
        inside, text = self.in_names[codes] / total, self.characters[codes] / (self.characters.sum() + 1)
        expected = self.in_names[codes] * self.name_count / total + 1
        more = np.digitize(np.log((inside + 1e-5) / (text + 1e-5)), [-1, 0, 1])
        first, last = (np.digitize(np.log((n[codes] + 1) / expected), [-0.7, 0, 0.7]) for n in (self.first, self.last))
        return np.where(_han(codes), 1 + more * 16 + first * 4 + last, 0).astype(np.uint8)

    def pair_codes(self, codes: Array, hashes: Array) -> Array:
        """16 * fine + coarse code of pairs given as the codes of their two characters, shape (pairs, 2), and their hashes."""
        count = np.array([self.pairs.get(h, 0) for h in hashes], float)
        named = np.array([self.name_pairs.get(h, 0) for h in hashes], float)
        total = self.characters.sum() + 1
        expected = self.characters[codes].prod(1) / total
        bond = np.log((count + 0.3) / (expected + 0.3))
        text_pairs, name_pairs = sum(self.pairs.values()) + 1, sum(self.name_pairs.values()) + 1
        odds = np.log((named + 0.5) / (count * name_pairs / text_pairs + 0.5))
        fine = 1 + np.digitize(count, [1, 5, 30, 200]) * 16 + np.digitize(bond, [-1, 0.5, 2, 4]).clip(0, 3) * 4 + np.digitize(named, [1, 4, 20])
        coarse = 1 + np.digitize(odds, [-1, 0, 1.2]) * 3 + np.digitize(bond, [0.5, 2.5])
        return np.where(_han(codes).all(1), fine * 16 + coarse, 0).astype(np.uint16)


def build(texts: list[str], counts: Counts, dictionaries: dict[str, set[str]]) -> tuple[dict[str, Array], dict[int, int]]:
    """The arrays of `signals.Words`, and how many rows of each order get weights (row 0 included)."""
    codes = plain(TextBatch(texts).lower)
    arrays: dict[str, Array] = {}
    weighted: dict[int, int] = {}
    for order in ORDERS:
        hashes = grams(codes, order)
        keys = _by_count(hashes, MIN_COUNT) if order < max(ORDERS) else np.empty(0, np.uint32)
        weighted[order] = len(keys) + 1
        members = {name: word_hashes(words, order) for name, words in dictionaries.items()}
        more = [np.concatenate(list(members.values()))] if order > 1 else []
        if order == 1:
            all_characters = np.flatnonzero(counts.characters + counts.in_names).astype(np.uint32)
            more = [grams(np.append(all_characters, 1).astype(np.uint32), 1)[:-1]]
        if order == 2:
            more.append(np.array([h for h, n in counts.pairs.items() if n >= MIN_PAIR], np.uint32))
            more.append(np.array([h for h, n in counts.name_pairs.items() if n >= MIN_PAIR], np.uint32))
        rest = np.setdiff1d(np.concatenate(more), keys)
        arrays[f"keys{order}"] = keys = np.concatenate([keys, rest[rest != 0]]).astype(np.uint32)
        if order > 1:
            arrays[f"classes{order}"] = _classes(keys, members)
    _count_codes(arrays, codes, counts, dictionaries)
    return arrays, weighted


def _classes(keys: Array, members: dict[str, Array]) -> Array:
    bits = np.zeros(len(keys) + 1, np.uint16)
    for bit, name in enumerate(CLASSES):
        bits[1:] |= np.isin(keys, members[name]).astype(np.uint16) << np.uint16(bit)
    return bits


def _count_codes(arrays: dict[str, Array], codes: Array, counts: Counts, dictionaries: dict[str, set[str]]) -> None:
    """Codes of characters and pairs for the rows of the tables of orders 1 and 2."""
    every = np.arange(1, 0x10000, dtype=np.uint32)
    arrays["characters"] = _of_rows(arrays["keys1"], grams(np.append(every, np.uint32(1)), 1)[:-1], counts.character_codes(every))
    del codes, dictionaries


def _of_rows(keys: Array, hashes: Array, values: Array) -> Array:
    """The value of each key's hash, row 0 first."""
    order = np.argsort(hashes, kind="stable")
    place = np.minimum(np.searchsorted(hashes[order], keys), len(hashes) - 1)
    found = order[place]
    return np.concatenate([[0], np.where(hashes[found] == keys, values[found], 0)]).astype(values.dtype)
