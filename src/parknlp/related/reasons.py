"""Why an article is suggested: the names, chains, places and wordings that it shares, with what each adds to the score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .features import KINDS, PAIR, TEXT_END, Keys, kind_of, text_of_key

_KIND_NAMES: Final = {number: name for name, number in KINDS.items()} | {PAIR: "term", KINDS["word"]: "term"}

_MOST: Final = 24  # pairs and words that reasons are made of; the rest add next to nothing


@dataclass(frozen=True, slots=True)
class Reason:
    """A shared name, chain, place or wording.

    Attributes:
        kind: ``company``, ``park``, ``institution``, ``chain``, ``place`` or ``term``.
        text: what is shared.
        share: what part of the score before freshness it makes up.
    """

    kind: str
    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Related:
    """A suggested article.

    Attributes:
        id: its identifier.
        score: 1 is what the query would reach itself.
        reasons: what the two share: names, chains and places, then wordings, each the strongest first.
        duplicates: identifiers of its near-duplicates that it stands for.
    """

    id: str
    score: float
    reasons: tuple[Reason, ...] = ()
    duplicates: tuple[str, ...] = ()


def _chains(pairs: Sequence[str]) -> list[list[int]]:
    """Pairs that can only follow each other, joined: 镇江, 江高, 高新 become one wording."""
    starts: dict[str, list[int]] = {}
    ends: dict[str, list[int]] = {}
    for index, pair in enumerate(pairs):
        starts.setdefault(pair[0], []).append(index)
        ends.setdefault(pair[1], []).append(index)

    def following(index: int) -> int | None:
        after = starts.get(pairs[index][1], ())
        return after[0] if len(after) == 1 and len(ends[pairs[index][1]]) == 1 and after[0] != index else None

    follower = {index: after for index in range(len(pairs)) if (after := following(index)) is not None}
    followers = set(follower.values())
    heads = [index for index in range(len(pairs)) if index not in followers]
    chains, seen = [], set()
    for head in [*heads, *follower]:  # what has no head goes round in a ring
        chain = []
        at: int | None = head
        while at is not None and at not in seen:
            seen.add(at)
            chain.append(at)
            at = follower.get(at)
        if chain:
            chains.append(chain)
    return chains


def explain(
    keys: Keys, added: npt.NDArray[np.float64], name_of: Callable[[int], str | None], limit: int
) -> tuple[Reason, ...]:
    """The reasons, names, chains and places before wordings, each the strongest first.

    Args:
        keys: the features of the query.
        added: what each adds to the score of the article.
        name_of: text of a hashed feature.
        limit: how many reasons.
    """
    names = int(np.searchsorted(keys, TEXT_END))
    shared = np.flatnonzero(added[:names] > 0)
    total = max(float(added.sum()), 1e-300)
    most = max(_MOST, 3 * limit)
    if len(shared) > most:
        shared = np.sort(shared[np.argpartition(added[shared], len(shared) - most)[-most:]])
    shared = np.concatenate([shared, names + np.flatnonzero(added[names:] > 0)])
    found: list[Reason] = []
    pairs: list[str] = []
    pair_shares: list[float] = []
    kinds, shares = kind_of(keys[shared]).tolist(), (added[shared] / total).tolist()
    for key, kind, share in zip(keys[shared].tolist(), kinds, shares, strict=True):
        text = text_of_key(key) or name_of(key)
        if kind == PAIR and text:
            pairs.append(text)
            pair_shares.append(share)
        elif text:
            found.append(Reason(_KIND_NAMES[kind], text, share))
    for chain in _chains(pairs):
        wording = pairs[chain[0]] + "".join(pairs[index][1] for index in chain[1:])
        found.append(Reason("term", wording, sum(pair_shares[index] for index in chain)))
    return tuple(sorted(found, key=lambda reason: (reason.kind == "term", -reason.share, reason.text))[:limit])
