import httpx
import psycopg
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from server.app import ROUTERS, create_app, list_routes
from server.callers import table
from server.settings import Settings
from tests.integration.conftest import PASSWORD, People, Postgres, Rows
from tests.integration.served import Served


def test_every_route_says_who_may_call_it() -> None:
    assert [f"{one.method} {one.path}" for one in list_routes() if not one.callers] == []


def test_every_route_is_either_fastapis_or_a_described_plain_one() -> None:
    kinds = {type(route) for _, router in ROUTERS for route in router.routes}

    assert all(issubclass(kind, APIRoute | Route) for kind in kinds)


def test_the_list_of_routes_equals_the_openapi_document(settings: Settings) -> None:
    document = create_app(settings).openapi()
    described = {
        (method.upper(), path, tuple(operation["x-callers"]))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }

    assert {(row["method"], row["path"], tuple(row["callers"])) for row in table(list_routes())} == described


def test_plain_routes_are_described_from_the_types_that_read_and_write_their_bodies(settings: Settings) -> None:
    document = create_app(settings).openapi()
    push = document["paths"]["/api/v1/sync/push"]["post"]
    pull = document["paths"]["/api/v1/events/{event_id}/sync/pull"]["get"]

    named = push["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(document["components"]["schemas"][named]["required"]) == {"journal", "facts", "head", "signature"}
    assert [parameter["name"] for parameter in pull["parameters"]] == ["event_id", "cursor", "check", "journal"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/nothing/here", None, 404, "not_found"),
        ("PUT", "/auth/login", None, 405, "method_not_allowed"),
        ("POST", "/auth/login", b"{", 422, "invalid"),
        ("POST", "/auth/login", b'{"email": "a@example.org", "password": ["hunter2"]}', 422, "invalid"),
    ],
)
def test_every_no_is_a_problem_with_a_stable_code(
    anonymous: httpx.Client, method: str, path: str, body: bytes | None, status: int, code: str
) -> None:
    answer = anonymous.request(method, path, content=body, headers={"Content-Type": "application/json"})

    problem = answer.json()
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:eventreg:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert "hunter2" not in answer.text


def test_a_wrong_field_is_named(anonymous: httpx.Client) -> None:
    problem = anonymous.post("/auth/login", json={"email": "a@example.org"}).json()

    assert problem["field"] == "password"
    assert [error["field"] for error in problem["errors"]] == ["password"]


def test_a_bug_answers_with_a_sentence_and_shows_nothing_of_the_inside(anonymous: httpx.Client, sql: Rows) -> None:
    sql.execute("DROP TABLE users CASCADE")

    answer = anonymous.post("/auth/login", json={"email": "a@example.org", "password": "long enough"})

    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "users" not in answer.text
    assert len(answer.headers["X-Request-ID"]) == 32


def test_a_request_keeps_the_id_it_came_with_and_gets_one_otherwise(anonymous: httpx.Client) -> None:
    told = anonymous.get("/users/me", headers={"X-Request-ID": "balancer-17"})
    made = anonymous.get("/users/me", headers={"X-Request-ID": "no spaces, please"})

    assert told.headers["X-Request-ID"] == "balancer-17"
    assert len(made.headers["X-Request-ID"]) == 32


def test_while_the_database_is_away_the_answer_says_when_to_come_back_and_afterwards_all_is_well(
    anonymous: httpx.Client, postgres: Postgres, server: Served, people: People
) -> None:
    name = server.database_url.rpartition("/")[2]
    body = {"email": people.admin.email, "password": PASSWORD}
    assert anonymous.post("/auth/login", json=body).status_code == 200
    with psycopg.connect(postgres.address("postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

        away = anonymous.post("/auth/login", json=body)
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    assert (away.status_code, away.json()["code"]) == (503, "database_unavailable")
    assert away.headers["Retry-After"] == "5"
    assert anonymous.post("/auth/login", json=body).status_code == 200
