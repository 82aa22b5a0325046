"""FIGURE, PERCENT and TIME spans against the marked lines of `cases/`, and on any text."""

from __future__ import annotations

import dataclasses
import re
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, strategies

from parknlp.collector import paused
from parknlp.quantity import QuantityTagger, Unit, UnitTable, find_quantities, format_quantity, parse_quantity
from parknlp.text import TextBatch

CASES = Path(__file__).parent / "cases"
MARK = re.compile(r"⟦([FRT])\|([^⟧]*)⟧")
LABELS = {"F": "FIGURE", "R": "PERCENT", "T": "TIME"}


def lines(name):
    return [
        line for line in (CASES / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]


def tagged(texts, published=None):
    batch = TextBatch(texts)
    return batch.spans(QuantityTagger().find(batch, published or [None] * len(texts)))


def marked(text, spans):
    letters = {label: letter for letter, label in LABELS.items()}
    for span in reversed(spans):
        text = f"{text[: span.start]}⟦{letters[span.label]}|{span.text}⟧{text[span.end :]}"
    return text


@pytest.mark.parametrize("line", [*lines("figures.txt"), *lines("percents.txt"), *lines("times.txt")])
def test_spans(line):
    plain = MARK.sub(r"\2", line)
    labels = {LABELS[letter] for letter, _ in MARK.findall(line)} or set(LABELS.values())
    spans = [span for span in tagged([plain])[0] if span.label in labels]
    assert marked(plain, spans) == line


ADVERSARIAL = {
    "digits": "1" * 300_000,
    "han digits": "一" * 300_000,
    "scales": "万亿" * 150_000,
    "ranges": "1-" * 150_000,
    "tildes": "1~2家~" * 60_000,
    "times": "2×" * 150_000,
    "fractions": "三分之" * 100_000,
    "months": "1月至" * 100_000,
    "years": "2024年" * 60_000,
    "titles": "《" * 300_000,
    "open titles": "《2024年10家" * 40_000,
    "commas": "1,000" * 60_000,
    "rates": "1元/元/元/元" * 40_000,
    "halves": "一个半" * 100_000,
    "elliptic": "0.1个、" * 60_000,
    "points": "三点一" * 100_000,
    "blanks": "1 " * 150_000,
    "weeks": "上周" * 150_000,
    "percent of": "百分之" * 100_000,
    "joined days": "1月1日至" * 60_000,
    "joined years": "2024年至" * 60_000,
    "groups": "1 234 " * 50_000,
    "apart": "1 2 3 " * 50_000,
    "powers": "5×10^5" * 50_000,
    "mixed": "一又二分之" * 60_000,
    "counters": "浏览:5次" * 60_000,
    "currencies": "USD 5" * 60_000,
    "tails": "5块6" * 40_000,
    "colds": "零下5度" * 40_000,
    "one title": "《" + "5家" * 100_000,
}


@pytest.mark.parametrize("text", ADVERSARIAL.values(), ids=ADVERSARIAL)
def test_time_is_linear(text):
    def seconds(piece):
        with paused():  # as in the pipeline: a collection would look at all that earlier tests left
            start = time.process_time()
            tagged([piece])
            return time.process_time() - start

    seconds(text[:1000])
    small = max(seconds(text[: len(text) // 8]), 0.01)
    assert seconds(text) < 20 * small  # eight times the text


HOSTILE = strategies.text(
    strategies.one_of(
        strategies.characters(),
        strategies.sampled_from(
            "0123456789零一二三两十百千万亿几数半多余来上成倍%‰个月日年季度元家米/-~—至到×《》“”分之点 .,:+±负\n\0\r\ud800𠮷"
        ),
    ),
    max_size=60,
)


@given(strategies.lists(HOSTILE, max_size=4))
def test_any_text(texts):
    found = tagged(texts, ["2025-07-20"] * len(texts))
    for text, spans in zip(texts, found, strict=True):
        end = 0
        for span in spans:
            assert end <= span.start < span.end
            assert span.text == text[span.start : span.end]
            assert span.value is not None and span.source.startswith("rule:")
            end = span.end
    assert found == [tagged([text], ["2025-07-20"])[0] for text in texts]


def test_find_quantities_keeps_offsets():
    spans = find_quantities("產值１，１０４．７億元，占２成")
    assert [(span.text, span.label, str(span.value.low)) for span in spans] == [
        ("１，１０４．７億元", "FIGURE", "110470000000.0"),
        ("２成", "PERCENT", "20"),
    ]


@pytest.mark.parametrize("name", ["figures.txt", "percents.txt", "times.txt"])
def test_a_batch_of_all_cases_gives_the_same(name):
    texts = [MARK.sub(r"\2", line) for line in lines(name)]
    assert tagged(texts) == [tagged([text])[0] for text in texts]


def test_values_of_figures_read_back():
    for line, _ in values():
        for span in find_quantities(MARK.sub(r"\2", line)):
            quantity = dataclasses.replace(span.value, bound="exact")
            if (
                quantity.dimension == "count"
                or line.startswith("港币")
                or quantity.written_unit in ("寸", "度", "万方", "T")
            ):
                continue  # their sense is in the words around them
            again = parse_quantity(format_quantity(quantity))
            assert (again.low, again.high, again.unit) == (quantity.low, quantity.high, quantity.unit)


def test_a_table_of_ones_own():
    batch = TextBatch(["三分之一，12绿洲，百分之二十，5块6，1,000家"])
    found = QuantityTagger(UnitTable([Unit("绿洲", "m2", "area", Fraction(5))])).find(batch, [None])
    assert [str(span.value.low) for span in batch.spans(found)[0][1:3]] == ["60", "20"]


def test_bounds_stand_outside_the_span():
    found = {
        span.text: span.value.bound
        for span in find_quantities("近5家，超6家，不足7家，8家以上，9家以内，10家左右，至少11家，12家")
    }
    assert found == {
        "5家": "about", "6家": "above", "7家": "below", "8家": "at_least", "9家": "at_most", "10家": "about",
        "11家": "at_least", "12家": "exact",
    }  # fmt: skip


def values():
    return [line.split("\t") for line in lines("values.tsv")]


def summary(quantity):
    low, high = (format(end, "f") for end in (quantity.low, quantity.high))
    low, high = (end.rstrip("0").rstrip(".") if "." in end else end for end in (low, high))
    return f"{low if low == high else f'{low}~{high}'} {quantity.unit} {quantity.bound}"


@pytest.mark.parametrize(("line", "expected"), values(), ids=[row[0] for row in values()])
def test_values(line, expected):
    plain = MARK.sub(r"\2", line)
    spans = find_quantities(plain)
    assert marked(plain, spans) == line
    assert " | ".join(summary(span.value) for span in spans) == expected
