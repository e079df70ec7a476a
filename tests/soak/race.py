"""One ticket, sixty-four scans at once over two server processes, again and again: exactly one is let in, each time.

    python -m tests.soak.race --count 1000 --seed 1 [--rows 50000] [--json]

Meanwhile the organizer edits event, list and ticket type, a list of guests is brought in by a worker (and undone, and
brought in again, if the rounds take that long), and people register: all of them lock the same event. The door of
another event scans on beside them, and tells how much slower it was than alone. At the end PostgreSQL must not have met
a deadlock, the facts must say the same as the doors were told, and everything that `check` looks at must agree.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import psycopg

from eventreg_core.scan_api import ScanAnswer
from server.checking.service import check
from server.clock import new_id
from server.db import open_database
from server.seeding.progress import Progress
from tests.bench._stage import Stage, stage
from tests.bench.door import quantile
from tests.bench.imports import client, worker
from tests.integration.laptop import make_festival
from tests.soak.calm import Calm, CalmDoor, calm_door
from tests.soak.troubles import Troubles, troubles

AT_ONCE = 64
AGAIN_S = 1.0
"""The Retry-After of a server that is busy."""
ALONE_S = 8.0
"""So long the other event's door is watched before anything else goes on."""
ONE_ADMITTED = {"admitted": 1, "refused": AT_ONCE - 1}


class Result(msgspec.Struct, frozen=True):
    """What came of it; `wrong` names the rounds in which not exactly one was admitted, of the first few.

    Rounds in milliseconds: from the first scan's leaving until the last one's answer. `calm` is the other event's door.
    """

    rounds: int
    scans: int
    wrong: list[int]
    admitted_twice: int
    deadlocks: int
    deadlocks_logged: int
    findings: list[str]
    troubles: dict[str, int]
    calm: Calm
    round_p50: float
    round_p95: float
    seconds: float
    seed: int

    @property
    def well(self) -> bool:
        """Whether nothing went wrong, and everything that should go on went on."""
        went_on = all(self.troubles[kind] for kind in ("edits", "registered", "rows"))
        nothing = not (self.wrong or self.findings or self.admitted_twice or self.calm.failed)
        return went_on and nothing and self.deadlocks == self.deadlocks_logged == 0


@dataclass(slots=True)
class Door:
    """One kept connection to a server, opened anew where the server hung up: it does so after five idle seconds."""

    port: int
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def scan(self, head: bytes, body: bytes) -> str:
        """The verdict of one scan; a refusal for another reason than an earlier entry counts as that reason."""
        told, answer = await self._answer(head, body)
        while b" 503 " in told[:16]:
            # Busy: nothing was done. A door asks again.
            await asyncio.sleep(AGAIN_S)
            told, answer = await self._answer(head, body)
        if b" 200 " not in told[:16]:
            return answer.decode()
        verdict = msgspec.json.decode(answer, type=ScanAnswer)
        return verdict.verdict if verdict.reason in (None, "already_used") else str(verdict.reason)

    async def _answer(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        try:
            return await self._ask(head, body)
        except (asyncio.IncompleteReadError, ConnectionError):
            # The same id: should it have been judged, the answer is the same.
            self.close()
            return await self._ask(head, body)

    async def _ask(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        told = await reader.readuntil(b"\r\n\r\n")
        length = int(told.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return told, await reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


@asynccontextmanager
async def doors(ports: Sequence[int]) -> AsyncIterator[list[Door]]:
    """As many connections as scan at once, spread over the servers."""
    opened = [Door(ports[n % len(ports)]) for n in range(AT_ONCE)]
    try:
        yield opened
    finally:
        for door in opened:
            door.close()


async def rush(at: Sequence[Door], path: str, token: str, scan: dict[str, str]) -> dict[str, int]:
    """Let everybody scan one ticket at once; how often each verdict was told. `token` is the access token."""
    head = f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n".encode()
    bodies = [msgspec.json.encode(scan | {"id": str(new_id())}) for _ in at]
    told: dict[str, int] = {}
    for verdict in await asyncio.gather(*(door.scan(head, body) for door, body in zip(at, bodies, strict=True))):
        told[verdict] = told.get(verdict, 0) + 1
    return told


@dataclass(frozen=True, slots=True)
class Rounds:
    """How the rounds went: which were wrong, and how long each took (milliseconds)."""

    wrong: list[int]
    ms: list[float]


async def race(place: Stage, calm: CalmDoor, rounds: int, rows: int, seed: int) -> tuple[Rounds, Troubles]:
    """Rounds with a ticket each, in an order that the seed decides, while everything else goes on."""
    await asyncio.sleep(ALONE_S)
    calm.trouble_begins()
    async with troubles(place, rows) as going_on:
        return await _rounds(place, rounds, seed), going_on


async def _rounds(place: Stage, rounds: int, seed: int) -> Rounds:
    tokens, chance = list(place.crowd.tokens), random.Random(seed)
    chance.shuffle(tokens)
    path, listed = place.festival.path("check-ins"), place.festival.check_in_list["id"]
    gone = Rounds([], [])
    async with doors(place.ports) as opened:
        for number in range(rounds):
            chance.shuffle(opened)
            began = time.perf_counter()
            told = await rush(opened, path, place.access_token(), {"token": tokens[number], "list_id": listed})
            gone.ms.append((time.perf_counter() - began) * 1000)
            if told != ONE_ADMITTED:
                gone.wrong.append(number)
                print(f"round {number}: {told}", file=sys.stderr)
    return gone


def _looked_up(place: Stage) -> tuple[int, int, int]:
    """How many tickets were admitted twice; how many deadlocks PostgreSQL counted, and how many are in its log."""
    with psycopg.connect(place.url) as connection:
        [[twice]] = connection.execute(
            "SELECT count(*) FROM (SELECT serial FROM facts WHERE told = 'admitted' AND event_id = %s"
            " GROUP BY serial HAVING count(*) > 1) AS twice",
            [place.festival.id],
        ).fetchall()
        [[deadlocks]] = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchall()
    folder = Path((place.settings.data / "postgres_folder").read_text("utf-8").strip())
    return twice, deadlocks, folder.with_name(f"{folder.name}.log").read_text("utf-8").count("deadlock detected")


async def _checked(url: str) -> list[str]:
    database = open_database(url, pool_size=1)
    try:
        report = await check(database, Progress(sys.stderr))
    finally:
        await database.close()
    return [f"{one.check}: {one.subject}: {one.sentence}" for one in report.findings]


def run(rounds: int, rows: int, seed: int) -> Result:
    """Build everything, let it go on, and look at what is left."""
    # The loop that every system has.
    with stage(rounds, processes=2) as place, asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        with client(place) as organizer:
            other = make_festival(organizer, entry="unlimited")
        with worker(place), calm_door(place, other) as calm:
            began = time.perf_counter()
            gone, going_on = runner.run(race(place, calm, rounds, rows, seed))
            calmly, seconds = calm.leave(), round(time.perf_counter() - began, 1)
        twice, deadlocks, logged = _looked_up(place)
        findings = runner.run(_checked(place.url))
    return Result(
        rounds=rounds,
        scans=rounds * AT_ONCE,
        wrong=gone.wrong[:20],
        admitted_twice=twice,
        deadlocks=deadlocks,
        deadlocks_logged=logged,
        findings=findings[:20],
        troubles=asdict(going_on),
        calm=calmly,
        round_p50=quantile(gone.ms, 0.5),
        round_p95=quantile(gone.ms, 0.95),
        seconds=seconds,
        seed=seed,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when exactly one was let in each time."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100, help="rounds (default %(default)s)")
    parser.add_argument("--rows", type=int, default=50_000, help="of the list that comes in (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    result = run(told.count, told.rows, told.seed)
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        print(f"{result.rounds} rounds, {result.scans} scans in {result.seconds} s, beside {result.troubles}")
        print(f"wrong rounds: {result.wrong or 'none'}; deadlocks: {result.deadlocks}; findings: {result.findings}")
        print(f"the other event's scans: p50 {result.calm.p50_ratio} times, p95 {result.calm.p95_ratio} times as long")
    return 0 if result.well else 1


if __name__ == "__main__":
    sys.exit(main())
