"""Cases that other check-in systems test or stumbled over, as docs/scenarios.md names them, where no other test has."""

from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from eventreg_core.facts import RefusedScan
from eventreg_desktop.door.door import Allowed, Scanned
from eventreg_desktop.door.redeem import redeem
from server.clock import new_id, utc_now
from tests.integration.arrange import Json, made, make_type, register
from tests.integration.conftest import Rows
from tests.integration.desktops import desktop
from tests.integration.laptop import Festival, Laptop, cursor_after, make_festival, scan_of, scanned, states
from tests.integration.served import Served
from tests.sync.laptop import told


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=2)


def another_list(organizer: httpx.Client, festival: Festival, **fields: str) -> Json:
    return made(organizer.post(festival.path("check-in-lists"), json={"name": "Club"} | fields))


def check_ins(organizer: httpx.Client, festival: Festival) -> list[Json]:
    items: list[Json] = made(organizer.get(festival.path("check-ins")), 200)["items"]
    return items


def test_lists_count_apart_from_each_other_at_the_server_too(organizer: httpx.Client, festival: Festival) -> None:
    """R11: who entered on one list enters on another, and there once."""
    club = another_list(organizer, festival)
    assert scanned(organizer, festival, scan_of(festival))["verdict"] == "admitted"
    there = {"list_id": club["id"], "gate_id": None}
    assert scanned(organizer, festival, scan_of(festival, **there))["verdict"] == "admitted"
    assert scanned(organizer, festival, scan_of(festival, **there))["reason"] == "already_used"


def test_a_scan_of_yesterday_carries_exactly_its_time_and_where_all_may_enter_again_an_id_is_still_one_entry(
    organizer: httpx.Client, festival: Festival
) -> None:
    """R07, I02."""
    open_list = another_list(organizer, festival, entry="unlimited")
    yesterday = (utc_now() - timedelta(days=1)).replace(microsecond=0)
    scan = scan_of(festival, list_id=open_list["id"], gate_id=None, occurred_at=yesterday.isoformat())
    first = scanned(organizer, festival, scan)
    assert scanned(organizer, festival, scan) == first
    [only] = check_ins(organizer, festival)
    assert datetime.fromisoformat(only["at"]) == yesterday
    assert scanned(organizer, festival, scan | {"id": str(new_id())})["verdict"] == "admitted"
    assert len(check_ins(organizer, festival)) == 2


def test_a_door_that_gave_up_waiting_and_refused_keeps_the_servers_yes_and_its_own_no(
    anonymous: httpx.Client, organizer: httpx.Client, festival: Festival, sql: Rows
) -> None:
    """I04: the server said yes, the answer was lost, and the door wrote down a no under the same id."""
    laptop = Laptop(anonymous, organizer, festival)
    scan = scan_of(festival)
    assert scanned(organizer, festival, scan)["verdict"] == "admitted"
    fields = laptop.stamp(utc_now()) | {"id": scan["id"]}
    laptop.append(RefusedScan(**fields, serial=festival.serial(), reason="already_used"))  # type: ignore[arg-type]
    assert states(laptop.push()) == ["recorded"]
    kept = sql.execute("SELECT kind FROM facts WHERE id = %s ORDER BY kind", [scan["id"]]).fetchall()
    assert [row["kind"] for row in kept] == ["check_in", "refused_scan"]
    flagged = sql.execute("SELECT forked FROM journals WHERE journal = %s", [laptop.journal]).fetchall()
    assert flagged == [{"forked": True}], "and somebody is told that an id was used twice"


def test_a_supervisors_word_is_noted_only_where_something_stood_against_it_at_both_doors(
    organizer: httpx.Client, server: Served, festival: Festival, tmp_path: Path
) -> None:
    """F02: an override of a good ticket is an entry like any other; of a used one it says despite what."""
    words = [scanned(organizer, festival, scan_of(festival, override="Known to me")) for _ in range(2)]
    assert [(one["verdict"], one["despite"]) for one in words] == [("admitted", None), ("admitted", "already_used")]
    with desktop(tmp_path / "door", organizer, festival, server.url) as door:
        held_up, allowed = Scanned(festival.tokens[1]), Allowed("supervisor", "Known to me")
        said = [redeem(door.stores, door.door, held_up, door.clock(), allowed) for _ in range(2)]
        assert [told(one) for one in said] == [None, None]
        assert [getattr(fact.fact, "despite", "none") for fact in door.facts()] == [None, "already_used"]


def test_whom_a_door_let_in_unpaid_on_somebodys_word_is_in(
    anonymous: httpx.Client, organizer: httpx.Client, festival: Festival
) -> None:
    """F04: a fact is stored, and counts, whatever the server thinks of the payment; so is one that nobody can place."""
    paid_for = make_type(organizer, festival.event, name="Paid", price_minor=1000, currency="EUR")
    made(organizer.put(f"/events/{festival.id}", json={"pays_at_door": True}), 200)
    late = another_list(organizer, festival)
    pending = register(organizer, festival.event, "late@example.org", ticket_type_id=paid_for["id"])
    assert pending["payment_status"] == "PENDING"
    laptop = Laptop(anonymous, organizer, festival)
    [tickets] = [row for page in laptop.pull_all() for row in [page.page.tickets]]
    [serial] = [row.serial for row in tickets if str(row.registration) == pending["id"]]
    laptop.festival.check_in_list["id"] = late["id"]
    laptop.check_in(serial, utc_now(), despite="unpaid", supervisor="s-1")
    assert states(laptop.push()) == ["recorded"]
    assert [one["registration_id"] for one in check_ins(organizer, festival)] == [pending["id"]]


def test_an_exit_that_arrives_before_its_entry_lets_its_guest_in_again_since_scans_count_by_when_they_were(
    anonymous: httpx.Client, organizer: httpx.Client, festival: Festival
) -> None:
    """X05."""
    club = another_list(organizer, festival, entry="reentry")
    festival.check_in_list["id"] = club["id"]
    now = utc_now()
    came, went = (Laptop(anonymous, organizer, festival, name) for name in ("North", "South"))
    went.exit(festival.serial(), now - timedelta(minutes=5))
    assert states(went.push()) == ["recorded"]
    came.check_in(festival.serial(), now - timedelta(minutes=10))
    assert states(came.push()) == ["recorded"]
    assert scanned(organizer, festival, scan_of(festival, gate_id=None))["verdict"] == "admitted"
    assert scanned(organizer, festival, scan_of(festival, gate_id=None))["reason"] == "already_inside"


def test_what_a_scan_costs_every_other_door_on_the_wire_is_a_few_hundred_bytes(
    anonymous: httpx.Client, organizer: httpx.Client, festival: Festival
) -> None:
    """W19: a door hears that somebody passed, and never the whole order again."""
    north, south = (Laptop(anonymous, organizer, festival, name) for name in ("North", "South"))
    cursor = cursor_after(south.pull_all()[-1])
    silence = len(south.pull(cursor).content)
    scans = 40
    for minute in range(scans):
        north.exit(festival.serial(minute % 2), utc_now() - timedelta(minutes=minute))
    assert set(states(north.push())) == {"recorded"}
    news = south.pull(cursor)
    assert news.content.count(festival.serial(0).encode()) == scans // 2
    assert (len(news.content) - silence) / scans < 400
