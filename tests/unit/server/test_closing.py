"""When a list empties: at its wall time in the event's zone, also in the nights in which clocks change."""

from datetime import UTC, datetime, time

import pytest

from server.check_in_lists.closing import last_closing, next_closing

BERLIN, SYDNEY = "Europe/Berlin", "Australia/Sydney"


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "wall", "zone", "closes"),
    [
        pytest.param(utc(28, 20), time(3), BERLIN, utc(29, 2), id="the same night"),
        pytest.param(utc(29, 2), time(3), BERLIN, utc(30, 2), id="at the very moment it is over"),
        pytest.param(utc(28, 20), time(3), SYDNEY, utc(29, 16), id="in another zone it is day by then"),
        pytest.param(utc(24, 20, month=10), time(2, 30), BERLIN, utc(25, 0, 30, month=10), id="the first of two 2:30"),
        pytest.param(utc(25, 0, 30, month=10), time(2, 30), BERLIN, utc(26, 1, 30, month=10), id="and not both"),
        pytest.param(utc(28, 20, month=3), time(2, 30), BERLIN, utc(29, 1, 30, month=3), id="no 2:30 in this night"),
        pytest.param(utc(29, 1, 30, month=3), time(2, 30), BERLIN, utc(30, 0, 30, month=3), id="and again the next"),
    ],
)
def test_a_list_empties_once_a_night(after: datetime, wall: time, zone: str, closes: datetime) -> None:
    assert next_closing(after, wall, zone) == closes
    assert last_closing(closes, wall, zone) == closes
    assert last_closing(after, wall, zone) <= after
