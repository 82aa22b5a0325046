"""The sequence tagger: its lattice against enumeration, the bundled model's behaviour, bad input, bad files."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from parknlp import store
from parknlp.doc import LABELS
from parknlp.errors import ModelError
from parknlp.names.lattice import Chains, Marginals, Moves, viterbi
from parknlp.names.learned import SOURCE, SequenceTagger, hint_marks
from parknlp.names.signals import grams, plain
from parknlp.text import Candidate, TextBatch

STATES = 5
SENTENCES = [
    "镇江经开区与孚能科技（镇江）有限公司签约，总投资50亿元。",
    "园区集聚了比亚迪、宁德时代、序轮科技等20余家企业。",
    "江苏大学与市发改委共建研究院。",
    "今天天气很好。",
]


@pytest.fixture(scope="module")
def tagger() -> SequenceTagger:
    return SequenceTagger.bundled()


def surfaces(tagger: SequenceTagger, text: str, hints: list[Candidate] | None = None) -> list[tuple[str, str]]:
    batch = TextBatch([text])
    return [(batch.text[name.start : name.end], name.label) for name in tagger.find(batch, hints or [])]


def paths(inside: np.ndarray) -> list[tuple[int, ...]]:
    """Every sequence of states that the lattice allows."""
    found = []
    for states in itertools.product(range(STATES), repeat=len(inside)):
        before = (0, *states[:-1])
        follows = all(s % 2 or s == 0 or b in (s - 1, s) for b, s in zip(before, states, strict=True))
        if follows and not any(s and not i for s, i in zip(states, inside, strict=True)):
            found.append(states)
    return found


def path_score(states: tuple[int, ...], inside: np.ndarray, emissions: np.ndarray, moves: Moves) -> float:
    total, before = 0.0, 0
    for place, state in enumerate(states):
        if not inside[place]:
            total += moves.leave[before] if place and inside[place - 1] else 0
            before = 0
            continue
        total += moves.stay[before] if state and state % 2 == 0 else moves.leave[before]
        total += emissions[state, place]
        before = state
    return total + (moves.leave[before] if inside[-1] else 0)


@pytest.mark.parametrize("seed", range(12))
def test_lattice_agrees_with_enumeration(seed: int) -> None:
    random = np.random.RandomState(seed)
    inside = random.rand(6) > 0.25
    emissions = random.randint(-3000, 3000, (STATES, 6))
    moves = Moves(random.randint(-900, 900, STATES), random.randint(-900, 900, STATES))
    chains = Chains(inside)
    scores = {states: path_score(states, inside, emissions, moves) for states in paths(inside)}
    assert tuple(viterbi(chains, emissions, moves).tolist()) == max(scores, key=scores.__getitem__)
    weights = {states: np.exp(score / 1000) for states, score in scores.items()}
    total = sum(weights.values())
    marginals = Marginals(chains, emissions / 1000, Moves(moves.leave / 1000, moves.stay / 1000))
    expected = np.zeros((STATES, 6))
    names: dict[tuple[int, int, int], float] = {}
    for states, weight in weights.items():
        for place in np.flatnonzero(inside):
            expected[states[place], place] += weight / total
        for start in (place for place, state in enumerate(states) if state % 2):
            end = start + 1
            while end < 6 and states[end] == states[start] + 1:
                end += 1
            names[start, end, states[start]] = names.get((start, end, states[start]), 0) + weight / total
    assert np.allclose(marginals.probabilities(), expected)
    starts, ends, first = np.array(sorted(names)).reshape(-1, 3).T
    found = marginals.span_probabilities(starts, ends, first)
    assert np.allclose(found, [names[key] for key in sorted(names)])


def test_expected_moves_are_the_slope_of_the_partition() -> None:
    random = np.random.RandomState(3)
    inside = np.array([True, True, False, True, True, True])
    emissions = random.randn(STATES, 6)
    moves = Moves(random.randn(STATES), random.randn(STATES))

    def partition(leave: np.ndarray, stay: np.ndarray) -> float:
        each = [path_score(states, inside, emissions, Moves(leave, stay)) for states in paths(inside)]
        return float(np.log(np.exp(each).sum()))

    expected = Marginals(Chains(inside), emissions, moves).expected_moves()
    for state in range(STATES):
        nudge = np.eye(STATES)[state] * 1e-5
        left = partition(moves.leave + nudge, moves.stay) - partition(moves.leave - nudge, moves.stay)
        stayed = partition(moves.leave, moves.stay + nudge) - partition(moves.leave, moves.stay - nudge)
        assert left / 2e-5 == pytest.approx(expected.leave[state], abs=1e-6)
        assert stayed / 2e-5 == pytest.approx(expected.stay[state], abs=1e-6)


def test_finds_names_without_hints(tagger: SequenceTagger) -> None:
    found = surfaces(tagger, SENTENCES[0])
    assert ("镇江经开区", "PARK") in found
    assert ("孚能科技(镇江)有限公司", "COMPANY") in found
    assert surfaces(tagger, SENTENCES[3]) == []


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
        began = time.process_time()
        tagger.find(batch)
        return time.process_time() - began

    seconds(1000)
    assert seconds(40_000) < 40 * max(seconds(4_000), 0.02)


def test_hints_of_other_labels_and_lexicons() -> None:
    batch = TextBatch(["在华为有5家"])
    features = {
        mark.feature
        for mark in hint_marks(
            batch, [Candidate(4, 6, "COMPANY", "lexicon:mine"), Candidate(7, 9, "FIGURE", "quantity:x")]
        )
    }
    assert "COMPANY lexicon B" in features
    assert not any("FIGURE" in feature or "mine" in feature for feature in features)


def test_grams_do_not_reach_out_of_a_document() -> None:
    batch = TextBatch(["甲", "乙"])
    assert not grams(plain(batch.lower), 3)[batch.starts].any()


def test_other_models_are_refused(tmp_path) -> None:
    store.save(tmp_path, {}, {"kind": "something"})
    with pytest.raises(ModelError, match="no sequence tagger"):
        SequenceTagger.load(tmp_path)
    with pytest.raises(ModelError, match="no such model"):
        SequenceTagger.load(tmp_path / "absent")
