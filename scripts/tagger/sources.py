"""What the tagger learns from: annotated articles, dictionaries, and real text to count characters in."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from parknlp.corpus import MARKUP, read_gold
from parknlp.doc import COMPANY, INSTITUTION, PARK
from parknlp.names.hints import LABELS

ROOT: Final = Path(__file__).parent.parent.parent
PACKAGE_DATA: Final = ROOT / "src" / "parknlp" / "data"
SHARED: Final = ROOT.parent / "shared"

TEXTS: Final = (
    "finre/train", "finre/valid", "finre/test", "cfbenchmark/company", "cfbenchmark/product", "cfbenchmark/sector",
    "cfbenchmark/event", "cfsc-ner/val", "cfsc-ner/test", "fewclue/tnews", "fewclue/csldcp", "smoothnlp-companies/companies",
    "gov-reports/national-1978-2025",
)  # fmt: skip

REAL: Final = "real"
"""The corpus of the passages of real text."""

MARKED: Final = ROOT / "models" / "corpus" / "real" / "names.jsonl"

DESCRIPTIONS: Final = 4000
DESCRIPTION_LENGTH: Final = 200

Gold = list[tuple[int, int, str]]


def missing() -> list[str]:
    """Folders of further sources that are not there."""
    return [f"../shared/{name}" for name in ("reference", "data") if not (SHARED / name).is_dir()]


class Example(NamedTuple):
    """A text with its names, in offsets of the text, and the corpus it comes from.

    Attributes:
        unsure: stretches in which there may be further names of the label, about which the corpus says nothing.
    """

    text: str
    names: Gold
    corpus: str
    unsure: tuple[tuple[int, int, str], ...] = ()


def articles(files: Iterable[Path]) -> list[Example]:
    """Annotated articles."""
    return [
        Example(doc.text, [(e.start, e.end, e.label) for e in doc.ents if e.label in LABELS], file.stem)
        for file in files
        for doc in read_gold(file)
    ]


def passages() -> list[Example]:
    """Passages of the real text of ../shared/data, whose names were marked by hand; those of texts that are not there are left out."""
    marked: dict[str, list[dict[str, Any]]] = {}
    for line in MARKED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marked.setdefault(row["source"], []).append(row)
    found = []
    for source, some in marked.items():
        texts = [row["text"] for row in _shared_rows(source)]
        for row in some if texts else ():
            text = texts[row["row"]][row["start"] : row["end"]]
            if zlib.crc32(text.encode()) != row["crc32"]:
                raise SystemExit(f"{MARKED.name}: {source} {row['row']} is another text than the one that was marked")
            found.append(Example(text, [(start, end, MARKUP[sign]) for start, end, sign in row["names"]], REAL))
    return found


def cluener(split: str, labels: dict[str, str], unsure: dict[str, str] | None = None) -> list[Example]:
    """Sentences of CLUENER with the spans whose labels are in ``labels``, renamed; empty where it is not present."""
    file = SHARED / "data" / "cluener" / f"{split}.jsonl"
    if not file.exists():
        return []

    def chosen(spans: list[tuple[int, int, str]], mapping: dict[str, str]) -> Gold:
        return [(start, end, mapping[kind]) for start, end, kind in spans if kind in mapping]

    parsed = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [
        Example(row["text"], chosen(row["spans"], labels), "cluener", tuple(chosen(row["spans"], unsure or {})))
        for row in parsed
    ]


def weak() -> list[Example]:
    """Real text in which some names are known: CLUENER (train), FinRE, CFBenchmark and company descriptions."""
    found = cluener(
        "train",
        {"company": COMPANY, "government": INSTITUTION},
        {"organization": INSTITUTION, "scene": PARK, "address": PARK},
    )
    for name in ("finre/train", "finre/valid", "finre/test", "cfbenchmark/company"):
        for row in _shared_rows(name):
            whole = (0, len(row["text"]), COMPANY)
            found.append(Example(row["text"], occurrences(row["text"], row["companies"]), "companies", (whole,)))
    for row in islice(_shared_rows("smoothnlp-companies/companies"), DESCRIPTIONS):
        text = row["text"][:DESCRIPTION_LENGTH]
        names = occurrences(text, [row["name"], row["company"]])
        if names:
            found.append(Example(text, names, "descriptions", tuple((0, len(text), label) for label in LABELS)))
    return found


def occurrences(text: str, surfaces: Iterable[str]) -> Gold:
    """Where these companies stand in a text, the longest first where they overlap."""
    free = [True] * len(text)
    found: Gold = []
    for surface in sorted({surface for surface in surfaces if len(surface) > 1}, key=lambda each: (-len(each), each)):
        start = text.find(surface)
        while start >= 0:
            end = start + len(surface)
            if all(free[start:end]):
                free[start:end] = [False] * len(surface)
                found.append((start, end, COMPANY))
            start = text.find(surface, end)
    return found


def rows(file: str) -> Iterator[list[str]]:
    """Cells of a file of the package's data."""
    for line in (PACKAGE_DATA / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _shared_rows(name: str) -> Iterator[dict[str, Any]]:
    path = SHARED / "data" / f"{name}.jsonl.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def raw_texts(examples: Iterable[Example]) -> list[str]:
    """Text to count characters in: the articles, and the real text of ../shared/data where it is."""
    found = [example.text for example in examples if not example.corpus.startswith(("dev", REAL))]
    found += [row["text"] for name in TEXTS for row in _shared_rows(name)]
    return found + [example.text for example in cluener("train", {})]


def dictionaries() -> dict[str, set[str]]:
    """Words by the name of their class (`signals.CLASSES`)."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for file in ("common_words", "company_words", "park_words", "institution_words", "boundary_words"):
        for word, kind, *_ in rows(f"{file}.tsv"):
            kinds.setdefault((file, kind), set()).add(word)

    def of(file: str, *names: str) -> set[str]:
        return set().union(
            *(words for (owner, kind), words in kinds.items() if owner == file and (not names or kind in names))
        )

    header, *divisions = rows("divisions.tsv")
    columns = [header.index(name) for name in ("name", "short")]
    return {
        "word": of("common_words", "word"),
        "stop": of("common_words", "stop"),
        "place": {row[column] for row in divisions for column in columns},
        "industry": of("company_words", "industry", "descriptor", "legal", "group"),
        "kind": of("park_words"),
        "institution": of("institution_words"),
        "boundary": of("boundary_words"),
        "brand": brands(),
        "product": products(),
    }


def brands() -> set[str]:
    """Short names of companies: the package's, and where they are those of the reference and of company descriptions."""
    found = {row[0] for file in ("companies.tsv", "firms.tsv") for row in list(rows(file))[1:]}
    names = SHARED / "reference" / "company_names.txt"
    if names.exists():
        found |= set(names.read_text(encoding="utf-8").split())
    return found | {row["name"] for row in _shared_rows("smoothnlp-companies/companies")}


def products() -> set[str]:
    """Names of products, where the reference is."""
    file = SHARED / "reference" / "products.csv"
    if not file.exists():
        return set()
    with file.open(encoding="utf-8", newline="") as lines:
        return {next(iter(row.values())) for row in csv.DictReader(lines)}
