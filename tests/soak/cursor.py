"""Many transactions at once, some of which take long to commit: what three kinds of cursor make of them.

    python -m tests.soak.cursor --count 100000 --writers 16 --events 20 --seed 1 [--json]

Each transaction writes one row with a number from a sequence and with `now()`, and publishes one change of an event by
the statements of `server/sync/feed.py`; some linger before their commit. Meanwhile three readers ask for whatever is
newer than what they have: by the greatest number, by the latest time, and by the revision of each event, as laptops do.
When all is written each asks once more. `missed` are rows that a reader never saw; `gaps` are pages whose revisions
were not the next ones. The first two readers must miss some, else nothing was proved; ours must miss none.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid5

import msgspec
import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection

from server import migrations
from server.db import open_database
from server.embedded import own_database
from server.sync import feed, queries
from tests.integration.folders import forget

SPACE = UUID("0a7e1c1e-0000-4000-8000-000000000001")
LINGERS, LINGER_S = 0.02, 0.01


class Tally(msgspec.Struct, kw_only=True):
    """What the readers saw of so many transactions, and of how many they did not."""

    seed: int
    transactions: int
    missed_by_number: int
    missed_by_time: int
    missed_by_revision: int
    gaps: int

    @property
    def well(self) -> bool:
        """Whether ours missed nothing while the others showed that there was something to miss."""
        return not (self.missed_by_revision or self.gaps) and bool(self.missed_by_number and self.missed_by_time)


class Naive:
    """A reader whose cursor is the greatest value of a column."""

    def __init__(self, column: str, start: str) -> None:
        self.seen: set[str] = set()
        self._query = f"SELECT {column}, name FROM trial WHERE {column} > %s ORDER BY {column}"
        self._cursor: object = start

    async def read_until(self, written: asyncio.Event, url: str) -> None:
        """Ask again and again, and once more when all is written."""
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            is_last = False
            while not is_last:
                is_last = written.is_set()
                await self.read(connection)

    async def read(self, connection: psycopg.AsyncConnection) -> None:
        """Ask for what is newer."""
        rows = await (await connection.execute(self._query, [self._cursor])).fetchall()
        self.seen |= {row[1] for row in rows}
        self._cursor = rows[-1][0] if rows else self._cursor


class Ours:
    """A reader whose cursor is the revision of each event."""

    def __init__(self, events: Sequence[UUID]) -> None:
        self.seen: set[str] = set()
        self.gaps = 0
        self._cursors = dict.fromkeys(events, 0)

    async def read_until(self, written: asyncio.Event, url: str) -> None:
        """Ask again and again, and once more when all is written."""
        database = open_database(url, pool_size=1)
        async with database.engine.connect() as connection:
            is_last = False
            while not is_last:
                is_last = written.is_set()
                async with connection.begin():
                    await self.read(connection)
        await database.close()

    async def read(self, connection: AsyncConnection) -> None:
        """Ask for what is newer, as `server/sync/pulling.py` does."""
        for event, after in self._cursors.items():
            newest = (await queries.get_feed(connection, event)).revision
            pointers = await queries.list_pointers(connection, event, after, newest)
            self.gaps += [each.revision for each in pointers] != list(range(after + 1, newest + 1))
            self.seen |= {each.entity_id for each in pointers}
            self._cursors[event] = newest


def run(url: str, count: int, writers: int, events: int, seed: int) -> Tally:
    """Write and read at a migrated, empty database."""
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(_run(url, count, writers, events, seed))


async def _run(url: str, count: int, writers: int, events: int, seed: int) -> Tally:
    ids = [uuid5(SPACE, str(number)) for number in range(events)]
    _lay_out(url, ids)
    number, time, ours = Naive("id", "0"), Naive("at", "-infinity"), Ours(ids)
    written = asyncio.Event()
    reading = [asyncio.create_task(each.read_until(written, url)) for each in (number, time, ours)]
    await asyncio.gather(*(_write(url, count // writers, seed + each) for each in range(writers)))
    written.set()
    await asyncio.gather(*reading)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        names = {row[0] for row in await (await connection.execute("SELECT name FROM trial")).fetchall()}
    return Tally(
        seed=seed,
        transactions=len(names),
        missed_by_number=len(names - number.seen),
        missed_by_time=len(names - time.seen),
        missed_by_revision=len(names - ours.seen),
        gaps=ours.gaps,
    )


async def _write(url: str, count: int, seed: int) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("SELECT setseed(%s)", [seed % 1000 / 1000])
        await connection.execute("CALL write_some(%s)", [count])


def _lay_out(url: str, events: Sequence[UUID]) -> None:
    with psycopg.connect(url) as connection:
        for event in events:
            connection.execute(
                "INSERT INTO events (id, name, slug, date, venue) VALUES (%s, 'Trial', %s, now(), 'Here')",
                [event, str(event)],
            )
            connection.execute("INSERT INTO event_heads (event_id) VALUES (%s)", [event])
        connection.execute(
            "CREATE TABLE trial (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz DEFAULT now(), name text)"
        )
        connection.execute("CREATE INDEX ON trial (id)")
        connection.execute("CREATE INDEX ON trial (at)")
        connection.execute(_procedure(events))


def _procedure(events: Sequence[UUID]) -> str:
    """A procedure whose every turn is a transaction: what the feed's own statements do, in the database itself."""
    lock = feed._LOCK.text.replace(":events", "ARRAY[target]").replace("SELECT event_id, revision", "PERFORM revision")
    publish = feed._PUBLISH.text.replace(":event", "target").replace("targettity", ":entity")
    for name, value in {
        ":count": "1",
        ":entity": "'guest'",
        ":ids": "ARRAY[named]",
        ":checks": "ARRAY[decode(repeat('00', 8), 'hex')]",
        "SELECT revision FROM head": "SELECT revision INTO last FROM head",
    }.items():
        publish = publish.replace(name, value)
    return f"""
        CREATE PROCEDURE write_some(turns int) LANGUAGE plpgsql AS $$
        DECLARE
            targets uuid[] := ARRAY[{", ".join(f"'{event}'" for event in events)}]::uuid[];
            target uuid; named text; last bigint;
        BEGIN
            FOR turn IN 1..turns LOOP
                target := targets[1 + floor(random() * {len(events)})::int];
                named := gen_random_uuid()::text;
                INSERT INTO trial (name) VALUES (named);
                {lock.strip()};
                {publish.strip()};
                IF random() < {LINGERS} THEN PERFORM pg_sleep(random() * {LINGER_S}); END IF;
                COMMIT;
            END LOOP;
        END $$
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when ours missed nothing, and the naive ones did."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000, help="transactions")
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--events", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="the line at the end is JSON")
    told = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="eventreg-soak-"))
    try:
        with own_database(folder, durable=False) as url:
            migrations.upgrade(url)
            tally = run(url, told.count, told.writers, told.events, told.seed)
    finally:
        forget(folder)
    print(msgspec.json.encode(tally).decode() if told.json else tally)
    return 0 if tally.well else 1


if __name__ == "__main__":
    sys.exit(main())
