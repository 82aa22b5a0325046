"""The garbage collector while the pipeline works, and afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from parknlp.collector import paused


@pytest.fixture(autouse=True)
def nothing_young() -> Iterator[None]:
    gc.collect()
    yield
    gc.unfreeze()


def generation_of(found: object) -> int | None:
    return next((at for at in range(3) if any(each is found for each in gc.get_objects(at))), None)


def test_what_stays_is_old_at_once():
    with paused(stays=True):
        made = [[] for _ in range(10_000)]
    assert generation_of(made) == generation_of(made[-1]) == 2


def test_what_goes_is_young():
    with paused():
        made: list[object] = []
    assert generation_of(made) in (0, 1)


@pytest.mark.parametrize("stays", [True, False])
def test_the_collector_is_as_it_was_after_an_error(stays):
    with pytest.raises(ValueError, match="x"), paused(stays=stays):
        raise ValueError("x")
    assert gc.isenabled()


def test_what_others_have_frozen_remains_so():
    gc.freeze()
    frozen = gc.get_freeze_count()
    with paused(stays=True):
        made = [[]]
    assert gc.get_freeze_count() == frozen > 0 and made


def test_what_is_old_and_goes_in_circles_is_still_collected():
    with paused(stays=True):
        circle: list[object] = []
        circle.append(circle)
        del circle
    assert gc.collect() > 0
