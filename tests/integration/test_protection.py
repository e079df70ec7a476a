"""What every answer tells browsers, who else's pages may ask, and how much the server reads of a request."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from server.settings import Settings
from tests.integration.arrange import refused
from tests.integration.conftest import People
from tests.integration.doing import until
from tests.integration.served import API, Served

MOST = 1024 * 1024
PAGE = "https://desk.example.org"


@pytest.fixture
def open_server(settings: Settings) -> Iterator[Served]:
    served = Served(replace(settings, cors_origins=(PAGE,), public_url="https://tickets.example.org"))
    served.start()
    yield served
    served.stop()


@pytest.mark.parametrize("path", ["/users/me", "/events", "/nothing/here"])
def test_every_answer_forbids_what_browsers_would_do_with_it(anonymous: httpx.Client, path: str) -> None:
    headers = anonymous.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_where_the_public_address_is_https_browsers_hear_to_ask_by_tls_alone(open_server: Served) -> None:
    with open_server.client() as client:
        assert client.get("/events").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_no_page_of_another_origin_may_ask_unless_it_is_listed(anonymous: httpx.Client, open_server: Served) -> None:
    asks = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Authorization"}
    unlisted = anonymous.options("/auth/login", headers=asks)
    assert "Access-Control-Allow-Origin" not in unlisted.headers
    with open_server.client() as client:
        assert client.options("/auth/login", headers=asks).headers["Access-Control-Allow-Origin"] == PAGE
        assert client.get("/events", headers={"Origin": PAGE}).headers["Access-Control-Allow-Origin"] == PAGE
        for other in ("https://evil.example.org", f"{PAGE}.evil.org", "null", "http://desk.example.org"):
            answers = (
                client.options("/auth/login", headers=asks | {"Origin": other}),
                client.get("/events", headers={"Origin": other}),
            )
            assert all("Access-Control-Allow-Origin" not in answer.headers for answer in answers)
        assert "Access-Control-Allow-Credentials" not in client.get("/events", headers={"Origin": PAGE}).headers


def test_a_listed_page_may_send_every_header_that_a_route_takes(open_server: Served) -> None:
    operations = [one for path in open_server.app.openapi()["paths"].values() for one in path.values()]
    taken = {one["name"].lower() for each in operations for one in each.get("parameters", ()) if one["in"] == "header"}
    assert taken >= {"if-match", "idempotency-key", "link-token"}
    asks = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    with open_server.client() as client:
        for name in taken:
            answer = client.options("/events", headers=asks | {"Access-Control-Request-Headers": name})
            assert (answer.status_code, name) == (200, name), answer.text


def test_a_body_that_is_too_large_is_refused_on_every_route(server: Served, organizer: httpx.Client) -> None:
    for method, path in [("POST", "/auth/login"), ("POST", "/events"), ("PUT", "/nothing"), ("GET", "/events")]:
        refused(organizer.request(method, path, content=b"x" * (MOST + 1)), 413, "body_too_large")


def test_a_body_that_hides_its_length_is_refused_as_soon_as_it_is_too_large(organizer: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"name": "'
        for _ in range(MOST // 65_536 + 2):
            yield b"a" * 65_536

    headers = {"Content-Type": "application/json"}
    refused(organizer.post("/events", content=endless(), headers=headers), 413, "body_too_large")


def test_a_refusal_comes_before_the_body_is_sent(server: Served) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=120) as connection:
        connection.sendall(
            b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 999999999999\r\n\r\n"
        )
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"name": ' + b"[" * 100_000, id="deep"),
        pytest.param(b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="deep and closed"),
        pytest.param(b'{"name": "\\ud800"}', id="half a character"),
        pytest.param(b'{"name": "\xed\xa0\x80"}', id="half a character, raw"),
        pytest.param(b"\xff\xfe", id="no text at all"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"null", id="nothing"),
        pytest.param(b'{"name": 1e999, "date": {}, "venue": true}', id="wrong types"),
    ],
)
def test_a_body_that_is_no_request_is_refused_and_breaks_nothing(
    organizer: httpx.Client, people: People, body: bytes
) -> None:
    answer = organizer.post("/events", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert organizer.get("/users/me").status_code == 200


def test_a_request_that_breaks_off_in_the_middle_is_no_bug_of_ours(server: Served) -> None:
    def answered(status: str) -> float:
        labels = {"status": status, "route": f"{API}/devices/enrol"}
        registry = server.app.state.metrics.registry
        return registry.get_sample_value("requests_errors_total", labels) or 0

    before = answered("500"), answered("400")
    with socket.create_connection(("127.0.0.1", server.port), timeout=120) as connection:
        connection.sendall(f"POST {API}/devices/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{{".encode())
    until(lambda: (answered("500"), answered("400")) != before, "the server noticed")

    assert (answered("500"), answered("400")) == (before[0], before[1] + 1)
