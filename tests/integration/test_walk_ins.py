"""Blanks and walk-ins: who holds which, what a sale becomes, and what happens to one that comes too late."""

from collections import Counter
from datetime import timedelta

import httpx
import pytest

from eventreg_core import asides
from eventreg_core.blanks import Blank
from eventreg_core.facts import Annulment
from eventreg_core.ticket import EventKey, verify
from eventreg_core.wire import Page
from server.clock import new_id, utc_now
from server.settings import Settings
from tests.integration.arrange import made, refused
from tests.integration.buying import unbalanced, work_off
from tests.integration.conftest import Rows
from tests.integration.laptop import NOON, Festival, Laptop, cursor_after, make_festival, pulled, states
from tests.integration.selling import begin_selling, give, guests, held_by, push_named, settle, stock, tell_sold
from tests.integration.served import Served
from tests.integration.test_held import assert_sound


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return begin_selling(organizer)


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "North")


@pytest.fixture
def other(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "South")


def test_each_laptop_gets_blanks_of_its_own_which_count_as_sold_and_the_feed_signs_none(
    laptop: Laptop, other: Laptop, festival: Festival, organizer: httpx.Client
) -> None:
    cursor = cursor_after(other.pull_all()[-1])
    assert made(give(organizer, laptop, 4))["items"][0] | {"device_id": ""} == {
        "device_id": "",
        "device": "North",
        "ticket_type_id": festival.event["type"]["id"],
        "ticket_type": "Day pass",
        "left": 4,
        "sold": 0,
        "void": 0,
    }
    made(give(organizer, other, 3))
    too_many = refused(give(organizer, other, 1), 409, "not_enough_places")
    assert (too_many["field"], too_many["left"]) == ("count", 0)
    mine, theirs = stock(laptop), stock(other)
    assert (len(mine), len(theirs)) == (4, 3)
    assert {each.serial for each in mine}.isdisjoint({each.serial for each in theirs})
    news = pulled(other.pull(cursor)).page
    assert {row.serial for row in news.tickets} == {each.serial for each in (*mine, *theirs)}
    assert {(row.registration, row.short_code, row.settled) for row in news.tickets} == {(None, None, True)}
    assert not any(each.token in str(news) for each in mine), "nobody prints tickets from the feed"
    assert verified(mine, pulled(laptop.pull()).page) == {each.serial for each in mine}
    assert organizer.delete(festival.path(f"devices/{other.id}/blanks")).status_code == 204
    made(organizer.put(f"/events/{festival.id}", json={"status": "cancelled"}), 200)
    refused(give(organizer, other, 1), 409, "event_not_on_sale")


def test_walk_ins_become_registrations_with_their_money_and_both_sides_agree(
    laptop: Laptop,
    other: Laptop,
    festival: Festival,
    organizer: httpx.Client,
    settings: Settings,
    server: Served,
    sql: Rows,
) -> None:
    made(give(organizer, laptop, 4))
    made(give(organizer, other, 3))
    mine, theirs = stock(laptop), stock(other)
    cursor = cursor_after(other.pull_all()[-1])
    name = asides.salted("  Zoë\x00 Übel ", b"s" * 16)
    paid = tell_sold(laptop, mine[0], aside=asides.hash_of(name), group=new_id())
    laptop.check_in(mine[0].serial, chosen=True)
    free = tell_sold(laptop, mine[1], 0)
    tell_sold(laptop, mine[2], 700, rehearsal=True)
    laptop.append(Annulment(**(laptop.stamp(NOON) | {"rehearsal": True}), target=free.fact.id))
    tell_sold(laptop, theirs[0])
    for _ in range(2):
        push_named(laptop, {asides.hash_of(name): name})
    counts = made(organizer.get(festival.path("counts")), 200)["items"][0]
    assert (counts["inside"], counts["expected"]) == (1, 1), "admitted before anybody knows who it is"
    mails = work_off(settings, sql)
    people = guests(organizer, festival)
    assert {each: (one["full_name"], one["payment_status"]) for each, one in people.items()} == {
        str(paid.fact.id): ("Zoë Übel", "PAID"),
        str(free.fact.id): ("Walk-in", "FREE"),
    }
    counts = made(organizer.get(festival.path("counts")), 200)["items"][0]
    assert (counts["inside"], counts["admitted"], counts["expected"]) == (1, 1, 3)
    payment = sql.execute("SELECT id, amount_minor, method, status FROM payments").fetchall()
    assert [tuple(row.values()) for row in payment] == [(paid.fact.id, 1500, "cash", "succeeded")]
    shown = made(organizer.get(f"/registrations/{paid.fact.id}/ticket"), 200)
    assert shown["token"] == mine[0].token, "the guest holds this very code"
    page = pulled(other.pull(cursor)).page
    assert {(row.name, row.email) for row in page.guests} == {("Zoë Übel", ""), ("Walk-in", "")}
    assert (held_by(organizer, laptop), held_by(organizer, other)) == ((2, 2, 0), (3, 0, 0))
    assert len(stock(laptop)) == 2
    assert made(organizer.get(festival.path("conflicts")), 200)["items"] == []
    refused(give(organizer, laptop, 1), 409, "not_enough_places")
    report = made(organizer.get(festival.path("report")), 200)
    assert (report["totals"]["sold"], report["totals"]["no_shows"]) == (3, 2)
    assert len(mails) == 1, "nobody is written to who gave no address"
    assert organizer.delete(festival.path(f"devices/{other.id}/blanks")).status_code == 204
    assert held_by(organizer, other) == (0, 0, 3), "also the one that another laptop said it had sold"
    assert_sound(server)


def verified(blanks: list[Blank], page: Page) -> set[str]:
    """The serials that the codes of these blanks name, each signed by one of the event's keys."""
    keys = {row.number: EventKey(bytes.fromhex(row.public), row.state) for row in page.keys}
    return {verify(each.token, keys).serial.hex() for each in blanks}


def test_a_sale_that_is_taken_back_gives_money_and_place_back_whichever_comes_first(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, settings: Settings, server: Served, sql: Rows
) -> None:
    made(give(organizer, laptop, 7))
    mine = stock(laptop)
    early, late, free = tell_sold(laptop, mine[0]), tell_sold(laptop, mine[1]), tell_sold(laptop, mine[2], 0)
    entered = laptop.check_in(mine[0].serial)
    laptop.push()
    settle(settings, sql)
    for target in (entered, early, free):
        laptop.annul(target)
    laptop.push()
    late_undone = laptop.annul(late)
    laptop.push([late_undone])
    settle(settings, sql)
    gone = guests(organizer, festival)
    assert {(one["status"], one["payment_status"]) for one in gone.values()} == {
        ("cancelled", "REFUNDED"),
        ("cancelled", "FREE"),
    }
    rows = sql.execute("SELECT kind, sum(amount_minor) AS minor FROM payments GROUP BY kind").fetchall()
    assert {row["kind"]: row["minor"] for row in rows} == {"payment": 3000, "refund": 3000}
    assert held_by(organizer, laptop) == (4, 3, 0)
    assert len(made(give(organizer, laptop, 3))["items"]) == 1, "their places are free"
    counts = made(organizer.get(festival.path("counts")), 200)["items"][0]
    assert (counts["inside"], counts["admitted"], counts["expected"]) == (0, 0, 1)
    assert made(organizer.get(festival.path("conflicts")), 200)["items"] == []
    assert_sound(server)


def test_blanks_of_a_lost_laptop_are_void_and_a_sale_that_comes_after_all_is_money_to_give_back(
    laptop: Laptop,
    other: Laptop,
    festival: Festival,
    organizer: httpx.Client,
    settings: Settings,
    server: Served,
    sql: Rows,
) -> None:
    for each in (laptop, other):
        made(give(organizer, each, 3))
    lost, back = stock(laptop), stock(other)
    before = tell_sold(laptop, lost[0])
    laptop.push()
    cursor = cursor_after(other.pull_all()[-1])
    made(organizer.post(f"/devices/{laptop.id}/revoke"), 200)
    assert organizer.delete(festival.path(f"devices/{other.id}/blanks")).status_code == 204
    assert organizer.delete(festival.path(f"devices/{other.id}/blanks")).status_code == 204
    news = {row.serial: row.status.value for row in pulled(other.pull(cursor)).page.tickets}
    assert news == {each.serial: "revoked" for each in (*lost[1:], *back)}
    refused(laptop.ask("GET", festival.path("sync/blanks")), 403, "device_revoked")
    refused(give(organizer, laptop, 1), 409, "device_not_trusted")
    assert stock(other) == []

    late, theirs = tell_sold(laptop, lost[1]), tell_sold(other, back[0])
    other.check_in(back[0].serial, utc_now())
    assert states(laptop.push([late])) == ["held"]
    other.push()
    settle(settings, sql)
    people = guests(organizer, festival)
    assert {each: (one["status"], one["payment_status"]) for each, one in people.items()} == {
        str(before.fact.id): ("active", "PAID"),
        str(theirs.fact.id): ("cancelled", "PAID"),
    }
    found = made(organizer.get(festival.path("conflicts")), 200)["items"]
    assert {one["class"] for one in found} == {"held_device", "late_cancel"}
    made(organizer.post(f"/devices/{laptop.id}/accept"), 200)
    settle(settings, sql)
    assert guests(organizer, festival)[str(late.fact.id)]["status"] == "cancelled"
    credit = sql.execute("SELECT status, total_minor FROM orders WHERE status = 'cancelled'").fetchall()
    assert [tuple(row.values()) for row in credit] == [("cancelled", 1500)] * 2
    assert (held_by(organizer, laptop), held_by(organizer, other)) == ((0, 2, 1), (0, 1, 2))
    assert unbalanced(settings) == []
    assert_sound(server)


def test_a_blank_that_is_sold_twice_has_one_holder_and_the_other_money_is_a_credit(
    laptop: Laptop,
    other: Laptop,
    festival: Festival,
    organizer: httpx.Client,
    admin: httpx.Client,
    settings: Settings,
    sql: Rows,
) -> None:
    made(give(organizer, laptop, 1))
    [blank] = stock(laptop)
    tell_sold(laptop, blank)
    laptop.push()
    laptop.begin_anew()  # restored from a copy of yesterday
    tell_sold(laptop, blank)
    laptop.check_in(blank.serial)
    laptop.push()
    other.check_in(blank.serial, NOON + timedelta(minutes=1))
    other.push()
    [before] = made(organizer.get(festival.path("conflicts")), 200)["items"]
    assert (before["class"], before["registration"]) == ("double_entry", None)
    settle(settings, sql)
    people = guests(organizer, festival)
    assert Counter(one["status"] for one in people.values()) == {"active": 1, "cancelled": 1}
    assert unbalanced(settings) == []
    [after] = made(organizer.get(festival.path("conflicts")), 200)["items"]
    assert (after["class"], people[after["registration"]]["status"]) == ("double_entry", "active"), "it is theirs now"
    refused(organizer.delete(festival.path(f"devices/{new_id()}/blanks")), 404, "device_not_found")
    wanted = {"ticket_type_id": str(new_id()), "count": 1}
    refused(organizer.post(festival.path(f"devices/{other.id}/blanks"), json=wanted), 404, "ticket_type_not_found")
    elsewhere = make_festival(organizer, guests=0)
    made(organizer.put(elsewhere.path(f"devices/{other.id}")), 200)
    kind = made(organizer.get(elsewhere.path("ticket-types")), 200)["items"][0]["id"]
    lent = {"ticket_type_id": kind, "count": 2}
    made(organizer.post(elsewhere.path(f"devices/{other.id}/blanks"), json=lent))
    assert organizer.delete(elsewhere.path(f"devices/{other.id}")).status_code == 204
    assert admin.delete(f"/events/{elsewhere.id}").status_code == 409, "tickets of it were out once"


def test_sales_and_their_undoing_that_were_held_before_anybody_booked_them_are_booked_once_accepted(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, settings: Settings, sql: Rows
) -> None:
    made(give(organizer, laptop, 2))
    mine = stock(laptop)
    undone = tell_sold(laptop, mine[0])
    laptop.push()
    settle(settings, sql)
    sold = tell_sold(laptop, mine[1])
    laptop.annul(undone)
    laptop.push()
    made(organizer.post(f"/devices/{laptop.id}/hold"), 200)
    settle(settings, sql)
    assert {each: one["status"] for each, one in guests(organizer, festival).items()} == {str(undone.fact.id): "active"}
    made(organizer.post(f"/devices/{laptop.id}/accept"), 200)
    settle(settings, sql)
    now = {each: (one["status"], one["payment_status"]) for each, one in guests(organizer, festival).items()}
    assert now == {str(sold.fact.id): ("active", "PAID"), str(undone.fact.id): ("cancelled", "REFUNDED")}
    assert unbalanced(settings) == []
