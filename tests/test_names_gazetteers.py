"""Gazetteer names that are persons' names too: one case a line in the annotation guidelines' own markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from parknlp.corpus import parse_markup
from parknlp.doc import COMPANY
from parknlp.names import NameTagger
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
