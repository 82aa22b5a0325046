"""What the names' rules and the tagger compute for many places at once is what they say of each: against plain loops."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parknlp import store
from parknlp.corpus import read_gold
from parknlp.fold import codes_of, text_of
from parknlp.matcher import Bitmap, Hashes, Matchers, is_whole
from parknlp.names import NameTagger, growth, lattice, vocabulary
from parknlp.names.growth import Growth
from parknlp.names.hints import PLACES, SCORES, HintWeights, features_of, merged, stretch
from parknlp.names.lattice import Lattice, hopeful
from parknlp.names.learned import SequenceTagger
from parknlp.names.signals import Words, signals
from parknlp.names.weights import WIDTH, Weights, offsets_of
from parknlp.text import TextBatch

CORPUS = Path(__file__).parent.parent / "models" / "corpus"
TEXTS = [doc.text for file in sorted(CORPUS.glob("*-[ab].jsonl")) for doc in read_gold(file)][::4]


def leftmost_longest(names: set[str], text: str) -> list[tuple[int, int]]:
    """Every match of one set of names, tried at each place."""
    found, end = [], 0
    for start in range(len(text)):
        stops = [start + len(name) for name in names if len(name) > 1 and text.startswith(name, start)]
        stop = max((stop for stop in stops if is_whole(text, start, stop)), default=0)
        if start >= end and stop:
            end = stop
            found.append((start, end))
    return found


SETS = st.lists(st.sets(st.text("甲乙丙ab1", min_size=2, max_size=5), max_size=6), min_size=1, max_size=3)


@settings(max_examples=400, deadline=None)
@given(SETS, st.text("甲乙丙ab1", max_size=40))
@example([{"甲乙丙", "甲乙丙1"}], "甲乙丙")
def test_sets_of_names_found_together(sets, text):
    assert Matchers(sets).find(codes_of(text), text) == tuple(leftmost_longest(names, text) for names in sets)


def test_words_of_gazetteers_and_rules_found_together():
    batch = TextBatch(TEXTS)
    lower = text_of(batch.lower)
    found = vocabulary.find(batch.lower, lower, Hashes.of(batch.lower))
    for number, matches in enumerate(found):
        names = {name for name, (_, sets) in vocabulary._matchers()._owners.items() if number in sets}
        assert matches == Matchers([names]).find(batch.lower, lower)[0]
        assert matches and {lower[start:end] for start, end in matches} <= names


def test_a_bitmap_misses_nothing():
    text = "".join(TEXTS[:3])
    words = {text[at : at + 3] for at in range(0, len(text) - 3, 7)}
    hits = Bitmap(words, 3).hits(Hashes.of(codes_of(text)))
    assert all(hits[at] for at in range(len(text) - 2) if text[at : at + 3] in words)
    assert hits.mean() < 0.5


def plain_reach(text, end, most, barriers, units, strict):
    """`Growth.reach`, a character at a time."""
    stops = growth._stops(strict=strict)
    at, lowest = end, max(0, end - most)
    while at > lowest and at not in barriers:
        if at in units:
            at = units[at]
            continue
        step = growth._step(text, at, end, lowest, stops)
        at -= step if step > 0 else -step
        if step <= 0:
            break
    while at < end and text[at] in "·&-)":
        at += 1
    return at


def test_names_grow_as_far_as_character_by_character():
    chance = np.random.default_rng(3)
    batch = TextBatch([*TEXTS, "江苏😀序轮(\ud800)科技··有限公司" * 5])
    text, codes = batch.text, batch.lower
    places = range(3, len(text) - 3)
    barriers, ends = (chance.choice(places, 60, replace=False).tolist() for _ in range(2))
    units = {end: end - 2 for end in ends}
    grown = Growth(text, codes, Hashes.of(codes))
    grown.bar(barriers)
    grown.unite(units)
    for end in places:
        for most, strict in ((14, True), (40, False)):
            assert grown.reach(end, most, strict) == plain_reach(text, end, most, barriers, units, strict)


def test_sums_of_weights_are_those_of_each_position():
    chance = np.random.default_rng(1)
    tables = {
        name: chance.integers(-99, 99, (rows, len(offsets_of(name)), SCORES))
        for name, rows in (("gram2", 30), ("kinds", 9), ("words0", 5))
    }
    rows = {name: chance.integers(0, len(table), 1200).astype(np.uint32) for name, table in tables.items()}
    expected = np.zeros((1200, SCORES), np.int64)
    for name, table in tables.items():
        padded = np.concatenate([np.zeros(9, int), rows[name], np.zeros(9, int)])
        for column, offset in enumerate(offsets_of(name)):
            expected += table[padded[9 + offset : 1209 + offset], column]
    rows["gram2"] *= len(offsets_of("gram2"))
    sums = Weights(tables).sums(rows)
    assert sums.shape == (1200, WIDTH)
    assert (sums[:, :SCORES] == expected).all()


def test_hints_add_their_features_at_their_places():
    batch = TextBatch(TEXTS[:6])
    hints = merged(batch, NameTagger().propose(batch))
    features = sorted({feature for key in hints.keys for feature in features_of(key)})[::2]
    weights = np.random.default_rng(2).integers(-99, 99, (len(features), len(PLACES), SCORES)).astype(np.int16)
    expected = np.zeros((len(batch.codes), WIDTH), np.int32)
    for start, end, key in zip(*hints, strict=True):
        for at, place in stretch(end - start):
            for feature in features_of(key):
                if feature in features:
                    expected[start + at, :SCORES] += weights[features.index(feature), place]
    scores = np.zeros_like(expected)
    HintWeights(features, weights, WIDTH).add(scores, hints)
    assert (scores == expected).all()


def test_names_stand_only_where_there_is_hope():
    batch = TextBatch(TEXTS)
    scores, inside = SequenceTagger.bundled().look(batch, NameTagger().propose(batch))
    places = hopeful(scores, inside)
    assert len(places) < 0.8 * len(inside)
    whole = Lattice(scores[::2], scores[1::2], inside)
    part = Lattice(scores[::2, places], scores[1::2, places], inside[places])
    names, few = whole.names(), part.names()
    assert names.starts == places[few.starts].tolist() and names.labels == few.labels
    assert names.ends == (places[np.array(few.ends) - 1] + 1).tolist()
    (own, rivals), (own_here, rivals_here) = whole.scores(names), part.scores(few)
    assert (own == own_here).all()
    assert (np.maximum(rivals - own, -4096) == np.maximum(rivals_here - own, -4096)).all()


def test_the_first_word_over_which_no_name_reaches():
    batch = TextBatch(TEXTS[:8])
    text, stops = batch.text, growth._stops(strict=True).two
    grown = Growth(text, batch.lower, Hashes.of(batch.lower))
    for start in range(3, len(text) - 20):
        for size in (1, 2, 5, 14):
            places = [at for at in range(start, start + size - 1) if text[at : at + 2] in stops]
            assert grown.first_stop(start, start + size) == (places[0] if places else -1)


def test_best_names_of_articles_however_they_are_chosen(monkeypatch):
    batch = TextBatch(TEXTS)
    scores, inside = SequenceTagger.bundled().look(batch, NameTagger().propose(batch))
    found = []
    for few in (0, 1 << 30):
        monkeypatch.setattr(lattice, "_FEW", few)
        found.append(Lattice(scores[::2], scores[1::2], inside).names())
    assert found[0] == found[1] and found[0].starts


@pytest.mark.parametrize("text", ["今年12A项目5G3和AbC、ab9。(a)“3M”", "9" * 50 + "x", "ＡＢ－１２"])
def test_codes_of_latin_words_are_told_by_kind_and_neighbours(text):
    batch = TextBatch([text])
    codes = signals(batch, Words(store.load(store.bundled("tagger"))[0])).codes["latin"]
    inside = [
        at for word in re.finditer("[A-Za-z0-9]+", batch.text) if not word[0].isdigit() for at in range(*word.span())
    ]
    assert np.flatnonzero(codes).tolist() == inside
