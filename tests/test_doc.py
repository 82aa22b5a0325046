import copy
import dataclasses
import json
import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parknlp.doc import LABELS, ChainScore, Doc, Evidence, Fact, Period, Quantity, Span
from parknlp.errors import DataError, OptionError

NUMBER = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20)
QUANTITY = st.builds(
    Quantity, NUMBER, NUMBER, st.text(), st.text(), st.sampled_from(["exact", "about"]), NUMBER, NUMBER, st.text()
)
PERIOD = st.builds(Period, st.text(), st.none() | st.text(), st.none() | st.text())
SPAN = st.builds(
    Span,
    st.integers(0, 99),
    st.integers(100, 200),
    st.sampled_from(LABELS),
    st.text(),
    st.none() | QUANTITY | PERIOD,
    st.none() | st.text(),
    st.floats(0, 1),
    st.text(),
    st.none() | st.integers(0, 3),
)
PART = st.none() | st.text()
FACT = st.builds(Fact, PART, PART, PART, PART, PART, PART, st.just({"subject": (0, 2)}), st.text())
EVIDENCE = st.builds(Evidence, st.text(), st.floats(0, 1), st.integers(0, 9), st.integers(9, 19))
CHAIN = st.builds(
    ChainScore, st.text(), st.text(), st.text(), st.floats(0, 1), st.lists(EVIDENCE, max_size=2).map(tuple)
)
DOC = st.builds(
    Doc,
    st.text(),
    st.none() | st.text(),
    st.none() | st.just("2025-07-20"),
    st.none() | st.dictionaries(st.text(), st.integers()),
    st.lists(SPAN, max_size=3).map(tuple),
    st.dictionaries(st.text(), st.floats(0, 1), max_size=3),
    st.lists(CHAIN, max_size=2).map(tuple),
    st.none() | st.text(),
    st.lists(st.text(), max_size=2).map(tuple),
    st.lists(FACT, max_size=2).map(tuple),
    st.lists(st.tuples(st.text(), st.text()), max_size=2).map(tuple),
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
    st.none() | st.text(),
)


@given(DOC)
def test_to_dict_and_from_dict_are_inverse_through_json(doc):
    assert Doc.from_dict(json.loads(json.dumps(doc.to_dict()))) == doc


@given(DOC)
def test_documents_can_be_pickled(doc):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(doc, protocol)) == doc  # noqa: S301 - our own bytes
    assert copy.deepcopy(doc) == copy.copy(doc) == doc


def test_pickled_documents_are_frozen_and_of_their_own_class():
    class Note(Doc):
        pass

    doc = pickle.loads(pickle.dumps(Doc("园区", ents=(Span(0, 2, "PARK", "园区"),))))  # noqa: S301 - our own bytes
    assert type(doc) is Doc and type(doc.ents[0]) is Span
    with pytest.raises(dataclasses.FrozenInstanceError):
        doc.ents[0].start = 1
    assert type(copy.copy(Note("园区"))) is Note  # a class of the user's own is copied as Python does it


def test_exact_values_of_facts_come_back_from_the_spans():
    q = Quantity(*[Decimal("11.2")] * 2, "%", "fraction", "exact", *[Decimal("11.2")] * 2, "%")
    span = Span(6, 11, "PERCENT", "11.2%", q)
    fact = Fact("园区", "产值", None, "-11.2%", "同比", None, {"change": (6, 11)}, "r").with_quantities([span])
    assert fact.change_quantity.low == fact.change_quantity.high == Decimal("-11.2")
    doc = Doc("园区产值下降11.2%", ents=(span,), facts=(fact,))
    assert Doc.from_dict(doc.to_dict()) == doc


def test_everything_is_frozen_and_slotted():
    for cls in (Quantity, Period, Span, Evidence, ChainScore, Fact, Doc):
        assert cls.__dataclass_params__.frozen
        assert "__dict__" not in dir(cls)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Doc("").text = "x"


def test_contract_of_the_keys():
    doc = Doc(
        "x", ents=(Span(0, 1, "PARK", "x"),), chains=(ChainScore("it", "n", "c", 0.5, (Evidence("x", 1, 0, 1),)),)
    )
    data = doc.to_dict()
    assert {
        "text",
        "title",
        "meta",
        "ents",
        "cats",
        "chains",
        "primary",
        "clusters",
        "facts",
        "located",
        "body",
        "error",
    } <= set(data)
    assert set(data["ents"][0]) == {"start", "end", "label", "text", "value", "kb_id", "score", "source", "group"}
    assert set(data["chains"][0]) == {"id", "name", "cluster", "score", "evidence"}
    assert set(data["chains"][0]["evidence"][0]) == {"text", "weight", "start", "end"}


def test_numbers_are_written_without_exponent():
    q = Quantity(Decimal("1E+11"), Decimal("1E-7"), "x", "d", "exact", Decimal(0), Decimal("-0.50"), "")
    assert [q.to_dict()[k] for k in ("low", "high", "written_low", "written_high")] == [
        "100000000000",
        "0.0000001",
        "0",
        "-0.5",
    ]


@pytest.mark.parametrize(
    "data", [{}, {"text": "x", "ents": [{}]}, {"text": "x", "ents": 5}, {"text": "x", "body": [1]}]
)
def test_what_is_no_document_is_refused(data):
    with pytest.raises(DataError, match="no tagged document"):
        Doc.from_dict(data)


def test_tokens_need_a_tokenizer():
    with pytest.raises(OptionError, match="no tokenizer"):
        _ = Doc("x").tokens
