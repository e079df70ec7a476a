"""Check-in lists and gates through the API."""

from typing import Any

import httpx
import pytest

from tests.integration.arrange import Json, made, make_event, make_type, refused
from tests.integration.conftest import People, Rows
from tests.integration.laptop import make_festival, scan_of, scanned

NOWHERE = "018f0000-0000-7000-8000-000000000000"


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer)


def make_list(client: httpx.Client, event: Json, **fields: Any) -> Json:
    return made(client.post(f"/events/{event['id']}/check-in-lists", json={"name": "Everybody"} | fields))


def test_a_list_admits_every_type_of_the_event_unless_some_are_named(organizer: httpx.Client, event: Json) -> None:
    day, crew = make_type(organizer, event, name="Day"), make_type(organizer, event, name="Crew")
    assert make_list(organizer, event)["ticket_type_ids"] == [day["id"], crew["id"]]
    backstage = make_list(organizer, event, name="Backstage", entry="reentry", ticket_type_ids=[crew["id"]])
    assert (backstage["entry"], backstage["ticket_type_ids"]) == ("reentry", [crew["id"]])
    listed = made(organizer.get(f"/events/{event['id']}/check-in-lists"), 200)["items"]
    assert [each["name"] for each in listed] == ["Everybody", "Backstage"]


def test_a_list_is_changed_field_by_field(organizer: httpx.Client, event: Json, sql: Rows) -> None:
    day = make_type(organizer, event)
    made_list = make_list(organizer, event, entry="daily", day_starts_at="06:00", opens_at="2026-11-28T12:00:00Z")
    path = f"/events/{event['id']}/check-in-lists/{made_list['id']}"
    changed = made(organizer.put(path, json={"ticket_type_ids": [], "opens_at": None}), 200)
    assert (changed["ticket_type_ids"], changed["opens_at"]) == ([], None)
    assert (changed["entry"], changed["day_starts_at"]) == ("daily", "06:00:00")
    changed = made(organizer.put(path, json={"ticket_type_ids": [day["id"]], "entry": "unlimited"}), 200)
    assert (changed["ticket_type_ids"], changed["entry"]) == ([day["id"]], "unlimited")
    rows = sql.execute("SELECT count(*) AS n FROM changes WHERE entity = 'list'").fetchall()
    assert rows[0]["n"] == 3


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"entry": "twice"}, "invalid", id="a policy that is none"),
        pytest.param({"ticket_type_ids": [NOWHERE]}, "unknown_ticket_type", id="a type of nowhere"),
        pytest.param({"day_starts_at": "06:00Z"}, "invalid", id="a wall time with a zone"),
        pytest.param(
            {"opens_at": "2026-11-28T12:00:00Z", "closes_at": "2026-11-28T12:00:00Z"}, "invalid", id="never open"
        ),
    ],
)
def test_a_list_that_cannot_be_is_refused(
    organizer: httpx.Client, event: Json, fields: dict[str, Any], code: str
) -> None:
    refused(organizer.post(f"/events/{event['id']}/check-in-lists", json={"name": "X"} | fields), 422, code)


def test_gates_are_made_on_a_list_of_the_event_and_taken_away(organizer: httpx.Client, event: Json, sql: Rows) -> None:
    path = f"/events/{event['id']}/gates"
    refused(organizer.post(path, json={"name": "Main", "list_id": NOWHERE}), 404, "list_not_found")
    foreign = make_list(organizer, make_event(organizer))
    refused(organizer.post(path, json={"name": "Main", "list_id": foreign["id"]}), 404, "list_not_found")
    made_list = make_list(organizer, event)
    gate = made(organizer.post(path, json={"name": "Main gate", "list_id": made_list["id"]}))
    assert made(organizer.get(path), 200)["items"] == [gate]
    assert organizer.delete(f"{path}/{gate['id']}").status_code == 204
    assert made(organizer.get(path), 200)["items"] == []
    refused(organizer.delete(f"{path}/{gate['id']}"), 404, "gate_not_found")
    told = sql.execute("SELECT entity_id FROM changes WHERE entity = 'gate' ORDER BY revision").fetchall()
    assert [row["entity_id"] for row in told] == [gate["id"], gate["id"]]


def test_a_gate_moves_to_another_list_of_its_event(organizer: httpx.Client, event: Json) -> None:
    first, second = make_list(organizer, event), make_list(organizer, event, name="Backstage")
    foreign = make_list(organizer, make_event(organizer))
    gates = f"/events/{event['id']}/gates"
    gate = made(organizer.post(gates, json={"name": "North", "list_id": first["id"]}))
    path = f"{gates}/{gate['id']}"
    moved = made(organizer.put(path, json={"list_id": second["id"]}), 200)
    assert (moved["name"], moved["list_id"], moved["version"]) == ("North", second["id"], 2)
    refused(organizer.put(path, json={"list_id": foreign["id"]}), 404, "list_not_found")
    refused(organizer.put(path, json={"name": "South"}, headers={"If-Match": '"1"'}), 412, "version_clash")


def test_a_list_and_a_gate_go_until_somebody_was_scanned_there(organizer: httpx.Client) -> None:
    festival = make_festival(organizer)
    gates, lists = festival.path("gates"), festival.path("check-in-lists")
    spare = made(organizer.post(lists, json={"name": "Spare"}))
    spare_gate = made(organizer.post(gates, json={"name": "Spare", "list_id": spare["id"]}))
    refused(organizer.delete(f"{lists}/{spare['id']}"), 409, "list_in_use")
    assert organizer.delete(f"{gates}/{spare_gate['id']}").status_code == 204
    refused(organizer.delete(f"{lists}/{spare['id']}", headers={"If-Match": '"9"'}), 412, "version_clash")
    assert organizer.delete(f"{lists}/{spare['id']}").status_code == 204
    refused(organizer.delete(f"{lists}/{spare['id']}"), 404, "list_not_found")
    assert scanned(organizer, festival, scan_of(festival))["verdict"] == "admitted"
    refused(organizer.delete(f"{gates}/{festival.gate['id']}"), 409, "gate_in_use")
    refused(organizer.delete(f"{lists}/{festival.check_in_list['id']}"), 409, "list_in_use")


def test_members_read_lists_and_only_organizers_write_them(
    organizer: httpx.Client, staff: httpx.Client, anonymous: httpx.Client, event: Json, people: People
) -> None:
    path = f"/events/{event['id']}/check-in-lists"
    refused(anonymous.get(path), 401, "not_signed_in")
    refused(staff.get(path), 404, "event_not_found")
    made(organizer.post(f"/events/{event['id']}/members", json={"email": people.staff.email, "role": "supervisor"}))
    assert made(staff.get(path), 200)["items"] == []
    refused(staff.post(path, json={"name": "Mine"}), 403, "forbidden")
    refused(staff.put(f"{path}/{NOWHERE}", json={"name": "Mine"}), 403, "forbidden")
    refused(organizer.put(f"{path}/{NOWHERE}", json={"name": "Mine"}), 404, "list_not_found")
