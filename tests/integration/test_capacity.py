"""Places: given out once each, however many ask at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.integration.arrange import Json, made, make_event, make_type, refused, register
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


def test_fifty_buyers_at_once_share_exactly_ten_places(organizer: httpx.Client, anonymous: httpx.Client) -> None:
    event = make_event(organizer, max_capacity=10)
    make_type(organizer, event)

    def buy(number: int) -> str:
        body = {"user_email": f"buyer{number}@example.org", "full_name": f"Buyer {number}"}
        answer = anonymous.post(f"/events/{event['id']}/registrations", json=body)
        return str(answer.json().get("code", answer.status_code))

    with ThreadPoolExecutor(50) as buyers:
        outcomes = Counter(buyers.map(buy, range(50)))
    assert outcomes == {"201": 10, "sold_out": 40}
    assert sold(organizer, event) == 10
    assert len(made(organizer.get(f"/events/{event['id']}/registrations"), 200)["items"]) == 10


def test_one_e_mail_that_asks_twenty_times_at_once_gets_one_place(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, day_pass: Json
) -> None:
    def ask(_: int) -> str:
        body = {"user_email": "eager@example.org", "full_name": "Bo"}
        answer = anonymous.post(f"/events/{event['id']}/registrations", json=body)
        return str(answer.json().get("code", answer.status_code))

    with ThreadPoolExecutor(20) as askers:
        outcomes = Counter(askers.map(ask, range(20)))
    assert outcomes == {"201": 1, "duplicate_registration": 19}


def test_a_quota_closes_one_ticket_type_and_not_the_others(organizer: httpx.Client, event: Json) -> None:
    crew = make_type(organizer, event, name="Crew", quota=1)
    day = make_type(organizer, event, name="Day")
    first = register(organizer, event, "a@example.org", ticket_type_id=crew["id"])
    second = {"user_email": "b@example.org", "full_name": "B", "ticket_type_id": crew["id"]}
    path = f"/events/{event['id']}/registrations"
    refused(organizer.post(path, json=second), 409, "sold_out")
    made(organizer.post(path, json=second | {"ticket_type_id": day["id"]}))
    assert organizer.delete(f"/registrations/{first['id']}").status_code == 204
    made(organizer.post(path, json=second | {"ticket_type_id": crew["id"], "user_email": "c@example.org"}))


def test_a_refused_registration_changes_nothing(organizer: httpx.Client, sql: Rows) -> None:
    event = make_event(organizer, max_capacity=0)
    make_type(organizer, event)
    before = told(sql, event)
    body = {"user_email": "a@example.org", "full_name": "A"}
    refused(organizer.post(f"/events/{event['id']}/registrations", json=body), 409, "sold_out")
    assert told(sql, event) == before
    assert sql.execute("SELECT 1 FROM registrations").fetchall() == []
