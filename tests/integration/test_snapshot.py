"""The guest list in one file: the same as all pages together, kept sealed, fetched in parts, made one at a time."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core import snapshot
from eventreg_core.wire import Cursor
from eventreg_desktop.store import db, loading, mirror
from server.clock import new_id
from server.db import Database
from server.jobs.tasks import Task, Work
from server.storage import open_storage
from server.sync.jobs import KEPT, compact_feed, compact_feeds, forget_snapshots
from server.sync.pulling import FIRST_CHANGES
from server.sync.snapshot_rows import TICKETS, read_columns
from server.sync.snapshots import LOCKS, OLD
from tests.integration.arrange import made, make_type, refused, register
from tests.integration.conftest import Rows
from tests.integration.doing import doing, in_session, until, waiting
from tests.integration.laptop import Festival, Laptop, cursor_after, make_festival, pulled
from tests.integration.opened import with_database
from tests.integration.served import Served

TABLES = {
    "events": "*", "ticket_types": "*", "lists": "*", "gates": "*", "keys": "*", "tickets": "*", "facts": "*",
    "guests": "registration, name, email, phone_tail", "companions": "serial, name",
    "state": "epoch, revision, check_value",
}  # fmt: skip


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=3, entry="reentry")


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival)


def fetch(laptop: Laptop, **headers: str) -> httpx.Response:
    return laptop.ask("GET", laptop.festival.path("sync/snapshot"), headers=headers)


@contextmanager
def a_mirror(path: Path) -> Iterator[db.Connection]:
    with closing(db.connect(path, bytes(32))) as file:
        db.migrate(file, "mirror")
        yield file


def rows(file: db.Connection) -> dict[str, list[Any]]:
    return {table: sorted(file.execute(f"SELECT {what} FROM {table}"), key=repr) for table, what in TABLES.items()}


def test_a_snapshot_tells_what_all_pages_tell_and_pages_go_on_from_it(
    laptop: Laptop, organizer: httpx.Client, festival: Festival, tmp_path: Path
) -> None:
    group = make_type(organizer, festival.event, name="Group", companions_allowed=1)
    about = {"full_name": "Zoë 李", "phone": "+49 170 1234567", "companions": ["Łu"]}
    register(organizer, festival.event, "zoe@example.org", ticket_type_id=group["id"], **about)
    made(organizer.post(f"/registrations/{festival.registrations[1]['id']}/reissue"), 200)
    assert organizer.delete(f"/registrations/{festival.registrations[2]['id']}").status_code == 204
    gate = made(organizer.post(festival.path("gates"), json={"name": "S", "list_id": festival.check_in_list["id"]}))
    assert organizer.delete(festival.path(f"gates/{gate['id']}")).status_code == 204
    entered = laptop.check_in(festival.serial())
    laptop.exit(festival.serial())
    laptop.annul(entered)
    laptop.push()
    with a_mirror(tmp_path / "pages.db") as by_pages, a_mirror(tmp_path / "file.db") as by_file:
        for page in laptop.pull_all():
            with db.transaction(by_pages):
                mirror.apply(by_pages, page)
        answer = fetch(laptop)
        told = snapshot.read(answer.content)
        loading.load(by_file, told)
        loading.load(by_file, told)
        assert rows(by_file) == rows(by_pages)
        assert len(rows(by_file)["facts"]) == 3
        assert sorted(row[3] for row in rows(by_file)["guests"]) == ["", "", "", "4567"]
        assert "guests.phone" not in told.packed, "a number itself stays at the server"
        after = pulled(laptop.pull(mirror.state(by_file).cursor))
    assert (after.after, after.to, after.reset) == (told.header.revision, told.header.revision, False)
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'


def test_a_line_that_was_cut_goes_on_where_it_was_and_not_in_another_file(laptop: Laptop) -> None:
    whole = fetch(laptop)
    content, tag, half = whole.content, whole.headers["ETag"], len(whole.content) // 2
    rest = fetch(laptop, **{"Range": f"bytes={half}-", "If-Range": tag})
    assert (rest.status_code, content[:half] + rest.content) == (206, content)
    assert rest.headers["Content-Range"] == f"bytes {half}-{len(content) - 1}/{len(content)}"
    other = fetch(laptop, **{"Range": f"bytes={half}-", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, content)
    refused(fetch(laptop, Range=f"bytes={len(content)}-"), 416, "range_not_satisfiable")


def test_a_snapshot_is_served_as_it_is_until_it_is_old_or_lost_or_of_another_time_line(
    laptop: Laptop, organizer: httpx.Client, festival: Festival, server: Served, sql: Rows
) -> None:
    first = fetch(laptop).headers["ETag"]
    register(organizer, festival.event, "more@example.org")
    assert fetch(laptop).headers["ETag"] == first
    _change(sql, festival, OLD)
    second = fetch(laptop)
    assert snapshot.read(second.content).header.revision >= OLD
    sql.execute("UPDATE servers SET epoch_counter = epoch_counter + 1")
    third = snapshot.read(fetch(laptop).content)
    assert third.header.epoch != snapshot.read(second.content).header.epoch
    [file] = [path for path in (server.settings.data / "files").rglob("*") if path.is_file()]
    assert b"EventReg" not in file.read_bytes(), "it lies sealed"
    file.unlink()
    assert snapshot.read(fetch(laptop).content).header.revision == third.header.revision


def test_while_another_process_makes_it_everybody_waits_for_that_one(
    laptop: Laptop, festival: Festival, database_url: str
) -> None:
    with psycopg.connect(database_url) as other, ThreadPoolExecutor(2) as pool:
        other.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCKS, str(festival.id)])
        waiting = [pool.submit(fetch, laptop) for _ in range(2)]
        # Pushes pass all the same.
        laptop.check_in(festival.serial())
        assert laptop.push().head.seq == 1
        assert not any(one.done() for one in waiting)
        other.rollback()
        assert len({one.result().headers["ETag"] for one in waiting}) == 1


def test_who_missed_what_is_no_longer_told_takes_a_snapshot(
    laptop: Laptop, festival: Festival, server: Served, sql: Rows
) -> None:
    early = cursor_after(pulled(laptop.pull()))
    _change(sql, festival, KEPT)
    late = cursor_after(laptop.pull_all(Cursor(early.epoch, *_pointer(sql, early.revision + KEPT - 10)))[-1])
    assert pulled(laptop.pull()).to == FIRST_CHANGES, "who begins so far behind takes a snapshot after a short page"
    _run(server, compact_feeds)
    with doing(server.settings, [compact_feed]):
        until(lambda: waiting(sql) == 0)
    floor = sql.execute("SELECT floor FROM event_heads").fetchone()
    assert floor == {"floor": early.revision}
    assert pulled(laptop.pull(early)).reset is False
    refused(laptop.pull(), 410, "snapshot_needed")
    assert pulled(laptop.pull(late)).to == late.revision
    assert snapshot.read(fetch(laptop).content).header.revision == late.revision


def test_a_guest_list_that_nobody_fetched_for_long_is_not_kept(laptop: Laptop, server: Served, sql: Rows) -> None:
    tag = fetch(laptop).headers["ETag"]
    _run(server, forget_snapshots)
    assert fetch(laptop).headers["ETag"] == tag
    sql.execute("UPDATE snapshots SET created_at = created_at - interval '8 days'")
    _run(server, forget_snapshots)
    assert not [path for path in (server.settings.data / "files").rglob("*") if path.is_file()]
    assert sql.execute("SELECT count(*) AS n FROM snapshots").fetchone() == {"n": 0}


def _run(server: Served, task: Task) -> None:
    async def perform(session: AsyncSession) -> None:
        database = server.app.state.database
        await task.perform(Work(new_id(), session, server.settings, open_storage(server.settings), database), {})

    in_session(server.settings, perform)


def _change(sql: Rows, festival: Festival, times: int) -> None:
    sql.execute(
        "INSERT INTO changes SELECT %(event)s, head.revision + n, 'guest', %(guest)s, int8send(n)"
        " FROM event_heads head, generate_series(1, %(times)s) n WHERE event_id = %(event)s",
        {"event": festival.id, "guest": festival.registrations[0]["id"], "times": times},
    )
    sql.execute("UPDATE event_heads SET revision = revision + %s WHERE event_id = %s", [times, festival.id])


def _pointer(sql: Rows, revision: int) -> tuple[int, str]:
    row = sql.execute("SELECT check_value FROM changes WHERE revision = %s", [revision]).fetchone()
    assert row is not None
    return revision, row["check_value"].hex()


def test_every_guest_is_looked_at_once_whatever_the_statistics_say(festival: Festival, server: Served) -> None:
    async def plan(database: Database) -> str:
        async with database.begin() as connection:
            columns = (await read_columns(connection, festival.id))[1]
            assert len(columns["tickets.serial"].content) == 3 * 8
            explain = TICKETS.replace("%(event)s", ":event")
            return "\n".join((await connection.execute(text("EXPLAIN " + explain), {"event": festival.id})).scalars())

    # The database is all but empty, so that a plan for few rows would be chosen.
    told = with_database(server.settings.database_url or "", plan)
    assert "Aggregate" in told
    assert "Nested Loop" not in told
