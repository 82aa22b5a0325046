"""Gazetteer names that are persons' names too: one case a line in the annotation guidelines' own markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from parknlp.corpus import parse_markup
from parknlp.doc import COMPANY
from parknlp.names import NameTagger, words
from parknlp.names.resolve import resolve
from parknlp.text import TextBatch

CASES = (Path(__file__).parent / "cases" / "persons.txt").read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def tagger() -> NameTagger:
    return NameTagger()


@pytest.mark.parametrize("line", [line for line in CASES if not line.startswith("#")], ids=str)
def test_persons(tagger, line):
    text, expected = parse_markup(line.replace("\\n", "\n"))
    batch = TextBatch([text])
    (spans,) = batch.spans(resolve(tagger.find(batch)))
    found = [(span.start, span.text) for span in spans if span.label == COMPANY]
    assert found == [(span.start, span.text) for span in expected]


DATA = Path(words.__file__).parent.parent / "data"
FILES = (
    "boundary_words",
    "common_pairs",
    "common_words",
    "company_words",
    "institution_words",
    "name_rules",
    "park_words",
)


@pytest.mark.parametrize("file", FILES)
def test_word_lists_have_comments_at_their_head_alone(file):
    lines = (DATA / f"{file}.tsv").read_text("utf-8").split("\n")
    body = [line for line in lines if not line.startswith("#")]
    assert lines[len(lines) - len(body) :] == body and body.pop() == ""
    assert all(line.count("\t") == 1 and all(line.split("\t")) for line in body)
    assert words.rows(f"{file}.tsv") == [line.split("\t") for line in body]
