"""Payments and refunds of orders: once each, never too much, and the ledger balances whatever happens."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import system
from server.clock import new_id, utc_now
from server.desk import Desk
from server.orders import paying
from server.orders.paying import Paid, Tender
from server.payments.models import Payment
from server.payments.provider import Declined, Due, GivenBack, Pending, Taken
from server.settings import Settings
from tests.integration.arrange import Json, made, make_event, make_type, refused, register, reread
from tests.integration.buying import buy, buy_for, item, let_time_pass, order_now, pay, sold, unbalanced, work_off
from tests.integration.conftest import Rows
from tests.integration.doing import in_session
from tests.integration.served import Served


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer, max_capacity=2)


@pytest.fixture
def day(organizer: httpx.Client, event: Json) -> Json:
    return make_type(organizer, event, price_minor=2500)


@pytest.fixture
def order(anonymous: httpx.Client, event: Json, day: Json) -> Json:
    return buy_for(anonymous, event, day, "a@example.org", "b@example.org")


def refund(client: httpx.Client, order: Json, amount_minor: int, *registrations: Json) -> httpx.Response:
    body = {"amount_minor": amount_minor, "reason": "Ill", "registration_ids": [one["id"] for one in registrations]}
    return client.post(f"/orders/{order['id']}/refunds", json=body)


def test_an_order_may_be_paid_in_parts_and_never_too_much(
    settings: Settings, organizer: httpx.Client, order: Json, sql: Rows
) -> None:
    answer = refused(pay(organizer, order, amount_minor=5001), 422, "more_than_owed")
    assert (answer["field"], answer["owed_minor"]) == ("amount_minor", 5000)
    first = new_id()
    part = made(pay(organizer, order, id=str(first), amount_minor=2000))
    assert (part["status"], part["owed_minor"], part["holds_until"]) == ("held", 3000, None)
    assert made(pay(organizer, order, id=str(first), amount_minor=2000))["owed_minor"] == 3000
    refused(pay(organizer, order, id=str(first), amount_minor=1000), 409, "id_reused")
    refused(pay(organizer, order, amount_minor=3001), 422, "more_than_owed")

    paid = made(pay(organizer, order, method="invoice"))

    assert (paid["status"], paid["paid_minor"]) == ("paid", 5000)
    assert [(one["method"], one["amount_minor"]) for one in paid["payments"]] == [("cash", 2000), ("invoice", 3000)]
    refused(pay(organizer, order), 409, "already_paid")
    tills = sql.execute("SELECT debit, credit, amount_minor FROM ledger WHERE kind = 'payment' ORDER BY number")
    assert [tuple(row.values()) for row in tills] == [("cash", "receivable", 2000), ("bank", "receivable", 3000)]
    assert unbalanced(settings) == []


def test_of_payments_at_once_one_succeeds(settings: Settings, organizer: httpx.Client, order: Json) -> None:
    def attempt(_: int) -> str:
        answer = pay(organizer, order)
        return str(answer.json().get("code") if answer.status_code != 201 else "paid")

    with ThreadPoolExecutor(8) as tills:
        outcomes = Counter(tills.map(attempt, range(8)))

    assert outcomes == {"paid": 1, "already_paid": 7}
    assert order_now(organizer, order)["paid_minor"] == 5000
    assert unbalanced(settings) == []


def test_money_that_comes_too_late_brings_the_order_back_while_its_seats_are_free(
    settings: Settings, organizer: httpx.Client, order: Json, event: Json, sql: Rows
) -> None:
    let_time_pass(sql, order)
    work_off(settings, sql)
    assert order_now(organizer, order)["status"] == "expired"
    refused(pay(organizer, order, amount_minor=100), 409, "order_expired")

    revived = made(pay(organizer, order))

    assert (revived["status"], revived["owed_minor"], revived["refunded_minor"]) == ("paid", 0, 0)
    assert {(seat["status"], seat["payment_status"]) for seat in revived["registrations"]} == {("active", "PAID")}
    assert sold(organizer, event) == 2
    assert reread(organizer, revived["registrations"][0])["ticket_status"] == "valid"
    assert unbalanced(settings) == []


def test_companions_come_back_with_an_order_too(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, sql: Rows
) -> None:
    pair = make_type(organizer, event, name="Pair", price_minor=100, companions_allowed=1)
    order = buy(anonymous, event, item("a@example.org", pair, companions=["Cy"]))
    let_time_pass(sql, order)
    work_off(settings, sql)

    assert made(pay(organizer, order))["status"] == "paid"

    tickets = sql.execute("SELECT place, holder_name, status FROM tickets ORDER BY place, status DESC").fetchall()
    assert [tuple(row.values()) for row in tickets] == [
        (0, None, "valid"), (0, None, "cancelled"), (1, "Cy", "cancelled"), (2, "Cy", "valid")
    ]  # fmt: skip
    assert unbalanced(settings) == []


def test_only_those_come_back_who_were_paid_for(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, sql: Rows
) -> None:
    pair = make_type(organizer, event, name="Pair", price_minor=100, companions_allowed=2)
    order = buy(anonymous, event, item("a@example.org", pair, companions=["Cy"]))
    path = f"/registrations/{order['registrations'][0]['id']}"
    refused(organizer.put(path, json={"companions": [{"full_name": "Dee"}]}), 409, "held_by_order")
    made(organizer.put(path, json={"companions": [{"place": 1, "full_name": "Dee"}]}), 200)
    let_time_pass(sql, order)
    work_off(settings, sql)

    made(pay(organizer, order))

    assert [each["full_name"] for each in reread(organizer, order["registrations"][0])["companions"]] == ["Dee"]
    assert sold(organizer, event) == 2


def test_money_that_comes_too_late_for_seats_that_are_gone_is_given_back(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, order: Json, event: Json, sql: Rows
) -> None:
    let_time_pass(sql, order)
    work_off(settings, sql)
    register(anonymous, event, "quick@example.org")

    late = made(pay(organizer, order))

    assert (late["status"], late["paid_minor"], late["refunded_minor"]) == ("expired", 5000, 5000)
    assert [one["kind"] for one in late["payments"]] == ["payment", "refund"]
    assert {seat["status"] for seat in late["registrations"]} == {"cancelled"}
    assert sold(organizer, event) == 1
    assert any(subject.startswith("Money back") for subject in work_off(settings, sql))
    assert unbalanced(settings) == []


def test_money_that_comes_too_late_brings_nobody_to_an_event_that_was_cancelled(
    settings: Settings, organizer: httpx.Client, order: Json, event: Json, sql: Rows
) -> None:
    let_time_pass(sql, order)
    work_off(settings, sql)
    made(organizer.put(f"/events/{event['id']}", json={"status": "cancelled"}), 200)

    late = made(pay(organizer, order))

    assert (late["status"], late["refunded_minor"], sold(organizer, event)) == ("expired", 5000, 0)


def test_a_payment_and_the_expiry_at_once_leave_a_paid_order_or_an_expired_one_and_never_half_of_each(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer)
    cheap = make_type(organizer, event, name="Cheap", price_minor=100)
    orders = [buy_for(anonymous, event, cheap, f"{number}@example.org") for number in range(6)]
    work_off(settings, sql)
    for order in orders:
        let_time_pass(sql, order)

    with ThreadPoolExecutor(5) as together:
        released = together.submit(work_off, settings, sql)
        paid = list(together.map(lambda order: pay(organizer, order), orders))
        released.result()

    assert {answer.status_code for answer in paid} == {201}
    for order in orders:
        now = order_now(organizer, order)
        (seat,) = now["registrations"]
        assert (now["status"], seat["status"], now["owed_minor"], now["refunded_minor"]) == ("paid", "active", 0, 0)
    assert sold(organizer, event) == 6
    assert unbalanced(settings) == []


def test_refunds_cancel_what_they_are_for_and_never_exceed_what_was_paid(
    settings: Settings, organizer: httpx.Client, order: Json, event: Json, sql: Rows
) -> None:
    first, second = order["registrations"]
    refused(refund(organizer, order, 1), 422, "more_than_paid")
    made(pay(organizer, order, amount_minor=1000))
    made(pay(organizer, order, method="card_terminal"))
    answer = refused(refund(organizer, order, 5001), 422, "more_than_paid")
    assert (answer["field"], answer["refundable_minor"]) == ("amount_minor", 5000)
    stranger = register(organizer, make_event_of_its_own(organizer), "x@example.org")
    assert refused(refund(organizer, order, 1, stranger), 422, "not_in_order")["field"] == "registration_ids"

    half = made(refund(organizer, order, 2500, first))

    assert (half["status"], half["refundable_minor"], half["credit_minor"]) == ("paid", 2500, 0)
    assert reread(organizer, first)["payment_status"] == "REFUNDED"
    assert reread(organizer, second)["payment_status"] == "PAID"
    assert sold(organizer, event) == 1
    kind_gesture = made(refund(organizer, order, 500))
    assert (kind_gesture["status"], kind_gesture["owed_minor"]) == ("paid", 0)

    whole = made(refund(organizer, order, 2000))

    assert (whole["status"], whole["refundable_minor"], whole["owed_minor"]) == ("cancelled", 0, 0)
    assert reread(organizer, second)["payment_status"] == "REFUNDED"
    assert sold(organizer, event) == 0
    out = sql.execute("SELECT credit, amount_minor FROM ledger WHERE kind = 'refund' ORDER BY number").fetchall()
    assert [tuple(row.values()) for row in out] == [
        ("terminal", 2500), ("terminal", 500), ("terminal", 1000), ("cash", 1000)
    ]  # fmt: skip
    assert unbalanced(settings) == []


def test_money_that_is_given_back_before_all_of_it_came_is_owed_again_and_the_clock_runs_again(
    settings: Settings, organizer: httpx.Client, order: Json
) -> None:
    made(pay(organizer, order, amount_minor=2000))
    back = made(refund(organizer, order, 2000))
    assert (back["status"], back["owed_minor"], back["refundable_minor"]) == ("held", 5000, 0)
    assert back["holds_until"] is not None
    assert unbalanced(settings) == []


def test_an_order_that_a_refund_makes_paid_owes_nothing_afterwards(
    settings: Settings, organizer: httpx.Client, order: Json
) -> None:
    made(pay(organizer, order, amount_minor=2500))
    first, second = order["registrations"]

    back = made(refund(organizer, order, 1000, first))

    assert (back["status"], back["owed_minor"], back["refundable_minor"]) == ("paid", 0, 1500)
    assert reread(organizer, second)["payment_status"] == "PAID"
    assert unbalanced(settings) == []


class Elsewhere:
    """A provider that is not on site: declines small amounts, and tells later about uneven ones."""

    name = "elsewhere"

    async def take(self, due: Due) -> Taken | Declined | Pending:
        if due.amount_minor < 100:
            return Declined("Too little.")
        return Taken("card", "ref-1") if due.amount_minor % 2 == 0 else Pending("ref-2")

    async def give_back(self, payment: Payment, amount_minor: int) -> GivenBack | Declined:
        return GivenBack("card")


def test_what_a_provider_declines_or_leaves_open_is_recorded_and_books_nothing(
    settings: Settings, organizer: httpx.Client, order: Json, sql: Rows
) -> None:
    def pay_elsewhere(amount_minor: int) -> None:
        async def use(session: AsyncSession) -> None:
            desk, author = Desk(settings, utc_now()), system(settings.data_keys)
            tender = Tender(new_id(), "card", amount_minor)
            paid = await paying.pay(session, author, desk, Elsewhere(), UUID(order["id"]), tender)
            assert isinstance(paid, Paid)

        in_session(settings, use)

    for amount_minor in (50, 101, 5000):
        pay_elsewhere(amount_minor)

    now = order_now(organizer, order)
    assert [one["status"] for one in now["payments"]] == ["failed", "pending", "succeeded"]
    assert (now["status"], now["paid_minor"]) == ("paid", 5000)
    sealed = sql.execute("SELECT reference_sealed FROM payments ORDER BY created_at, id").fetchall()
    assert [row["reference_sealed"] is None for row in sealed] == [True, False, False]
    assert b"ref-1" not in sealed[2]["reference_sealed"]
    assert unbalanced(settings) == []


def test_the_ledger_is_never_changed_and_one_that_was_tampered_with_is_found(
    settings: Settings, server: Served, organizer: httpx.Client, order: Json, sql: Rows
) -> None:
    made(pay(organizer, order))
    with psycopg.connect(server.database_url, autocommit=True) as serving:
        for statement in ("UPDATE ledger SET amount_minor = 1", "DELETE FROM ledger", "TRUNCATE ledger"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                serving.execute(statement)
    assert unbalanced(settings) == []

    sql.execute("UPDATE ledger SET amount_minor = amount_minor - 1 WHERE kind = 'payment'")

    (found,) = unbalanced(settings)
    assert (str(found.order_id), found.balance.owed) == (order["id"], 1)


def make_event_of_its_own(organizer: httpx.Client) -> Json:
    event = make_event(organizer)
    make_type(organizer, event)
    return event
