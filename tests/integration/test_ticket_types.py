"""Ticket types through the API."""

from typing import Any

import httpx
import pytest

from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import Rows


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer)


def test_ticket_types_are_numbered_from_one_within_each_event(organizer: httpx.Client, event: Json) -> None:
    other = make_event(organizer)
    numbers = [
        make_type(organizer, each, name=name)["number"] for each, name in ((event, "A"), (event, "B"), (other, "C"))
    ]
    assert numbers == [1, 2, 1]


def test_everybody_sees_prices_of_an_active_event_only(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json
) -> None:
    weekend = make_type(organizer, event, name="Weekend", price_minor=7900, currency="EUR", quota=200)
    listed = made(anonymous.get(f"/events/{event['id']}/ticket-types"), 200)["items"]
    assert listed == [weekend | {"sold": None, "left": None}]
    assert (listed[0]["price_minor"], listed[0]["currency"], listed[0]["quota"]) == (7900, "EUR", 200)
    draft = make_event(organizer, is_active=False)
    refused(anonymous.get(f"/events/{draft['id']}/ticket-types"), 404, "event_not_found")


def test_a_ticket_type_can_be_changed_and_the_doors_hear_of_it(organizer: httpx.Client, event: Json, sql: Rows) -> None:
    made_type = make_type(organizer, event)
    path = f"/events/{event['id']}/ticket-types/{made_type['id']}"
    changed = made(organizer.put(path, json={"name": "Day pass Friday", "quota": 20}), 200)
    assert (changed["name"], changed["quota"], changed["price_minor"]) == ("Day pass Friday", 20, 0)
    rows = sql.execute("SELECT count(*) AS n FROM changes WHERE entity_id = %s", [made_type["id"]]).fetchall()
    assert rows[0]["n"] == 2


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"price_minor": -1}, id="a price below nothing"),
        pytest.param({"currency": "euro"}, id="a currency that is none"),
        pytest.param(
            {"valid_from": "2026-12-02T00:00:00Z", "valid_until": "2026-12-01T00:00:00Z"}, id="over before it begins"
        ),
        pytest.param({"valid_from": "2026-12-02T00:00:00"}, id="a time without a zone"),
        pytest.param({"sale_from": "2026-12-02T00:00:00Z", "sale_until": "2026-12-02T00:00:00Z"}, id="never on sale"),
        pytest.param({"companions_allowed": 101}, id="more companions than anybody has"),
    ],
)
def test_a_ticket_type_that_cannot_be_is_refused(organizer: httpx.Client, event: Json, fields: dict[str, Any]) -> None:
    refused(organizer.post(f"/events/{event['id']}/ticket-types", json={"name": "X"} | fields), 422, "invalid")


def test_a_type_of_another_event_is_not_found(organizer: httpx.Client, staff: httpx.Client, event: Json) -> None:
    foreign = make_type(organizer, make_event(organizer))
    path = f"/events/{event['id']}/ticket-types/{foreign['id']}"
    refused(organizer.put(path, json={"name": "Y"}), 404, "ticket_type_not_found")
    refused(staff.post(f"/events/{event['id']}/ticket-types", json={"name": "Z"}), 404, "event_not_found")


def test_members_see_how_many_are_left_and_everybody_whether_any(
    organizer: httpx.Client, anonymous: httpx.Client
) -> None:
    event = make_event(organizer, max_capacity=4, reserved_places=2)
    few, many = make_type(organizer, event, name="Few", quota=2), make_type(organizer, event, name="Many")
    path = f"/events/{event['id']}/ticket-types"

    def told(client: httpx.Client) -> list[tuple[int | None, int | None, bool]]:
        items = made(client.get(path), 200)["items"]
        return [(each["sold"], each["left"], each["sold_out"]) for each in items]

    assert told(organizer) == [(0, 2, False), (0, 4, False)]
    register(organizer, event, "a@example.org", ticket_type_id=few["id"])
    assert told(organizer) == [(1, 1, False), (0, 3, False)]
    register(organizer, event, "b@example.org", ticket_type_id=many["id"])
    # Two places are left, and both are the box office's.
    assert told(organizer) == [(1, 1, True), (1, 2, True)]
    assert told(anonymous) == [(None, None, True), (None, None, True)]


def test_a_quota_never_falls_below_what_is_sold(organizer: httpx.Client, event: Json) -> None:
    made_type = make_type(organizer, event, quota=5)
    for number in range(2):
        register(organizer, event, f"{number}@example.org")
    path = f"/events/{event['id']}/ticket-types/{made_type['id']}"
    assert refused(organizer.put(path, json={"quota": 1}), 409, "below_sold")["field"] == "quota"
    assert made(organizer.put(path, json={"quota": 2}), 200)["left"] == 0


def test_a_ticket_type_is_deleted_until_somebody_has_it(organizer: httpx.Client, event: Json, sql: Rows) -> None:
    path = f"/events/{event['id']}/ticket-types"
    used, unused = make_type(organizer, event), make_type(organizer, event, name="Mistake")
    lists = f"/events/{event['id']}/check-in-lists"
    main = made(organizer.post(lists, json={"name": "Main"}))
    registration = register(organizer, event, ticket_type_id=used["id"])
    assert organizer.delete(f"/registrations/{registration['id']}").is_success
    refused(organizer.delete(f"{path}/{used['id']}"), 409, "ticket_type_in_use")
    refused(organizer.delete(f"{path}/{unused['id']}", headers={"If-Match": '"7"'}), 412, "version_clash")
    assert organizer.delete(f"{path}/{unused['id']}", headers={"If-Match": '"1"'}).status_code == 204
    refused(organizer.delete(f"{path}/{unused['id']}"), 404, "ticket_type_not_found")
    assert made(organizer.get(lists), 200)["items"][0]["ticket_type_ids"] == [used["id"]]
    rows = sql.execute("SELECT entity, entity_id FROM changes ORDER BY revision DESC LIMIT 2").fetchall()
    assert [(row["entity"], row["entity_id"]) for row in rows] == [("list", main["id"]), ("ticket_type", unused["id"])]
