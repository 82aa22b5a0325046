"""Features: the sums are those of the slots, whatever way they are asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parknlp.facts.choosing import best
from parknlp.facts.features import SLOTS, Features, Panel, atoms, score_options

FEATURES = Features(("kind", "place", "size"), ("kind", "", "kind place", "kind place size", "size"), 10)
COLUMNS = np.random.default_rng(1).integers(0, 9, (3, 3000))
WEIGHTS = np.random.default_rng(2).integers(-500, 500, SLOTS).astype(np.int16)
TABLE = atoms(list(COLUMNS))


def _sums(table: np.ndarray, group: np.ndarray | int = 0) -> list[int]:
    return WEIGHTS[FEATURES.slots(table, group)].sum(axis=0, dtype=np.int32).tolist()


OTHER = Features(("kind", "place", "size"), ("place", "place size", "kind"), 30)


def test_score_is_the_sum_of_the_weights() -> None:
    assert Panel([(FEATURES, 0)]).score(TABLE, WEIGHTS)[0].tolist() == _sums(TABLE)


def test_a_panel_sums_over_several_features() -> None:
    first, second = Panel([(FEATURES, 0), (OTHER, 0)], [(OTHER, 2)]).score(TABLE, WEIGHTS)
    other = WEIGHTS[OTHER.slots(TABLE)].sum(axis=0, dtype=np.int32)
    assert first.tolist() == (np.array(_sums(TABLE)) + other).tolist()
    assert second.tolist() == WEIGHTS[OTHER.slots(TABLE, 2)].sum(axis=0, dtype=np.int32).tolist()


def test_options_alone_score_what_they_score_together() -> None:
    panel = Panel([(FEATURES, 0)])
    together = panel.score(TABLE, WEIGHTS)[0]
    assert [panel.score(TABLE[:, at : at + 1], WEIGHTS)[0, 0] for at in range(5)] == together[:5].tolist()


@pytest.mark.parametrize("group", range(3))
def test_each_group_has_weights_of_its_own(group: int) -> None:
    panel = Panel(*([(FEATURES, state)] for state in range(3)))
    assert panel.score(TABLE, WEIGHTS)[group].tolist() == _sums(TABLE, group)


def test_sums_are_exact() -> None:
    extreme = np.full(SLOTS, 32767, np.int16)
    assert Panel([(FEATURES, 0), (OTHER, 1)]).score(TABLE, extreme)[0].tolist() == [8 * 32767.0] * TABLE.shape[1]


def test_options_of_one_column_differ_by_group() -> None:
    column, group = np.array([4, 4, 7]), np.array([0, 2, 2])
    assert score_options(FEATURES, TABLE, WEIGHTS, column, group).tolist() == _sums(
        TABLE[:, column], group.astype(np.uint32)
    )


def test_nothing_scores_nothing() -> None:
    assert Panel([(FEATURES, 0)]).score(TABLE[:, :0], WEIGHTS).tolist() == [[]]


@given(st.lists(st.lists(st.integers(-3, 3), max_size=5), max_size=6))
def test_the_first_best_option_of_each_group(groups: list[list[int]]) -> None:
    starts = np.cumsum([0, *map(len, groups)])
    wanted = [start + group.index(max(group)) if group else -1 for start, group in zip(starts, groups, strict=False)]
    scores = np.array([score for group in groups for score in group], np.float32)
    at, value = best(scores, starts)
    assert at.tolist() == wanted
    assert [top for top, chosen in zip(value.tolist(), wanted, strict=True) if chosen >= 0] == [
        max(group) for group in groups if group
    ]
    assert best(np.stack([scores, -scores]), starts)[0][0].tolist() == wanted
