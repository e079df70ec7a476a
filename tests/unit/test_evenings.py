"""A short walk of what `dev.py soak stateful` does for hours, and proof that it would find what it looks for."""

import pytest

from tests.sync.memory_truth import MemoryTruth
from tests.sync.planted import BUGS, Planted
from tests.sync.running import run


def test_whatever_happens_in_an_evening_nothing_is_lost_and_every_order_of_arrival_ends_alike() -> None:
    tally = run(MemoryTruth, examples=8, steps=30, seed=5, orders=2)
    assert tally.failed == ""
    assert tally.examples >= 8


@pytest.mark.parametrize(
    ("bug", "seed", "how"),
    [
        ("server drops the receipt check", 2, "a fact is there twice"),
        ("laptop drops the receipt check", 1, "a fact is lost"),
        ("laptop admits again after the receipt", 2, "let in twice by a door that knew it"),
        ("server orders by arrival", 2, "another order of arrival ends in another state"),
    ],
)
def test_a_bug_that_is_planted_is_found(bug: str, seed: int, how: str) -> None:
    planted: Planted = BUGS[bug]
    with planted.wrong():
        tally = run(planted.truth, examples=500, steps=40, seed=seed, orders=1, shrink=False)
    assert how in tally.failed
