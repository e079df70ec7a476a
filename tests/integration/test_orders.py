"""Orders: everybody in one gets a place or nobody does; held until paid; free, at the door, expired, cancelled."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import system
from server.clock import utc_now
from server.desk import Desk
from server.orders.closing import release_overdue
from server.settings import Settings
from tests.integration.arrange import Json, made, make_event, make_type, refused, register, reread
from tests.integration.buying import (
    buy,
    buy_for,
    item,
    let_time_pass,
    order_now,
    ordering,
    pay,
    sold,
    unbalanced,
    work_off,
)
from tests.integration.conftest import Rows
from tests.integration.doing import in_session


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer, max_capacity=3)


@pytest.fixture
def day(organizer: httpx.Client, event: Json) -> Json:
    return make_type(organizer, event, price_minor=2500, companions_allowed=1)


def test_a_visitor_orders_seats_and_has_them_held_until_staff_takes_the_money(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json, sql: Rows
) -> None:
    anonymous.headers["Accept-Language"] = "de"
    order = buy(anonymous, event, item("a@example.org", day), item("b@example.org", day, companions=["Cy"]))
    assert (order["status"], order["total_minor"], order["owed_minor"]) == ("held", 7500, 7500)
    assert len(order["code"]) == 10
    assert order["holds_until"] is not None
    assert [seat["payment_status"] for seat in order["registrations"]] == ["PENDING", "PENDING"]
    assert sold(organizer, event) == 3

    refused(anonymous.get(f"/orders/{order['id']}"), 401, "not_signed_in")
    seen = anonymous.get(f"/orders/{order['id']}", headers={"Link-Token": order["token"]})
    assert made(seen, 200) == {name: value for name, value in order.items() if name != "token"}

    paid = made(pay(organizer, order))

    assert (paid["status"], paid["paid_minor"], paid["owed_minor"]) == ("paid", 7500, 0)
    assert paid["holds_until"] is None
    assert [seat["payment_status"] for seat in paid["registrations"]] == ["PAID", "PAID"]
    assert reread(organizer, paid["registrations"][0])["qr_code"] is not None
    code = order["code"]
    # Jobs of one millisecond have no order.
    assert sorted(work_off(settings, sql)) == [
        f"Bezahlt: Ihre Bestellung {code} für Lindenhof Festival",
        f"Ihre Bestellung {code}: Lindenhof Festival",
        "Sie sind angemeldet: Lindenhof Festival",
        "Sie sind angemeldet: Lindenhof Festival",
    ]
    assert unbalanced(settings) == []


def test_if_one_gets_no_place_nobody_does_and_the_answer_says_who(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json, sql: Rows
) -> None:
    register(organizer, event, "known@example.org")
    known = ordering(item("a@example.org", day), item("known@example.org", day))
    answer = refused(anonymous.post(f"/events/{event['id']}/orders", json=known), 409, "duplicate_registration")
    assert answer["field"] == "items.1.user_email"
    many = ordering(*(item(f"{number}@example.org", day) for number in range(3)))
    answer = refused(anonymous.post(f"/events/{event['id']}/orders", json=many), 409, "sold_out")
    assert answer["field"] == "items.2"
    unknown = ordering(item("a@example.org", {"id": event["id"]}))
    answer = refused(anonymous.post(f"/events/{event['id']}/orders", json=unknown), 422, "unknown_ticket_type")
    assert answer["field"] == "items.0.ticket_type_id"
    broken = ordering(item("nobody", day))
    assert refused(anonymous.post(f"/events/{event['id']}/orders", json=broken), 422, "invalid")["field"] == (
        "items.0.user_email"
    )

    assert sold(organizer, event) == 1
    assert sql.execute("SELECT 1 FROM orders").fetchall() == []
    assert sql.execute("SELECT 1 FROM registrations WHERE user_email <> 'known@example.org'").fetchall() == []


def test_one_order_has_one_currency_and_is_paid_at_the_door_only_where_the_event_takes_money(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json
) -> None:
    franc = make_type(organizer, event, name="Swiss", price_minor=2000, currency="CHF")
    free = make_type(organizer, event, name="Free", currency="CHF")
    path = f"/events/{event['id']}/orders"
    both = ordering(item("a@example.org", day), item("b@example.org", franc))
    assert refused(anonymous.post(path, json=both), 422, "several_currencies")["field"] == "items"
    at_door = ordering(item("a@example.org", day), item("b@example.org", free), at_door=True)
    assert refused(anonymous.post(path, json=at_door), 422, "no_money_at_door")["field"] == "at_door"

    made(organizer.put(f"/events/{event['id']}", json={"takes_money_at_door": True}), 200)
    order = made(anonymous.post(path, json=at_door))

    assert (order["status"], order["currency"], order["holds_until"]) == ("at_door", "EUR", None)
    assert [seat["payment_status"] for seat in order["registrations"]] == ["PENDING", "FREE"]
    assert all(reread(organizer, seat)["qr_code"] for seat in order["registrations"])
    assert made(pay(organizer, order, method="card_terminal"))["status"] == "paid"


def test_what_costs_nothing_is_paid_at_once(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, sql: Rows
) -> None:
    free = make_type(organizer, event)
    order = buy_for(anonymous, event, free, "a@example.org", "b@example.org")
    assert (order["status"], order["total_minor"], order["payments"]) == ("paid", 0, [])
    assert {seat["payment_status"] for seat in order["registrations"]} == {"FREE"}
    assert refused(pay(organizer, order), 409, "already_paid")
    assert len(work_off(settings, sql)) == 3
    assert unbalanced(settings) == []


def test_seats_whose_money_does_not_come_in_time_are_free_again_and_the_buyer_is_told_once(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json, sql: Rows
) -> None:
    late = buy_for(anonymous, event, day, "a@example.org", "b@example.org")
    early = buy_for(anonymous, event, day, "c@example.org")
    work_off(settings, sql)
    let_time_pass(sql, late)

    subjects = work_off(settings, sql)

    assert [subject for subject in subjects if "has expired" in subject] == [
        f"Your order {late['code']} has expired: Lindenhof Festival"
    ]
    expired = order_now(organizer, late)
    assert (expired["status"], expired["owed_minor"]) == ("expired", 0)
    assert {seat["status"] for seat in expired["registrations"]} == {"cancelled"}
    assert order_now(organizer, early)["status"] == "held"
    assert sold(organizer, event) == 1
    assert unbalanced(settings) == []


def test_an_order_is_released_once_however_many_look_for_it_at_the_same_time(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json, sql: Rows
) -> None:
    orders = [buy_for(anonymous, event, day, f"{name}@example.org") for name in "abc"]
    for order in orders:
        let_time_pass(sql, order)

    def release(_: int) -> int:
        async def use(session: AsyncSession) -> int:
            desk, author = Desk(settings, utc_now()), system(settings.data_keys)
            return await release_overdue(session, author, desk, UUID(event["id"]))

        return int(in_session(settings, use))

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(release, range(4))) == [0, 0, 0, 3]

    assert sold(organizer, event) == 0
    told = sql.execute("SELECT 1 FROM jobs WHERE data ->> 'template' = 'order-expired'").fetchall()
    assert len(told) == 3
    assert unbalanced(settings) == []


def test_a_buyer_cancels_until_money_came_and_organizers_whenever_they_want(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json, sql: Rows
) -> None:
    first, second = (buy_for(anonymous, event, day, email) for email in ("a@example.org", "b@example.org"))
    key = {"Link-Token": first["token"]}
    refused(anonymous.post(f"/orders/{second['id']}/cancel", headers=key), 401, "not_signed_in")
    assert made(anonymous.post(f"/orders/{first['id']}/cancel", headers=key), 200)["status"] == "cancelled"
    assert made(anonymous.post(f"/orders/{first['id']}/cancel", headers=key), 200)["status"] == "cancelled"
    refused(pay(organizer, first), 409, "order_cancelled")
    assert sold(organizer, event) == 1

    made(pay(organizer, second, amount_minor=1000))
    key = {"Link-Token": second["token"]}
    refused(anonymous.post(f"/orders/{second['id']}/cancel", headers=key), 409, "order_paid")
    cancelled = made(organizer.post(f"/orders/{second['id']}/cancel"), 200)
    assert (cancelled["status"], cancelled["credit_minor"], cancelled["owed_minor"]) == ("cancelled", 1000, 0)

    third = buy_for(anonymous, event, day, "c@example.org")
    sql.execute("UPDATE events SET date = now() - interval '1 minute' WHERE id = %s", [event["id"]])
    key = {"Link-Token": third["token"]}
    refused(anonymous.post(f"/orders/{third['id']}/cancel", headers=key), 409, "event_begun")
    assert unbalanced(settings) == []


def test_orders_of_an_archived_event_give_money_back_and_cancel_nobody(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json
) -> None:
    order = buy_for(anonymous, event, day, "a@example.org", "b@example.org")
    made(pay(organizer, order))
    made(organizer.put(f"/events/{event['id']}", json={"status": "archived"}), 200)

    path = f"/orders/{order['id']}"
    refused(organizer.post(f"{path}/cancel"), 409, "event_archived")
    named = {"amount_minor": 2500, "reason": "Ill", "registration_ids": [order["registrations"][0]["id"]]}
    refused(organizer.post(f"{path}/refunds", json=named), 409, "event_archived")
    given = made(organizer.post(f"{path}/refunds", json=named | {"registration_ids": []}))

    assert (given["status"], given["refunded_minor"]) == ("paid", 2500)
    assert [seat["status"] for seat in given["registrations"]] == ["active", "active"]


def test_a_registration_that_is_cancelled_lets_its_order_off_and_says_nothing_about_money_itself(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json
) -> None:
    order = buy_for(anonymous, event, day, "a@example.org", "b@example.org")
    first, second = order["registrations"]
    answer = organizer.put(f"/registrations/{first['id']}", json={"payment_status": "PAID"})
    assert refused(answer, 409, "paid_by_order")["order_id"] == order["id"]
    made(organizer.put(f"/registrations/{first['id']}", json={"payment_status": "PENDING", "full_name": "Al"}), 200)

    made(pay(organizer, order, amount_minor=2500))
    assert organizer.delete(f"/registrations/{first['id']}").status_code == 204

    left = order_now(organizer, order)
    assert (left["status"], left["owed_minor"]) == ("paid", 0)
    assert reread(organizer, second)["payment_status"] == "PAID"
    assert organizer.delete(f"/registrations/{second['id']}").status_code == 204
    over = order_now(organizer, order)
    assert (over["status"], over["credit_minor"], over["refundable_minor"]) == ("cancelled", 2500, 2500)
    assert unbalanced(settings) == []


def test_orders_are_listed_page_by_page_and_found_by_code_and_e_mail(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json
) -> None:
    orders = [buy_for(anonymous, event, day, f"{name}@example.org") for name in "abc"]
    made(pay(organizer, orders[1]))
    path = f"/events/{event['id']}/orders"
    page = made(organizer.get(path, params={"limit": 2}), 200)
    rest = made(organizer.get(path, params={"limit": 2, "cursor": page["next_cursor"]}), 200)
    assert [one["id"] for one in page["items"] + rest["items"]] == [one["id"] for one in orders]
    assert rest["next_cursor"] is None

    def found(**params: str) -> list[str]:
        return [one["id"] for one in made(organizer.get(path, params=params), 200)["items"]]

    assert found(status="paid") == [orders[1]["id"]]
    assert found(q=orders[2]["code"].lower()) == [orders[2]["id"]]
    assert len(found(q="BO@example")) == 3
    assert found(q="nobody") == []


def test_an_order_sent_again_under_one_key_is_one_order(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json
) -> None:
    key = {"Idempotency-Key": "4f1c9b52-9c0e-7d0a-8a53-0123456789ab"}
    body = ordering(item("a@example.org", day))

    def send(_: int) -> Json:
        return made(anonymous.post(f"/events/{event['id']}/orders", json=body, headers=key))

    first = send(0)
    with ThreadPoolExecutor(4) as senders:
        assert {one["id"] for one in senders.map(send, range(4))} == {first["id"]}
    assert sold(organizer, event) == 1


def test_orders_answer_what_the_event_asks_and_the_box_office_sells_what_is_reserved(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json
) -> None:
    question = {"kind": "text", "label": "Allergies", "required": True}
    asked = made(organizer.post(f"/events/{event['id']}/questions", json=question))["id"]
    path = f"/events/{event['id']}/orders"
    silent = ordering(item("a@example.org", day), item("b@example.org", day))
    silent["items"][0]["answers"] = {asked: "Nuts"}
    answer = refused(anonymous.post(path, json=silent), 422, "answer_missing")
    assert answer["field"] == f"items.1.answers.{asked}"
    made(organizer.put(f"/events/{event['id']}", json={"reserved_places": 3}), 200)
    told = ordering(item("a@example.org", day, answers={asked: "Nuts"}))
    refused(anonymous.post(path, json=told), 409, "sold_out")
    refused(anonymous.post(path, json=told | {"box_office": True}), 401, "not_signed_in")

    order = made(organizer.post(path, json=told | {"box_office": True}))

    (seat,) = order["registrations"]
    assert reread(organizer, seat)["answers"] == {asked: "Nuts"}
