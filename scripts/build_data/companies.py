"""companies.tsv: short names of listed companies with stock code and industry chain, and company names that financial news uses."""

from __future__ import annotations

import collections
import csv
import gzip
import json
import re
from pathlib import Path

from parknlp.fold import fold
from parknlp.names.words import kinds

HEADER = """\
# Company names in use without legal form, in the form that `Lexicon.from_tsv` reads.
# name: the short name. kb_id: stock code and exchange (600519.SH) of a listed company, else empty. chain: id of the industry chain
# that the listed company's industry belongs to, else empty. ordinary: 1 = also a dictionary word or a place, so it counts
# as a company only where the context says so.
# Names and codes of A-share companies to 2021-10 are facts; further names are those that two or more sentences of FinRE (MIT) mark,
# without exchanges and other institutions and without kinds of firms (标的公司, 上海分公司).
"""
STATUS = re.compile(r"^(?:\*?ST|XD|XR|DR|N|C|S\*?ST|S)(?=[\u4e00-\u9fff])|-[UW]+$|(?<=[\u4e00-\u9fff])[ABＡＢ]股?$|\s")
FORM = re.compile(r"[总分]?公司$")
PROPER = {"nt", "nz", "j", "nrt", "nrfg"}
MEDIA = {"新华网", "人民网"}
"""Listed firms that news mostly names as its source."""
MORE_NAMES = {2: 12, 3: 3}
"""Sentences of FinRE that must mark a name of so many characters; two for longer names."""


def _dictionary() -> dict[str, tuple[int, str]]:
    """Every word of jieba's dictionary with frequency and tag."""
    import jieba

    words = {}
    with (Path(jieba.__file__).parent / "dict.txt").open(encoding="utf-8") as file:
        for line in file:
            word, frequency, tag = line.split()
            words[word] = (int(frequency), tag)
    return words


def _ordinary(name: str, words: dict[str, tuple[int, str]], places: set[str]) -> bool:
    """Whether the name is also a place or a medium, or a dictionary word that is no proper name of an organisation."""
    frequency, tag = words.get(name, (0, ""))
    return name in places or name in MEDIA or (tag not in PROPER and frequency >= (20 if tag in ("nr", "nt") else 5))


def _exchange(code: str) -> str:
    return f"{code}.{'SH' if code[0] in '69' else 'BJ' if code[0] in '48' else 'SZ'}"


def _listed(reference: Path) -> dict[str, tuple[str, str]]:
    """Short name -> stock code and chain."""
    found: dict[str, tuple[str, str]] = {}
    with (reference / "listed_companies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = STATUS.sub("", fold(row["short_name"]))
            if len(name) > 1:
                found.setdefault(name, (_exchange(row["code"]), row["chain"]))
    return found


def _in_news(data: Path) -> list[str]:
    """Company names that enough sentences of FinRE mark."""
    counts: collections.Counter[str] = collections.Counter()
    for part in ("train", "valid", "test"):
        with gzip.open(data / "finre" / f"{part}.jsonl.gz", "rt", encoding="utf-8") as file:
            for line in file:
                counts.update({fold(name) for name in json.loads(line)["companies"]})
    return sorted(
        name
        for name, count in counts.items()
        if count >= MORE_NAMES.get(len(name), 2) and len(name) > 1 and re.fullmatch(r"[\u4e00-\u9fffA-Za-z()]+", name)
    )


def build(reference: Path) -> dict[str, str]:
    """The file's content."""
    words = _dictionary()
    with (reference / "divisions.csv").open(encoding="utf-8", newline="") as file:
        places = {row[key] for row in csv.DictReader(file) for key in ("name", "short")}
    names = _listed(reference)
    bodies, generic = kinds("institution_words.tsv")["full"], places | kinds("company_words.tsv")["generic"]
    for name in _in_news(reference.parent / "data"):
        if name not in bodies and not (name.endswith("公司") and FORM.sub("", name) in generic):
            names.setdefault(name, ("", ""))
    lines = [
        f"{name}\t{code}\t{chain}\t{'1' if _ordinary(name, words, places) else ''}"
        for name, (code, chain) in sorted(names.items())
    ]
    return {"companies.tsv": HEADER + "name\tkb_id\tchain\tordinary\n" + "\n".join(lines) + "\n"}
