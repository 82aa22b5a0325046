"""Export jieba's dictionary and hidden Markov model to models/tokenizer/: ``python scripts/build_tokenizer.py``.

The dictionary becomes a double-array trie (Aoe 1989). A node is a slot; the child for the character with id ``c`` lies at
``base[slot] + c``, and ``check`` of that slot is ``c``. No two nodes have the same base, so ``check`` need not name the
parent. The root's base is 0, a leaf's too. The same jieba gives the same bytes.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from parknlp.store import save
from parknlp.tokenizer.dictionary import FREE, HAN

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "models" / "tokenizer"

_WINDOW: Final = 4096  # bases that are tried at once, at most
_IMPOSSIBLE: Final = -3.14e100  # jieba's MIN_FLOAT: the log probability of what its tables lack
_STATES: Final = "BEMS"  # begin, end, middle, single: in the order in which jieba decides ties

Array = npt.NDArray[Any]


class Slots:
    """The slots of a double array that is being filled."""

    def __init__(self, size: int, reserved: int) -> None:
        self.taken = np.zeros(size, np.bool_)
        self.taken[:reserved] = True  # the root's children
        self.is_base = np.zeros(size, np.bool_)
        self.is_base[0] = True
        self._first = 0  # no slot before this one is free

    def place(self, children: list[int]) -> int:
        """The first base that nobody has and that puts all children into free slots; takes them."""
        while self.taken[self._first]:
            self._first += 1
        low, width = max(1, self._first - children[0]), 64
        while True:
            fits = ~self.is_base[low : low + width]
            for child in children:
                fits &= ~self.taken[low + child : low + child + width]
            found = np.flatnonzero(fits)
            if len(found):
                base = low + int(found[0])
                self.is_base[base] = True
                self.taken[[base + child for child in children]] = True
                return base
            low, width = low + width, min(4 * width, _WINDOW)


def trie(counts: dict[str, int]) -> dict[str, Array]:
    """The double array of all words and their prefixes."""
    frequent = Counter(word[-1] for word in counts)
    ids = {
        character: at for at, (character, _) in enumerate(sorted(frequent.items(), key=lambda it: (-it[1], it[0])), 1)
    }
    children: dict[str, list[int]] = {}
    for word in counts:
        if len(word) > 1:
            children.setdefault(word[:-1], []).append(ids[word[-1]])
    for each in children.values():
        each.sort()
    slots = Slots(2 * len(counts) + len(ids) + _WINDOW, len(ids) + 1)
    bases = {  # large families first: they need room, the only children fill the gaps
        word: slots.place(children[word]) for word in sorted(children, key=lambda word: (-len(children[word]), word))
    }
    size = int(np.flatnonzero(slots.taken).max()) + len(ids) + 1  # base + id always lies inside
    distinct = sorted({0, *counts.values()})
    number = {count: at for at, count in enumerate(distinct)}
    base, check, freq = np.zeros(size, np.int32), np.full(size, FREE, np.uint16), np.zeros(size, np.uint16)
    for word, count in counts.items():
        slot = ids[word[-1]] + (bases[word[:-1]] if len(word) > 1 else 0)
        base[slot], check[slot], freq[slot] = bases.get(word, 0), ids[word[-1]], number[count]
    table = np.zeros(0x10000, np.uint16)
    table[[ord(character) for character in ids]] = list(ids.values())
    return {"ids": table, "base": base, "check": check, "freq": freq, "counts": np.array(distinct, np.int64)}


def markov() -> dict[str, Array]:
    """Start, transition and emission log probabilities, states in the order of ``_STATES``."""
    from jieba.finalseg import emit_P, start_P, trans_P

    characters = [chr(code) for code in range(HAN[0], HAN[1] + 1)]
    return {
        "start": np.array([start_P[state] for state in _STATES]),
        "transition": np.array([[trans_P[a].get(b, _IMPOSSIBLE) for b in _STATES] for a in _STATES]),
        "emission": np.array([[emit_P[s].get(character, _IMPOSSIBLE) for character in characters] for s in _STATES]),
    }


def main() -> int:
    import jieba

    reader = jieba.Tokenizer()
    counts, total = reader.gen_pfdict(reader.get_dict_file())  # initialize() would write a cache file
    meta = {"kind": "tokenizer", "source": f"jieba {jieba.__version__} (MIT)", "total": total}
    file = save(TARGET, trie(counts) | markov(), meta)
    print(f"{sum(map(bool, counts.values()))} words, {len(counts)} nodes -> {file}, {file.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
