"""The same reads at 10,000 and at 1,000,000 registrations, and what PostgreSQL does for each.

    python -m tests.bench.lists [--registrations 1000000] [--small 10000] [--requests 100] [--json]

Two databases of one PostgreSQL, seeded alike but for their size; the application answers in this process, and each
request goes to both in turn, so that whatever else the machine does slows both. Floor: no list takes twice as long at
p50 in the large one (aim: 1.2 times). What PostgreSQL did for each statement, by its own words, is kept in a file.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx
import msgspec
import psycopg
from fastapi import FastAPI
from psycopg import sql
from sqlalchemy import event

from server import log, migrations
from server.app import create_app
from server.auth import tokens
from server.auth.tokens import Caller
from server.clock import new_id, utc_now
from server.db import Database
from server.embedded import own_database
from server.seeding.plan import plan_of
from server.seeding.progress import Progress
from server.seeding.service import seed
from server.settings import Settings, read_settings
from server.users.models import UserRole
from tests.bench.door import quantile
from tests.integration.folders import forget

FLOOR, AIM = 2.0, 1.2
LARGEST = 2_000
"""Registrations of the first event in both, so that what a page comes from is the same."""
EXPLAINED = Path("build", "bench-lists.txt")
WARM_UP = 10
EXPLAINING = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_level": "notice",
}
"""Has the database tell whoever asks what it did for each statement, through whatever connection."""


class Read(msgspec.Struct, frozen=True):
    """One kind of read, milliseconds in the small and in the large database, and the larger over the smaller."""

    small_p50: float
    small_p95: float
    large_p50: float
    large_p95: float
    ratio_p50: float
    ratio_p95: float


class Result(msgspec.Struct, frozen=True):
    """By kind of read; `explained` is the file with the plans."""

    small: int
    large: int
    reads: dict[str, Read]
    explained: str

    @property
    def well(self) -> bool:
        """Whether the floor holds for every list."""
        return all(read.ratio_p50 <= FLOOR for read in self.reads.values())


@dataclass(slots=True)
class Side:
    """One of the two databases, the application on it, and what of it is asked for."""

    settings: Settings
    client: httpx.AsyncClient
    app: FastAPI
    size: int
    first: UUID
    events: list[UUID]
    registrations: list[UUID]
    heard: list[str] = field(default_factory=list)
    ms: dict[str, list[float]] = field(default_factory=dict)


Asking = Callable[[Side, Random], str]
WORDS = ("müll", "okonkwo", "brien", "garcia", "szcz", "ari", "kovalenk")
READS: dict[str, Asking] = {
    "events": lambda _side, _rng: "/events?limit=20",
    # Words that events of both databases have: a page against nothing found would compare two different answers.
    "events, searched": lambda _side, rng: f"/events?limit=20&q={rng.choice(('harbour', 'symposium', 'midnite'))}",
    "registrations": lambda side, _rng: f"/events/{side.first}/registrations?limit=50",
    "registrations by name": lambda side, _rng: f"/events/{side.first}/registrations?limit=50&sort=name",
    "registrations of any event": lambda side, rng: f"/events/{rng.choice(side.events)}/registrations?limit=50",
    "registrations, searched": lambda side, rng: f"/events/{side.first}/registrations?q={rng.choice(WORDS)}",
    "one registration": lambda side, rng: f"/registrations/{rng.choice(side.registrations)}",
    "check-ins": lambda side, _rng: f"/events/{side.first}/check-ins?limit=50",
    "orders": lambda side, _rng: f"/events/{side.first}/orders?limit=50",
    "conflicts": lambda side, _rng: f"/events/{side.first}/conflicts?limit=50",
    "waiting": lambda side, rng: f"/events/{rng.choice(side.events)}/waiting?limit=50",
    "devices": lambda side, _rng: f"/events/{side.first}/devices",
    "completeness": lambda side, _rng: f"/events/{side.first}/devices/completeness",
    "counts": lambda side, _rng: f"/events/{side.first}/counts",
    "users": lambda _side, _rng: "/users?limit=50",
    "audit": lambda _side, _rng: "/audit?limit=50",
    "audit of an event": lambda side, rng: f"/events/{rng.choice(side.events)}/audit?limit=50",
    "report": lambda side, _rng: f"/events/{side.first}/report",
}


def measure(sizes: tuple[int, int], requests: int, explained: Path) -> Result:
    """Seed both and read from both."""
    with seeded(sizes) as (small, large):
        sides, plans = asyncio.run(_read(small, large, requests))
    explained.parent.mkdir(parents=True, exist_ok=True)
    explained.write_text("\n".join(plans), encoding="utf-8")
    reads = {name: _compared(*(side.ms[name] for side in sides)) for name in READS}
    return Result(*sizes, reads, str(explained))


@contextmanager
def seeded(sizes: Sequence[int]) -> Iterator[list[Settings]]:
    """Settings on as many databases of one durable PostgreSQL, filled with so many registrations."""
    folder = Path(tempfile.mkdtemp(prefix="eventreg-bench-"))
    folder.chmod(0o711)
    try:
        settings = read_settings({"EVENTREG_DATA": str(folder)})
        with own_database(folder) as url:
            yield [_seeded(settings, url, number, size) for number, size in enumerate(sizes)]
    finally:
        forget(folder)


def _seeded(settings: Settings, url: str, number: int, size: int) -> Settings:
    name = f"bench{number}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    own = f"{url.rpartition('/')[0]}/{name}"
    migrations.upgrade(own)
    plan = plan_of(size, users=size // 10, scanned=0.5, largest=min(LARGEST, size // 2))
    with psycopg.connect(own, autocommit=True) as connection:
        seed(connection, plan, settings.data_keys, "!", Progress(sys.stderr), utc_now())
        connection.execute("VACUUM (ANALYZE)")
    return replace(settings, database_url=own, direct_url=own)


async def _read(small: Settings, large: Settings, requests: int) -> tuple[tuple[Side, Side], list[str]]:
    async with _side(small) as one, _side(large) as other:
        for name, path in READS.items():
            for number in range(WARM_UP + requests):
                for side in (one, other):
                    took = await _ask(side, path(side, Random(number)))
                    side.ms.setdefault(name, []).extend([took] if number >= WARM_UP else [])
            print(name, _compared(one.ms[name], other.ms[name]), file=sys.stderr, flush=True)
    return (one, other), await _plans(small, large)


@asynccontextmanager
async def _side(settings: Settings) -> AsyncIterator[Side]:
    app = create_app(settings)
    assert settings.database_url is not None
    with psycopg.connect(settings.database_url) as connection:
        first = connection.execute("SELECT event_id FROM devices").fetchone()
        events = connection.execute("SELECT id FROM events WHERE is_active ORDER BY id LIMIT 50").fetchall()
        registrations = connection.execute("SELECT id FROM registrations ORDER BY qr_code LIMIT 200").fetchall()
        size = connection.execute("SELECT count(*) FROM registrations").fetchone()
    assert first is not None
    assert size is not None
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://bench/api/v1", timeout=60) as client,
    ):
        some, people = ([row[0] for row in rows] for rows in (events, registrations))
        side = Side(settings, client, app, size[0], first[0], some, people)
        database: Database = app.state.database

        def hear(connection: Any, *_: Any) -> None:
            connection.driver_connection.add_notice_handler(lambda told: side.heard.append(told.message_primary or ""))

        for engine in (database.engine, database.batches, database.looks):
            event.listen(engine.sync_engine, "connect", hear)
        yield side


async def _ask(side: Side, path: str) -> float:
    """How many milliseconds the answer took."""
    caller = Caller(UUID(int=1), UserRole.ADMIN, new_id())
    headers = {"Authorization": f"Bearer {tokens.access_token(side.settings.secret_key, caller, utc_now())}"}
    began = time.perf_counter()
    answer = await side.client.get(path, headers=headers)
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, f"{path}: {answer.text}"
    return took


async def _plans(small: Settings, large: Settings) -> list[str]:
    """What PostgreSQL does for each read, as it says itself: plans that were made anew, and those that are kept."""
    for settings in (small, large):
        assert settings.database_url is not None
        with psycopg.connect(settings.database_url, autocommit=True) as connection:
            database = sql.Identifier(connection.info.dbname)
            for name, value in EXPLAINING.items():
                connection.execute(sql.SQL("ALTER DATABASE {} SET {} = {}").format(database, sql.SQL(name), value))
    async with _side(small) as one, _side(large) as other:
        return [await _explain(side, name, path) for name, path in READS.items() for side in (one, other)]


async def _explain(side: Side, name: str, path: Asking) -> str:
    """Every statement of one such read, with what was done for it."""
    asked = path(side, Random(1))
    # The second time, when a kept plan is there to be used.
    for _ in range(2):
        side.heard.clear()
        await _ask(side, asked)
    return "\n".join([f"==== {name}, {side.size:,} registrations: {asked}", *side.heard, ""])


def _compared(small: Sequence[float], large: Sequence[float]) -> Read:
    one, other = ([quantile(list(side), share) for share in (0.5, 0.95)] for side in (small, large))
    return Read(*one, *other, *(round(b / a, 2) for a, b in zip(one, other, strict=True)))


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the floor holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--registrations", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=100, help="of each kind, in each database")
    parser.add_argument("--explain", type=Path, default=EXPLAINED, help="file for the plans (default %(default)s)")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    log.configure(readable=False)
    logging.getLogger("server").setLevel(logging.WARNING)
    result = measure((told.small, told.registrations), told.requests, told.explain)
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        for name, read in result.reads.items():
            print(f"{name:28} p50 {read.small_p50:8.2f} {read.large_p50:8.2f} ms ×{read.ratio_p50:<5}", end=" ")
            print(f"p95 {read.small_p95:8.2f} {read.large_p95:8.2f} ms ×{read.ratio_p95}")
        print(f"floor ×{FLOOR}, aim ×{AIM}; plans in {result.explained}")
    return 0 if result.well else 1


if __name__ == "__main__":
    sys.exit(main())
