"""The real server on PostgreSQL as an evening meets it: its services in this process, on the clock of the evening.

Only the wire and the clock are left out. What an organizer does is written by SQL and published as the server's own
services do it; the times at which tickets and lists changed are then moved to the evening's clock.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from eventreg_core.blanks import Stock
from eventreg_core.facts import Recorded, reread
from eventreg_core.sync_api import SyncApi
from eventreg_core.wire import Cursor, Page, PullAnswer, PushAnswer, PushRequest
from eventreg_desktop.sync.answers import ServerRefused
from server.check_in_lists.counting import count_lists
from server.checking.conflicts import CONFLICTS
from server.conflicts.jobs import judge_ahead
from server.conflicts.service import read_state_hash
from server.db import Database, open_database
from server.devices.queries import Enrolled
from server.errors import ApiProblem
from server.restoring import restore
from server.storage.folder import FolderStorage
from server.sync.service import DeviceSync
from tests.sync import organizer
from tests.sync.festival import EVENT
from tests.sync.memory_server import NOON
from tests.sync.outcome import Figures, Listed, Outcome

Answer = TypeVar("Answer")
DATA_KEYS = (bytes(32),)


@dataclass(frozen=True)
class Cluster:
    """Where databases are made: `address(name)` is one of them, `empty` is migrated and nobody works there."""

    address: Callable[[str], str]
    empty: str
    storage: FolderStorage

    def clone(self, source: str, name: str) -> None:
        """Copy a database to which nobody is connected."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")

    def drop(self, *names: str) -> None:
        """Delete databases."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            for name in names:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class PostgresTruth:
    """A database at work, and its last copy."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.time = NOON
        self._cluster, self._name, self._databases = cluster, name, 0
        self._runner = asyncio.Runner(loop_factory=asyncio.SelectorEventLoop)
        self._devices: dict[UUID, Enrolled] = {}
        self._copy = cluster.empty
        self._begun = False
        self._open()

    def enrol(self, device: UUID, key: bytes) -> None:
        """Know a laptop and its public key, whatever copy the server goes on from."""
        self._devices[device] = Enrolled(device, key, frozenset([EVENT]), revoked=False, held=False)

    def api(self, device: UUID) -> SyncApi:
        """What this laptop talks to."""
        return _Api(self._run, DeviceSync(self._database, self._devices[device], lambda: self.time, DATA_KEYS))

    def tell(self, page: Page) -> None:
        """Let these tickets and lists be so from now on."""
        write, self._begun = (organizer.tell if self._begun else organizer.begin), True

        async def tell(connection: AsyncConnection) -> tuple[int, int]:
            last = await organizer.last_changes(connection)
            await write(connection, page)
            return last

        last = self._in_database(tell)
        self._in_database(lambda connection: organizer.date_changes(connection, last, self.time))

    def back_up(self) -> None:
        """Keep a copy of everything."""
        self._run(self._database.close())
        if self._copy != self._cluster.empty:
            self._cluster.drop(self._copy)
        self._copy = self._next()
        self._cluster.clone(self._current, self._copy)

    def restore(self) -> None:
        """Go on from the last copy, as `eventreg-server restore` does."""
        self._run(self._database.close())
        self._cluster.drop(self._current)
        self._open()
        self._run(restore(self._database, self._cluster.storage, DATA_KEYS, as_copy=False))

    def facts(self) -> list[Recorded]:
        """What came, each as often as it was written."""

        async def read(connection: AsyncConnection) -> list[Recorded]:
            return [reread(row.raw) for row in await connection.execute(text("SELECT raw FROM facts"))]

        return self._in_database(read)

    def outcome(self) -> Outcome:
        """The state's hash and the conflicts as they are stored; they are those that a replay of everything finds."""

        self._run(judge_ahead(self._database, self.time))

        async def read(connection: AsyncConnection) -> Outcome:
            found = [one async for one in CONFLICTS.find(connection)]
            assert not found, f"stored conflicts are not those of a replay: {found[0].sentence}"
            rows = (await connection.execute(_CONFLICTS)).all()
            listed: list[Listed] = [
                (row.name, tuple(sorted(row.fact_ids)), tuple(sorted(row.undue)), f"{row.outcome}: {row.proposed}")
                for row in rows
            ]
            return Outcome(await read_state_hash(connection, EVENT), tuple(sorted(listed)))

        return self._in_database(read)

    def figures(self) -> dict[UUID, Figures]:
        """What it counts on each list."""
        counted = self._in_database(lambda connection: count_lists(connection, EVENT))
        return {one.list_id: Figures(one.inside, one.admitted, one.expected) for one in counted}

    def anew(self, portions: Sequence[tuple[UUID, PushRequest]]) -> Outcome:
        """How it ends had no fact come before, and then these in this order; it goes on from there."""

        async def forget(connection: AsyncConnection) -> None:
            for table in ("facts", "journals", "boots", "conflicts", "quarantine"):
                await connection.execute(text(f"DELETE FROM {table}"))

        self._in_database(forget)
        for device, request in portions:
            self.api(device).push(request)
        return self.outcome()

    def close(self) -> None:
        """The evening is over; its databases go."""
        self._run(self._database.close())
        self._runner.close()
        self._cluster.drop(self._current, *({self._copy} - {self._cluster.empty}))

    def _open(self) -> None:
        self._current = self._next()
        self._cluster.clone(self._copy, self._current)
        self._database: Database = open_database(self._cluster.address(self._current), pool_size=2)

    def _next(self) -> str:
        self._databases += 1
        return f"{self._name}_{self._databases}"

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self._runner.run(work)

    def _in_database(self, use: Callable[[AsyncConnection], Coroutine[Any, Any, Answer]]) -> Answer:
        async def run() -> Answer:
            async with self._database.begin() as connection:
                return await use(connection)

        return self._run(run())


@dataclass(frozen=True)
class _Api:
    """The server's sync interface for one device, asked from outside its loop."""

    run: Callable[[Coroutine[Any, Any, Any]], Any]
    sync: DeviceSync

    def push(self, request: PushRequest) -> PushAnswer:
        """As SyncApi."""
        answer: PushAnswer = self._ask(self.sync.push(request))
        return answer

    def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        """As SyncApi."""
        answer: PullAnswer = self._ask(self.sync.pull(event, cursor, journal))
        return answer

    def snapshot(self, event: UUID) -> bytes:
        """As SyncApi; no evening has so many changes."""
        raise AssertionError(f"nobody is far behind at {event}")

    def blanks(self, event: UUID) -> Stock:
        """As SyncApi."""
        stock: Stock = self._ask(self.sync.blanks(event))
        return stock

    def _ask(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self.run(work)
        except ApiProblem as problem:
            raise ServerRefused(problem.code, problem.sentence) from problem


_CONFLICTS = text(
    """
    SELECT concat_ws(' ', class, list_id, registration_id, place, encode(serial, 'hex'), journal) AS name,
        fact_ids, undue, outcome, proposed
    FROM conflicts WHERE NOT gone
    """
)
