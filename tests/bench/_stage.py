"""Where the server is measured: a durable PostgreSQL of its own, real server processes, one event with its guests."""

import os
import subprocess
import sys
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import psutil
import psycopg

from eventreg_core.ticket import Token
from server.auth import tokens
from server.auth.passwords import hash_now
from server.auth.tokens import Caller
from server.clock import new_id, utc_now
from server.embedded import any_database
from server.ready import ready_database
from server.settings import Settings, read_settings
from server.tickets.keys import open_key
from server.tickets.signing import sign
from server.users.models import UserRole
from tests.integration.folders import forget
from tests.integration.laptop import Festival, make_festival

OTHER_EVENTS = 200
FIRST_SERIAL = 1 << 40
READY = "EventReg is at "


@dataclass(frozen=True, slots=True)
class Crowd:
    """Guests of the festival: their registrations and tokens, in order; serials count up from FIRST_SERIAL."""

    registrations: list[UUID]
    tokens: list[str]


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that is measured. `organizer` made the festival."""

    settings: Settings
    url: str
    ports: list[int]
    servers: list[psutil.Process]
    database: psutil.Process
    organizer: UUID
    festival: Festival
    crowd: Crowd = field(default_factory=lambda: Crowd([], []))

    def access_token(self) -> str:
        """Good for five minutes."""
        caller = Caller(self.organizer, UserRole.ORGANIZER, new_id())
        return tokens.access_token(self.settings.secret_key, caller, utc_now())

    def cpu(self) -> tuple[float, float]:
        """Seconds of CPU that the servers and PostgreSQL have used so far."""
        return sum(_seconds(one) for one in self.servers), _tree(self.database)


@contextmanager
def stage(guests: int, processes: int) -> Iterator[Stage]:
    """Build it, and take it down when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="eventreg-bench-"))
    folder.chmod(0o711)
    try:
        settings = read_settings({"EVENTREG_DATA": str(folder)})
        with ExitStack() as stack:
            url = stack.enter_context(ready_database(settings, alone=True))
            organizer = _organizer(url)
            started = [stack.enter_context(serving(settings, url, number)) for number in range(processes)]
            ports = [port for _, port in started]
            caller = Caller(organizer, UserRole.ORGANIZER, new_id())
            headers = {"Authorization": f"Bearer {tokens.access_token(settings.secret_key, caller, utc_now())}"}
            with httpx.Client(base_url=f"http://127.0.0.1:{ports[0]}/api/v1", headers=headers, timeout=60) as client:
                festival = make_festival(client)
            servers = [psutil.Process(pid) for pid, _ in started]
            built = Stage(settings, url, ports, servers, _postmaster(url), organizer, festival)
            yield replace(built, crowd=_crowd(built, guests))
    finally:
        forget(folder)


@contextmanager
def serving(settings: Settings, url: str, number: int) -> Iterator[tuple[int, int]]:
    """A server process on this database while the block runs; its process number and its port."""
    folder = settings.data / f"server{number}"
    folder.mkdir()
    environ = os.environ | {
        "EVENTREG_DATA": str(folder),
        "DATABASE_URL": url,
        "DATABASE_DIRECT_URL": url,
        "SECRET_KEY": settings.secret_key.decode(),
        "DATA_KEYS": ",".join(urlsafe_b64encode(key).decode() for key in settings.data_keys),
    }
    line = [sys.executable, "-m", "server", "serve", "--port", "0", "--no-jobs"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(line, env=environ, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        ready = next((told for told in process.stdout if told.startswith(READY)), None)
        assert ready is not None, (folder / "log").read_text("utf-8")[-2000:]
        yield process.pid, int(ready.rpartition(":")[2])
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _organizer(url: str) -> UUID:
    user = new_id()
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO users (id, email, password_hash, role) VALUES (%s, 'olga@example.org', %s, 'ORGANIZER')",
            [user, hash_now("a phrase for the bench")],
        )
        date = datetime(2026, 11, 28, 16, tzinfo=UTC)
        with connection.cursor().copy("COPY events (id, name, slug, date, venue, created_by) FROM STDIN") as copy:
            for number in range(OTHER_EVENTS):
                copy.write_row((new_id(), f"Evening {number}", f"evening-{number}", date, "Lindenhof", user))
        connection.execute("INSERT INTO event_heads (event_id, capacity) SELECT id, max_capacity FROM events")
    return user


def _crowd(built: Stage, guests: int) -> Crowd:
    """Let so many people have registered, each with a signed ticket."""
    event, people = built.festival.id, [new_id() for _ in range(guests)]
    with psycopg.connect(built.url) as connection:
        row = connection.execute(
            "SELECT key.number, private_key_sealed, event.number, type.id, type.number FROM event_keys key"
            " JOIN events event ON event.id = key.event_id JOIN ticket_types type ON type.event_id = event.id"
            " WHERE event.id = %s",
            [event],
        ).fetchone()
        assert row is not None
        key_number, sealed, number, ticket_type, type_number = row
        private = open_key(event, key_number, sealed, built.settings.data_keys)
        signed = [Token(key_number, number, serial_of(guest), type_number, True).content() for guest in range(guests)]
        _copy_people(connection, event, ticket_type, people, signed)
        columns = "serial, event_id, registration_id, ticket_type_id, signed, short_code"
        with connection.cursor().copy(f"COPY tickets ({columns}) FROM STDIN") as copy:
            for guest, (person, content) in enumerate(zip(people, signed, strict=True)):
                copy.write_row((serial_of(guest), event, person, ticket_type, content, f"B{guest:07}"))
        connection.execute("UPDATE ticket_types SET sold = sold + %s WHERE id = %s", [guests, ticket_type])
        connection.execute("UPDATE event_heads SET sold = sold + %s WHERE event_id = %s", [guests, event])
    with any_database(built.settings.data) as owner, psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ANALYZE registrations, tickets")
    return Crowd(people, [sign(content, private) for content in signed])


def _copy_people(
    connection: psycopg.Connection[tuple[object, ...]],
    event: UUID,
    ticket_type: UUID,
    people: Sequence[UUID],
    signed: Sequence[bytes],
) -> None:
    columns = "id, event_id, ticket_type_id, user_email, full_name, payment_status, qr_code"
    with connection.cursor().copy(f"COPY registrations ({columns}) FROM STDIN") as copy:
        for guest, (person, content) in enumerate(zip(people, signed, strict=True)):
            who = person, event, ticket_type, f"crowd{guest}@example.org", f"Guest {guest}"
            copy.write_row((*who, "FREE", content.hex()))


def serial_of(guest: int) -> bytes:
    """The serial of a guest's ticket."""
    return (FIRST_SERIAL + guest).to_bytes(8)


def _postmaster(url: str) -> psutil.Process:
    with psycopg.connect(url) as connection:
        parent = psutil.Process(connection.info.backend_pid).parent()
    assert parent is not None
    return parent


def _tree(process: psutil.Process) -> float:
    # Whoever ended meanwhile stands in the postmaster's account of its children.
    ended = process.cpu_times()
    total = _seconds(process) + getattr(ended, "children_user", 0.0) + getattr(ended, "children_system", 0.0)
    for child in process.children(recursive=True):
        try:
            total += _seconds(child)
        except psutil.NoSuchProcess:
            continue
    return total


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
