"""What a caller has set for decimals and for numpy changes nothing that is found."""

from __future__ import annotations

import decimal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import parknlp
from parknlp.corpus import read_gold
from parknlp.quantity import find_quantities, format_quantity, parse_number, parse_quantity

CORPUS = Path(__file__).parent.parent / "models" / "corpus"


@pytest.fixture
def coarse() -> Iterator[decimal.Context]:
    """A context in which every operation on longer numbers shows."""
    with decimal.localcontext(decimal.Context(prec=2)) as context:
        yield context


@pytest.fixture(scope="module")
def nlp() -> parknlp.Pipeline:
    return parknlp.load()


# numbers that stand nowhere else, since values are remembered
@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("-6.2345671亿元", "-623456710"),
        ("93元5角2分", "93.52"),
        ("1小时31分钟", "91"),
        ("7.23456781亩", "4823.045206666666666666666667"),
    ],
)
def test_values_are_exact(coarse, nlp, text, low):
    assert parse_quantity(text).low == decimal.Decimal(low)
    assert find_quantities(f"产值{text}。")[0].value.low == decimal.Decimal(low)
    assert nlp(f"产值{text}。").figures[0].value.low == decimal.Decimal(low)
    assert coarse.prec == 2
    assert not coarse.flags[decimal.Inexact]


def test_numbers_and_their_text(coarse):
    assert parse_number("三又八分之一") == decimal.Decimal("3.125")
    assert format_quantity(parse_quantity("七分之三")) == "3/7"


def test_a_fall_is_exact(coarse, nlp):
    fact = nlp("镇江高新区实现产值52亿元，同比下降12.3456781%。").facts[0]
    assert fact.change_quantity.low == decimal.Decimal("-12.3456781")


def test_a_document_comes_back_as_it_was(coarse, nlp):
    doc = nlp("镇江高新区实现产值53.2345671亿元，同比下降12.3456782%。")
    assert parknlp.Doc.from_dict(doc.to_dict()) == doc
    assert doc.facts[0].change_quantity.high == decimal.Decimal("-12.3456782")


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="numpy keeps its errors by thread before 2.0")
def test_numpy_that_raises_is_not_asked(nlp):
    docs = list(read_gold(CORPUS / "train-a.jsonl"))[:60]
    with np.errstate(all="raise"):
        found = [nlp(doc.text) for doc in docs]
    assert found == list(nlp.pipe(doc.text for doc in docs))
