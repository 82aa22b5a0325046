"""The sequence tagger: its lattice against enumeration, the bundled model's behaviour, bad input, bad files."""

from __future__ import annotations

import importlib
import itertools
import json
import pickle
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from parknlp import store
from parknlp.collector import paused
from parknlp.doc import LABELS
from parknlp.errors import ModelError
from parknlp.names import lattice as lattice_module
from parknlp.names.grams import grams, plain
from parknlp.names.hints import merged
from parknlp.names.lattice import Lattice
from parknlp.names.learned import SOURCE, SequenceTagger
from parknlp.names.signals import Words, signals
from parknlp.text import Candidate, TextBatch

SENTENCES = [
    "镇江经开区与孚能科技（镇江）有限公司签约，总投资50亿元。",
    "园区集聚了比亚迪、宁德时代、序轮科技等20余家企业。",
    "江苏大学与市发改委共建研究院。",
    "今天天气很好。",
]


@pytest.fixture(scope="module")
def tagger() -> SequenceTagger:
    return SequenceTagger.bundled()


@pytest.fixture
def chains(monkeypatch):
    """The part of the training scripts that adds up probabilities."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "scripts"))
    return importlib.import_module("tagger.chains")


def surfaces(tagger: SequenceTagger, text: str, hints: list[Candidate] | None = None) -> list[tuple[str, str]]:
    batch = TextBatch([text])
    return [(batch.text[name.start : name.end], name.label) for name in tagger.find(batch, hints or [])]


def choices(first: int, size: int, labels: int, inside: np.ndarray) -> Iterator[list[tuple[int, int, int]]]:
    """Every choice of disjoint names from a position on."""
    yield []
    for start in range(first, size):
        for end in range(start + 2, size + 1):
            if inside[start:end].all():
                for label in range(labels):
                    for rest in choices(end, size, labels, inside):
                        yield [(start, end, label), *rest]


@pytest.mark.parametrize("few", [0, 1 << 9], ids=["chosen among", "one by one"])
@pytest.mark.parametrize("seed", range(20))
def test_the_best_names_are_those_of_enumeration(monkeypatch, seed: int, few: int) -> None:
    monkeypatch.setattr(lattice_module, "_FEW", few)
    random = np.random.RandomState(seed)
    size, labels = 8, 2
    inside = random.rand(size) > 0.15
    inside[[0, -1]] = False
    begin, inner = random.randint(-99, 99, (labels, size)), random.randint(-99, 99, (labels, size))

    def worth(name: tuple[int, int, int]) -> int:
        start, end, label = name
        return begin[label, start] + inner[label, start + 1 : end].sum()

    each = {tuple(names): sum(map(worth, names)) for names in choices(1, size, labels, inside)}
    lattice = Lattice(begin, inner, inside)
    found = lattice.names()
    names = tuple(zip(*found, strict=True))
    assert each[names] == max(each.values())
    own, rivals = lattice.scores(found)
    assert own.tolist() == list(map(worth, names))
    assert rivals.shape[1] == len(names)


def test_no_name_is_endless() -> None:
    begin, inner = np.full((1, 300), -9), np.full((1, 300), 1)
    begin[0, [1, 151]] = 9
    inside = np.arange(300) % 150 > 0
    inner[0, 160:] = -99
    found = Lattice(begin, inner, inside).names()
    assert found == ([151], [160], [0])


def test_rivals_of_neighbours() -> None:
    begin, inner = np.array([[-99, 5, -9, 7, -9, -99]]), np.array([[-99, -9, 4, -3, 2, -99]])
    inside = np.array([False, True, True, True, True, False])
    lattice = Lattice(begin, inner, inside)
    found = lattice.names()
    assert found == ([1, 3], [3, 5], [0, 0])
    own, rivals = lattice.scores(found)
    assert own.tolist() == [9, 9]
    assert rivals.max(0).tolist() == [0, 0]  # the name over both is worth 8, and costs the neighbour's 9


def test_rivals_within_and_beyond() -> None:
    begin, inner = np.array([[-99, 5, 3, -9, -9, -99]]), np.array([[-99, -9, 1, 4, -1, -99]])
    lattice = Lattice(begin, inner, np.array([False, True, True, True, True, False]))
    found = lattice.names()
    assert found == ([1], [4], [0])
    own, rivals = lattice.scores(found)
    assert own.tolist() == [10]
    assert sorted(rivals[:, 0].tolist())[-5:] == [0, 6, 6, 7, 9]


def paths(inside: np.ndarray, states: int) -> list[tuple[int, ...]]:
    """Every sequence of states that chains allow."""
    found = []
    for path in itertools.product(range(states), repeat=len(inside)):
        before = (0, *path[:-1])
        follows = all(s % 2 or s == 0 or b in (s - 1, s) for b, s in zip(before, path, strict=True))
        if follows and not any(s and not i for s, i in zip(path, inside, strict=True)):
            found.append(path)
    return found


def path_score(path: tuple[int, ...], inside: np.ndarray, emissions: np.ndarray, moves) -> float:
    total, before = 0.0, 0
    for place, state in enumerate(path):
        if not inside[place]:
            total += moves.leave[before] if place and inside[place - 1] else 0
            before = 0
            continue
        total += moves.stay[before] if state and state % 2 == 0 else moves.leave[before]
        total += emissions[state, place]
        before = state
    return total + (moves.leave[before] if inside[-1] else 0)


@pytest.mark.parametrize("seed", range(4))
def test_training_agrees_with_enumeration(chains, seed: int) -> None:
    random = np.random.RandomState(seed)
    states, size = 5, 6
    inside = random.rand(size) > 0.25
    emissions = random.randn(states, size)
    moves = chains.Moves(random.randn(states), random.randn(states))
    weights = {path: np.exp(path_score(path, inside, emissions, moves)) for path in paths(inside, states)}
    total = sum(weights.values())
    expected = np.zeros((states, size))
    for path, weight in weights.items():
        for place in np.flatnonzero(inside):
            expected[path[place], place] += weight / total
    marginals = chains.Marginals(chains.Chains(inside), emissions, moves)
    assert np.allclose(marginals.probabilities(), expected)


def test_expected_moves_are_the_slope_of_the_partition(chains) -> None:
    random = np.random.RandomState(3)
    states = 5
    inside = np.array([True, True, False, True, True, True])
    emissions = random.randn(states, 6)
    moves = chains.Moves(random.randn(states), random.randn(states))

    def partition(leave: np.ndarray, stay: np.ndarray) -> float:
        each = [path_score(path, inside, emissions, chains.Moves(leave, stay)) for path in paths(inside, states)]
        return float(np.log(np.exp(each).sum()))

    expected = chains.Marginals(chains.Chains(inside), emissions, moves).expected_moves()
    for state in range(states):
        nudge = np.eye(states)[state] * 1e-5
        left = partition(moves.leave + nudge, moves.stay) - partition(moves.leave - nudge, moves.stay)
        stayed = partition(moves.leave, moves.stay + nudge) - partition(moves.leave, moves.stay - nudge)
        assert left / 2e-5 == pytest.approx(expected.leave[state], abs=1e-6)
        assert stayed / 2e-5 == pytest.approx(expected.stay[state], abs=1e-6)


def test_finds_names_without_hints(tagger: SequenceTagger) -> None:
    found = surfaces(tagger, SENTENCES[0])
    assert ("镇江经开区", "PARK") in found
    assert ("孚能科技(镇江)有限公司", "COMPANY") in found
    assert surfaces(tagger, SENTENCES[3]) == []


def test_a_tagger_crosses_to_another_process_as_what_it_was_made_of(tagger: SequenceTagger) -> None:
    text = "江苏瑞尔隆鼎实业有限公司在镇江经开区投产"
    trained = SequenceTagger(*store.load(store.bundled("tagger")))
    for each, most in ((tagger, 1000), (trained, 20_000_000)):
        packed = pickle.dumps(each)
        assert len(packed) < most
        assert surfaces(pickle.loads(packed), text) == surfaces(tagger, text) != []  # noqa: S301 - our own bytes


def test_a_hint_raises_the_score(tagger: SequenceTagger) -> None:
    batch = TextBatch(["昨日，序轮科技投产。"])
    start = batch.text.index("序轮科技")
    hint = Candidate(start, start + 4, "COMPANY", "rule:company-industry")
    with_hint = {(n.start, n.end): n.score for n in tagger.find(batch, [hint])}
    without = {(n.start, n.end): n.score for n in tagger.find(batch)}
    assert with_hint[start, start + 4] >= without.get((start, start + 4), 0)


def test_scores_are_probabilities_and_sources_named(tagger: SequenceTagger) -> None:
    for name in tagger.find(TextBatch(SENTENCES)):
        assert 0 <= name.score <= 1 and name.label in LABELS and name.source == SOURCE and name.start < name.end


def test_a_batch_is_its_documents(tagger: SequenceTagger) -> None:
    batch = TextBatch(SENTENCES)
    together = [[] for _ in SENTENCES]
    for name in tagger.find(batch):
        document = batch.document_of(name.start)
        offset = batch.starts[document]
        together[document].append((name.start - offset, name.end - offset, name.label, name.score))
    for sentence, found in zip(SENTENCES, together, strict=True):
        alone = TextBatch([sentence])
        offset = alone.starts[0]
        assert found == [(n.start - offset, n.end - offset, n.label, n.score) for n in tagger.find(alone)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "。",
        "\ud800公司",
        "公司\0公司",
        "🏭" * 9,
        "（" * 50,
        "a" * 500,
        "１" * 300,
        "有限公司" * 60,
        "\u202e园区\r\n",
    ],
    ids=range(11),
)
def test_no_text_is_too_odd(tagger: SequenceTagger, text: str) -> None:
    batch = TextBatch([text, text])
    for name in tagger.find(batch):
        assert batch.document_of(name.start) == batch.document_of(name.end - 1)
    assert tagger.find(TextBatch([])) == []


@pytest.mark.parametrize("piece", ["有限公司", "1", "（", "园区、", "镇江经开区孚能科技"])
def test_time_is_linear(tagger: SequenceTagger, piece: str) -> None:
    def seconds(times: int) -> float:
        batch = TextBatch([piece * times])
        with paused():  # as in the pipeline: a collection would look at all that earlier tests left
            began = time.process_time()
            tagger.find(batch)
            return time.process_time() - began

    seconds(1000)
    assert seconds(40_000) < 40 * max(seconds(4_000), 0.02)


def test_hints_of_other_labels_and_lexicons() -> None:
    batch = TextBatch(["在华为有5家"])
    hints = [Candidate(4, 6, "COMPANY", "lexicon:mine"), Candidate(7, 9, "FIGURE", "quantity:x")]
    assert merged(batch, hints).keys == [("COMPANY", ("lexicon",), 2, 1)]


def test_hints_for_one_span_are_one() -> None:
    batch = TextBatch(["华为和华为"])
    at = batch.starts[0]
    hints = [Candidate(at, at + 2, "COMPANY", source) for source in ("rule:b", "rule:a", "rule:b")]
    hints.append(Candidate(at + 3, at + 5, "COMPANY", "rule:b"))
    assert merged(batch, hints).keys == [("COMPANY", ("rule:a", "rule:b"), 2, 2), ("COMPANY", ("rule:b",), 2, 2)]


def test_words_in_latin_letters_are_told_apart() -> None:
    batch = TextBatch(["为Woodside和IET的5G，ABC1"])
    codes = signals(batch, Words(store.load(store.bundled("tagger"))[0])).codes["latin"]
    by_word = {word: codes[batch.text.index(word) :][: len(word)] for word in ("Woodside", "IET", "5G", "ABC1")}
    assert all(len(set(each.tolist())) == 1 for each in by_word.values())
    assert len({each[0] for each in by_word.values()}) == 4
    assert not codes[[batch.text.index(other) for other in "为和的，".replace("，", ",")]].any()


def test_odds_of_a_name_that_was_not_chosen(tagger: SequenceTagger) -> None:
    batch = TextBatch(["孚能科技（镇江）有限公司今天天气很好"])
    reading = tagger.read(batch)
    name = reading.names[0]
    weather = name._replace(start=batch.text.index("天气"), end=batch.text.index("很好"))
    assert reading.odds(name) > 0 > reading.odds(weather)


def test_grams_speak_of_one_document_alone() -> None:
    together, alone = TextBatch(["甲乙", "丙丁"]), TextBatch(["丙丁"])
    for hashes, others in zip(grams(plain(together.lower)), grams(plain(alone.lower)), strict=True):
        start, end = together.starts[1] - 3, together.ends[1] + 2
        assert hashes[start : end - 1].tolist() == others[: end - start - 1].tolist()


def test_other_models_are_refused(tmp_path) -> None:
    store.save(tmp_path, {}, {"kind": "something"})
    with pytest.raises(ModelError, match="no sequence tagger"):
        SequenceTagger.load(tmp_path)
    with pytest.raises(ModelError, match="no such model"):
        SequenceTagger.load(tmp_path / "absent")


def test_names_marked_in_real_text(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "scripts"))
    sources = importlib.import_module("tagger.sources")
    rows = [json.loads(line) for line in sources.MARKED.read_text("utf-8").splitlines()]
    assert len({(row["source"], row["row"]) for row in rows}) == len(rows) > 800
    for row in rows:
        edges = [edge for start, end, _ in row["names"] for edge in (start, end)]
        assert edges == sorted(edges) and all(0 <= edge <= row["end"] - row["start"] for edge in edges)
        assert all(start < end and sources.MARKUP[sign] in sources.LABELS for start, end, sign in row["names"])
    if not sources.missing():
        assert len(sources.passages()) == len(rows)
