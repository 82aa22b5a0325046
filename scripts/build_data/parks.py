"""parks.tsv: named zones and parks that a list, a public page or a statistics code attests."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

HEADER = """\
# Industrial parks, zones and new areas, in the form that `Lexicon.from_tsv` reads. Only rows that a list, a public page or a statistics
# code attests. Sources: modood/Administrative-divisions-of-China (WTFPL 2), JioNLP (Apache-2.0), public lists and pages (facts).
# kb_id: adcode and name. name: the short name in use. full_name: the registered name. aliases: other forms, full_name among them.
# spoken: names that mean other things too (麓谷): linked where they are found to be parks, but not looked for.
# level: 国家级, 省级, 市级 or other. kind: the kind of zone. province, city: full names. adcode: the district's or else the city's code.
"""
EDITS = Path(__file__).with_name("parks_edits.tsv")
FACTS = ("level", "kind", "province", "city", "adcode")
COLUMNS = ("kb_id", "label", "name", "full_name", "aliases", "spoken", *FACTS)


class Edits:
    """What parks_edits.tsv says.

    Attributes:
        merged: rows that are the park of another row.
    """

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], list[str]] = {}
        for line in EDITS.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                kb_id, what, value, _ = line.split("\t")
                self._values.setdefault((kb_id, what), []).append(value)
        self.merged = {value for (_, what), values in self._values.items() if what == "same" for value in values}

    def of(self, kb_id: str, what: str) -> list[str]:
        """The values of a park."""
        return self._values.get((kb_id, what), [])


def _surfaces(forms: Iterable[str], words: frozenset[str], districts: set[str]) -> list[str]:
    """Those of a park's forms that are no districts, bare kinds of zone, or kinds with ordinary words (航空产业园, 特色产业园)."""
    return [
        form for form in dict.fromkeys(forms) if len(form) > 2 and form not in districts and not _ordinary(form, words)
    ]


def _forms(row: dict[str, str]) -> list[str]:
    return [row["name"], row["full_name"], *row["aliases"].split(";")]


def _ordinary(form: str, words: frozenset[str]) -> bool:
    """Whether the form is a sequence of dictionary words, none of them a proper name."""
    reached = [True] + [False] * len(form)
    for end in range(1, len(form) + 1):
        reached[end] = any(reached[start] and form[start:end] in words for start in range(max(0, end - 5), end))
    return reached[-1]


def _words() -> frozenset[str]:
    """Words of jieba's dictionary that are no names, and the kinds of zones; a place is a name, whatever jieba says (烟台)."""
    import jieba

    from parknlp.names.words import places

    words = {
        "开发区",
        "园区",
        "经开区",
        "高新区",
        "产业园",
        "工业园",
        "科技园",
        "创业园",
        "物流园",
        "新区",
        "综保区",
        "园",
        "区",
        "基地",
    }
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, _, tag = line.split()
        if 1 < len(word) < 5 and tag[:2] not in ("nr", "ns", "nz", "nt"):
            words.add(word)
    return frozenset(words - places().names)


def build(reference: Path) -> dict[str, str]:
    """The file's content."""
    words, edits = _words(), Edits()
    with (reference / "divisions.csv").open(encoding="utf-8", newline="") as file:
        districts = {row["name"] for row in csv.DictReader(file) if row["level"] == "district"}
    with (reference / "parks.csv").open(encoding="utf-8", newline="") as file:
        parks: dict[str, dict[str, str]] = {}
        for row in csv.DictReader(file):
            if row["evidence"] != "knowledge":
                parks.setdefault(f"{row['adcode']}:{row['name']}", row)
    lines = []
    for kb_id, row in parks.items():
        if kb_id in edits.merged:
            continue
        names = _forms(row) + edits.of(kb_id, "name")
        for other in edits.of(kb_id, "same"):
            names += _forms(parks[other]) + edits.of(other, "name")
        unfit = edits.of(kb_id, "not")
        forms = _surfaces((name for name in names if name not in unfit), words, districts)
        if forms:
            facts = [(*edits.of(kb_id, column), row[column])[0] for column in FACTS]
            spoken = ";".join(edits.of(kb_id, "spoken"))
            lines.append("\t".join((kb_id, "PARK", forms[0], row["full_name"], ";".join(forms[1:]), spoken, *facts)))
    return {"parks.tsv": HEADER + "\t".join(COLUMNS) + "\n" + "\n".join(lines) + "\n"}
