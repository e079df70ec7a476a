"""A real server process: how it leaves, and what it writes into its log."""

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from server.metrics.access_log import Answered
from tests.integration.arrange import Json, made, make_event, refused
from tests.integration.conftest import PASSWORD, People, Rows
from tests.integration.laptop import Laptop, make_festival, scan_of, scanned
from tests.integration.served import API
from tests.soak.programs import Program

NO_SIGTERM = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to be told by")


@dataclass(frozen=True, slots=True)
class Process:
    """`eventreg-server serve`, and the file that has its log."""

    child: Program
    url: str
    errors: Path

    def log(self) -> list[Json]:
        """Every line so far."""
        return [json.loads(line) for line in self.errors.read_text("utf-8").splitlines()]

    @contextmanager
    def client(self, email: str | None = None) -> Iterator[httpx.Client]:
        """A client of the API, signed in if an e-mail is given."""
        with httpx.Client(base_url=self.url + API) as client:
            if email is not None:
                pair = made(client.post("/auth/login", json={"email": email, "password": PASSWORD}), 200)
                client.headers["Authorization"] = f"Bearer {pair['access_token']}"
            yield client


@contextmanager
def serving(database_url: str, folder: Path, **environ: str) -> Iterator[Process]:
    ours = {"DATABASE_URL": database_url, "EVENTREG_DATA": str(folder / "server")} | environ
    errors = folder / "errors"
    with Program({**os.environ, **ours}, "serve", "--port", "0", log=errors) as child:
        yield Process(child, child.begun().address, errors)
        if child.code is None:
            child.tell(signal.SIGTERM)
            child.wait()


@contextmanager
def half_a_request(url: str) -> Iterator[socket.socket]:
    """A request of which one byte is missing: its answer cannot be begun before it comes."""
    address = httpx.URL(url)
    with socket.create_connection((address.host, address.port or 80), timeout=120) as connection:
        head = ["POST /api/v1/auth/refresh HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 2"]
        connection.sendall("\r\n".join([*head, "", "{"]).encode())
        yield connection


def ready(client: httpx.Client) -> httpx.Response:
    return client.get("/health/ready", headers={"Connection": "close"})


@NO_SIGTERM
def test_a_server_told_to_stop_says_so_first_and_finishes_what_it_has_begun(database_url: str, tmp_path: Path) -> None:
    with serving(database_url, tmp_path) as process, httpx.Client(base_url=process.url) as balancer:
        assert ready(balancer).status_code == 200
        with half_a_request(process.url) as unfinished:
            in_flight = "requests_in_flight 2.0"
            while in_flight not in balancer.get("/metrics").text:
                assert process.child.code is None
            process.child.tell(signal.SIGTERM)
            while (told := ready(balancer)).status_code == 200:
                assert process.child.code is None
            answered_before = process.child.code
            unfinished.sendall(b"}")
            answer = unfinished.recv(65_536).decode()
        code = process.child.wait()

    assert told.json() == {"status": "not_ready", "reasons": ["draining"]}
    assert answered_before is None
    assert answer.startswith("HTTP/1.1 422 ")
    assert "connection: close" in answer.lower()
    assert code == 0


@NO_SIGTERM
def test_a_server_told_to_stop_twice_stops_at_once(database_url: str, tmp_path: Path) -> None:
    with (
        serving(database_url, tmp_path, DRAIN_SECONDS="600") as process,
        httpx.Client(base_url=process.url) as client,
    ):
        process.child.tell(signal.SIGTERM)
        while ready(client).status_code == 200:
            assert process.child.code is None
        assert process.child.code is None
        process.child.tell(signal.SIGTERM)

        assert process.child.wait() == 0


def a_whole_session(process: Process, people: People) -> list[str]:
    """What somebody does in a shift, and where it goes wrong; everything that no log may hold."""
    with process.client(people.organizer.email) as organizer, process.client() as anonymous:
        festival = make_festival(organizer)
        guest = {"user_email": "łukasz@example.net", "full_name": "Łukasz Żółw", "phone": "+48 600 700 800"}
        registered = made(anonymous.post(festival.path("registrations"), json=guest))
        refused(anonymous.post(festival.path("registrations"), json=guest), 409, "duplicate_registration")
        scanned(organizer, festival, scan_of(festival))
        laptop = Laptop(anonymous, organizer, festival)
        laptop.check_in(festival.serial())
        laptop.push()
        laptop.pull()
        wrong = {"email": "eve@example.net", "password": "a guess of Eve's"}
        refused(anonymous.post("/auth/login", json=wrong), 401, "wrong_credentials")
        organizer.get(festival.path("registrations"), params={"q": "Żółw"})
        organizer.get("/nothing/for/ana@example.net")
        organizer.get(f"/registrations/{registered['id']}/qr.svg")
        pair = made(anonymous.post("/auth/login", json={"email": people.staff.email, "password": PASSWORD}), 200)
        again = made(anonymous.post("/auth/refresh", json={"refresh_token": pair["refresh_token"]}), 200)
        anonymous.post("/auth/logout", json={"refresh_token": again["refresh_token"]})
        make_event(organizer, name="Secret dinner")
        return [
            *(people.organizer.email, people.staff.email, "eve@example.net", "ana@example.net", "guest0@"),
            *(guest["user_email"], "Łukasz", "\\u0141ukasz", "Żółw", "600 700", PASSWORD, "a guess", "Secret dinner"),
            *(festival.tokens[0], laptop.invited["enrol_code"], organizer.headers["Authorization"].split()[1]),
            *(pair["access_token"], pair["refresh_token"], again["refresh_token"], "?", "cursor="),
        ]


def test_the_log_has_a_line_for_each_request_and_nobody_in_it(
    database_url: str, tmp_path: Path, people: People
) -> None:
    with serving(database_url, tmp_path) as process:
        secrets = a_whole_session(process, people)
        asked = httpx.get(f"{process.url}{API}/events?q=ana", headers={"X-Request-ID": "balancer-17"})
    text, lines = process.errors.read_text("utf-8"), process.log()

    assert asked.status_code == 200
    assert [secret for secret in secrets if secret in text] == []
    [line] = [line for line in lines if line.get("request") == "balancer-17" and line["event"] == "answered"]
    assert set(line) == set(Answered.__struct_fields__)
    assert (line["route"], line["status"], line["caller"]) == ("/api/v1/events", 200, "visitor")
    seen = {(one["caller"], one["route"], one["status"]) for one in lines if one["event"] == "answered"}
    assert ("user", "/api/v1/events/{event_id}/check-ins", 200) in seen
    assert ("device", "/api/v1/sync/push", 200) in seen
    assert ("visitor", "/api/v1/events/{event_id}/registrations", 409) in seen
    assert ("user", "none", 404) in seen
    assert str(people.organizer.id) in {one.get("caller_id") for one in lines}


def test_a_bug_is_written_down_with_its_request_but_without_the_row_it_was_about(
    database_url: str, tmp_path: Path, people: People, sql: Rows
) -> None:
    name = "Chez Zoé, zoe@example.net"
    sql.execute(f"ALTER TABLE ticket_types ADD CONSTRAINT of_a_test CHECK (name <> '{name}')")
    with serving(database_url, tmp_path) as process, process.client(people.organizer.email) as organizer:
        event = make_event(organizer)
        answer = organizer.post(f"/events/{event['id']}/ticket-types", json={"name": name})
    text = process.errors.read_text("utf-8")

    assert answer.status_code == 500
    [bug] = [line for line in process.log() if line["event"] == "unexpected"]
    assert bug["request"] == answer.headers["X-Request-ID"]
    assert "of_a_test" in text
    assert "zoe@" not in text
    assert "Chez" not in text
