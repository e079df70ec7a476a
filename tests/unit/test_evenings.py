"""A short walk of what `dev.py soak stateful` does for hours, and proof that it would find what it looks for."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.sync.evening import Evening
from tests.sync.machine import empty_laptop
from tests.sync.memory_server import NOON
from tests.sync.memory_truth import MemoryTruth
from tests.sync.planted import BUGS, Planted
from tests.sync.rest import come_to_rest
from tests.sync.running import run


def test_whatever_happens_in_an_evening_nothing_is_lost_and_every_order_of_arrival_ends_alike() -> None:
    tally = run(MemoryTruth, examples=8, steps=30, seed=5, orders=2)
    assert tally.failed == ""
    assert tally.examples >= 8


def test_a_laptop_that_wakes_up_in_another_year_is_placed_by_its_clock_once_that_was_measured(tmp_path: Path) -> None:
    truth = MemoryTruth()
    evening = Evening(truth, tmp_path, empty_laptop)
    evening.open_doors([timedelta(0)])
    evening.sync(0)
    evening.reboot(0, minutes=-30 * 365 * 24 * 60)
    evening.scan(0, 0, 0)
    evening.wait(60)
    evening.sync(0)
    evening.scan(0, 1, 0)
    come_to_rest(evening, 1, random.Random(1))
    evening.close()
    assert sorted(truth.server.times.values()) == [NOON, NOON + timedelta(minutes=1)]


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
