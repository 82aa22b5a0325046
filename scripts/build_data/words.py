"""common_words.tsv: ordinary words of Chinese, and which of them end a name that is read from right to left."""

from __future__ import annotations

import collections
import csv
from pathlib import Path

from build_data.divisions import ordinary_shorts

HEADER = """\
# Ordinary words of two and three characters, from jieba's dictionary (MIT), without names of persons, divisions and firms.
# word: the word. kind: stop = a verb, adverb, preposition or the like that is no part of company names (its characters do not
# stand side by side in listed companies' names or in the Company-Names-Corpus sample, Apache-2.0); name = a place, a product or the
# like that people know by this name (天鹅, 湘江), so that a firm's trade name may mean it too; word = any other.
# word<TAB>kind
"""
NAMES = ("nr", "nrt", "nrfg", "nz", "ns", "nt", "j", "x", "eng")
STOP_TAGS = {"v", "d", "p", "c", "r", "f", "u", "ad", "vd", "m", "t", "y", "uj", "zg"}
LEAST = 10
WELL_KNOWN = 40


def _pairs(reference: Path) -> collections.Counter[str]:
    """How often two characters stand side by side in company names."""
    names = (reference / "company_names.txt").read_text(encoding="utf-8").split("\n")
    with (reference / "listed_companies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names += [row["short_name"], row["full_name"]]
    return collections.Counter(name[at : at + 2] for name in names for at in range(len(name) - 1))


def build(reference: Path) -> dict[str, str]:
    """The file's content."""
    import jieba

    pairs = _pairs(reference)
    with (reference / "divisions.csv").open(encoding="utf-8", newline="") as file:
        places = {row[key] for row in csv.DictReader(file) for key in ("name", "short")}
    places -= ordinary_shorts(reference)
    lines = []
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, tag = line.split()
        if len(word) not in (2, 3) or int(frequency) < LEAST or word in places:
            continue
        if tag in ("ns", "nz") and int(frequency) >= WELL_KNOWN:
            lines.append(f"{word}\tname")
        elif tag not in NAMES:
            rare = max(pairs[word[:2]], pairs[word[-2:]]) < (2 if len(word) == 2 else 4)
            lines.append(f"{word}\t{'stop' if tag in STOP_TAGS and rare else 'word'}")
    lines.sort(key=lambda line: line.split("\t")[::-1])  # by kind: so the file is quick to read
    return {"common_words.tsv": HEADER + "\n".join(lines) + "\n"}
