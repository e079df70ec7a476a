"""People who are signed in and think between requests: many connections, few requests, in processes of their own."""

import asyncio
import json
import multiprocessing
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing.connection import Connection
from typing import cast
from uuid import UUID

from server.auth import tokens
from server.auth.tokens import Caller
from server.clock import new_id, utc_now
from server.users.models import UserRole

THINK_S = (2.0, 8.0)
ANSWERED_WITHIN_S = 30.0
KEPT_S = 4.0
TOKEN_FOR_S = 200.0
"""An access token lives for five minutes."""
SHARES = {
    "events": 22,
    "one event": 18,
    "events, searched": 5,
    "registrations": 15,
    "one registration": 10,
    "register": 10,
    "scan": 15,
    "edit": 3,
    "report": 2,
}
"""What people do, in hundredths."""
GOOD = frozenset({200, 201})
SEARCHES = ("harbour jazz", "symposium", "midnight", "paris")


@dataclass(frozen=True, slots=True)
class Person:
    """One session: who, at which server, what of their own event they look at, which tickets they scan."""

    number: int
    user: UUID
    port: int
    own_event: str
    registrations: tuple[str, ...]
    scans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What all sessions share: the event where everybody scans, and those where anybody registers (event, type)."""

    secret: bytes
    hot_event: str
    hot_list: str
    open_events: tuple[tuple[str, str], ...]
    seconds: float
    warm_up: float


@dataclass(slots=True)
class Heard:
    """Milliseconds of each kind of request after the warm-up, and what went wrong in how many cases."""

    ms: dict[str, list[float]] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    answered: int = 0


def run_sessions(scene: Scene, people: Sequence[Person], processes: int) -> list[Heard]:
    """Let all of them work for the scene's seconds, and hear how it went."""
    context = multiprocessing.get_context("spawn")
    ends: list[Connection] = []
    workers = []
    for number in range(processes):
        ours, theirs = context.Pipe()
        worker = context.Process(target=_work, args=(theirs, scene, people[number::processes]), daemon=True)
        worker.start()
        theirs.close()
        ends.append(ours)
        workers.append(worker)
    heard = [cast(Heard, end.recv()) for end in ends]
    for worker in workers:
        worker.join()
    return heard


def _work(end: Connection, scene: Scene, people: Sequence[Person]) -> None:
    end.send(asyncio.run(_all(scene, people)))


async def _all(scene: Scene, people: Sequence[Person]) -> Heard:
    heard = Heard()
    began = time.perf_counter()
    await asyncio.gather(*(_Session(scene, person, heard, began).run() for person in people))
    return heard


class _Session:
    """One person at one kept connection, which is opened anew where the server has closed it."""

    def __init__(self, scene: Scene, person: Person, heard: Heard, began: float) -> None:
        self._scene, self._person, self._heard, self._began = scene, person, heard, began
        self._rng = random.Random(person.number)
        self._scans = cycle(person.scans)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._token, self._token_until = "", 0.0
        self._cursor: str | None = None
        self._heard_at = 0.0

    async def run(self) -> None:
        kinds, weights = list(SHARES), list(SHARES.values())
        # Nobody begins together.
        await asyncio.sleep(self._rng.uniform(0, THINK_S[1]))
        while (now := time.perf_counter()) < self._began + self._scene.seconds:
            kind = self._rng.choices(kinds, weights)[0]
            try:
                status, body = await asyncio.wait_for(self._ask(*self._request(kind)), ANSWERED_WITHIN_S)
            except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
                self._wrong(f"{kind}: {type(error).__name__}")
                self._close()
            else:
                self._note(kind, status, body, now)
            await asyncio.sleep(self._rng.uniform(*THINK_S))
        self._close()

    def _note(self, kind: str, status: int, body: bytes, began: float) -> None:
        took = (time.perf_counter() - began) * 1000
        self._heard.answered += 1
        if status not in GOOD:
            self._wrong(f"{kind}: {status} {json.loads(body).get('code')}")
        elif kind == "events":
            self._cursor = json.loads(body)["next_cursor"]
        if began >= self._began + self._scene.warm_up:
            self._heard.ms.setdefault(kind, []).append(took)

    def _wrong(self, what: str) -> None:
        self._heard.wrong[what] = self._heard.wrong.get(what, 0) + 1

    def _request(self, kind: str) -> tuple[str, str, object]:
        """Method, path and body."""
        person, scene, rng = self._person, self._scene, self._rng
        match kind:
            case "events":
                return "GET", f"/events?limit=20{f'&cursor={self._cursor}' if self._cursor else ''}", None
            case "one event":
                return "GET", f"/events/{rng.choice(scene.open_events)[0]}", None
            case "events, searched":
                return "GET", f"/events?q={rng.choice(SEARCHES).replace(' ', '%20')}", None
            case "registrations":
                return "GET", f"/events/{person.own_event}/registrations?limit=50", None
            case "one registration":
                return "GET", f"/registrations/{rng.choice(person.registrations)}", None
            case "register":
                event, kind_of_ticket = rng.choice(scene.open_events)
                email = f"mix.{new_id().hex}@example.org"
                guest = {"user_email": email, "full_name": "Ana Müller", "ticket_type_id": kind_of_ticket}
                return "POST", f"/events/{event}/registrations", guest
            case "scan":
                scan = {"id": str(new_id()), "token": next(self._scans), "list_id": scene.hot_list}
                return "POST", f"/events/{scene.hot_event}/check-ins", scan
            case "edit":
                return "PUT", f"/events/{person.own_event}", {"venue": f"Hall {rng.randint(1, 9)}"}
            case _:
                return "GET", f"/events/{person.own_event}/report", None

    async def _ask(self, method: str, path: str, body: object) -> tuple[int, bytes]:
        content = b"" if body is None else json.dumps(body).encode()
        lines = [
            f"{method} /api/v1{path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Authorization: Bearer {self._bearer()}",
            "Content-Type: application/json",
            f"Content-Length: {len(content)}",
        ]
        message = "\r\n".join([*lines, "", ""]).encode() + content
        reader, writer = await self._connected()
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        fields = head.decode("latin-1").lower().split("\r\n")
        length = next(int(line.partition(":")[2]) for line in fields if line.startswith("content-length:"))
        content = await reader.readexactly(length)
        self._heard_at = time.perf_counter()
        return int(head[9:12]), content

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        # A server hangs up on whoever was silent for five seconds; as browsers do, we are the first to let go.
        silent_s = time.perf_counter() - self._heard_at
        if self._reader is None or self._writer is None or self._reader.at_eof() or silent_s > KEPT_S:
            self._close()
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._person.port, limit=2**22)
        return self._reader, self._writer

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    def _bearer(self) -> str:
        now = time.perf_counter()
        if now >= self._token_until:
            caller = Caller(self._person.user, UserRole.REGISTRATION_STAFF, UUID(int=self._person.number))
            self._token = tokens.access_token(self._scene.secret, caller, utc_now())
            self._token_until = now + TOKEN_FOR_S
        return self._token
