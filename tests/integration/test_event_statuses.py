"""What becomes of an event: draft, published, cancelled, archived."""

from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import system
from server.registrations.places import Registering
from server.registrations.registering import Entry, NotOpen, Outcome, register_each
from server.settings import Settings
from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import People
from tests.integration.doing import in_session
from tests.integration.laptop import make_festival, scan_of, scanned


def become(client: httpx.Client, event: Json, status: str) -> httpx.Response:
    return client.put(f"/events/{event['id']}", json={"status": status})


def test_an_event_is_published_cancelled_archived_and_published_again(organizer: httpx.Client) -> None:
    event = make_event(organizer, status="draft")
    seen = [(event["status"], event["is_active"])]
    for status in ("published", "cancelled", "archived", "cancelled", "published", "draft"):
        changed = made(become(organizer, event, status), 200)
        seen.append((changed["status"], changed["is_active"]))
    assert seen == [
        ("draft", False),
        ("published", True),
        ("cancelled", False),
        ("archived", False),
        ("cancelled", False),
        ("published", True),
        ("draft", False),
    ]


@pytest.mark.parametrize(
    ("through", "never"),
    [((), "cancelled"), ((), "archived"), (("published", "cancelled"), "draft"), (("published", "archived"), "draft")],
)
def test_a_change_that_makes_no_sense_is_refused_with_what_is_possible(
    organizer: httpx.Client, through: tuple[str, ...], never: str
) -> None:
    event = make_event(organizer, status="draft")
    for status in through:
        made(become(organizer, event, status), 200)
    problem = refused(become(organizer, event, never), 409, "wrong_status_change")
    assert problem["field"] == "status"
    assert "published" in problem["detail"]
    present = made(organizer.get(f"/events/{event['id']}"), 200)
    assert present["status"] == (("draft", *through)[-1])


def test_an_event_with_guests_is_not_hidden_again(organizer: httpx.Client) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    register(organizer, event)
    refused(become(organizer, event, "draft"), 409, "wrong_status_change")
    refused(organizer.put(f"/events/{event['id']}", json={"is_active": False}), 409, "wrong_status_change")


@pytest.mark.parametrize(
    "fields", [{"is_active": True, "status": "draft"}, {"is_active": False, "status": "published"}]
)
def test_the_old_word_and_the_new_one_must_agree(organizer: httpx.Client, fields: dict[str, Any]) -> None:
    assert make_event(organizer, is_active=False)["status"] == "draft"
    event = make_event(organizer, is_active=True)
    assert event["status"] == "published"
    refused(organizer.put(f"/events/{event['id']}", json=fields), 422, "invalid")
    # Whoever sends back all that was read changes nothing.
    cancelled = made(become(organizer, event, "cancelled"), 200)
    same = {"is_active": cancelled["is_active"], "name": "Renamed"}
    assert made(organizer.put(f"/events/{event['id']}", json=same), 200)["status"] == "cancelled"


def test_a_cancelled_event_sells_nothing_and_its_doors_go_on(organizer: httpx.Client, anonymous: httpx.Client) -> None:
    festival = make_festival(organizer)
    made(become(organizer, festival.event, "cancelled"), 200)
    assert made(anonymous.get(festival.path("").rstrip("/")), 200)["status"] == "cancelled"
    body = {"user_email": "late@example.org", "full_name": "Late"}
    for client in (anonymous, organizer):
        refused(client.post(festival.path("registrations"), json=body), 409, "event_not_on_sale")
    assert scanned(organizer, festival, scan_of(festival))["verdict"] == "admitted"


@pytest.mark.parametrize("status", ["cancelled", "archived"])
def test_whoever_was_let_in_before_the_event_was_cancelled_or_archived_gets_no_place_after(
    organizer: httpx.Client, settings: Settings, status: str
) -> None:
    festival = make_festival(organizer)
    made(become(organizer, festival.event, status), 200)
    entry = Entry(Registering("late@example.org", "Late"), system(settings.data_keys))

    async def ask(session: AsyncSession) -> list[Outcome]:
        return await register_each(session, festival.id, [entry])

    assert in_session(settings, ask) == [NotOpen()]


def test_an_archived_event_is_read_by_its_members_and_changed_by_nobody(
    organizer: httpx.Client, staff: httpx.Client, anonymous: httpx.Client, people: People
) -> None:
    festival = make_festival(organizer)
    path = festival.path("").rstrip("/")
    made(organizer.post(f"{path}/members", json={"email": people.staff.email, "role": "viewer"}))
    made(become(organizer, festival.event, "archived"), 200)
    refused(anonymous.get(path), 404, "event_not_found")
    assert made(staff.get(path), 200)["status"] == "archived"
    types = made(staff.get(f"{path}/ticket-types"), 200)["items"]
    registration = f"/registrations/{festival.registrations[0]['id']}"
    changes = [
        organizer.put(path, json={"name": "Renamed"}),
        organizer.post(f"{path}/ticket-types", json={"name": "Late"}),
        organizer.put(f"{path}/ticket-types/{types[0]['id']}", json={"name": "Late"}),
        organizer.post(f"{path}/check-in-lists", json={"name": "Late"}),
        organizer.put(f"{path}/check-in-lists/{festival.check_in_list['id']}", json={"name": "Late"}),
        organizer.post(f"{path}/gates", json={"name": "Late", "list_id": festival.check_in_list["id"]}),
        organizer.delete(f"{path}/gates/{festival.gate['id']}"),
        organizer.post(f"{path}/questions", json={"kind": "text", "label": "Late"}),
        organizer.put(registration, json={"full_name": "Late"}),
        organizer.delete(registration),
        organizer.post(f"{registration}/block"),
        organizer.post(
            f"{path}/registrations/bulk", json={"action": "cancel", "ids": [festival.registrations[0]["id"]]}
        ),
    ]
    late = {"user_email": "late@example.org", "full_name": "Late"}
    refused(organizer.post(f"{path}/registrations", json=late), 409, "event_not_on_sale")
    for answer in changes:
        refused(answer, 409, "event_archived")
    renamed = made(organizer.put(path, json={"status": "cancelled", "name": "Renamed"}), 200)
    assert (renamed["status"], renamed["name"]) == ("cancelled", "Renamed")


def test_events_are_listed_by_status(organizer: httpx.Client, anonymous: httpx.Client) -> None:
    for status in ("draft", "published", "cancelled", "archived"):
        event = make_event(organizer, name=status, status="draft")
        if status != "draft":
            made(become(organizer, event, "published"), 200)
            made(become(organizer, event, status), 200)

    def names(client: httpx.Client, **asked: str) -> list[str]:
        return sorted(event["name"] for event in made(client.get("/events", params=asked), 200)["items"])

    assert names(anonymous) == ["cancelled", "published"]
    assert names(organizer) == ["archived", "cancelled", "draft", "published"]
    for status in ("draft", "published", "cancelled", "archived"):
        assert names(organizer, status=status) == [status]
    assert names(anonymous, status="active") == ["published"]
    assert names(anonymous, status="archived") == []


def test_an_event_never_has_fewer_places_than_are_taken(organizer: httpx.Client) -> None:
    event = make_event(organizer, max_capacity=5, reserved_places=1, has_waiting_list=False)
    make_type(organizer, event)
    for number in range(2):
        register(organizer, event, f"{number}@example.org")
    path = f"/events/{event['id']}"
    problem = refused(organizer.put(path, json={"max_capacity": 1}), 409, "below_sold")
    assert (problem["field"], "2 places" in problem["detail"]) == ("max_capacity", True)
    smaller = made(organizer.put(path, json={"max_capacity": 2, "has_waiting_list": True}), 200)
    assert (smaller["max_capacity"], smaller["reserved_places"], smaller["has_waiting_list"]) == (2, 1, True)
    late = {"user_email": "late@example.org", "full_name": "Late"}
    refused(organizer.post(f"{path}/registrations", json=late), 409, "sold_out")
    refused(organizer.put(path, json={"reserved_places": 3}), 422, "invalid")
    made(organizer.put(path, json={"max_capacity": None}), 200)
    register(organizer, event, "late@example.org")
