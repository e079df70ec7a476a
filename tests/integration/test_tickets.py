"""Tickets through the API: what the QR code shows is what a door can read."""

import cv2
import httpx
import numpy as np
import pytest
import zxingcpp

from eventreg_core.problems import ForgedTicket
from eventreg_core.ticket import EventKey, KeyState, verify
from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import People, Rows


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer)


def keys_of(sql: Rows, event: Json) -> dict[int, EventKey]:
    """The event's keys as a door holds them."""
    rows = sql.execute("SELECT number, public_key, state FROM event_keys WHERE event_id = %s", [event["id"]]).fetchall()
    return {row["number"]: EventKey(row["public_key"], KeyState(row["state"])) for row in rows}


def ticket_of(client: httpx.Client, registration: Json) -> Json:
    return made(client.get(f"/registrations/{registration['id']}/ticket"), 200)


def test_a_ticket_verifies_with_its_events_key_and_with_no_other(
    organizer: httpx.Client, event: Json, sql: Rows
) -> None:
    make_type(organizer, event, name="First")
    second = make_type(organizer, event, name="Second")
    registration = register(organizer, event, ticket_type_id=second["id"])
    shown = ticket_of(organizer, registration)
    token = verify(shown["token"], keys_of(sql, event))
    assert (token.event_number, token.ticket_type, token.settled) == (event["number"], 2, True)
    assert token.content().hex() == registration["qr_code"]
    assert (shown["short_code"], shown["status"]) == (registration["short_code"], "valid")
    with pytest.raises(ForgedTicket):
        verify(shown["token"], keys_of(sql, make_event(organizer)))


def test_a_ticket_is_the_same_text_whenever_it_is_shown(organizer: httpx.Client, event: Json) -> None:
    make_type(organizer, event)
    registration = register(organizer, event)
    assert ticket_of(organizer, registration) == ticket_of(organizer, registration)


def test_the_pictures_of_a_ticket_show_its_token_and_are_kept_nowhere(organizer: httpx.Client, event: Json) -> None:
    make_type(organizer, event)
    registration = register(organizer, event)
    token = ticket_of(organizer, registration)["token"]
    png = organizer.get(f"/registrations/{registration['id']}/qr.png")
    assert (png.headers["content-type"], png.headers["cache-control"]) == ("image/png", "no-store")
    picture = cv2.imdecode(np.frombuffer(png.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [token]
    svg = organizer.get(f"/registrations/{registration['id']}/qr.svg")
    assert (svg.headers["content-type"], svg.headers["cache-control"]) == ("image/svg+xml", "no-store")
    assert b'viewBox="0 0 45 45"' in svg.content


def test_an_unpaid_ticket_has_nothing_to_show(organizer: httpx.Client, event: Json) -> None:
    make_type(organizer, event, price_minor=100)
    registration = register(organizer, event)
    for shown in ("ticket", "qr.png", "qr.svg"):
        refused(organizer.get(f"/registrations/{registration['id']}/{shown}"), 409, "not_signed_yet")


def test_a_cancelled_ticket_says_so_and_its_successor_is_shown_instead(organizer: httpx.Client, event: Json) -> None:
    make_type(organizer, event)
    registration = register(organizer, event)
    first = ticket_of(organizer, registration)
    organizer.delete(f"/registrations/{registration['id']}")
    assert ticket_of(organizer, registration) == first | {"status": "cancelled"}
    register(organizer, event)
    second = ticket_of(organizer, registration)
    assert second["status"] == "valid"
    assert second["token"] != first["token"]


def test_only_the_events_staff_are_shown_tickets(
    organizer: httpx.Client, staff: httpx.Client, anonymous: httpx.Client, event: Json, people: People
) -> None:
    make_type(organizer, event)
    path = f"/registrations/{register(organizer, event)['id']}/ticket"
    refused(anonymous.get(path), 401, "not_signed_in")
    refused(staff.get(path), 404, "registration_not_found")
    members = f"/events/{event['id']}/members"
    made(organizer.post(members, json={"email": people.staff.email, "role": "viewer"}))
    refused(staff.get(path), 403, "forbidden")
    made(organizer.post(members, json={"email": people.staff.email, "role": "staff"}))
    assert made(staff.get(path), 200)["status"] == "valid"


def test_a_private_key_lies_sealed_in_its_table(organizer: httpx.Client, event: Json, sql: Rows) -> None:
    rows = sql.execute("SELECT number, state, public_key, private_key_sealed FROM event_keys").fetchall()
    assert [(row["number"], row["state"], len(row["public_key"])) for row in rows] == [(1, "current", 32)]
    assert len(rows[0]["private_key_sealed"]) > 32 + 16
