"""Events through the API: who sees them, who changes them, and how two authors do not overwrite each other."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import IntegrityError

from server.clock import new_id, utc_now
from server.db import open_database
from server.events import writing
from server.events.bodies import EventChanges
from server.events.writing import NewEvent
from tests.integration.arrange import made, make_event, make_type, refused, register
from tests.integration.conftest import People, Rows

BODY = {"name": "Winter Gala", "date": "2026-12-05T18:00:00Z", "venue": "Old Mill"}


def test_a_made_event_can_be_read_by_everybody_with_the_given_columns(
    organizer: httpx.Client, anonymous: httpx.Client, people: People
) -> None:
    event = make_event(organizer, max_capacity=300, categories=["music", "outdoor"], description="Three days")
    read = made(anonymous.get(f"/events/{event['id']}"), 200)
    assert read == event | {"sold": 0, "description_html": "<p>Three days</p>\n"}
    assert read["date"] == "2099-11-28T16:00:00Z"
    assert read["created_by"] == str(people.organizer.id)
    assert read["slug"] == "lindenhof-festival"
    assert read["number"] >= 1


def test_two_events_of_one_name_get_two_addresses(organizer: httpx.Client) -> None:
    slugs = [make_event(organizer, name="Łódź & Müller's Fest")["slug"] for _ in range(3)]
    assert slugs == ["lodz-muller-s-fest", "lodz-muller-s-fest-2", "lodz-muller-s-fest-3"]


def test_a_name_without_latin_letters_still_gets_an_address(organizer: httpx.Client) -> None:
    assert make_event(organizer, name="春祭り")["slug"] == "event"


def test_an_address_that_is_taken_cannot_be_asked_for(organizer: httpx.Client) -> None:
    make_event(organizer, slug="gala")
    refused(organizer.post("/events", json=BODY | {"slug": "gala"}), 409, "slug_taken")
    other = make_event(organizer, slug="other")
    refused(organizer.put(f"/events/{other['id']}", json={"slug": "gala"}), 409, "slug_taken")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"zone": "Europe/Nowhere"}, "zone", id="a zone that does not exist"),
        pytest.param({"zone": "../../etc/passwd"}, "zone", id="a zone that is a path"),
        pytest.param({"date": "2026-12-05T18:00:00"}, "date", id="a time without a zone"),
        pytest.param({"end_date": "2026-12-04T18:00:00Z"}, "end_date", id="an end before the beginning"),
        pytest.param({"name": "  "}, "name", id="an empty name"),
        pytest.param({"max_capacity": -1}, "max_capacity", id="fewer than no places"),
    ],
)
def test_an_event_that_cannot_be_is_refused_with_its_field(
    organizer: httpx.Client, fields: dict[str, Any], field: str
) -> None:
    assert refused(organizer.post("/events", json=BODY | fields), 422, "invalid")["field"] == field


def test_only_organizers_and_admins_make_events(
    staff: httpx.Client, admin: httpx.Client, anonymous: httpx.Client
) -> None:
    refused(staff.post("/events", json=BODY), 403, "forbidden")
    refused(anonymous.post("/events", json=BODY), 401, "not_signed_in")
    made(admin.post("/events", json=BODY))


def test_a_draft_is_seen_by_its_members_only(
    organizer: httpx.Client, staff: httpx.Client, anonymous: httpx.Client, admin: httpx.Client, people: People
) -> None:
    draft = make_event(organizer, is_active=False)
    path = f"/events/{draft['id']}"
    for client in (staff, anonymous):
        refused(client.get(path), 404, "event_not_found")
        assert made(client.get("/events"), 200)["items"] == []
    made(organizer.post(f"{path}/members", json={"email": people.staff.email, "role": "viewer"}))
    for client in (staff, organizer, admin):
        assert made(client.get(path), 200)["id"] == draft["id"]
        assert [each["id"] for each in made(client.get("/events?status=draft"), 200)["items"]] == [draft["id"]]
    refused(staff.put(path, json={"name": "Mine now"}), 403, "forbidden")


def test_pages_of_events_follow_one_another_by_date_without_gap_or_repetition(
    organizer: httpx.Client, anonymous: httpx.Client
) -> None:
    names = [
        make_event(organizer, name=f"Evening {day}", date=f"2026-12-0{1 + day // 2}T18:00:00Z")["name"]
        for day in range(7)
    ]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = made(anonymous.get("/events", params={"limit": 3} | ({"cursor": cursor} if cursor else {})), 200)
        seen += [event["name"] for event in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(names)
    dates = [int(name.split()[1]) // 2 for name in seen]
    assert dates == sorted(dates)


def test_events_are_found_by_venue_and_time(organizer: httpx.Client, anonymous: httpx.Client) -> None:
    make_event(organizer, name="100% Jazz", venue="Harbour", date="2026-12-01T18:00:00Z")
    make_event(organizer, name="100 Choirs", venue="Cathedral", date="2026-12-02T18:00:00Z")

    def found(**asked: str) -> list[str]:
        return [event["name"] for event in made(anonymous.get("/events", params=asked), 200)["items"]]

    assert found(q="cathed") == ["100 Choirs"]
    assert found(**{"from": "2026-12-02T00:00:00Z"}) == ["100 Choirs"]
    assert found(to="2026-12-02T18:00:00Z") == ["100% Jazz"]


@pytest.mark.parametrize("cursor", ["nonsense", "!!!", "WyJhIl0", "WyJhIiwgImIiXQ", "WzEsIDJd"])
def test_a_damaged_cursor_is_refused(anonymous: httpx.Client, cursor: str) -> None:
    assert refused(anonymous.get("/events", params={"cursor": cursor}), 422, "invalid")["field"] == "cursor"


def test_the_slower_of_two_authors_is_shown_the_present_version(organizer: httpx.Client, admin: httpx.Client) -> None:
    event = make_event(organizer)
    path = f"/events/{event['id']}"
    read = organizer.get(path).headers["ETag"]
    assert read == '"1"'
    first = admin.put(path, json={"name": "Renamed"}, headers={"If-Match": read})
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    clash = organizer.put(path, json={"venue": "Elsewhere"}, headers={"If-Match": read})
    problem = refused(clash, 412, "version_clash")
    assert (problem["version"], problem["present"]["name"], clash.headers["ETag"]) == (2, "Renamed", '"2"')
    made(organizer.put(path, json={"venue": "Elsewhere"}, headers={"If-Match": '"2"'}), 200)
    read_again = made(organizer.get(path), 200)
    assert (read_again["name"], read_again["venue"], read_again["version"]) == ("Renamed", "Elsewhere", 3)


def test_a_change_names_only_what_changes_and_empties_only_what_may_be_empty(organizer: httpx.Client) -> None:
    event = make_event(organizer, description="Long", max_capacity=5)
    path = f"/events/{event['id']}"
    changed = made(organizer.put(path, json={"description": None, "max_capacity": None}), 200)
    assert (changed["description"], changed["max_capacity"], changed["name"]) == (None, None, event["name"])
    refused(organizer.put(path, json={"name": None}), 422, "invalid")
    refused(organizer.put(path, json={"name": "x"}, headers={"If-Match": "soon"}), 422, "invalid")
    refused(organizer.put(path, json={"zone": "Mars/Olympus"}), 422, "invalid")


def test_whatever_can_be_changed_of_an_event_is_told_and_kept_as_it_was_changed(
    organizer: httpx.Client, anonymous: httpx.Client
) -> None:
    path = f"/events/{make_event(organizer)['id']}"
    asked: dict[str, Any] = {
        "max_capacity": 40,
        "reserved_places": 3,
        "has_waiting_list": False,
        "categories": ['a "b"', "c,{d}", "NULL"],
        "slug": "a-new-address",
        "description": "It's *new* \\ 新",
        "name": "Renamed 'again' %s :venue",
        "venue": "Elsewhere",
        "zone": "Europe/Berlin",
        "end_date": "2099-12-01T01:30:00.123456+05:30",
        "date": "2099-11-30T20:00:00+01:00",
        "takes_money_at_door": True,
    }
    assert asked.keys() == EventChanges.model_fields.keys() - {"status", "is_active"}
    changed = read = made(organizer.get(path), 200)
    for number, (name, value) in enumerate(asked.items(), 2):
        changed = made(organizer.put(path, json={name: value}), 200)
        assert changed["version"] == number
        read = made(anonymous.get(path), 200)
        assert changed == {field: read[field] for field in changed}
    asked |= {"end_date": "2099-11-30T20:00:00.123456Z", "date": "2099-11-30T19:00:00Z"}
    assert {name: read[name] for name in asked} == asked
    assert changed["updated_at"] > changed["created_at"]
    emptied: dict[str, Any] = {"categories": [], "end_date": None, "description": None, "max_capacity": None}
    assert made(organizer.put(path, json=emptied), 200).items() >= emptied.items()
    assert [one["name"] for one in made(anonymous.get("/events?q=elsewhere"), 200)["items"]] == [asked["name"]]


def test_every_change_of_an_event_is_told_to_the_doors(organizer: httpx.Client, sql: Rows) -> None:
    event = make_event(organizer)
    made(organizer.put(f"/events/{event['id']}", json={"venue": "Elsewhere"}), 200)
    rows = sql.execute(
        "SELECT revision, entity, entity_id FROM changes WHERE event_id = %s ORDER BY revision", [event["id"]]
    ).fetchall()
    assert [(row["revision"], row["entity"]) for row in rows] == [(1, "event"), (2, "key"), (3, "event")]
    assert rows[2]["entity_id"] == event["id"]


def test_an_event_without_registrations_can_be_deleted_by_an_admin_only(
    organizer: httpx.Client, admin: httpx.Client
) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    refused(organizer.delete(f"/events/{event['id']}"), 403, "forbidden")
    assert admin.delete(f"/events/{event['id']}").status_code == 204
    refused(admin.get(f"/events/{event['id']}"), 404, "event_not_found")
    refused(admin.delete(f"/events/{event['id']}"), 404, "event_not_found")


def test_an_event_with_registrations_is_never_deleted(organizer: httpx.Client, admin: httpx.Client) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    register(organizer, event)
    refused(admin.delete(f"/events/{event['id']}"), 409, "event_in_use")
    made(organizer.get(f"/events/{event['id']}"), 200)


def test_grants_share_an_event_and_a_second_one_replaces_the_first(
    organizer: httpx.Client, staff: httpx.Client, people: People
) -> None:
    event = make_event(organizer)
    path = f"/events/{event['id']}/members"
    refused(staff.get(path), 404, "event_not_found")
    made(organizer.post(path, json={"email": people.staff.email.upper(), "role": "viewer"}))
    refused(staff.get(path), 403, "forbidden")
    made(organizer.post(path, json={"email": people.staff.email, "role": "organizer"}))
    members = made(staff.get(path), 200)["items"]
    assert [(member["email"], member["role"]) for member in members] == [
        (people.organizer.email, "organizer"),
        (people.staff.email, "organizer"),
    ]
    refused(organizer.post(path, json={"email": "nobody@example.org", "role": "staff"}), 404, "user_not_found")
    refused(organizer.post(path, json={"email": people.staff.email, "role": "owner"}), 422, "invalid")


def test_a_member_is_removed_at_once_and_the_last_organizer_never(
    organizer: httpx.Client, staff: httpx.Client, people: People
) -> None:
    path = f"/events/{make_event(organizer)['id']}/members"
    body = {"email": people.staff.email, "role": "organizer"}
    demoted = {"email": people.organizer.email, "role": "viewer"}
    assert refused(organizer.post(path, json=demoted), 409, "last_organizer")["field"] == "role"
    refused(organizer.delete(f"{path}/{people.organizer.id}"), 409, "last_organizer")
    made(organizer.post(path, json=body))
    made(staff.get(path), 200)
    assert organizer.delete(f"{path}/{people.staff.id}").status_code == 204
    refused(staff.get(path), 404, "event_not_found")
    refused(organizer.delete(f"{path}/{people.staff.id}"), 404, "member_not_found")
    refused(organizer.delete(f"{path}/{people.organizer.id}"), 409, "last_organizer")


def test_of_two_who_ask_for_one_address_at_once_one_has_it(organizer: httpx.Client, admin: httpx.Client) -> None:
    together = Barrier(2)

    def ask(client: httpx.Client, body: dict[str, Any]) -> httpx.Response:
        together.wait()
        return client.post("/events", json=body)

    with ThreadPoolExecutor(2) as pool:
        named = [pool.submit(ask, client, BODY) for client in (organizer, admin)]
        assert sorted(made(answer.result())["slug"] for answer in named) == ["winter-gala", "winter-gala-2"]
        asked = [pool.submit(ask, client, BODY | {"slug": "gala"}) for client in (organizer, admin)]
        assert sorted(answer.result().status_code for answer in asked) == [201, 409]


def test_only_an_address_that_is_taken_is_said_to_be_taken(database_url: str) -> None:
    async def by_nobody() -> None:
        database = open_database(database_url, 1)
        try:
            async with database.sessions.begin() as session:
                await writing.insert(session, NewEvent(name="Gala", date=utc_now(), venue="Mill"), new_id())
        finally:
            await database.close()

    with pytest.raises(IntegrityError, match="fk_events_created_by"):
        asyncio.run(by_nobody())
