"""Features: the sums are those of the slots, whatever way they are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from parknlp.facts.features import SLOTS, Features, atoms

FEATURES = Features(("kind", "place", "size"), ("kind", "", "kind place", "kind place size", "size"), 10)
COLUMNS = np.random.default_rng(1).integers(0, 9, (3, 3000))
WEIGHTS = np.random.default_rng(2).integers(-500, 500, SLOTS).astype(np.int16)
TABLE = atoms(list(COLUMNS))


def _sums(table: np.ndarray, group: np.ndarray | int = 0) -> list[int]:
    return WEIGHTS[FEATURES.slots(table, group)].sum(axis=0, dtype=np.int32).tolist()


def test_score_is_the_sum_of_the_weights() -> None:
    assert FEATURES.score(TABLE, WEIGHTS).tolist() == _sums(TABLE)


def test_options_alone_score_what_they_score_together() -> None:
    together = FEATURES.score(TABLE, WEIGHTS)
    assert [FEATURES.score(TABLE[:, at : at + 1], WEIGHTS)[0] for at in range(5)] == together[:5].tolist()


@pytest.mark.parametrize("group", range(3))
def test_each_group_has_weights_of_its_own(group: int) -> None:
    assert FEATURES.score_groups(TABLE, WEIGHTS, 3)[group].tolist() == _sums(TABLE, group)


def test_options_of_one_column_differ_by_group() -> None:
    column, group = np.array([4, 4, 7]), np.array([0, 2, 2])
    assert FEATURES.score_options(TABLE, WEIGHTS, column, group).tolist() == _sums(
        TABLE[:, column], group.astype(np.uint32)
    )


def test_nothing_scores_nothing() -> None:
    assert FEATURES.score(TABLE[:, :0], WEIGHTS).tolist() == []
