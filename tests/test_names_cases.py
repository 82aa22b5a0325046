"""Names in short texts: one case a line, in the annotation guidelines' own markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parknlp.doc import COMPANY, INSTITUTION, PARK
from parknlp.names import NameTagger
from parknlp.names.resolve import resolve
from parknlp.text import TextBatch

CASES = Path(__file__).parent / "cases"
MARK = re.compile(r"⟦([CPO])\|([^⟦⟧|]+)⟧")
LABELS = {"C": COMPANY, "P": PARK, "O": INSTITUTION}
FILES = {
    "companies": {COMPANY},
    "parks": {PARK},
    "institutions": {INSTITUTION},
    "aliases": {COMPANY, PARK, INSTITUTION},
}


def _cases():
    for file in FILES:
        for line in (CASES / f"{file}.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                yield pytest.param(file, line.replace("\\n", "\n"), id=line)


def _parse(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    plain, spans, at = "", [], 0
    for match in MARK.finditer(marked):
        plain += marked[at : match.start()]
        spans.append((len(plain), len(plain) + len(match[2]), LABELS[match[1]]))
        plain += match[2]
        at = match.end()
    return plain + marked[at:], spans


@pytest.fixture(scope="module")
def tagger() -> NameTagger:
    return NameTagger()


@pytest.mark.parametrize(("file", "marked"), list(_cases()))
def test_case(tagger, file, marked):
    text, expected = _parse(marked)
    batch = TextBatch([text])
    (spans,) = batch.spans(resolve(tagger.find(batch)))
    found = [(span.start, span.end, span.label) for span in spans if span.label in FILES[file]]
    assert [(text[s:e], label) for s, e, label in found] == [(text[s:e], label) for s, e, label in expected]
    assert found == expected
