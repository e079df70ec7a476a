"""One ticket, sixty-four scans at once over two server processes, again and again: exactly one is let in, each time.

    python -m tests.soak.race --count 1000 --seed 1 [--json]

Meanwhile an organizer edits the check-in list and people register, which lock the same event. At the end PostgreSQL
must not have met a deadlock, and the facts must say the same as the doors were told.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx
import msgspec
import psycopg

from eventreg_core.wire import ScanAnswer
from server.clock import new_id
from tests.bench._stage import Stage, stage

AT_ONCE = 64
ONE_ADMITTED = {"admitted": 1, "refused": AT_ONCE - 1}


class Result(msgspec.Struct, frozen=True):
    """What came of it; `wrong` names the rounds in which not exactly one was admitted, of the first few."""

    rounds: int
    scans: int
    wrong: list[int]
    admitted_twice: int
    deadlocks: int
    edits: int
    seconds: float
    seed: int

    @property
    def well(self) -> bool:
        """Whether nothing went wrong."""
        return not self.wrong and self.admitted_twice == 0 and self.deadlocks == 0


@dataclass(frozen=True, slots=True)
class Door:
    """One kept connection to a server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def scan(self, head: bytes, body: bytes) -> str:
        """The verdict of one scan; a refusal for another reason than an earlier entry counts as that reason."""
        self.writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        told = await self.reader.readuntil(b"\r\n\r\n")
        length = int(told.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        answer = await self.reader.readexactly(length)
        if b" 200 " not in told[:16]:
            return answer.decode()
        verdict = msgspec.json.decode(answer, type=ScanAnswer)
        return verdict.verdict if verdict.reason in (None, "already_used") else str(verdict.reason)


@asynccontextmanager
async def doors(ports: Sequence[int]) -> AsyncIterator[list[Door]]:
    """As many connections as scan at once, spread over the servers."""
    opened = [Door(*await asyncio.open_connection("127.0.0.1", ports[n % len(ports)])) for n in range(AT_ONCE)]
    try:
        yield opened
    finally:
        for door in opened:
            door.writer.close()


async def rush(at: Sequence[Door], path: str, token: str, scan: dict[str, str]) -> dict[str, int]:
    """Let everybody scan one ticket at once; how often each verdict was told. `token` is the access token."""
    head = f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n".encode()
    bodies = [msgspec.json.encode(scan | {"id": str(new_id())}) for _ in at]
    told: dict[str, int] = {}
    for verdict in await asyncio.gather(*(door.scan(head, body) for door, body in zip(at, bodies, strict=True))):
        told[verdict] = told.get(verdict, 0) + 1
    return told


async def race(place: Stage, rounds: int, seed: int) -> Result:
    """Rounds with a ticket each, in an order that the seed decides."""
    tokens, chance = list(place.crowd.tokens), random.Random(seed)
    chance.shuffle(tokens)
    path, listed = place.festival.path("check-ins"), place.festival.check_in_list["id"]
    wrong, edits, began = [], [0], time.perf_counter()
    async with doors(place.ports) as opened:
        editing = asyncio.create_task(_edit(place, edits))
        for number in range(rounds):
            chance.shuffle(opened)
            told = await rush(opened, path, place.access_token(), {"token": tokens[number], "list_id": listed})
            if told != ONE_ADMITTED:
                wrong.append(number)
                print(f"round {number}: {told}", file=sys.stderr)
        editing.cancel()
        with suppress(asyncio.CancelledError):
            await editing
    twice, deadlocks = _looked_up(place)
    seconds = round(time.perf_counter() - began, 1)
    return Result(rounds, rounds * AT_ONCE, wrong[:20], twice, deadlocks, edits[0], seconds, seed)


async def _edit(place: Stage, edits: list[int]) -> None:
    """Change the list's name and register somebody, without end."""
    listed = place.festival.path(f"check-in-lists/{place.festival.check_in_list['id']}")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{place.ports[-1]}/api/v1", timeout=60) as client:
        while True:
            headers = {"Authorization": f"Bearer {place.access_token()}"}
            (await client.put(listed, json={"name": f"Main {edits[0]}"}, headers=headers)).raise_for_status()
            guest = {"user_email": f"late{edits[0]}@example.org", "full_name": "Late"}
            path = place.festival.path("registrations")
            (await client.post(path, json=guest, headers=headers)).raise_for_status()
            edits[0] += 1


def _looked_up(place: Stage) -> tuple[int, int]:
    """How many tickets were admitted twice, and how many deadlocks PostgreSQL met."""
    with psycopg.connect(place.url) as connection:
        [[twice]] = connection.execute(
            "SELECT count(*) FROM ("
            "SELECT serial FROM facts WHERE told = 'admitted' GROUP BY serial HAVING count(*) > 1) AS twice"
        ).fetchall()
        [[deadlocks]] = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchall()
    return twice, deadlocks


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when exactly one was let in each time."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100, help="rounds (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    # The loop that every system has.
    with stage(told.count, processes=2) as place, asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        result = runner.run(race(place, told.count, told.seed))
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        print(f"{result.rounds} rounds, {result.scans} scans, {result.edits} edits in {result.seconds} s")
        print(f"wrong rounds: {result.wrong or 'none'}; deadlocks: {result.deadlocks}")
    return 0 if result.well else 1


if __name__ == "__main__":
    sys.exit(main())
