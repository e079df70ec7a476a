"""Requests with an Idempotency-Key: sent again, they are answered the same and done once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.clock import new_id
from server.db import Database
from server.idempotency import service
from server.idempotency.jobs import forget_idempotency_keys
from server.idempotency.service import Answer, Answered, Asked, Fresh, InFlight
from server.jobs import Work
from server.settings import Settings
from server.storage import open_storage
from tests.integration.arrange import Json, made, make_event, make_type, refused, register, reread
from tests.integration.conftest import Rows
from tests.integration.doing import until
from tests.integration.opened import with_database

KEY = "a key that nobody guesses".replace(" ", "-")
GUEST = {"user_email": "ana@example.org", "full_name": "Ana Müller"}


def under(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    event = make_event(organizer)
    make_type(organizer, event)
    return event


@pytest.fixture
def path(event: Json) -> str:
    return f"/events/{event['id']}/registrations"


@pytest.fixture
def head_held(event: Json, sql: Rows, database_url: str) -> Iterator[psycopg.Connection]:
    """Another transaction has the event's head, until it is rolled back."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT FROM event_heads WHERE event_id = %s FOR NO KEY UPDATE", [event["id"]])
        yield connection


def test_a_request_sent_again_with_its_key_hears_the_first_answer_with_its_headers_and_is_done_once(
    anonymous: httpx.Client, organizer: httpx.Client, path: str, sql: Rows
) -> None:
    first = anonymous.post(path, json=GUEST, headers=under(KEY))
    again = anonymous.post(path, json=GUEST, headers=under(KEY))

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (first.headers.get("Idempotent-Replay"), again.headers["Idempotent-Replay"]) == (None, "true")
    assert (again.headers["ETag"], again.headers["content-type"]) == (first.headers["ETag"], "application/json")
    assert len(made(organizer.get(path), 200)["items"]) == 1
    refused(anonymous.post(path, json=GUEST, headers=under(KEY[::-1])), 409, "duplicate_registration")
    stored = sql.execute("SELECT answer_sealed FROM idempotency_keys").fetchall()
    assert len(stored) == 1
    assert b"ana@example.org" not in stored[0]["answer_sealed"]


def test_a_key_belongs_to_one_request_of_one_caller(
    organizer: httpx.Client, admin: httpx.Client, event: Json, path: str
) -> None:
    registration = made(organizer.post(path, json=GUEST, headers=under("k")))
    reissue = f"/registrations/{registration['id']}/reissue"

    reused = organizer.post(path, json=GUEST | {"full_name": "Somebody else"}, headers=under("k"))
    assert refused(reused, 422, "idempotency_key_reused")["field"] == "Idempotency-Key"
    refused(organizer.post(reissue, headers=under("k")), 422, "idempotency_key_reused")
    assert made(admin.post(reissue, headers=under("k")), 200)["version"] == 2
    assert made(admin.post(reissue, headers=under("k")), 200)["version"] == 2
    assert reread(organizer, registration)["version"] == 2


def test_a_second_request_while_the_first_is_in_flight_is_told_to_come_back(
    organizer: httpx.Client, event: Json, path: str, head_held: psycopg.Connection, sql: Rows
) -> None:
    head_held.rollback()
    reissue = f"/registrations/{register(organizer, event)['id']}/reissue"
    head_held.execute("SELECT FROM event_heads WHERE event_id = %s FOR NO KEY UPDATE", [event["id"]])

    with ThreadPoolExecutor() as pool:
        first = pool.submit(organizer.post, reissue, headers=under("k"))
        waiting = "SELECT count(*) AS n FROM pg_locks WHERE NOT granted"
        until(lambda: (sql.execute(waiting).fetchone() or {})["n"] == 1, "the first request waits for the head")
        second = organizer.post(reissue, headers=under("k"))
        assert refused(second, 409, "request_in_flight")
        assert second.headers["Retry-After"] == "1"
        head_held.rollback()
        assert made(first.result(), 200)["version"] == 2
    third = organizer.post(reissue, headers=under("k"))
    assert (made(third, 200)["version"], third.headers["Idempotent-Replay"]) == (2, "true")


def test_a_refusal_is_not_kept_and_the_same_request_is_judged_anew(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, path: str
) -> None:
    made(organizer.put(f"/events/{event['id']}", json={"max_capacity": 0}), 200)
    refused(anonymous.post(path, json=GUEST, headers=under(KEY)), 409, "sold_out")
    made(organizer.put(f"/events/{event['id']}", json={"max_capacity": 1}), 200)
    assert made(anonymous.post(path, json=GUEST, headers=under(KEY)))["status"] == "active"


def test_what_only_reads_takes_no_notice_of_a_key(organizer: httpx.Client, event: Json, path: str) -> None:
    assert made(organizer.get(path, headers=under("k")), 200)["items"] == []
    registration = register(organizer, event)
    assert made(organizer.get(path, headers=under("k")), 200)["items"] == [registration]


def test_a_key_that_cannot_be_is_refused_and_a_visitors_must_be_hard_to_guess(
    organizer: httpx.Client, anonymous: httpx.Client, path: str
) -> None:
    for key in ("", "two words", "k" * 201, "schlüssel"):
        answer = organizer.post(path, json=GUEST, headers=[(b"Idempotency-Key", key.encode("latin-1"))])
        assert refused(answer, 422, "invalid")["field"] == "Idempotency-Key"
    refused(anonymous.post(path, json=GUEST, headers=under("k" * 15)), 422, "invalid")
    assert made(anonymous.post(path, json=GUEST, headers=under("k" * 16)))["status"] == "active"


def test_an_answer_is_kept_or_lost_together_with_what_was_done(settings: Settings) -> None:
    asked = Asked("user:ana", "k", b"h" * 32)
    answer = Answer(201, {"etag": '"1"'}, b"{}")

    async def tell(database: Database, committed: bool) -> list[service.Found]:
        async with database.sessions() as session:
            [found] = await service.look_up(session, settings.data_keys, [asked])
            if isinstance(found, Fresh):
                await service.keep(session, settings.data_keys, [(asked, answer)])
            await (session.commit() if committed else session.rollback())
            return [found]

    async def tell_thrice(database: Database) -> list[service.Found]:
        return [*await tell(database, False), *await tell(database, True), *await tell(database, True)]

    assert settings.database_url is not None
    assert with_database(settings.database_url, tell_thrice) == [Fresh(), Fresh(), Answered(answer)]


def test_of_two_equal_requests_in_one_batch_one_is_done(settings: Settings) -> None:
    batch = [Asked("user:ana", key, b"h" * 32) for key in ("k", "l", "k")]

    async def look_up(database: Database) -> list[service.Found]:
        async with database.sessions() as session:
            return await service.look_up(session, settings.data_keys, batch)

    assert settings.database_url is not None
    assert with_database(settings.database_url, look_up) == [Fresh(), Fresh(), InFlight()]


def test_after_a_day_an_answer_is_forgotten(anonymous: httpx.Client, path: str, settings: Settings, sql: Rows) -> None:
    for number, age in enumerate(("23 hours", "25 hours")):
        body = GUEST | {"user_email": f"guest{number}@example.org"}
        made(anonymous.post(path, json=body, headers=under(f"{KEY}-{age.replace(' ', '-')}")))
        older = "UPDATE idempotency_keys SET created_at = now() - CAST(%s AS interval) WHERE key LIKE %s"
        sql.execute(older, [age, f"%{age.replace(' ', '-')}"])

    async def forget(database: Database) -> None:
        async with database.sessions.begin() as session:
            await forget_idempotency_keys.perform(_work(session, settings, database), {})

    assert settings.database_url is not None
    with_database(settings.database_url, forget)
    kept = sql.execute("SELECT key FROM idempotency_keys").fetchall()
    assert [row["key"] for row in kept] == [f"{KEY}-23-hours"]


def _work(session: AsyncSession, settings: Settings, database: Database) -> Work:
    return Work(new_id(), session, settings, open_storage(settings), database)
