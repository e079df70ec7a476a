"""Who is offered a free place: the first in line whom it fits, and for how long."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from server.registrations.places import OnSale
from server.registrations.shop import Open
from server.waiting.line import InLine, Room, deadline, next_in

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
DAY, CREW = UUID(int=1), UUID(int=2)


def room(capacity: int | None, sold: int = 0, offered: int = 0, reserved: int = 0, crew: int | None = None) -> Room:
    event = Open(UUID(int=9), 1, True, False, reserved, True, capacity, sold, offered, NOW)
    return Room(event, [OnSale(DAY, 1, 0, None, sold), OnSale(CREW, 2, 0, crew, 0)])


def line(*wanted: tuple[UUID, int]) -> list[InLine]:
    return [InLine(UUID(int=number), type_id, places) for number, (type_id, places) in enumerate(wanted)]


@pytest.mark.parametrize(
    ("free", "wanted", "chosen"),
    [
        pytest.param(room(2), [(DAY, 1)] * 3, [0, 1], id="as many as there are places"),
        pytest.param(room(None), [(DAY, 1)] * 3, [0, 1, 2], id="an event without a bound"),
        pytest.param(room(3, sold=1, offered=1), [(DAY, 2), (DAY, 1)], [1], id="who wants more than there is waits on"),
        pytest.param(room(3, reserved=2), [(DAY, 1)] * 2, [0], id="the box office keeps its own"),
        pytest.param(room(9, crew=1), [(CREW, 1), (CREW, 1), (DAY, 1)], [0, 2], id="a quota that is used up"),
        pytest.param(room(1, sold=1), [(DAY, 1)], [], id="nothing is free"),
    ],
)
def test_free_places_go_to_the_first_whom_they_fit(
    free: Room, wanted: list[tuple[UUID, int]], chosen: list[int]
) -> None:
    assert [each.id.int for each in next_in(line(*wanted), free)] == chosen


def test_a_type_without_a_free_place_is_not_looked_for() -> None:
    assert room(5, crew=0).open_types() == {DAY: 5}
    assert room(5, sold=5).open_types() == {}
    assert room(None, crew=2).open_types() == {DAY: 101, CREW: 2}


def test_an_offer_lasts_a_day_or_half_of_the_time_that_is_left() -> None:
    assert deadline(NOW, NOW + timedelta(days=9)) == NOW + timedelta(days=1)
    assert deadline(NOW, NOW + timedelta(hours=3)) == NOW + timedelta(minutes=90)
