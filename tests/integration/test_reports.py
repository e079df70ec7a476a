"""What a report says is what a person would count who reads every fact."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from eventreg_core import facts
from eventreg_core.admission import Kind
from eventreg_core.facts import Annulment, CheckIn, Exit, Fact, Recorded
from eventreg_core.ticket import parse
from server.auth.tokens import Caller
from server.checkins import ledger
from server.checkins.ledger import Entry
from server.checkins.telling import server_stamp
from server.clock import new_id
from server.remembered import Remembered
from server.reports.queries import SMALL
from server.reports.report import Report
from server.reports.service import Asked, report_of
from server.sync import feed
from server.users.models import UserRole
from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import Postgres, Rows
from tests.integration.laptop import Festival, Laptop, make_festival, scan_of
from tests.integration.opened import with_database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def report(client: httpx.Client, event: Json, **params: Any) -> Json:
    return made(client.get(f"/events/{event['id']}/report", params=params), 200)


def test_an_event_where_nothing_happened_yet_is_all_zeros(organizer: httpx.Client) -> None:
    told = report(organizer, make_event(organizer))

    assert [value for name, value in told["totals"].items() if "arrival" not in name] == [0] * 7
    assert told["totals"]["first_arrival"] is told["totals"]["last_arrival"] is None
    empty = ("types", "lists", "gates", "arrivals", "devices", "revenue", "money")
    assert {name: told[name] for name in empty} == {name: [] for name in empty}


def test_a_day_at_the_door_in_numbers(
    organizer: httpx.Client, staff: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    festival = make_festival(organizer, guests=4, entry="reentry")
    laptop = Laptop(anonymous, organizer, festival)
    first = laptop.check_in(festival.serial(0), NOON)
    laptop.check_in(festival.serial(1), NOON + timedelta(seconds=59))
    laptop.exit(festival.serial(1), NOON + timedelta(minutes=5))
    laptop.check_in(festival.serial(2), NOON + timedelta(minutes=1))
    laptop.annul(laptop.check_in("00ff" * 4, NOON + timedelta(minutes=2)))
    laptop.refuse(festival.serial(0), NOON)
    laptop.check_in(festival.serial(1), NOON + timedelta(minutes=7))
    laptop.push()
    scanned = organizer.post(festival.path("check-ins"), json=scan_of(festival, 3, kind="exit"))
    assert made(scanned, 200)["verdict"] == "admitted"

    told = report(organizer, festival.event)

    totals = told["totals"]
    assert {name: totals[name] for name in ("sold", "admitted", "check_ins", "exits", "inside", "no_shows")} == {
        "sold": 4,
        "admitted": 3,
        "check_ins": 4,
        "exits": 2,
        "inside": 3,
        "no_shows": 1,
    }
    assert totals["unknown"] == 0
    assert totals["first_arrival"] == "2026-11-22T13:00:00+01:00"
    [kind] = told["types"]
    assert (kind["ticket_type"], kind["sold"], kind["admitted"], kind["no_shows"]) == ("Day pass", 4, 3, 1)
    assert [(one["list"], one["inside"]) for one in told["lists"]] == [("Main", 3)]
    assert [(one["at"][11:16], one["gate"], one["check_ins"]) for one in told["arrivals"]] == [
        ("13:00", "North", 2),
        ("13:01", "North", 1),
        ("13:07", "North", 1),
    ]
    device, server = told["devices"]
    assert (device["device"], device["check_ins"], device["refused"], device["waiting"]) == ("Laptop", 5, 1, 0)
    assert (server["device"], server["exits"]) == ("server", 1)
    part = report(organizer, festival.event, **{"from": NOON.isoformat(), "to": first.fact.at + timedelta(minutes=1)})
    assert part["totals"]["check_ins"] == 2
    coarse = report(organizer, festival.event, minutes=5, list_id=festival.check_in_list["id"])
    assert [one["check_ins"] for one in coarse["arrivals"]] == [3, 1]
    elsewhere = report(organizer, festival.event, list_id=str(new_id()))
    assert (elsewhere["totals"]["check_ins"], elsewhere["types"]) == (0, [])
    refused(staff.get(festival.path("report")), 404, "event_not_found")
    sql.execute("UPDATE event_heads SET revision = revision + %s", [SMALL])
    assert report(organizer, festival.event) == told, "a large event is counted otherwise, and comes to the same"


def test_money_is_shown_to_organizers_alone(organizer: httpx.Client, staff: httpx.Client, sql: Rows) -> None:
    event = make_event(organizer, takes_money_at_door=True)
    day = make_type(organizer, event, price_minor=4500)
    register(organizer, event, "paid@example.org", payment_status="PAID", ticket_type_id=day["id"])
    register(organizer, event, "later@example.org", payment_status="PENDING", ticket_type_id=day["id"])
    for code, status, kind in (("A", "paid", "payment"), ("B", "held", None)):
        sql.execute(
            "WITH placed AS (INSERT INTO orders"
            " (id, event_id, code, buyer_email, buyer_name, status, total_minor, currency)"
            " VALUES (%s, %s, %s, 'b@example.org', 'B', %s, 700, 'EUR') RETURNING id)"
            " INSERT INTO ledger (order_id, kind, debit, credit, amount_minor, currency, registration_id)"
            " SELECT id, 'charge', 'receivable', 'sales', 700, 'EUR',"
            " (SELECT id FROM registrations WHERE user_email = 'later@example.org') FROM placed",
            [new_id(), event["id"], code, status],
        )
        if kind is not None:
            sql.execute(
                "INSERT INTO ledger (order_id, kind, debit, credit, amount_minor, currency)"
                " SELECT id, %s, 'cash', 'receivable', 700, 'EUR' FROM orders WHERE code = %s",
                [kind, code],
            )
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    sql.execute("UPDATE registrations SET created_at = %s", [late])
    sql.execute("UPDATE ledger SET at = %s", [late])
    made(organizer.post(f"/events/{event['id']}/members", json={"email": "staff@example.org", "role": "viewer"}))

    told = report(organizer, event)

    assert told["revenue"] == [
        {
            "day": "2026-11-23",
            "ticket_type_id": day["id"],
            "ticket_type": "Day pass",
            "currency": "EUR",
            "ordered_minor": 700,
            "unordered_minor": 4500,
        }
    ]
    assert told["money"] == [{"day": "2026-11-23", "currency": "EUR", "paid_minor": 700, "refunded_minor": 0}]
    seen = report(staff, event)
    assert (seen["revenue"], seen["money"], seen["totals"]["sold"]) == (None, None, 2)
    assert b"Revenue" not in staff.get(f"/events/{event['id']}/report?format=csv").content


def test_spreadsheets_hold_the_same_and_work_nothing_out(organizer: httpx.Client) -> None:
    event = make_event(organizer, name="=HYPERLINK(0)", max_capacity=9)
    make_type(organizer, event, name="@SUM(1)")
    register(organizer, event)

    text = organizer.get(f"/events/{event['id']}/report", params={"format": "csv"})
    book = organizer.get(f"/events/{event['id']}/report", params={"format": "xlsx"})

    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert ["event", "'=HYPERLINK(0)"] in rows
    types = rows[rows.index(["Ticket types"]) + 1 :][:2]
    assert dict(zip(*types, strict=True)) | {"ticket_type": "'@SUM(1)", "sold": "1", "no_shows": "1"} == dict(
        zip(*types, strict=True)
    )
    sheets = load_workbook(io.BytesIO(book.content))
    assert sheets.sheetnames == [
        *("Totals", "Ticket types", "Check-in lists", "Gates", "Arrivals", "Devices", "Revenue", "Money")
    ]
    cells = [cell for row in sheets["Ticket types"].iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert [cell.value for cell in cells[-7:]] == ["'@SUM(1)", None, 1, 0, 0, 0, 1]


ADMIN = Caller(UUID(int=1), UserRole.ADMIN, UUID(int=2))
PLACES, LISTS, TIMES = 4, 2, 6
STEP = st.tuples(
    st.sampled_from(["in", "in", "in", "out", "annul", "rehearsed", "held", "unknown"]),
    st.integers(0, PLACES),
    st.integers(0, LISTS - 1),
    st.integers(0, TIMES),
)
"""What happens, with which ticket (place 0 has two: one that was issued again), on which list, when."""


@pytest.fixture
def small(organizer: httpx.Client) -> tuple[Festival, list[UUID], list[bytes]]:
    """A festival, its lists, and serials: of four places, the first of which has an older one too."""
    festival = make_festival(organizer, guests=PLACES)
    other = made(organizer.post(festival.path("check-in-lists"), json={"name": "Stage"}))
    lists = [UUID(festival.check_in_list["id"]), UUID(other["id"])]
    old = bytes.fromhex(festival.serial(0))
    made(organizer.post(f"/registrations/{festival.registrations[0]['id']}/reissue"), 200)
    token = made(organizer.get(f"/registrations/{festival.registrations[0]['id']}/ticket"), 200)["token"]
    serials = [parse(token).serial, *(bytes.fromhex(festival.serial(guest)) for guest in range(1, PLACES)), old]
    return festival, lists, serials


@given(steps=st.lists(STEP, max_size=14))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_numbers_are_those_of_whoever_replays_the_facts(
    small: tuple[Festival, list[UUID], list[bytes]], postgres: Postgres, sql: Rows, steps: Sequence[Any]
) -> None:
    festival, lists, serials = small
    sql.execute("DELETE FROM facts")
    entries = _entries(festival.id, lists, serials, steps)
    url = postgres.address(sql.info.dbname)

    async def told(database: Any) -> Report:
        async with database.sessions.begin() as session:
            await feed.lock_heads(session, [festival.id])
            await ledger.write(session, festival.id, entries, NOON)
        return await report_of(database, Remembered(), ADMIN, Asked(festival.id))

    found = with_database(url, told)

    standing = [entry.recorded.fact for entry in entries if entry.stands]
    by_place = {key: facts.passages(each) for key, each in _by_place(standing, serials).items()}
    entered = {key: [one for one in passages if one.kind is Kind.ENTRY] for key, passages in by_place.items()}
    came = {place for (_, place), entries_ in entered.items() if entries_}
    totals = found.totals
    assert totals.check_ins == sum(map(len, entered.values())) == sum(one.check_ins for one in found.arrivals)
    assert totals.exits == sum(map(len, by_place.values())) - totals.check_ins
    assert totals.admitted == len(came)
    assert totals.no_shows == PLACES - len({place for place in came if place < PLACES})
    inside = {key for key, passages in by_place.items() if passages and passages[-1].kind is Kind.ENTRY}
    assert totals.inside == len({place for _, place in inside})
    assert {one.list_id: one.inside for one in found.lists if one.inside} == {
        list_id: count for list_id in lists if (count := sum(key[0] == list_id for key in inside))
    }
    assert sum(one.admitted for one in found.types) == totals.admitted


def _entries(event: UUID, lists: Sequence[UUID], serials: Sequence[bytes], steps: Sequence[Any]) -> list[Entry]:
    entries: list[Entry] = []
    passed: list[Recorded] = []
    for what, which, at_list, minute in steps:
        stamp = server_stamp(new_id(), event, lists[at_list], NOON + timedelta(minutes=minute), "user:1")
        serial = b"\xee" * 8 if what == "unknown" else serials[which]
        fact: Fact = CheckIn(**stamp, serial=serial.hex(), rehearsal=what == "rehearsed")
        if what == "out":
            fact = Exit(**stamp, serial=serial.hex())
        elif what == "annul":
            if not passed:
                continue
            fact = Annulment(**stamp, target=passed[which % len(passed)].fact.id)
        entry = Entry(facts.record(fact), held=what == "held")
        if what != "annul":
            passed.append(entry.recorded)
        entries.append(entry)
    return entries


def _by_place(standing: Sequence[Any], serials: Sequence[bytes]) -> dict[tuple[UUID, int], list[Any]]:
    """Facts by list and place; the older serial is of place 0, an unknown one a place of its own."""
    numbers = {serial.hex(): number % PLACES for number, serial in enumerate(serials)}
    annulments = [fact for fact in standing if isinstance(fact, Annulment)]
    places: dict[tuple[UUID, int], list[Any]] = {}
    for fact in standing:
        if not isinstance(fact, Annulment):
            key = (fact.list, numbers.get(fact.serial, PLACES))
            places.setdefault(key, [*annulments]).append(fact)
    return places
