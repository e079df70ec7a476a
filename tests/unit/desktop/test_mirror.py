"""The guest list as the server tells it."""

from datetime import UTC, datetime, time
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventreg_core.admission import EntryPolicy, Window
from eventreg_core.clock import EARLIEST, LATEST, Reading
from eventreg_core.wire import FactRow, ListRow, Page, TypeRow
from eventreg_desktop.store import mirror
from eventreg_desktop.store.anchor import Anchor, moment, offset_ms, unix_ms
from eventreg_desktop.store.db import transaction
from tests.sync.festival import ADULT, EVENT, MAIN, PRESS, Festival, guests, serial
from tests.sync.laptop import Laptop
from tests.sync.memory_server import NOON


def content(door: Laptop) -> list[list[tuple[object, ...]]]:
    tables = ("events", "ticket_types", "lists", "gates", "keys", "tickets", "guests", "facts", "state")
    return [sorted(door.stores.mirror.execute(f"SELECT * FROM {table}")) for table in tables]


def test_applying_a_page_twice_changes_nothing(door: Laptop, festival: Festival) -> None:
    once = content(door)
    door.holds(festival.setting(), revision=2)
    door.holds(guests(10), revision=2)
    assert content(door) == once


def test_the_rule_of_a_list_comes_out_as_the_server_told_it(door: Laptop) -> None:
    opens, closes = datetime(2026, 7, 1, 8, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)
    door.holds(
        Page(
            ticket_types=[TypeRow(id=UUID(int=1), number=ADULT, name="Adult", closes=closes)],
            lists=[
                ListRow(
                    id=MAIN,
                    name="Main",
                    entry=EntryPolicy.DAILY,
                    ticket_types=(ADULT, 9),
                    day_starts_at=time(5, 30),
                    opens=opens,
                    strict_when_fresh=False,
                )
            ],
        )
    )
    event = mirror.find_event(door.stores.mirror, EVENT)
    assert event is not None
    found = mirror.find_list(door.stores.mirror, event, MAIN)
    assert found is not None
    assert found.policy.ticket_types == {ADULT: Window(None, closes), 9: Window()}
    assert (found.policy.entry, found.policy.window, found.policy.zone) == ("daily", Window(opens), "Europe/Berlin")
    assert (found.policy.day_starts_at, found.policy.strict_when_fresh) == (time(5, 30), False)


def test_lists_and_gates_can_be_offered_by_name(door: Laptop) -> None:
    event = mirror.find_event(door.stores.mirror, EVENT)
    assert event is not None
    lists = mirror.list_lists(door.stores.mirror, event)
    assert [each.name for each in lists] == ["Club", "Days", "Main door"]
    assert [(each.name, each.list) for each in mirror.list_gates(door.stores.mirror)] == [("North", MAIN)]
    assert set(lists[0].policy.ticket_types) == {ADULT, PRESS}


def test_a_reset_forgets_people_and_tickets_but_nobodys_entry(door: Laptop) -> None:
    entry = FactRow(id=UUID(int=5), kind="check_in", list=MAIN, at=NOON, serial=serial(1).hex())
    door.holds(Page(facts=[entry]), complete=True)
    with transaction(door.stores.mirror):
        mirror.reset(door.stores.mirror)
    left = {name: rows for name, rows in zip("eulgktpfs", content(door), strict=True) if rows}
    assert set(left) == {"f", "s"}
    known = mirror.state(door.stores.mirror)
    assert (known.cursor.revision, known.complete_at, known.fresh(door.clock())) == (0, None, False)


def test_a_mirror_is_fresh_for_a_minute_of_the_same_boot(door: Laptop) -> None:
    door.holds(Page(), complete=True)
    now = door.clock()
    known = mirror.state(door.stores.mirror)
    assert known.fresh(now)
    assert known.fresh(Reading(now.wall, now.boot, now.mono_ns + 59_999_999_999))
    assert not known.fresh(Reading(now.wall, now.boot, now.mono_ns + 60_000_000_000))
    assert not known.fresh(Reading(now.wall, now.boot, now.mono_ns - 1))
    assert not known.fresh(Reading(now.wall, "another", now.mono_ns))


@pytest.mark.parametrize(
    ("boot", "mono_s", "wall_ms", "offset"),
    [
        pytest.param("b", 10, 20_000, 5_000, id="same boot, nothing was touched"),
        pytest.param("b", 10, 3_620_000, -3_595_000, id="same boot, the laptop's clock was set by an hour"),
        pytest.param("c", 900, 50_000, 5_000, id="another boot: the last that was measured"),
        pytest.param("c", 900, -100_000, 5_000, id="another boot: kept right by a time server"),
        pytest.param("c", 900, -200_000, None, id="another boot: the clock was set back, nothing is known"),
    ],
)
def test_the_offset_of_the_clock(boot: str, mono_s: int, wall_ms: int, offset: int | None) -> None:
    anchor = Anchor(server_ms=15_000, wall_ms=10_000, boot="b", mono_ns=0)
    assert offset_ms(anchor, Reading(moment(wall_ms), boot, mono_s * 1_000_000_000)) == offset


def test_a_clock_that_was_never_measured_has_no_offset() -> None:
    assert offset_ms(None, Reading(NOON, "b", 0)) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(at=st.datetimes(timezones=st.just(UTC)) | st.sampled_from([EARLIEST, LATEST]))
def test_every_moment_survives_the_way_through_a_number(at: datetime) -> None:
    assert moment(unix_ms(at)) == at.replace(microsecond=at.microsecond // 1000 * 1000)
