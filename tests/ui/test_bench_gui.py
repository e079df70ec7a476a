"""What `bench gui` counts: whose a stall is, and when a floor is missed."""

import time

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from tests.bench._stalls import Pulse, Stall, over
from tests.bench.gui import Result

WELL = Result(
    tickets=10,
    scans=4,
    verdicts=4,
    seconds=1.0,
    verdict_p50_ms=5.0,
    verdict_p99_ms=9.0,
    verdict_worst_ms=9.0,
    stalls_over_16_ms=1,
    stalls_over_50_ms=0,
    longest_stall_ms=20.0,
    longest_own_ms=12.0,
    with_the_machines_over_16_ms=9,
    with_the_machines_over_50_ms=3,
    memory_mb=200.0,
    growth_mb=1.0,
    device_facts=4,
    server_facts=4,
)


def test_what_the_window_computes_is_its_own_stall_however_busy_the_machine_is(qtbot: QtBot) -> None:
    pulse = Pulse()
    pulse.start()
    until = time.thread_time() + 0.03
    while time.thread_time() < until:
        """Compute, and answer nobody."""
    qtbot.waitUntil(lambda: bool(pulse.stalls))
    pulse.stop()
    assert max(each.own_ms for each in pulse.stalls) >= 29
    assert over([each.ours_ms for each in pulse.stalls], 16) >= 1


def test_time_in_which_the_machine_was_busy_is_not_counted() -> None:
    assert Stall(late_ms=80, own_ms=10, machine_ms=65, where="").ours_ms == 15
    assert Stall(late_ms=80, own_ms=30, machine_ms=200, where="").ours_ms == 30


@pytest.mark.parametrize(
    ("field", "value"),
    [("verdicts", 3), ("stalls_over_50_ms", 1), ("growth_mb", 33.0), ("server_facts", 3)],
)
def test_each_floor_is_missed_by_its_name(field: str, value: float) -> None:
    assert WELL.missed() == []
    assert msgspec.structs.replace(WELL, **{field: value}).missed() == [field]
