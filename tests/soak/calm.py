"""A door of an event at which nothing happens, in a process of its own: how long its scans take, whatever goes on."""

import http.client
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from uuid import UUID

import msgspec

from server.auth import tokens
from server.auth.tokens import Caller
from server.clock import new_id, utc_now
from server.users.models import UserRole
from tests.bench._stage import Stage
from tests.bench.door import quantile
from tests.integration.laptop import Festival

EVERY_S = 0.02
PATIENCE_S = 30.0


class Calm(msgspec.Struct, frozen=True):
    """Scans of the other event while nothing else went on, and while everything did; milliseconds, and their ratio."""

    scans: int
    failed: int
    p50_alone: float
    p95_alone: float
    p50_meanwhile: float
    p95_meanwhile: float
    p50_ratio: float
    p95_ratio: float


@dataclass(frozen=True, slots=True)
class Post:
    """Where the door stands, as its process is told: one server, one list, one ticket that is always let in."""

    port: int
    path: str
    scan: dict[str, str]
    secret_key: bytes
    operator: UUID


class CalmDoor:
    """The door's process, which scans from its start on."""

    def __init__(self, end: Connection) -> None:
        self._end = end

    def trouble_begins(self) -> None:
        """What is scanned from now on counts as meanwhile."""
        self._end.send("trouble")

    def leave(self) -> Calm:
        """Scan no more; how it was. Raises EOFError where the process died."""
        self._end.send("over")
        alone, meanwhile, failed = self._end.recv()
        both = [(quantile(alone, q), quantile(meanwhile, q)) for q in (0.5, 0.95)]
        ratios = [round(later / before, 2) for before, later in both]
        return Calm(len(alone) + len(meanwhile), failed, both[0][0], both[1][0], both[0][1], both[1][1], *ratios)


@contextmanager
def calm_door(place: Stage, festival: Festival) -> Iterator[CalmDoor]:
    """Open it at this event, whose one list lets everybody in again and again."""
    scan = {"token": festival.tokens[0], "list_id": str(festival.check_in_list["id"])}
    post = Post(
        place.ports[0],
        f"/api/v1{festival.path('check-ins')}",
        scan,
        place.settings.secret_key,
        place.organizer,
    )
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_stand, args=(theirs, post), daemon=True)
    process.start()
    theirs.close()
    try:
        # Its first scan is over.
        ours.recv()
        yield CalmDoor(ours)
    finally:
        ours.close()
        process.join(PATIENCE_S)


def _stand(end: Connection, post: Post) -> None:
    parts: list[list[float]] = [[]]
    connection = http.client.HTTPConnection("127.0.0.1", post.port, timeout=PATIENCE_S)
    failed = int(not _admitted(connection, post))
    end.send("ready")
    while True:
        if end.poll():
            try:
                told = end.recv()
            except EOFError:
                # Whoever started us gave up.
                return
            if told == "over":
                break
            parts.append([])
        began = time.perf_counter()
        failed += not _admitted(connection, post)
        parts[-1].append((time.perf_counter() - began) * 1000)
        time.sleep(max(0.0, EVERY_S - (time.perf_counter() - began)))
    end.send((parts[0], parts[-1], failed))


def _admitted(connection: http.client.HTTPConnection, post: Post) -> bool:
    caller = Caller(post.operator, UserRole.ORGANIZER, new_id())
    headers = {
        "Authorization": f"Bearer {tokens.access_token(post.secret_key, caller, utc_now())}",
        "Content-Type": "application/json",
    }
    connection.request("POST", post.path, msgspec.json.encode(post.scan | {"id": str(new_id())}), headers)
    answer = connection.getresponse()
    told = answer.read()
    return answer.status == 200 and b'"admitted"' in told
