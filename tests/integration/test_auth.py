import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
import jwt
import pytest

from server.audit.author import Author
from server.auth import service, tokens
from server.auth.access import Level, access_event
from server.auth.passwords import THREADS, Passwords
from server.auth.service import Reused, SessionEnded, SignedIn
from server.auth.tokens import Caller
from server.clock import new_id
from server.db import Database, open_database
from server.errors import ApiProblem
from server.users.models import UserRole
from tests.integration.conftest import PASSWORD, People, Person, Rows
from tests.integration.served import Served

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
SECRET = b"a secret of the server, 32 bytes."
VISITOR = Author("visitor", data_keys=(b"k" * 32,))
Answer = TypeVar("Answer")


def with_database(url: str, work: Callable[[Database], Awaitable[Answer]]) -> Answer:
    async def run() -> Answer:
        database = open_database(url)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def login(client: httpx.Client, person: Person, password: str = PASSWORD) -> httpx.Response:
    return client.post("/auth/login", json={"email": person.email, "password": password})


def refreshed(client: httpx.Client, token: str) -> httpx.Response:
    return client.post("/auth/refresh", json={"refresh_token": token})


def test_signing_in_gives_a_short_access_token_and_a_refresh_token(anonymous: httpx.Client, people: People) -> None:
    answer = anonymous.post("/auth/login", json={"email": " Admin@Example.ORG ", "password": PASSWORD})

    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 300)
    assert answer.headers["Cache-Control"] == "no-store"
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 300
    assert claims["sub"] == str(people.admin.id)
    assert claims["sid"]


def test_me_is_who_signed_in_without_the_password(staff: httpx.Client, people: People) -> None:
    body = staff.get("/users/me").json()

    assert body["email"] == people.staff.email
    assert body["role"] == "REGISTRATION_STAFF"
    assert not any("password" in name for name in body)


def test_an_unknown_email_a_wrong_password_and_a_closed_account_get_the_same_answer(
    anonymous: httpx.Client, people: People, sql: Rows
) -> None:
    sql.execute("UPDATE users SET is_active = false WHERE id = %s", [people.staff.id])
    unknown = Person(new_id(), "nobody@example.org", UserRole.ADMIN)

    answers = [login(anonymous, unknown), login(anonymous, people.admin, "wrong"), login(anonymous, people.staff)]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["code"] == "wrong_credentials"
    assert answers[0].headers["content-type"] == "application/problem+json"


def test_a_refresh_token_changes_at_each_use_and_a_lost_answer_is_repeated(
    anonymous: httpx.Client, people: People
) -> None:
    first = login(anonymous, people.organizer).json()

    second = refreshed(anonymous, first["refresh_token"]).json()
    again = refreshed(anonymous, first["refresh_token"]).json()
    third = refreshed(anonymous, second["refresh_token"]).json()

    assert second["refresh_token"] == again["refresh_token"]
    assert len({one["refresh_token"] for one in (first, second, third)}) == 3
    headers = {"Authorization": f"Bearer {third['access_token']}"}
    assert anonymous.get("/users/me", headers=headers).json()["email"] == people.organizer.email


def test_no_token_lies_readable_in_the_database(anonymous: httpx.Client, people: People, sql: Rows) -> None:
    token = login(anonymous, people.admin).json()["refresh_token"]

    row = sql.execute("SELECT token_hash FROM refresh_tokens").fetchone()
    assert row is not None
    assert row["token_hash"] == tokens.hash_of(token)
    assert token.encode() not in row["token_hash"]


def test_a_refresh_token_that_comes_back_after_a_minute_ends_the_session(
    database_url: str, people: People, sql: Rows
) -> None:
    async def work(database: Database) -> list[object]:
        passwords = Passwords()
        began = await service.sign_in(database, passwords, SECRET, people.admin.email, PASSWORD, NOW)
        passwords.close()
        assert isinstance(began, SignedIn)

        async def at(seconds: int, token: str) -> service.SignedIn | SessionEnded | Reused:
            return await service.refresh(database, VISITOR, SECRET, token, NOW + timedelta(seconds=seconds))

        second = await at(10, began.refresh_token)
        assert isinstance(second, SignedIn)
        within = await at(70, began.refresh_token)
        assert isinstance(within, SignedIn)
        assert within.refresh_token == second.refresh_token
        return [
            await at(71, began.refresh_token),
            await at(72, second.refresh_token),
            await at(80, began.refresh_token),
        ]

    assert with_database(database_url, work) == [Reused(), SessionEnded(), Reused()]
    # However often it comes back: the session ends once.
    rows = sql.execute("SELECT action, object_id FROM audit").fetchall()
    assert rows == [{"action": "session.reused", "object_id": str(people.admin.id)}]
    assert sql.execute("SELECT count(*) AS told FROM revocations").fetchone() == {"told": 1}


def test_two_refreshes_at_once_get_the_same_successor(database_url: str, people: People) -> None:
    async def work(database: Database) -> set[str]:
        passwords = Passwords()
        began = await service.sign_in(database, passwords, SECRET, people.admin.email, PASSWORD, NOW)
        passwords.close()
        assert isinstance(began, SignedIn)
        both = await asyncio.gather(
            *(service.refresh(database, VISITOR, SECRET, began.refresh_token, NOW) for _ in range(8))
        )
        return {one.refresh_token for one in both if isinstance(one, SignedIn)}

    assert len(with_database(database_url, work)) == 1


def test_a_refresh_token_ends_after_thirty_days(database_url: str, people: People) -> None:
    async def work(database: Database) -> object:
        passwords = Passwords()
        began = await service.sign_in(database, passwords, SECRET, people.admin.email, PASSWORD, NOW)
        passwords.close()
        assert isinstance(began, SignedIn)
        return await service.refresh(database, VISITOR, SECRET, began.refresh_token, NOW + timedelta(days=30))

    assert with_database(database_url, work) == SessionEnded()


def claims(**changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    whole = {"sub": str(new_id()), "role": "ADMIN", "sid": str(new_id()), "iat": now, "exp": now + timedelta(minutes=1)}
    return {**whole, **changes}


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Basic YWRtaW46YWRtaW4=",
        "Bearer",
        "Bearer not.a.token",
        f"Bearer {jwt.encode(claims(), SECRET, 'HS256')}",
        f"Bearer {jwt.encode(claims(), '', 'none')}",
    ],
    ids=["none", "another scheme", "empty", "garbage", "another key", "unsigned"],
)
def test_a_request_without_a_token_of_ours_is_nobodys(anonymous: httpx.Client, header: str | None) -> None:
    answer = anonymous.get("/users/me", headers={"Authorization": header} if header is not None else {})

    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_access_token_that_is_over_says_so(server: Served, anonymous: httpx.Client) -> None:
    caller = Caller(new_id(), UserRole.ADMIN, new_id())
    token = tokens.access_token(server.settings.secret_key, caller, datetime.now(UTC) - timedelta(minutes=6))

    answer = anonymous.get("/users/me", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")


def test_a_rush_of_logins_is_told_to_come_back_instead_of_waiting_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.auth.passwords.WAITING", waiting := 4)

    async def rush() -> list[bool | BaseException]:
        passwords = Passwords()
        many = (passwords.matches("wrong", None) for _ in range(THREADS + waiting + 3))
        outcomes = await asyncio.gather(*many, return_exceptions=True)
        passwords.close()
        return outcomes

    outcomes = asyncio.run(rush())

    busy = [one for one in outcomes if isinstance(one, ApiProblem)]
    assert [(one.status, one.code, "Retry-After" in one.headers) for one in busy] == [(503, "busy", True)] * 3
    assert outcomes.count(False) == THREADS + waiting


ADMIN, ORGANIZER, STAFF = UserRole.ADMIN, UserRole.ORGANIZER, UserRole.REGISTRATION_STAFF


@pytest.mark.parametrize(
    ("role", "owns", "grant", "at_least", "code"),
    [
        pytest.param(ADMIN, False, None, "organizer", None, id="an admin may do everything"),
        pytest.param(ORGANIZER, True, None, "organizer", None, id="an organizer on an event of their own"),
        pytest.param(ORGANIZER, False, None, "viewer", "event_not_found", id="an organizer on somebody else's event"),
        pytest.param(ORGANIZER, False, "organizer", "organizer", None, id="an organizer who was granted it"),
        pytest.param(ORGANIZER, False, "viewer", "organizer", "forbidden", id="an organizer who may only look"),
        pytest.param(STAFF, False, None, "viewer", "event_not_found", id="staff without a grant"),
        pytest.param(STAFF, True, None, "viewer", "event_not_found", id="a former organizer"),
        pytest.param(STAFF, False, "staff", "staff", None, id="staff at their event"),
        pytest.param(STAFF, False, "staff", "supervisor", "forbidden", id="staff asking for a supervisor's work"),
        pytest.param(STAFF, False, "supervisor", "staff", None, id="a supervisor doing staff's work"),
    ],
)
def test_who_may_work_on_an_event(
    database_url: str, people: People, sql: Rows, role: UserRole, owns: bool, grant: str | None, at_least: Level,
    code: str | None,
) -> None:  # fmt: skip
    event_id, user_id = new_id(), people.staff.id
    owner = user_id if owns else people.admin.id
    sql.execute(
        "INSERT INTO events (id, name, slug, date, venue, created_by) VALUES (%s, 'Fair', 'fair', now(), 'Hall', %s)",
        [event_id, owner],
    )
    if grant is not None:
        sql.execute("INSERT INTO grants VALUES (%s, %s, %s)", [event_id, user_id, grant])

    async def work(database: Database) -> str | None:
        async with database.sessions() as session:
            try:
                event = await access_event(session, Caller(user_id, role, new_id()), event_id, at_least)
            except ApiProblem as problem:
                return problem.code
            assert event.id == event_id
            return None

    assert with_database(database_url, work) == code
