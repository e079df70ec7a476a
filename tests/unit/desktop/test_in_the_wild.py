"""Undoing, wrong clocks and busy files: a door in the wild."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventreg_core.admission import Admitted, Kind, Reason
from eventreg_core.clock import EARLIEST, LATEST
from eventreg_core.problems import Problem
from eventreg_core.wire import FactRow, Page
from eventreg_desktop.door.annul import Annulled, NotAnnulled, WhyNot, annul
from eventreg_desktop.store import db, journal
from eventreg_desktop.store.anchor import Anchor
from eventreg_desktop.store.mirror import apply_anchor
from tests.sync.festival import (
    CLUB,
    Festival,
    registration,
    serial,
)
from tests.sync.laptop import Laptop, told


def test_an_entry_is_undone_within_a_quarter_of_an_hour_and_once(door: Laptop, festival: Festival) -> None:
    entry = door.scan(festival.text(serial(1))).fact
    assert entry is not None
    door.clock.wait(14 * 60)
    assert isinstance(annul(door.stores, door.door, entry, door.clock()), Annulled)
    assert annul(door.stores, door.door, entry, door.clock()) == NotAnnulled(WhyNot.ALREADY)
    assert told(door.scan(festival.text(serial(1)))) is None


@pytest.mark.parametrize("boot", ["boot-1", "boot-2"])
def test_an_entry_is_not_undone_later(door: Laptop, festival: Festival, boot: str) -> None:
    entry = door.scan(festival.text(serial(1))).fact
    assert entry is not None
    door.clock.wait(15 * 60)
    door.clock.boot = boot
    assert annul(door.stores, door.door, entry, door.clock()) == NotAnnulled(WhyNot.TOO_LATE)


def test_what_another_laptop_did_is_not_undone_here(door: Laptop) -> None:
    assert annul(door.stores, door.door, UUID(int=1), door.clock()) == NotAnnulled(WhyNot.NOT_OURS)


def test_a_door_whose_list_is_unknown_says_so(door: Laptop, festival: Festival) -> None:
    door.works(registration(1))
    with pytest.raises(Problem, match="list"):
        door.scan(festival.text(serial(1)))


def test_setting_the_clock_right_in_between_keeps_entry_before_exit(door: Laptop, festival: Festival) -> None:
    door.works(CLUB)
    door.clock.wall += timedelta(days=1)  # wrong until the server is asked
    door.scan(festival.text(serial(1)))
    door.clock.wait(10)
    now = door.clock()
    with db.transaction(door.stores.mirror):
        wall_ms = int(now.wall.timestamp() * 1000)
        apply_anchor(door.stores.mirror, Anchor(wall_ms - 86_400_000, wall_ms, now.boot, now.mono_ns))
    door.works(CLUB, Kind.EXIT)
    outcome = door.scan(festival.text(serial(1)))
    assert isinstance(outcome.verdict, Admitted)
    assert outcome.verdict.notes == ()
    assert outcome.at == now.wall - timedelta(days=1)


@pytest.mark.parametrize("boot", ["boot-1", "boot-2"])
def test_a_clock_set_back_during_a_shift_without_a_server_keeps_entry_before_exit(
    door: Laptop, festival: Festival, boot: str
) -> None:
    text, words = festival.text(serial(1)), []
    for kind, minutes in ((Kind.ENTRY, 0), (Kind.EXIT, -60), (Kind.ENTRY, 1), (Kind.ENTRY, 1)):
        door.works(CLUB, kind)
        door.clock.wall += timedelta(minutes=minutes)
        door.clock.mono_ns += 60_000_000_000
        words.append(told(door.scan(text)))
        door.clock.boot = boot
    assert words == [None, None, None, Reason.ALREADY_INSIDE]


def test_of_an_earlier_boot_with_a_wrong_clock_the_servers_time_counts(door: Laptop, festival: Festival) -> None:
    door.works(CLUB)
    door.clock.wall += timedelta(hours=2)  # wrong, and nobody there to say so
    entry = door.scan(festival.text(serial(1))).fact
    assert entry is not None
    door.clock.wall -= timedelta(hours=2)
    door.clock.boot = "boot-2"
    went_in, went_out = door.clock.wall, door.clock.wall + timedelta(minutes=10)
    code = serial(1).hex()
    door.holds(
        Page(
            facts=[
                FactRow(id=entry, kind="check_in", list=CLUB, at=went_in, serial=code),
                FactRow(id=UUID(int=9), kind="exit", list=CLUB, at=went_out, serial=code),
            ]
        )
    )
    door.clock.wait(30 * 60)
    assert told(door.scan(festival.text(serial(1)))) is None


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60
)
@given(wall=st.datetimes(timezones=st.just(UTC)) | st.sampled_from([EARLIEST, LATEST]), text=st.text(max_size=300))
def test_whatever_the_clock_and_the_code_say_the_door_answers(door: Laptop, wall: datetime, text: str) -> None:
    door.clock.wall = wall
    assert told(door.scan(text)) is Reason.UNREADABLE


def test_a_journal_that_somebody_else_writes_to_is_waited_for_and_then_said(door: Laptop, festival: Festival) -> None:
    other = db.connect(door.folder.journal)
    door.stores.journal.execute("PRAGMA busy_timeout = 1")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(db.StoreLocked, match="Close it"):
        door.scan(festival.text(serial(1)))
    other.execute("ROLLBACK")
    other.close()
    assert told(door.scan(festival.text(serial(1)))) is None
    assert journal.counts(door.stores.journal).facts == 1
