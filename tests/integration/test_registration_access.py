"""Who may see, make and change registrations."""

import httpx
import pytest

from tests.integration.arrange import Json, made, make_event, make_type, refused, register, reread
from tests.integration.conftest import People

NOWHERE = "018f0000-0000-7000-8000-000000000000"


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer)


@pytest.fixture
def day_pass(organizer: httpx.Client, event: Json) -> Json:
    return make_type(organizer, event)


def test_staff_read_and_register_but_change_nothing_and_tell_no_payment(
    organizer: httpx.Client, staff: httpx.Client, day_pass: Json, event: Json, people: People
) -> None:
    made(organizer.post(f"/events/{event['id']}/members", json={"email": people.staff.email, "role": "staff"}))
    made(organizer.put(f"/events/{event['id']}", json={"is_active": False}), 200)
    registration = register(staff, event)
    path = f"/registrations/{registration['id']}"
    assert reread(staff, registration) == registration
    body = {"user_email": "b@example.org", "full_name": "B", "payment_status": "PAID"}
    refused(staff.post(f"/events/{event['id']}/registrations", json=body), 403, "forbidden")
    refused(staff.put(path, json={"full_name": "X"}), 403, "forbidden")
    refused(staff.delete(path), 403, "forbidden")
    for action in ("reissue", "block", "unblock"):
        refused(staff.post(f"{path}/{action}"), 403, "forbidden")


def test_strangers_cannot_tell_a_registration_of_others_from_none(
    organizer: httpx.Client, staff: httpx.Client, anonymous: httpx.Client, event: Json, day_pass: Json
) -> None:
    registration = register(organizer, event)
    refused(staff.get(f"/registrations/{registration['id']}"), 404, "registration_not_found")
    refused(staff.get(f"/registrations/{NOWHERE}"), 404, "registration_not_found")
    refused(anonymous.get(f"/registrations/{registration['id']}"), 401, "not_signed_in")
    refused(staff.get(f"/events/{event['id']}/registrations"), 404, "event_not_found")


def test_nobody_outside_registers_for_a_draft_or_tells_that_it_was_paid(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, day_pass: Json
) -> None:
    path = f"/events/{event['id']}/registrations"
    body = {"user_email": "a@example.org", "full_name": "A"}
    refused(anonymous.post(path, json=body | {"payment_status": "PAID"}), 401, "not_signed_in")
    made(organizer.put(f"/events/{event['id']}", json={"is_active": False}), 200)
    refused(anonymous.post(path, json=body), 404, "event_not_found")
    made(organizer.post(path, json=body | {"payment_status": "PAID"}))
