"""divisions.tsv: provinces, cities and districts with their short forms, from the National Bureau of Statistics' codes."""

from __future__ import annotations

import csv
from pathlib import Path

HEADER = """\
# Administrative divisions of China, from modood/Administrative-divisions-of-China (WTFPL 2; statistics codes of 2023-06-30).
# adcode: six-digit code. level: province, city, district or zone. name: full name. short: the name without its kind.
# province, city: full names of what it belongs to. ordinary: 1 = the short form is first of all an ordinary word (资源, 合作), by the
# frequencies of jieba's dictionary (MIT), so only the full name counts as the place.
"""
COLUMNS = ("adcode", "level", "name", "short", "province", "city")
OFTEN = 150
KNOWN = {"大兴", "平遥", "监利", "石首", "仙桃", "神农架"}
"""Districts whose short form is as frequent as a word in the dictionary, but is none."""
NAMES = ("ns", "nr", "nz", "nt", "nrt", "nrfg", "j")


def ordinary_shorts(reference: Path) -> set[str]:
    """Short forms of districts that are first of all ordinary words."""
    import jieba

    with (reference / "divisions.csv").open(encoding="utf-8", newline="") as file:
        shorts = {row["short"] for row in csv.DictReader(file) if row["level"] == "district"} - KNOWN
    found = set()
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, tag = line.split()
        if word in shorts and tag not in NAMES and int(frequency) >= OFTEN:
            found.add(word)
    return found


def build(reference: Path) -> dict[str, str]:
    """The file's content."""
    words = ordinary_shorts(reference)
    with (reference / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            "\t".join(
                [
                    *(row[column] for column in COLUMNS),
                    "1" if row["level"] == "district" and row["short"] in words else "",
                ]
            )
            for row in csv.DictReader(file)
        ]
    return {"divisions.tsv": HEADER + "\t".join((*COLUMNS, "ordinary")) + "\n" + "\n".join(rows) + "\n"}
