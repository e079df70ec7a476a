"""A person who is erased stands nowhere any more: in no table, on no door, in no mail; their ticket stays known."""

import asyncio
import io

import httpx
import pytest
from sqlalchemy import text

from eventreg_core import asides
from eventreg_core.wire import PullAnswer
from server.audit.author import system
from server.checking.service import check
from server.clock import utc_now
from server.db import Database
from server.erasure import service
from server.erasure.service import Keeping, apply_list
from server.jobs.command import begin
from server.jobs.worker import Pace
from server.seeding.progress import Progress
from server.storage import NoSuchFile, open_storage
from server.storage.folder import FolderStorage
from server.sync.snapshots import Snapshots, file_of
from server.tasks import TASKS
from tests.integration.arrange import made, make_event, make_type, refused, register
from tests.integration.buying import buy_for
from tests.integration.conftest import PASSWORD, People, Rows
from tests.integration.laptop import Festival, Laptop, cursor_after, scan_of, scanned
from tests.integration.opened import with_database
from tests.integration.served import Served
from tests.integration.test_beside_facts import push_with, sealed

GLORIA = "gloria.gone@example.org"
TRACES = ("gloria", "grünspan", "ottokar")


@pytest.fixture
def festival(organizer: httpx.Client, anonymous: httpx.Client) -> Festival:
    """Gloria came with Ottokar, bought for a friend, has an account; why she was let in twice, somebody wrote down."""
    event = make_event(organizer)
    day = make_type(organizer, event, companions_allowed=1)
    path = f"/events/{event['id']}"
    main = made(organizer.post(f"{path}/check-in-lists", json={"name": "Main"}))
    gate = made(organizer.post(f"{path}/gates", json={"name": "North", "list_id": main["id"]}))
    fields = {"full_name": "Gloria Grünspan", "phone": "030 1234567", "companions": ["Ottokar Grünspan"]}
    gloria = register(organizer, event, GLORIA, **fields)
    token = made(organizer.get(f"/registrations/{gloria['id']}/ticket"), 200)["token"]
    buy_for(anonymous, event, day, "friend@example.org", buyer={"email": GLORIA, "name": "Gloria G."})
    made(anonymous.post("/auth/register", json={"email": GLORIA, "password": PASSWORD, "first_name": "Gloria"}), 202)
    one = Festival(event, main, gate, [gloria], [token])
    scanned(organizer, one, scan_of(one))
    again = scanned(organizer, one, scan_of(one, override="Gloria was in the wrong queue"))
    assert (again["verdict"], again["name"]) == ("admitted", "Gloria Grünspan")
    return one


def tables_with_traces(sql: Rows) -> set[str]:
    """The tables in which something of her can be read."""
    query = "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    found = set()
    for name in [row["name"] for row in sql.execute(query)]:
        rows = [row["all"].lower() for row in sql.execute(f'SELECT CAST(one.* AS text) AS "all" FROM "{name}" one')]
        if any(trace in row for row in rows for trace in TRACES):
            found.add(name)
    return found


def told(pages: list[PullAnswer], festival: Festival) -> tuple[set[tuple[str, str]], set[tuple[str | None, str]]]:
    """Her guest rows, and holder and status of her tickets, in these pages."""
    whose = festival.registrations[0]["id"]
    guests = {(row.name, row.email) for page in pages for row in page.page.guests if str(row.registration) == whose}
    tickets = {
        (row.holder_name, row.status.value)
        for page in pages
        for row in page.page.tickets
        if str(row.registration) == whose
    }
    return guests, tickets


def test_an_erased_person_stands_in_no_table_and_on_no_door_and_their_ticket_is_still_known(
    admin: httpx.Client, organizer: httpx.Client, anonymous: httpx.Client, festival: Festival, sql: Rows, server: Served
) -> None:
    laptop = Laptop(anonymous, organizer, festival)
    before = laptop.pull_all()
    assert told(before, festival) == (
        {("Gloria Grünspan", GLORIA)},
        {(None, "valid"), ("Ottokar Grünspan", "valid")},
    )
    assert tables_with_traces(sql) >= {"registrations", "tickets", "orders", "users", "jobs"}
    counts = {"registrations": 1, "orders": 1, "waiting": 0, "accounts": 1}
    asked = {"email": f" {GLORIA.upper()}"}
    assert made(admin.post("/persons/erase", json=asked | {"dry_run": True}), 200) == counts | {"dry_run": True}
    assert made(admin.post("/persons/erase", json=asked), 200) == counts | {"dry_run": False}

    assert tables_with_traces(sql) == set()
    assert sql.execute("SELECT count(*) AS n FROM asides").fetchone() == {"n": 0}
    after = laptop.pull_all(cursor_after(before[-1]))
    assert told(after, festival) == ({("", "")}, {(None, "valid")})
    again = scanned(organizer, festival, scan_of(festival))
    assert (again["verdict"], again["reason"]) == ("refused", "already_used")
    history = made(admin.get("/audit", params={"object": festival.registrations[0]["id"]}), 200)["items"]
    assert history[0]["action"] == "person.erased"
    assert history[-1]["after"]["full_name"] == {"erased": True}
    assert anonymous.post("/auth/login", json={"email": GLORIA, "password": PASSWORD}).status_code == 401
    assert sum(made(admin.post("/persons/erase", json=asked), 200).values()) == 0

    # what is left of her agrees with itself
    assert with_database(server.database_url, lambda database: check(database, Progress(io.StringIO()))).ok

    # a database that was restored from an older copy remembers her, until a server starts on it
    whose = festival.registrations[0]["id"]
    sql.execute("UPDATE registrations SET user_email = %s, full_name = 'Gloria' WHERE id = %s", [GLORIA, whose])

    async def start(database: Database) -> int:
        return await apply_list(Keeping(database, open_storage(server.settings)), server.settings.data_keys)

    assert with_database(server.settings.database_url or "", start) == 1
    assert tables_with_traces(sql) == set()
    assert with_database(server.settings.database_url or "", start) == 0

    # so does a worker that is the first to start on it
    sql.execute("UPDATE registrations SET user_email = %s, full_name = 'Gloria' WHERE id = %s", [GLORIA, whose])
    stopped = asyncio.Event()
    stopped.set()
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(begin(server.settings, TASKS, Pace(), stopped))
    assert tables_with_traces(sql) == set()

    # nobody else is put in her place: the next start would erase them as well
    path = f"/registrations/{whose}"
    named = {"companions": [{"full_name": "Ottokar"}]}
    for change in ({"user_email": "heir@example.org"}, {"full_name": "Gloria"}, {"phone": "030 1"}, named):
        refused(organizer.put(path, json=change), 409, "person_erased")
    assert made(organizer.put(path, json={"payment_status": "PAID"}), 200)["full_name"] == ""
    assert organizer.delete(path).status_code == 204
    assert with_database(server.settings.database_url or "", start) == 0


def test_what_a_laptop_wrote_down_about_somebody_and_brings_after_they_were_erased_is_not_kept(
    admin: httpx.Client, organizer: httpx.Client, anonymous: httpx.Client, festival: Festival, sql: Rows
) -> None:
    other = register(organizer, festival.event, "other@example.org")
    festival.tokens.append(made(organizer.get(f"/registrations/{other['id']}/ticket"), 200)["token"])
    laptop = Laptop(anonymous, organizer, festival)
    texts = [sealed(laptop, asides.salted(f"Gloria said so at {guest}", b"s" * 16)) for guest in (0, 1)]
    for guest, text_ in enumerate(texts):
        laptop.check_in(festival.serial(guest), aside=text_.hash)
    made(admin.post("/persons/erase", json={"email": GLORIA}), 200)
    push_with(laptop, *texts)
    assert [row["hash"].hex() for row in sql.execute("SELECT hash FROM asides")] == [texts[1].hash]


def test_a_guest_list_that_is_being_laid_out_while_somebody_is_erased_is_not_kept(
    festival: Festival, server: Served, sql: Rows
) -> None:
    async def both(database: Database) -> None:
        read, erased = asyncio.Event(), asyncio.Event()

        class Slow(FolderStorage):
            async def put(self, key: str, content: bytes) -> None:
                read.set()
                await erased.wait()
                await super().put(key, content)

        plain = open_storage(server.settings)
        assert isinstance(plain, FolderStorage)
        keys = server.settings.data_keys
        builds = Snapshots(database, Slow(plain.folder, plain.base, plain.secret), keys)
        build = asyncio.create_task(builds.get(festival.id))
        await read.wait()
        persons = await service.find(database, GLORIA)
        erasing = asyncio.create_task(service.erase(Keeping(database, plain), system(keys), persons, utc_now()))
        waits = text(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database())"
        )
        while not erasing.done():
            async with database.reading() as session:
                if await session.scalar(waits):
                    break
            await asyncio.sleep(0)
        erased.set()
        await asyncio.gather(build, erasing)
        with pytest.raises(NoSuchFile):
            await plain.get(file_of(festival.id))

    with_database(server.settings.database_url or "", both)
    assert sql.execute("SELECT count(*) AS n FROM snapshots").fetchone() == {"n": 0}


def test_only_an_administrator_erases_and_nobody_who_organizes(
    admin: httpx.Client, organizer: httpx.Client, people: People, sql: Rows
) -> None:
    refused(organizer.post("/persons/erase", json={"email": GLORIA}), 403, "forbidden")
    problem = refused(admin.post("/persons/erase", json={"email": people.organizer.email}), 409, "is_staff")
    assert problem["field"] == "email"
    refused(admin.post("/persons/erase", json={"email": "nobody"}), 422, "invalid")
    nobody = made(admin.post("/persons/erase", json={"email": "nobody@example.org"}), 200)
    assert sum(nobody.values()) == 0
    assert sql.execute("SELECT count(*) AS n FROM users WHERE is_active").fetchone() == {"n": 3}
