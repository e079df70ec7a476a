"""A new event out of an old one: everything that was planned, nothing that happened."""

from collections import Counter

import httpx
import pytest

from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import People, Rows
from tests.integration.pictures import picture

QUESTION = {"kind": "choice", "label": "T-shirt", "choices": ["S", "M"]}


def furnished(organizer: httpx.Client) -> Json:
    """A festival of two evenings in Berlin, the first in summer time and the second in winter time."""
    event = make_event(
        organizer,
        date="2026-10-24T18:00:00Z",
        end_date="2026-10-25T22:00:00Z",
        description="# Two evenings",
        max_capacity=10,
        reserved_places=2,
        categories=["music"],
        takes_money_at_door=True,
    )
    path = f"/events/{event['id']}"
    day = make_type(organizer, event, name="Day", companions_allowed=2, quota=5)
    crew = make_type(organizer, event, name="Crew", valid_from="2026-10-25T18:00:00Z")
    opening = {"opens_at": "2026-10-24T17:00:00Z", "closes_at": "2026-10-25T23:30:00Z"}
    main = made(
        organizer.post(f"{path}/check-in-lists", json={"name": "Main", "ticket_type_ids": [day["id"]]} | opening)
    )
    made(organizer.post(f"{path}/gates", json={"name": "North", "list_id": main["id"]}))
    made(organizer.post(f"{path}/questions", json=QUESTION | {"ticket_type_ids": [crew["id"]]}))
    made(organizer.put(f"{path}/image", content=picture("PNG")), 200)
    register(organizer, event, ticket_type_id=day["id"])
    over = {"sale_until": "2026-10-24T16:00:00Z"}
    made(organizer.put(f"{path}/ticket-types/{day['id']}", json=over), 200)
    return event


def items(client: httpx.Client, event: Json, what: str) -> list[Json]:
    found: list[Json] = made(client.get(f"/events/{event['id']}/{what}"), 200)["items"]
    return found


def test_a_copy_has_everything_that_was_planned_and_nobody(
    organizer: httpx.Client, anonymous: httpx.Client, people: People, sql: Rows
) -> None:
    source = furnished(organizer)
    body = {"name": "Two evenings again", "date": "2027-10-30T18:00:00Z"}
    copy = made(organizer.post(f"/events/{source['id']}/copy", json=body))
    read = made(organizer.get(f"/events/{copy['id']}"), 200)

    assert (read["status"], read["slug"], read["sold"], read["version"]) == ("draft", "two-evenings-again", 0, 1)
    kept = ("description", "zone", "venue", "max_capacity", "reserved_places", "categories", "takes_money_at_door")
    assert [read[name] for name in kept] == [source[name] for name in kept]
    columns = ("name", "number", "quota", "sold", "companions_allowed")
    types = [tuple(each[name] for name in columns) for each in items(organizer, copy, "ticket-types")]
    assert types == [("Day", 1, 5, 0, 2), ("Crew", 2, None, 0, 0)]
    day, crew = items(organizer, copy, "ticket-types")
    (main,) = items(organizer, copy, "check-in-lists")
    (gate,) = items(organizer, copy, "gates")
    (question,) = items(organizer, copy, "questions")
    assert (main["name"], main["ticket_type_ids"], gate["list_id"]) == ("Main", [day["id"]], main["id"])
    assert (question["label"], question["choices"], question["ticket_type_ids"]) == (
        "T-shirt",
        ["S", "M"],
        [crew["id"]],
    )
    assert [member["email"] for member in items(organizer, copy, "members")] == [people.organizer.email]
    assert items(organizer, copy, "registrations") == []
    assert (
        organizer.get(f"/events/{copy['id']}/image").content == organizer.get(f"/events/{source['id']}/image").content
    )
    assert copy["image_url"] != made(organizer.get(f"/events/{source['id']}"), 200)["image_url"]
    refused(anonymous.get(f"/events/{copy['id']}"), 404, "event_not_found")
    told = sql.execute("SELECT action, after FROM audit WHERE event_id = %s", [copy["id"]]).fetchall()
    actions = Counter(row["action"] for row in told)
    once = ("event.created", "grant.given", "list.created", "gate.created", "question.created")
    assert actions == Counter({"ticket_type.created": 2} | dict.fromkeys(once, 1))
    assert [row["after"]["copied_from"] for row in told if row["action"] == "event.created"] == [source["id"]]


def test_a_copy_keeps_the_times_of_the_clocks_on_the_wall(organizer: httpx.Client) -> None:
    source = furnished(organizer)
    body = {"name": "In winter", "date": "2026-12-05T19:00:00Z"}
    copy = made(organizer.post(f"/events/{source['id']}/copy", json=body))
    # Eight in the evening until eleven of the next: the night of the source has an hour more.
    assert (copy["date"], copy["end_date"]) == ("2026-12-05T19:00:00Z", "2026-12-06T22:00:00Z")
    day, crew = items(organizer, copy, "ticket-types")
    assert (day["sale_until"], crew["valid_from"]) == ("2026-12-05T17:00:00Z", "2026-12-06T18:00:00Z")
    (main,) = items(organizer, copy, "check-in-lists")
    assert (main["opens_at"], main["closes_at"]) == ("2026-12-05T18:00:00Z", "2026-12-06T23:30:00Z")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        pytest.param({"slug": "lindenhof-festival"}, 409, "slug_taken", id="an address that is taken"),
        pytest.param({"date": "2899-12-31T23:00:00Z"}, 422, "invalid", id="beyond the calendar"),
        pytest.param({"date": "2027-10-30T18:00:00"}, 422, "invalid", id="a time without a zone"),
    ],
)
def test_a_copy_that_cannot_be_is_refused_and_leaves_nothing(
    organizer: httpx.Client, sql: Rows, fields: Json, status: int, code: str
) -> None:
    source = make_event(organizer, end_date="2099-11-30T16:00:00Z")
    body = {"name": "Again", "date": "2027-10-30T18:00:00Z"} | fields
    refused(organizer.post(f"/events/{source['id']}/copy", json=body), status, code)
    assert sql.execute("SELECT count(*) AS n FROM events").fetchall() == [{"n": 1}]


def test_an_event_of_others_is_not_copied(organizer: httpx.Client, admin: httpx.Client, staff: httpx.Client) -> None:
    source = make_event(admin)
    body = {"name": "Mine", "date": "2027-10-30T18:00:00Z"}
    refused(organizer.post(f"/events/{source['id']}/copy", json=body), 404, "event_not_found")
    refused(staff.post(f"/events/{source['id']}/copy", json=body), 403, "forbidden")
