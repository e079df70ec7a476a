"""Clocks that are wrong, days that begin late, ids that sort."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventreg_core.clock import EARLIEST, LATEST, corrected, event_day, zone
from eventreg_core.ids import uuid7
from eventreg_core.problems import MalformedText

NOON = datetime(2026, 7, 4, 12, tzinfo=UTC)


def test_a_measured_offset_is_added_and_an_unknown_one_is_none() -> None:
    assert corrected(NOON, 1500) == NOON + timedelta(milliseconds=1500)
    assert corrected(NOON, -1500) == NOON - timedelta(milliseconds=1500)
    assert corrected(NOON.astimezone(timezone(timedelta(hours=2))), None) == NOON


@given(st.datetimes(timezones=st.timezones()), st.none() | st.integers())
def test_no_clock_however_wrong_leads_beyond_the_calendar(wall: datetime, offset: int | None) -> None:
    at = corrected(wall, offset)
    assert EARLIEST <= at <= LATEST
    assert isinstance(event_day(at, "Pacific/Kiritimati", time(6)), date)


@pytest.mark.parametrize(
    "name", ["", ".", "Nowhere", "../../etc/passwd", "Europe/Berlin/Mitte", "a\x00b", "zone.tab", "a/" * 2000]
)
def test_a_name_that_is_no_zone_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(MalformedText, match="Choose one such as") as caught:
        zone(name)
    assert caught.value.code == "unknown_zone"


def test_the_day_is_the_events_and_starts_when_the_list_says() -> None:
    late = datetime(2026, 7, 4, 23, 30, tzinfo=UTC)
    assert event_day(late, "UTC", time(0)) == date(2026, 7, 4)
    assert event_day(late, "Europe/Berlin", time(0)) == date(2026, 7, 5)
    assert event_day(late, "Europe/Berlin", time(6)) == date(2026, 7, 4)


@given(st.integers(), st.binary(min_size=10, max_size=10))
def test_an_id_is_a_version_7_uuid_whatever_the_clock_says(ms: int, randomness: bytes) -> None:
    made = uuid7(ms, randomness)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == min(max(ms, 0), 2**48 - 1)


def test_later_ids_sort_later() -> None:
    assert uuid7(1, b"\xff" * 10) < uuid7(2, b"\x00" * 10)


def test_an_id_needs_ten_random_bytes() -> None:
    with pytest.raises(ValueError, match="ten random bytes"):
        uuid7(1, b"")
