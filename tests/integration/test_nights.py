"""The nights in which clocks change: a laptop set to another zone and the server's own door say the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from eventreg_core.admission import Admitted, Kind
from eventreg_desktop.door.counts import attach, count
from eventreg_desktop.store.anchor import Anchor, unix_ms
from eventreg_desktop.store.db import transaction
from eventreg_desktop.store.mirror import apply_anchor
from eventreg_desktop.sync.state import Connection
from tests.integration.arrange import made
from tests.integration.desktops import Desktop, desktop, hands
from tests.integration.laptop import Festival, make_festival, scan_of, scanned
from tests.integration.served import Served
from tests.sync.laptop import Hands

TOKYO = timedelta(hours=8)
"""So far ahead of Berlin's is the clock of a laptop that shows Berlin's time while it believes to be in Japan."""
IN, OUT = Kind.ENTRY, Kind.EXIT


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-{text}:00+00:00")


@dataclass
class Night:
    """One laptop and the server's own door at work at the same moments, each with a guest of its own."""

    door: Desktop
    clock: Hands
    office: httpx.Client
    festival: Festival
    set_by: timedelta = timedelta(0)

    def until(self, at: datetime) -> None:
        """Let the laptop's clocks go on to this moment."""
        true = self.clock.wall - TOKYO - self.set_by
        self.clock.wait((at - true).total_seconds())

    def somebody_sets_the_clock(self, by: timedelta) -> None:
        """As people do in such a night; the laptop's other clock goes on."""
        self.clock.wall += by
        self.set_by += by

    def scan(self, at: datetime, way: Kind = IN) -> str:
        """What both say to their guests at this moment: a word, which must be the same."""
        self.until(at)
        self.door.works(kind=way)
        verdict = self.door.scan(self.festival.tokens[0]).verdict
        word = "admitted" if isinstance(verdict, Admitted) else verdict.reason.value
        sent: dict[str, Any] = {"occurred_at": at.isoformat(), "kind": way.value}
        answer = scanned(self.office, self.festival, scan_of(self.festival, 1, **sent))
        assert word == (answer["reason"] or answer["verdict"]), f"at {at}"
        return word

    def counted(self) -> tuple[int, int]:
        """People inside: by the laptop of those it saw, and by the server of all that it heard."""
        here = count(self.door.stores, self.door.door, self.door.clock())
        [there] = made(self.office.get(self.festival.path("counts")), 200)["items"]
        return here.inside, there["inside"]


@pytest.fixture
def night(request: pytest.FixtureRequest, organizer: httpx.Client, server: Served, tmp_path: Path) -> Iterator[Night]:
    begins, of_list = request.param
    festival = make_festival(organizer, guests=2, **of_list)
    clock = hands(begins + TOKYO)
    with desktop(tmp_path / "door", organizer, festival, server.url, clock) as door:
        # It heard the server's time at the beginning of this night, and nothing since.
        with transaction(door.stores.mirror):
            true, shown = unix_ms(begins), unix_ms(clock.wall)
            apply_anchor(door.stores.mirror, Anchor(true, shown, clock.boot, clock.mono_ns))
        attach(door.stores)
        yield Night(door, clock, organizer, festival)


DAILY = {"entry": "daily", "day_starts_at": "02:30"}
"""A day that begins in the very hour which comes twice in autumn and never in spring."""


@pytest.mark.parametrize(
    ("night", "scans"),
    [
        pytest.param(
            (utc("10-26T00:00"), DAILY),
            [
                ("10-26T00:20", "admitted"),  # 02:20, still the 25th
                ("10-26T00:40", "admitted"),  # 02:40 of summer time: the 26th has begun
                ("10-26T01:10", "already_today"),  # 02:10 once more: the 25th again, when the guest came too
                ("10-26T01:40", "already_today"),  # 02:40 once more
                ("10-27T01:20", "already_today"),  # 02:20, still the 26th
                ("10-27T01:40", "admitted"),
            ],
            id="an hour comes twice",
        ),
        pytest.param(
            (utc("03-30T00:00"), DAILY),
            [
                ("03-30T00:50", "admitted"),  # 01:50, still the 29th
                ("03-30T01:05", "admitted"),  # 03:05: 02:30 never came, and yet the 30th has begun
                ("03-30T01:40", "already_today"),
                ("03-31T00:20", "already_today"),  # 02:20, still the 30th
                ("03-31T00:40", "admitted"),
            ],
            id="an hour is left out",
        ),
    ],
    indirect=["night"],
)
def test_once_a_day_means_the_same_at_a_door_in_another_zone_and_at_the_server_when_clocks_change(
    night: Night, scans: list[tuple[str, str]]
) -> None:
    assert [night.scan(utc(at)) for at, _ in scans] == [word for _, word in scans]
    assert night.door.sync().connection is Connection.ONLINE
    listed = made(night.office.get(night.festival.path("check-ins")), 200)["items"]
    came = sorted(item["at"] for item in listed)
    admitted = [utc(at) for at, word in scans if word == "admitted"]
    assert [datetime.fromisoformat(at) for at in came] == sorted(admitted * 2), "to the second, from both"
    conflicts = made(night.office.get(night.festival.path("conflicts")), 200)
    assert conflicts["items"] == [], "what was due is what was told"


@pytest.mark.parametrize(
    ("night", "changes"),
    [
        pytest.param((utc("10-26T00:00"), {"entry": "reentry"}), timedelta(hours=-1), id="an hour comes twice"),
        pytest.param((utc("03-30T00:00"), {"entry": "reentry"}), timedelta(hours=1), id="an hour is left out"),
    ],
    indirect=["night"],
)
def test_nobody_is_ever_less_than_inside_in_a_night_when_somebody_sets_the_laptops_clock(
    night: Night, changes: timedelta
) -> None:
    begins = night.clock.wall - TOKYO
    steps = [(5, OUT), (40, IN), (55, OUT), (65, OUT), (70, IN), (75, IN), (110, OUT), (130, IN)]
    words, inside = [], []
    for minutes, way in steps:
        if minutes == 65:
            night.somebody_sets_the_clock(changes)
        words.append(night.scan(begins + timedelta(minutes=minutes), way))
        inside.append(night.counted()[0])
    assert words == [*["admitted"] * 5, "already_inside", "admitted", "admitted"]
    assert inside == [0, 1, 0, 0, 1, 1, 0, 1]
    night.door.sync()
    assert night.counted() == (2, 2), "both guests, wherever they are counted"
    assert made(night.office.get(night.festival.path("conflicts")), 200)["items"] == []
