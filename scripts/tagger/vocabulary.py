"""The tables of n-grams: which get weights, which are words of dictionaries, how usual pairs of characters are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from parknlp.fold import codes_of, fold
from parknlp.names.grams import ORDERS, grams, plain
from parknlp.names.signals import CLASSES, shifted
from parknlp.text import TextBatch

from .clusters import clusters

Array = npt.NDArray[Any]

MIN_COUNT = 2  # an n-gram of one occurrence teaches nothing about other articles
MIN_WEAK = 3  # the same in weakly annotated text
MIN_PAIR = 8  # pairs of characters seen less often in real text count as unseen
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,8}")
_EVERY = np.arange(1, 0x10000, dtype=np.uint32)  # every character of the basic plane


def _han(codes: Array) -> Array:
    return (codes >= 0x4E00) & (codes < 0xA000)


class Table:
    """Numbers by hash, 0 for hashes that are not in it."""

    def __init__(self, hashes: Array, values: Array) -> None:
        order = np.argsort(hashes, kind="stable")
        self.hashes, self.values = hashes[order], values[order]

    def __call__(self, hashes: Array) -> Array:
        """The number of each hash."""
        place = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        known = self.hashes[place] == hashes
        return np.where(known.reshape(-1, *[1] * (self.values.ndim - 1)), self.values[place], 0)


class Text:
    """Characters and pairs of Chinese characters counted in a list of texts."""

    def __init__(self, texts: list[str]) -> None:
        codes = plain(TextBatch(texts).lower)
        han = _han(codes)
        places = np.flatnonzero(han & shifted(han, 1))
        hashes, index, counts = np.unique(grams(codes)[1][places], return_index=True, return_counts=True)
        self.pairs = hashes[counts >= MIN_PAIR]
        self.members = np.stack([codes[places[index]], codes[places[index] + 1]], 1)
        self.hashes, self.count = hashes, Table(hashes, counts)
        self.characters = np.bincount(codes[han], minlength=0x10000).astype(float)
        self.total, self.total_pairs = self.characters.sum() + 1, counts.sum() + 1


class Counts:
    """How usual characters and pairs are in text and in names of companies."""

    def __init__(self, texts: list[str], names: Iterable[str]) -> None:
        fitting = sorted(name for name in map(fold, names) if _HAN_NAME.fullmatch(name))
        self.text, self.names = Text(texts), Text(fitting)
        self.name_count = len(fitting)
        self.first, self.last = (
            np.bincount([ord(name[place]) for name in fitting], minlength=0x10000) for place in (0, -1)
        )
        self._members = Table(
            np.concatenate([self.text.hashes, self.names.hashes]),
            np.concatenate([self.text.members, self.names.members]),
        )

    def character_codes(self) -> Array:
        """For every character 1 + 16 * (more often in names than in text) + 4 * (often first) + (often last); 0 for others."""
        share = self.names.characters[_EVERY] / self.names.total
        usual = self.text.characters[_EVERY] / self.text.total
        more = np.digitize(np.log((share + 1e-5) / (usual + 1e-5)), [-1, 0, 1])
        expected = share * self.name_count + 1
        first, last = (np.digitize(np.log((n[_EVERY] + 1) / expected), [-0.7, 0, 0.7]) for n in (self.first, self.last))
        return np.where(_han(_EVERY), 1 + more * 16 + first * 4 + last, 0)

    def pair_codes(self, hashes: Array) -> tuple[Array, Array]:
        """How usual each pair is: finely (frequency, bond and frequency in names), coarsely (odds of names and bond)."""
        members = self._members(hashes)
        count, named = self.text.count(hashes), self.names.count(hashes)
        expected = self.text.characters[members].prod(1) / self.text.total
        bond = np.log((count + 0.3) / (expected + 0.3))
        odds = np.log((named + 0.5) / (count * self.names.total_pairs / self.text.total_pairs + 0.5))
        bond_code = np.digitize(bond, [-1, 0.5, 2, 4]).clip(0, 3)
        fine = 1 + np.digitize(count, [1, 5, 30, 200]) * 16 + bond_code * 4 + np.digitize(named, [1, 4, 20])
        coarse = 1 + np.digitize(odds, [-1, 0, 1.2]) * 3 + np.digitize(bond, [0.5, 2.5])
        known = members.all(1)
        return fine * known, coarse * known


def _words(words: Iterable[str], order: int) -> Array:
    """Hashes of the words of this length."""
    fitting = sorted({folded for word in words if len(folded := fold(word).lower()) == order})
    return grams(plain(codes_of("".join(fitting))))[order - 1][::order] if fitting else np.empty(0, np.uint32)


def build(
    texts: list[str], weak: list[str], raw: list[str], dictionaries: dict[str, set[str]]
) -> tuple[dict[str, Array], dict[int, int]]:
    """The arrays of `signals.Words`, and how many rows of each order get weights (row 0 included).

    Args:
        texts: annotated texts.
        weak: weakly annotated ones.
        raw: texts to count in.
        dictionaries: words by the name of their class (`signals.CLASSES`).
    """
    counts = Counts(raw, dictionaries["brand"])
    codes, weak_codes = plain(TextBatch(texts).lower), plain(TextBatch(weak).lower)
    known, others = grams(codes), grams(weak_codes)
    arrays: dict[str, Array] = {}
    weighted: dict[int, int] = {}
    for order in ORDERS:
        keys = np.empty(0, np.uint32)
        if order < max(ORDERS):
            keys = _frequent(known[order - 1], MIN_COUNT)
            further = _frequent(others[order - 1], MIN_WEAK)
            keys = np.append(keys, further[~np.isin(further, keys)])
        weighted[order] = len(keys) + 1
        members = [_words(dictionaries[name], order) for name in CLASSES]
        more = {
            1: [_single(_EVERY[counts.character_codes() > 0])],
            2: [*members, counts.text.pairs, counts.names.pairs],
        }
        keys = np.concatenate([keys, np.setdiff1d(np.concatenate(more.get(order, members)), [*keys, 0])]).astype(
            np.uint32
        )
        arrays[f"keys{order}"] = keys
        if order > 1:
            bits = sum(np.isin(keys, member) << bit for bit, member in enumerate(members))
            arrays[f"classes{order}"] = np.append(0, bits).astype(np.uint16)
    singles = Table(_single(_EVERY), counts.character_codes())(arrays["keys1"])
    fine, coarse = counts.pair_codes(arrays["keys2"])
    for name, values in (("code1:character", singles), ("code2:pair", fine), ("coarse", coarse)):
        arrays[name] = np.append(0, values).astype(np.uint8)
    for order in (1, 2):
        arrays[f"code{order}:cluster"] = clusters(raw, arrays[f"keys{order}"], order)
    return arrays, weighted


def _frequent(hashes: Array, least: int) -> Array:
    """Different hashes that occur at least ``least`` times, the most frequent first."""
    values, counts = np.unique(hashes[hashes != 0], return_counts=True)
    order = np.lexsort((values, -counts))
    return values[order][counts[order] >= least]


def _single(codes: Array) -> Array:
    return grams(codes)[0]
