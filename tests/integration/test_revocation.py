"""What is taken back at one process is taken back at the other one too, soon and without a word from the client."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import httpx
import psycopg
import pytest

from server.auth.revoked import KEPT, Revoked, Taken
from server.auth.tokens import Caller
from server.clock import new_id
from server.errors import ApiProblem
from server.users.models import UserRole
from tests.integration.arrange import Json, made, make_event, refused
from tests.integration.conftest import PASSWORD, People, Rows
from tests.integration.doing import until
from tests.soak.programs import Program

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Nodes:
    """Two server processes on one database; the second one never gets the request that takes something back."""

    here: httpx.Client
    there: httpx.Client

    def login(self, email: str, node: httpx.Client | None = None) -> Json:
        return made((node or self.here).post("/auth/login", json={"email": email, "password": PASSWORD}), 200)

    def refused_there(self, pair: Json, path: str = "/users/me/sessions") -> str:
        """Why the second process refuses this token, once it does."""
        last: list[httpx.Response] = []

        def is_refused() -> bool:
            last[:] = [self.there.get(path, headers=bearer(pair))]
            return last[0].status_code >= 400

        until(is_refused, "the other process hears of it")
        return str(last[0].json()["code"])


def bearer(pair: Json) -> dict[str, str]:
    return {"Authorization": f"Bearer {pair['access_token']}"}


@pytest.fixture(scope="module", params=["listening", "asking"])
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def start(how: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Nodes]]:
    """Starts two processes on a database, once: they stay for the tests to come."""
    with ExitStack() as stack:

        @cache
        def started(database_url: str) -> Nodes:
            environ = {"EVENTREG_DATA": str(tmp_path_factory.mktemp("nodes")), "DATABASE_URL": database_url}
            if how == "listening":
                environ["DATABASE_DIRECT_URL"] = database_url
            told = {**os.environ, **environ}
            programs = [stack.enter_context(Program(told, "serve", "--port", "0", "--no-jobs")) for _ in range(2)]
            addresses = [program.begun().address for program in programs]
            return Nodes(*(stack.enter_context(httpx.Client(base_url=f"{one}/api/v1")) for one in addresses))

        yield started


@pytest.fixture
def nodes(start: Callable[[str], Nodes], database_url: str) -> Nodes:
    return start(database_url)


def test_what_is_taken_back_at_one_process_is_refused_at_the_other(nodes: Nodes, people: People) -> None:
    admin = bearer(nodes.login(people.admin.email))

    signed_out = nodes.login(people.staff.email)
    assert nodes.there.get("/users/me", headers=bearer(signed_out)).status_code == 200
    assert nodes.here.post("/auth/logout", headers=bearer(signed_out)).status_code == 204
    assert nodes.refused_there(signed_out) == "session_ended"

    lost, kept = nodes.login(people.staff.email), nodes.login(people.staff.email)
    sessions = made(nodes.here.get("/users/me/sessions", headers=bearer(kept)), 200)["items"]
    assert [one["current"] for one in sessions].count(True) == 1
    other = next(one["id"] for one in sessions if not one["current"])
    assert nodes.here.delete(f"/users/me/sessions/{other}", headers=bearer(kept)).status_code == 204
    assert nodes.refused_there(lost) == "session_ended"
    assert nodes.there.get("/users/me", headers=bearer(kept)).status_code == 200

    path = f"/users/{people.staff.id}"
    made(nodes.here.patch(path, json={"role": "ORGANIZER"}, headers=admin), 200)
    assert nodes.refused_there(kept) == "token_expired"
    promoted = made(nodes.there.post("/auth/refresh", json={"refresh_token": kept["refresh_token"]}), 200)
    with httpx.Client(base_url=nodes.there.base_url, headers=bearer(promoted)) as client:
        make_event(client, name="Made with the new role")

    made(nodes.here.patch(path, json={"is_active": False}, headers=admin), 200)
    assert nodes.refused_there(promoted) == "session_ended"
    refused(nodes.there.post("/auth/refresh", json={"refresh_token": promoted["refresh_token"]}), 401, "session_ended")


def test_a_grant_that_is_gone_is_gone_everywhere(nodes: Nodes, people: People, sql: Rows) -> None:
    organizer, staff = nodes.login(people.organizer.email), nodes.login(people.staff.email)
    with httpx.Client(base_url=nodes.here.base_url, headers=bearer(organizer)) as client:
        event = make_event(client)
        made(client.post(f"/events/{event['id']}/members", json={"email": people.staff.email, "role": "viewer"}))
    path = f"/events/{event['id']}/registrations"
    assert nodes.there.get(path, headers=bearer(staff)).status_code == 200
    sql.execute("DELETE FROM grants WHERE user_id = %s", [people.staff.id])
    assert nodes.refused_there(staff, path) == "event_not_found"


def test_a_process_that_lost_the_database_hears_afterwards_what_it_missed(
    nodes: Nodes, people: People, database_url: str
) -> None:
    pair = nodes.login(people.staff.email)
    name = database_url.rpartition("/")[2]
    with psycopg.connect(f"{database_url.rpartition('/')[0]}/postgres", autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND application_name = 'eventreg revocations'",
            [name],
        )
    assert nodes.here.post("/auth/logout", headers=bearer(pair)).status_code == 204
    assert nodes.refused_there(pair) == "session_ended"


CALLER = Caller(new_id(), UserRole.ORGANIZER, new_id())


def taken(number: int, *, session: bool = False, role: UserRole | None = None, at: datetime = NOW) -> Taken:
    if session:
        return Taken(number, CALLER.session_id, None, None, at)
    return Taken(number, None, CALLER.user_id, role, at)


@pytest.mark.parametrize(
    ("revocations", "now", "code"),
    [
        pytest.param([], NOW, None, id="nothing"),
        pytest.param([taken(1, session=True)], NOW, "session_ended", id="the session"),
        pytest.param([taken(1)], NOW, "session_ended", id="the user"),
        pytest.param([taken(1, role=UserRole.ADMIN)], NOW, "token_expired", id="another role"),
        pytest.param([taken(1, role=UserRole.ORGANIZER)], NOW, None, id="the same role"),
        pytest.param([taken(2, role=UserRole.ORGANIZER), taken(1)], NOW, None, id="let in again, told out of order"),
        pytest.param(
            [taken(1, session=True)], NOW + KEPT + timedelta(seconds=1), None, id="long ago: no token is left"
        ),
    ],
)
def test_what_a_process_knows_decides_who_passes(revocations: list[Taken], now: datetime, code: str | None) -> None:
    revoked = Revoked()
    revoked.learn(revocations, now)

    assert said_to(revoked, CALLER) == code
    assert said_to(revoked, Caller(new_id(), UserRole.ADMIN, new_id())) is None


def said_to(revoked: Revoked, caller: Caller) -> str | None:
    try:
        revoked.check(caller)
    except ApiProblem as problem:
        return problem.code
    return None
