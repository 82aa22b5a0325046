"""parks.tsv: named zones and parks that a list, a public page or a statistics code attests."""

from __future__ import annotations

import csv
from pathlib import Path

HEADER = """\
# Industrial parks, zones and new areas, in the form that `Lexicon.from_tsv` reads. Only rows that a list, a public page or a statistics
# code attests. Sources: modood/Administrative-divisions-of-China (WTFPL 2), JioNLP (Apache-2.0), public lists and pages (facts).
# kb_id: adcode and name. name: the short name in use. full_name: the registered name. aliases: other forms, full_name among them.
# level: 国家级, 省级, 市级 or other. kind: the kind of zone. province, city: full names. adcode: the district's or else the city's code.
"""
MORE = Path(__file__).with_name("parks_more.tsv")
COLUMNS = ("kb_id", "label", "name", "full_name", "aliases", "level", "kind", "province", "city", "adcode")


def _more_names() -> dict[str, list[str]]:
    """Park -> further names (parks_more.tsv)."""
    found: dict[str, list[str]] = {}
    for line in MORE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kb_id, name, _ = line.split("\t")
            found.setdefault(kb_id, []).append(name)
    return found


def _surfaces(row: dict[str, str], more: list[str], words: frozenset[str], districts: set[str]) -> list[str]:
    """Every form of the name but districts, bare kinds of zone, and kinds with ordinary words (航空产业园, 特色产业园)."""
    forms = dict.fromkeys([row["name"], row["full_name"], *row["aliases"].split(";"), *more])
    return [form for form in forms if len(form) > 2 and form not in districts and not _ordinary(form, words)]


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
    lines: dict[str, str] = {}
    words, more = _words(), _more_names()
    with (reference / "divisions.csv").open(encoding="utf-8", newline="") as file:
        districts = {row["name"] for row in csv.DictReader(file) if row["level"] == "district"}
    with (reference / "parks.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kb_id = f"{row['adcode']}:{row['name']}"
            forms = _surfaces(row, more.get(kb_id, []), words, districts)
            if row["evidence"] == "knowledge" or not forms:
                continue
            cells = (kb_id, "PARK", forms[0], row["full_name"], ";".join(forms[1:]))
            lines.setdefault(kb_id, "\t".join((*cells, *(row[column] for column in COLUMNS[5:]))))
    return {"parks.tsv": HEADER + "\t".join(COLUMNS) + "\n" + "\n".join(lines.values()) + "\n"}
