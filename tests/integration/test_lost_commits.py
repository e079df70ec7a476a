"""A registration that was committed is answered as one, also where the database's word of it never arrived."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from server.settings import Settings
from tests.integration.arrange import Json, made, make_event, make_type
from tests.integration.conftest import Rows
from tests.integration.lost_answers import Line, breakable
from tests.integration.served import Served

BODY = {"user_email": "ana@example.org", "full_name": "Ana Müller"}


@pytest.fixture
def line(settings: Settings) -> Iterator[Line]:
    assert settings.database_url is not None
    with breakable(settings.database_url) as line:
        yield line


@pytest.fixture
def far(settings: Settings, line: Line) -> Iterator[httpx.Client]:
    """A client of a server whose line to the database can break."""
    served = Served(replace(settings, database_url=line.url))
    served.start()
    with served.client() as client:
        yield client
    served.stop()


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    event = make_event(organizer, max_capacity=3)
    make_type(organizer, event)
    return event


def test_a_commit_whose_answer_was_lost_is_found_again(
    far: httpx.Client, line: Line, event: Json, organizer: httpx.Client, sql: Rows
) -> None:
    path = f"/events/{event['id']}/registrations"
    line.break_next()
    answer = made(far.post(path, json=BODY))
    assert line.broken == 1
    assert made(organizer.get(f"/registrations/{answer['id']}"), 200) == answer
    assert one(sql, "SELECT count(*) FROM registrations") == 1
    assert one(sql, "SELECT count(*) FROM tickets WHERE status = 'valid'") == 1
    assert one(sql, "SELECT sold FROM event_heads") == 1
    assert one(sql, "SELECT count(*) FROM jobs") == 2


def test_who_comes_back_after_a_cancellation_is_found_again_too(
    far: httpx.Client, line: Line, event: Json, organizer: httpx.Client, sql: Rows
) -> None:
    path = f"/events/{event['id']}/registrations"
    first = made(far.post(path, json=BODY))
    assert organizer.delete(f"/registrations/{first['id']}").status_code == 204
    line.break_next()
    back = made(far.post(path, json=BODY))
    assert (line.broken, back["id"], back["status"]) == (1, first["id"], "active")
    assert back["short_code"] != first["short_code"]
    assert one(sql, "SELECT count(*) FROM tickets WHERE status = 'valid'") == 1
    assert one(sql, "SELECT sold FROM event_heads") == 1


def test_with_a_key_the_same_answer_is_given_once_more(far: httpx.Client, line: Line, event: Json, sql: Rows) -> None:
    path, key = (
        f"/events/{event['id']}/registrations",
        {"Idempotency-Key": "a key of at least sixteen".replace(" ", "-")},
    )
    line.break_next()
    first = far.post(path, json=BODY, headers=key)
    again = far.post(path, json=BODY, headers=key)
    assert line.broken == 1
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.status_code == 201
    assert one(sql, "SELECT count(*) FROM registrations") == 1


def one(sql: Rows, query: str) -> int:
    row = sql.execute(query).fetchone()
    assert row is not None
    [value] = row.values()
    return int(value)
