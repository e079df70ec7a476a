"""A festival on a server of its own, all of which may be killed: database, server, and whatever works with them."""

import contextlib
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import psutil
import psycopg
from psycopg.rows import dict_row

from server import migrations
from server.commands import create_admin
from server.embedded import own_database
from server.settings import read_settings
from tests.integration.arrange import made
from tests.integration.doing import until
from tests.integration.laptop import Festival, make_festival
from tests.soak.programs import Program

ADMIN, PASSWORD = "admin@example.org", "correct horse battery"
GUESTS = 40
PATIENCE_S = 180.0


class Known(msgspec.Struct, frozen=True):
    """What a later call needs to go on: the festival, an API token of its staff, and what made it."""

    festival: dict[str, Any]
    token: str


@dataclass
class Place:
    """A server at one address, its database, and the festival there."""

    folder: Path
    url: str
    server: Program
    festival: Festival
    token: str

    @property
    def api(self) -> str:
        """Where the API is, also after the server was killed."""
        return f"{self.server.address}/api/v1"

    def rows(self, query: str, *arguments: object) -> list[dict[str, Any]]:
        """Look into the database."""
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            return connection.execute(query, arguments).fetchall()

    def wait_for_server(self) -> None:
        """Return when the server answers and its database does."""
        until(self._is_well, "the server is well", patience_s=PATIENCE_S)

    def kill_server(self) -> None:
        """End it at once, and start it anew."""
        self.server.kill()

    def kill_database(self) -> None:
        """End one of its processes as a crash would: all others end too, and it replays its log."""
        with contextlib.suppress(psycopg.Error, psutil.Error), psycopg.connect(self.url) as connection:
            psutil.Process(connection.info.backend_pid).kill()
            connection.execute("SELECT 1")

    def _is_well(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.server.address}/health/ready", timeout=5).status_code == 200
        return False


@contextlib.contextmanager
def place(folder: Path, **of_list: Any) -> Iterator[Place]:
    """A server with a festival whose list is `of_list`; the same one again in a folder that was used before."""
    with own_database(folder, durable=False) as url:
        migrations.upgrade(url)
        environ = os.environ | {"DATABASE_URL": url, "EVENTREG_DATA": str(folder / "server")}
        notes = folder / "festival.json"
        if not notes.exists():
            create_admin(read_settings(environ), ADMIN, PASSWORD)
        server = Program(environ, "serve", "--no-jobs", "--port", str(_free_port()))
        try:
            assert server.ready.wait(PATIENCE_S), "the server did not start"
            if not notes.exists():
                notes.write_bytes(msgspec.json.encode(_made(f"{server.address}/api/v1", of_list)))
            known = msgspec.json.decode(notes.read_bytes(), type=Known)
            yield Place(folder, url, server, Festival(**known.festival), known.token)
        finally:
            server.kill(again=False)


def _made(api: str, of_list: dict[str, Any]) -> Known:
    with httpx.Client(base_url=api, timeout=30) as client:
        signed_in = made(client.post("/auth/login", json={"email": ADMIN, "password": PASSWORD}), 200)
        client.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        festival = make_festival(client, guests=GUESTS, **of_list)
        token = made(client.post(festival.path("api-tokens"), json={"name": "Turnstile"}))["token"]
        # Every process knows it within a second.
        client.headers["Authorization"] = f"Bearer {token}"
        until(
            lambda: client.get(festival.path("check-ins")).status_code == 200,
            "the token is known",
            patience_s=PATIENCE_S,
        )
        client.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        enrolment = made(client.post(festival.path("devices"), json={"name": "Laptop"}))["enrolment"]
    fields = {name: getattr(festival, name) for name in ("event", "check_in_list", "gate", "registrations", "tokens")}
    return Known(fields | {"gate": fields["gate"] | {"enrolment": enrolment}}, token)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def list_of(festival: Festival) -> UUID:
    """The list that doors work on."""
    return UUID(festival.check_in_list["id"])
