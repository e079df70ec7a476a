"""Registrations through the API: payments, cancelling, voiding and finding."""

from typing import Any

import httpx
import pytest

from tests.integration.arrange import Json, made, make_event, make_type, refused, register, reread
from tests.integration.conftest import Rows

NOWHERE = "018f0000-0000-7000-8000-000000000000"


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer)


@pytest.fixture
def day_pass(organizer: httpx.Client, event: Json) -> Json:
    return make_type(organizer, event)


def sold(client: httpx.Client, event: Json) -> int:
    return int(made(client.get(f"/events/{event['id']}"), 200)["sold"])


def told(sql: Rows, event: Json, after: int = 0) -> list[str]:
    """What was published for the event after this revision."""
    rows = sql.execute(
        "SELECT entity FROM changes WHERE event_id = %s AND revision > %s ORDER BY revision", [event["id"], after]
    ).fetchall()
    return [row["entity"] for row in rows]


def test_anybody_registers_for_an_active_event_and_a_free_ticket_is_signed_at_once(
    anonymous: httpx.Client, event: Json, day_pass: Json
) -> None:
    registration = register(anonymous, event, "  Ana@Example.org ", full_name="Ana Müller", phone="+49 30 1234")
    assert (registration["user_email"], registration["full_name"]) == ("ana@example.org", "Ana Müller")
    assert (registration["payment_status"], registration["status"]) == ("FREE", "active")
    assert len(registration["qr_code"]) == 32
    assert (registration["ticket_status"], len(registration["short_code"])) == ("valid", 8)


def test_a_ticket_with_a_price_is_pending_and_not_signed_until_paid(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json
) -> None:
    make_type(organizer, event, price_minor=4500)
    registration = register(anonymous, event)
    assert (registration["payment_status"], registration["qr_code"]) == ("PENDING", None)
    paid = made(organizer.put(f"/registrations/{registration['id']}", json={"payment_status": "PAID"}), 200)
    assert (paid["payment_status"], paid["version"]) == ("PAID", 2)
    assert len(paid["qr_code"]) == 32
    assert paid["short_code"] == registration["short_code"]
    refunded = made(organizer.put(f"/registrations/{registration['id']}", json={"payment_status": "REFUNDED"}), 200)
    assert refunded["qr_code"] is None


def test_where_money_is_taken_at_the_door_the_ticket_is_signed_as_not_settled_and_keeps_its_serial(
    organizer: httpx.Client, event: Json
) -> None:
    made(organizer.put(f"/events/{event['id']}", json={"takes_money_at_door": True}), 200)
    make_type(organizer, event, price_minor=4500)
    registration = register(organizer, event)
    unpaid = bytes.fromhex(registration["qr_code"])
    paid = made(organizer.put(f"/registrations/{registration['id']}", json={"payment_status": "PAID"}), 200)
    settled = bytes.fromhex(paid["qr_code"])
    assert (unpaid[0], settled[0]) == (0x10, 0x11)
    assert unpaid[1:] == settled[1:]


def test_beginning_to_take_money_at_the_door_signs_the_tickets_that_wait_for_it(
    organizer: httpx.Client, event: Json
) -> None:
    make_type(organizer, event, price_minor=4500)
    registration = register(organizer, event)
    made(organizer.put(f"/events/{event['id']}", json={"takes_money_at_door": True}), 200)
    assert reread(organizer, registration)["qr_code"][:2] == "10"
    made(organizer.put(f"/events/{event['id']}", json={"takes_money_at_door": False}), 200)
    assert reread(organizer, registration)["qr_code"] is None


def test_one_e_mail_registers_once_whatever_its_case(anonymous: httpx.Client, event: Json, day_pass: Json) -> None:
    register(anonymous, event, "ana@example.org")
    again = {"user_email": "ANA@example.org", "full_name": "Ana Again"}
    path = f"/events/{event['id']}/registrations"
    assert refused(anonymous.post(path, json=again), 409, "duplicate_registration")["field"] == "user_email"
    assert sold(anonymous, event) == 1


def test_the_ticket_type_must_be_one_of_the_event_and_be_named_where_there_are_several(
    organizer: httpx.Client, event: Json
) -> None:
    path = f"/events/{event['id']}/registrations"
    body = {"user_email": "a@example.org", "full_name": "A"}
    refused(organizer.post(path, json=body), 409, "nothing_on_sale")
    make_type(organizer, event)
    refused(organizer.post(path, json=body | {"ticket_type_id": NOWHERE}), 422, "unknown_ticket_type")
    make_type(organizer, event, name="Second")
    refused(organizer.post(path, json=body), 422, "ticket_type_needed")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"user_email": "nobody"}, id="an e-mail that is none"),
        pytest.param({"full_name": " "}, id="no name"),
        pytest.param({"phone": "1" * 51}, id="too long a phone number"),
        pytest.param({"payment_status": "LATER"}, id="a payment status that is none"),
    ],
)
def test_a_registration_that_cannot_be_is_refused(
    organizer: httpx.Client, event: Json, day_pass: Json, fields: dict[str, Any]
) -> None:
    body = {"user_email": "a@example.org", "full_name": "A"} | fields
    refused(organizer.post(f"/events/{event['id']}/registrations", json=body), 422, "invalid")


def test_a_cancelled_place_is_free_again_and_registering_again_revives_the_row_with_a_new_ticket(
    organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer, max_capacity=1)
    make_type(organizer, event)
    first = register(anonymous, event)
    for _ in range(2):
        assert organizer.delete(f"/registrations/{first['id']}").status_code == 204
    cancelled = reread(organizer, first)
    assert (cancelled["status"], cancelled["ticket_status"], sold(organizer, event)) == ("cancelled", "cancelled", 0)
    again = register(anonymous, event, full_name="Ana Łukasz")
    assert (again["id"], again["status"], again["full_name"]) == (first["id"], "active", "Ana Łukasz")
    assert again["qr_code"] != first["qr_code"]
    assert again["short_code"] != first["short_code"]
    rows = sql.execute("SELECT serial, status FROM tickets ORDER BY created_at").fetchall()
    assert [row["status"] for row in rows] == ["cancelled", "valid"]
    assert rows[0]["serial"] != rows[1]["serial"]
    assert sold(organizer, event) == 1


def test_a_reissued_ticket_voids_the_old_serial_and_a_blocked_one_stays_blocked(
    organizer: httpx.Client, event: Json, day_pass: Json, sql: Rows
) -> None:
    registration = register(organizer, event)
    path = f"/registrations/{registration['id']}"
    assert made(organizer.post(f"{path}/block"), 200)["ticket_status"] == "blocked"
    assert made(organizer.post(f"{path}/block"), 200)["version"] == 2
    reissued = made(organizer.post(f"{path}/reissue"), 200)
    assert (reissued["ticket_status"], reissued["version"]) == ("blocked", 3)
    assert reissued["qr_code"] != registration["qr_code"]
    rows = sql.execute("SELECT status, signed FROM tickets ORDER BY created_at").fetchall()
    assert [row["status"] for row in rows] == ["revoked", "blocked"]
    assert rows[1]["signed"].hex() == reissued["qr_code"]
    assert made(organizer.post(f"{path}/unblock"), 200)["ticket_status"] == "valid"
    assert sold(organizer, event) == 1


def test_a_cancelled_registration_has_no_ticket_to_work_on(
    organizer: httpx.Client, event: Json, day_pass: Json
) -> None:
    registration = register(organizer, event)
    path = f"/registrations/{registration['id']}"
    organizer.delete(path)
    for action in ("reissue", "block", "unblock"):
        refused(organizer.post(f"{path}/{action}"), 409, "registration_cancelled")


def test_every_change_that_doors_can_see_has_a_revision_of_its_own(
    organizer: httpx.Client, event: Json, sql: Rows
) -> None:
    make_type(organizer, event, price_minor=100)
    before = len(told(sql, event))
    registration = register(organizer, event)
    path = f"/registrations/{registration['id']}"
    made(organizer.put(path, json={"full_name": "Ana O'Brien"}), 200)
    made(organizer.put(path, json={"payment_status": "PAID"}), 200)
    made(organizer.post(f"{path}/block"), 200)
    made(organizer.post(f"{path}/unblock"), 200)
    made(organizer.post(f"{path}/reissue"), 200)
    organizer.delete(path)
    assert told(sql, event, before) == [
        *("ticket", "guest"),
        "guest",
        *("ticket", "guest"),
        "ticket",
        "ticket",
        *("ticket", "ticket"),
        *("ticket", "guest"),
    ]


def test_the_slower_of_two_authors_of_a_registration_is_told(
    organizer: httpx.Client, event: Json, day_pass: Json
) -> None:
    path = f"/registrations/{register(organizer, event)['id']}"
    seen = organizer.get(path).headers["ETag"]
    made(organizer.put(path, json={"phone": "1"}, headers={"If-Match": seen}), 200)
    clash = organizer.put(path, json={"phone": "2"}, headers={"If-Match": seen})
    assert refused(clash, 412, "version_clash")["version"] == 2
    assert made(organizer.put(path, json={"phone": None}), 200)["phone"] is None
    refused(organizer.put(path, json={"full_name": None}), 422, "invalid")


def test_an_e_mail_cannot_be_changed_to_another_guests(organizer: httpx.Client, event: Json, day_pass: Json) -> None:
    register(organizer, event, "a@example.org")
    second = register(organizer, event, "b@example.org")
    path = f"/registrations/{second['id']}"
    refused(organizer.put(path, json={"user_email": "A@example.org"}), 409, "duplicate_registration")
    assert made(organizer.put(path, json={"user_email": "c@example.org"}), 200)["user_email"] == "c@example.org"


def test_registrations_are_found_by_part_of_a_name_e_mail_and_by_short_code(
    organizer: httpx.Client, event: Json, day_pass: Json
) -> None:
    names = ["Zoë Müller", "Łukasz O'Brien", "李 小龙", "100% Bo_b"]
    registrations = [
        register(organizer, event, f"guest{number}@example.org", full_name=name) for number, name in enumerate(names)
    ]
    organizer.delete(f"/registrations/{registrations[0]['id']}")

    def found(**asked: str) -> list[str]:
        page = made(organizer.get(f"/events/{event['id']}/registrations", params=asked), 200)
        return [each["full_name"] for each in page["items"]]

    assert found() == names
    assert found(q="o'br") == [names[1]]
    assert found(q="小") == [names[2]]
    assert found(q="GUEST2@") == [names[2]]
    assert found(q="%") == [names[3]]
    assert found(q="_") == [names[3]]
    assert found(q=registrations[1]["short_code"].lower()) == [names[1]]
    assert found(status="cancelled") == [names[0]]
    assert found(payment_status="PENDING") == []


def test_pages_of_registrations_follow_one_another(organizer: httpx.Client, event: Json, day_pass: Json) -> None:
    emails = [register(organizer, event, f"g{number}@example.org")["user_email"] for number in range(5)]
    seen: list[str] = []
    asked: dict[str, Any] = {"limit": 2}
    while True:
        page = made(organizer.get(f"/events/{event['id']}/registrations", params=asked), 200)
        seen += [each["user_email"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]
    assert seen == emails
    refused(organizer.get(f"/events/{event['id']}/registrations?cursor=WyJhIl0"), 422, "invalid")
