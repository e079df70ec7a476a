"""A thousand people who are signed in and think two to eight seconds between requests: about 200 requests a second.

    python -m tests.bench.mix [--sessions 1000] [--seconds 60] [--registrations 100000] [--processes 2] [--json]

45 % event lists and pages, 15 % lists of registrations, 10 % one registration, 10 % registering, 15 % scanning, 5 %
edits and reports. Server processes on a durable PostgreSQL with seeded events; the people are in processes of their
own, each at one of the servers, and scan at one and the same event. Floor: p95 below 200 ms for every route, no errors.
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import psutil
import psycopg

from server import log
from server.clock import utc_now
from server.embedded import any_database
from server.ready import ready_database
from server.seeding.plan import plan_of
from server.seeding.progress import Progress
from server.seeding.service import Seeded, seed
from server.settings import Settings, read_settings
from server.tickets.signing import sign
from tests.bench._sessions import SHARES, Heard, Person, Scene, run_sessions
from tests.bench._stage import serving
from tests.bench.door import quantile
from tests.integration.folders import forget

FLOOR_MS = 200.0
WARM_UP_S = 10.0
OPEN_EVENTS = 100
LOOKED_AT = 20
"""Registrations of a person's own event that they look at one by one."""
CLIENTS = 2
SCANNED = 20
"""Tickets that each person has; whoever is through begins again, and hears that they were used."""


class Route(msgspec.Struct, frozen=True):
    """How long one kind of request took, in milliseconds."""

    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


class Result(msgspec.Struct, frozen=True):
    """By route after the warm-up; `errors` from the first request on, by what they were.

    `app_ms`: CPU of the servers for one request, which tells how busy they are on a machine that has time for them.
    """

    sessions: int
    processes: int
    registrations: int
    per_second: float
    app_ms: float
    routes: dict[str, Route]
    errors: dict[str, int]

    @property
    def well(self) -> bool:
        """Whether the floor holds."""
        return not self.errors and all(route.p95_ms < FLOOR_MS for route in self.routes.values())


@dataclass(frozen=True, slots=True)
class Ground:
    """A seeded database, ready to be served at `url`."""

    settings: Settings
    url: str
    owner: str
    seeded: Seeded


def measure(sessions: int, seconds: float, registrations: int, processes: int) -> Result:
    """Seed, serve, let people work."""
    with ground(registrations, sessions) as place, ExitStack() as stack:
        started = [stack.enter_context(serving(place.settings, place.url, number)) for number in range(processes)]
        ports = [port for _, port in started]
        scene, people = _cast(place, sessions, ports, seconds)
        servers = [psutil.Process(pid) for pid, _ in started]
        before = sum(map(_cpu_s, servers))
        heard = run_sessions(scene, people, CLIENTS)
        used = sum(map(_cpu_s, servers)) - before
    answered = sum(one.answered for one in heard)
    result = _result(heard, sessions, processes, registrations, seconds)
    return msgspec.structs.replace(result, app_ms=round(used / max(answered, 1) * 1000, 2))


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


@contextmanager
def ground(registrations: int, sessions: int) -> Iterator[Ground]:
    """A durable PostgreSQL with so many registrations, and as many accounts as there are sessions."""
    folder = Path(tempfile.mkdtemp(prefix="eventreg-bench-"))
    folder.chmod(0o711)
    try:
        settings = read_settings({"EVENTREG_DATA": str(folder)})
        with ready_database(settings, alone=True) as url, any_database(folder) as owner:
            plan = plan_of(registrations, users=sessions)
            with psycopg.connect(owner, autocommit=True) as connection:
                seeded = seed(connection, plan, settings.data_keys, "!", Progress(sys.stderr), utc_now())
                connection.execute("VACUUM (ANALYZE)")
            yield Ground(replace(settings, database_url=url), url, owner, seeded)
    finally:
        forget(folder)


def _cast(place: Ground, sessions: int, ports: Sequence[int], seconds: float) -> tuple[Scene, list[Person]]:
    """Who does what: everybody is an organizer of one event and staff of the one that is on now."""
    hot = place.seeded.event
    with psycopg.connect(place.owner) as connection:
        users = [row[0] for row in connection.execute(_USERS, [sessions])]
        events = connection.execute(_EVENTS, [hot.id]).fetchall()
        owned = [events[number % len(events)] for number in range(len(users))]
        with connection.cursor() as cursor:
            grants = [(event[0], user, "organizer") for event, user in zip(owned, users, strict=True)]
            cursor.executemany(_GRANT, grants + [(hot.id, user, "staff") for user in users])
        known = {row[0]: row[1] for row in connection.execute(_REGISTRATIONS, [LOOKED_AT])}
    scans = _tokens(place.seeded, len(users))
    people = [
        Person(
            number=number,
            user=user,
            port=ports[number % len(ports)],
            own_event=str(event[0]),
            registrations=tuple(map(str, known[event[0]])),
            scans=scans[number],
        )
        for number, (user, event) in enumerate(zip(users, owned, strict=True))
    ]
    open_events = tuple((str(event), str(free_type)) for event, free_type in events[:OPEN_EVENTS])
    scene = Scene(place.settings.secret_key, str(hot.id), str(hot.list_id), open_events, seconds, WARM_UP_S)
    return scene, people


def _tokens(seeded: Seeded, people: int) -> list[tuple[str, ...]]:
    """Tickets for everybody to scan, nobody the same."""
    share = min(SCANNED, len(seeded.tickets) // people)
    texts = [sign(ticket.content, seeded.signing_key) for ticket in seeded.tickets[: share * people]]
    return [tuple(texts[number * share : (number + 1) * share]) for number in range(people)]


def _result(heard: Sequence[Heard], sessions: int, processes: int, registrations: int, seconds: float) -> Result:
    ms: dict[str, list[float]] = {}
    errors: dict[str, int] = {}
    for one in heard:
        for kind, values in one.ms.items():
            ms.setdefault(kind, []).extend(values)
        for what, count in one.wrong.items():
            errors[what] = errors.get(what, 0) + count
    return Result(
        sessions=sessions,
        processes=processes,
        registrations=registrations,
        per_second=round(sum(map(len, ms.values())) / (seconds - WARM_UP_S), 1),
        app_ms=0.0,
        routes={kind: _route(ms[kind]) for kind in SHARES if kind in ms},
        errors=errors,
    )


def _route(ms: list[float]) -> Route:
    return Route(len(ms), quantile(ms, 0.5), quantile(ms, 0.95), quantile(ms, 0.99))


_USERS: Any = "SELECT id FROM users WHERE role = 'REGISTRATION_STAFF' AND password_hash = '!' ORDER BY id LIMIT %s"
# The third type is free: its guests need no order.
_EVENTS: Any = (
    "SELECT event.id, type.id FROM events event JOIN ticket_types type ON type.event_id = event.id AND type.number = 3"
    " WHERE event.is_active AND event.date > now() AND event.id <> %s ORDER BY event.id"
)
_GRANT: Any = (
    "INSERT INTO grants (event_id, user_id, role) VALUES (%s, %s, %s)"
    " ON CONFLICT (event_id, user_id) DO UPDATE SET role = excluded.role"
)
_REGISTRATIONS: Any = "SELECT event_id, (array_agg(id))[1:%s] FROM registrations GROUP BY event_id"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the floor holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--registrations", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2, help="server processes (default %(default)s)")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    log.configure(readable=False)
    logging.getLogger("server").setLevel(logging.WARNING)
    result = measure(told.sessions, told.seconds, told.registrations, told.processes)
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        for name, route in result.routes.items():
            times = f"p50 {route.p50_ms:8.1f}  p95 {route.p95_ms:8.1f}  p99 {route.p99_ms:8.1f} ms"
            print(f"{name:20} {route.count:6}  {times}")
        print(f"{result.app_ms} ms of the servers' CPU for a request")
        print(f"{result.per_second} requests a second, errors {result.errors or 'none'} (floor: p95 < {FLOOR_MS:g} ms)")
    return 0 if result.well else 1


if __name__ == "__main__":
    sys.exit(main())
