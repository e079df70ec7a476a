"""What devices are told: every change once, in order, complete, and anew when time went back on the server."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

import httpx
import psycopg
import pytest

from eventreg_core.admission import EntryPolicy, Status
from eventreg_core.ticket import EventKey, verify
from eventreg_core.wire import START, Cursor, Head
from server.sync.pulling import MOST_CHANGES
from tests.integration.arrange import made, make_type, refused, register
from tests.integration.conftest import People, Postgres, Rows
from tests.integration.doing import until
from tests.integration.laptop import EMPTY, NOON, Festival, Laptop, cursor_after, make_festival, pulled, serials
from tests.integration.served import Served


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=2, entry="reentry", day_starts_at="06:00")


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival)


def test_one_pull_holds_all_that_a_door_needs_and_no_signature(laptop: Laptop, festival: Festival) -> None:
    response = laptop.pull()
    answer = pulled(response)
    page = answer.page
    assert [(row.id, row.number, row.zone) for row in page.events] == [
        (festival.id, festival.event["number"], "Europe/Berlin")
    ]
    [kind], [check_in_list], [gate], [key] = page.ticket_types, page.lists, page.gates, page.keys
    assert (check_in_list.entry, check_in_list.ticket_types) == (EntryPolicy.REENTRY, (kind.number,))
    assert check_in_list.day_starts_at.isoformat() == "06:00:00"
    assert (gate.name, gate.list, gate.gone) == ("North", check_in_list.id, False)
    assert {(row.serial, row.status, row.settled) for row in page.tickets} == {
        (festival.serial(guest), Status.VALID, True) for guest in (0, 1)
    }
    assert {row.email for row in page.guests} == {"guest0@example.org", "guest1@example.org"}
    assert page.facts == []
    token = verify(festival.tokens[0], {key.number: EventKey(bytes.fromhex(key.public), key.state)})
    assert token.serial.hex() == festival.serial(0)
    assert festival.tokens[0] not in response.text
    assert (answer.after, answer.to, answer.reset, answer.head) == (0, answer.newest, False, EMPTY)


def test_the_ticket_of_a_companion_carries_their_name_and_a_new_name_is_news(
    laptop: Laptop, organizer: httpx.Client, festival: Festival
) -> None:
    group = make_type(organizer, festival.event, name="Group", companions_allowed=1)
    fields = {"ticket_type_id": group["id"], "companions": ["Zoë"]}
    registration = register(organizer, festival.event, "group@example.org", **fields)
    first = pulled(laptop.pull())
    of_group = [row for row in first.page.tickets if str(row.registration) == registration["id"]]
    assert sorted((row.place, row.holder_name) for row in of_group) == [(0, None), (1, "Zoë")]
    companions = [{"place": 1, "full_name": "Zoë Müller"}]
    made(organizer.put(f"/registrations/{registration['id']}", json={"companions": companions}), 200)
    [renamed] = pulled(laptop.pull(cursor_after(first))).page.tickets
    assert (renamed.place, renamed.holder_name) == (1, "Zoë Müller")


def test_a_pull_after_everything_is_empty_and_stays_where_it_is(laptop: Laptop) -> None:
    first = pulled(laptop.pull())
    second = pulled(laptop.pull(cursor_after(first)))
    assert (second.after, second.to, second.check, second.reset) == (first.to, first.to, first.check, False)
    assert second.page.tickets == []


def test_a_check_in_at_one_door_is_news_at_the_other(
    laptop: Laptop, festival: Festival, anonymous: httpx.Client, organizer: httpx.Client
) -> None:
    other = Laptop(anonymous, organizer, festival)
    cursor = cursor_after(pulled(other.pull()))
    entered = laptop.check_in(festival.serial())
    undone = laptop.annul(entered)
    laptop.push()
    told, annulled = pulled(other.pull(cursor)).page.facts
    assert (told.id, told.kind, told.serial, told.at) == (entered.fact.id, "check_in", festival.serial(), NOON)
    assert (annulled.id, annulled.kind, annulled.target) == (undone.fact.id, "annulment", entered.fact.id)
    assert pulled(laptop.pull(cursor)).head == Head(2, undone.hash)


def test_no_page_passes_for_complete_whose_first_changes_were_dropped_while_it_was_read(
    laptop: Laptop, sql: Rows
) -> None:
    # As a pull sees it that looked at the floor just before the feed was made shorter.
    sql.execute("DELETE FROM changes WHERE revision = 1")
    refused(laptop.pull(), 410, "snapshot_needed")


def test_a_change_is_told_as_it_is_now_once_for_many_changes(
    laptop: Laptop, festival: Festival, organizer: httpx.Client
) -> None:
    cursor = cursor_after(pulled(laptop.pull()))
    registration = festival.registrations[0]["id"]
    for name in ("Anna", "Anne", "Änne"):
        made(organizer.put(f"/registrations/{registration}", json={"full_name": name}), 200)
    gone = (f"/registrations/{registration}", festival.path(f"gates/{festival.gate['id']}"))
    assert [organizer.delete(path).status_code for path in gone] == [204, 204]
    answer = pulled(laptop.pull(cursor))
    assert [row.name for row in answer.page.guests] == ["Änne"]
    assert [(row.serial, row.status) for row in answer.page.tickets] == [(festival.serial(0), Status.CANCELLED)]
    assert [(row.id, row.gone) for row in answer.page.gates] == [(UUID(festival.gate["id"]), True)]


def test_pages_are_dense_and_complete_while_others_write(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, server: Served, sql: Rows
) -> None:
    def write(part: int) -> list[str]:
        with httpx.Client(base_url=organizer.base_url) as client:
            made_here = [register(client, festival.event, f"p{part}n{number}@example.org") for number in range(8)]
        return [one["id"] for one in made_here]

    seen: set[UUID] = set()
    cursor = START
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, part) for part in range(4)]
        while True:
            finished = all(writer.done() for writer in writers)
            answer = pulled(laptop.pull(cursor))
            assert answer.after == cursor.revision
            seen |= {row.registration for row in answer.page.guests}
            cursor = cursor_after(answer)
            if finished and answer.to == answer.newest:
                break
    written = {UUID(one) for writer in writers for one in writer.result()}
    assert written <= seen
    revisions = [row["revision"] for row in sql.execute("SELECT revision FROM changes ORDER BY revision").fetchall()]
    assert revisions == list(range(1, len(revisions) + 1))
    assert cursor.revision == revisions[-1]


def test_a_long_way_is_told_in_pages_that_follow_each_other(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    sql.execute(
        "INSERT INTO changes SELECT %(event)s, head.revision + n, 'guest', %(guest)s, int8send(n)"
        " FROM event_heads head, generate_series(1, 4500) n WHERE event_id = %(event)s",
        {"event": festival.id, "guest": festival.registrations[0]["id"]},
    )
    sql.execute("UPDATE event_heads SET revision = revision + 4500 WHERE event_id = %s", [festival.id])
    pages = laptop.pull_all()
    assert len(pages) == 3
    assert [page.to - page.after for page in pages[:2]] == [MOST_CHANGES, MOST_CHANGES]
    assert [page.after for page in pages[1:]] == [page.to for page in pages[:-1]]
    assert (pages[-1].to, serials(pages)) == (pages[-1].newest, {festival.serial(0), festival.serial(1)})


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda held: Cursor(held.epoch, held.revision + 1, held.check), id="above the head"),
        pytest.param(lambda held: Cursor(held.epoch, held.revision, "00" * 8), id="another check value"),
        pytest.param(lambda held: Cursor("1-1-1", held.revision, held.check), id="another epoch"),
        pytest.param(lambda held: Cursor("1-1-1", 0), id="the start of another epoch"),
    ],
)
def test_a_cursor_of_another_time_line_is_sent_back_to_the_start(laptop: Laptop, wrong: object) -> None:
    assert callable(wrong)
    held = cursor_after(pulled(laptop.pull()))
    answer = pulled(laptop.pull(wrong(held)))
    assert (answer.reset, answer.to, answer.page.tickets) == (True, 0, [])
    assert pulled(laptop.pull(Cursor(answer.epoch, 0))).to == held.revision


def test_raising_the_counter_by_hand_sends_every_device_back(laptop: Laptop, sql: Rows) -> None:
    cursor = cursor_after(pulled(laptop.pull()))
    sql.execute("UPDATE servers SET epoch_counter = epoch_counter + 1")
    assert pulled(laptop.pull(cursor)).reset


def test_an_ordinary_database_role_may_read_the_epoch(postgres: Postgres, database_url: str, sql: Rows) -> None:
    sql.execute("CREATE ROLE ordinary")
    try:
        sql.execute("GRANT SELECT ON servers TO ordinary")
        sql.execute("SET ROLE ordinary")
        row = sql.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
        assert row is not None
        assert row["system_identifier"]
        assert sql.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
    finally:
        sql.execute("RESET ROLE")
        sql.execute("REVOKE ALL ON servers FROM ordinary")
        sql.execute("DROP ROLE ordinary")


@pytest.mark.parametrize("query", ["cursor=x&journal={0}", "cursor=a.-1&journal={0}", "journal=7", "cursor=.0"])
def test_a_question_that_cannot_be_understood_is_a_problem(laptop: Laptop, festival: Festival, query: str) -> None:
    answer = laptop.ask("GET", festival.path(f"sync/pull?{query.format(laptop.journal)}"))
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] in {"invalid", "bad_cursor"}


@pytest.mark.own_server
def test_a_server_restored_from_an_older_copy_gets_its_facts_back_and_admits_nobody_again(
    server: Served,
    postgres: Postgres,
    organizer: httpx.Client,
    staff: httpx.Client,
    people: People,
    festival: Festival,
    laptop: Laptop,
) -> None:
    made(organizer.post(festival.path("members"), json={"email": people.staff.email, "role": "staff"}))
    laptop.check_in(festival.serial(0))
    laptop.push()
    server.stop()
    copy = copied(postgres, server)
    server.start()
    laptop.check_in(festival.serial(1))
    confirmed = laptop.push()
    make_type(organizer, festival.event, name="Late idea")
    held = cursor_after(pulled(laptop.pull()))

    server.stop()
    server.settings = replace(server.settings, database_url=copy)
    server.start()
    try:
        answer = pulled(laptop.pull(held))
        assert (answer.reset, answer.epoch, answer.head.seq) == (True, held.epoch, 1)
        again = laptop.push(laptop.facts[answer.head.seq :])
        assert again.head == confirmed.head
        scan = {"token": festival.tokens[1], "list_id": festival.check_in_list["id"]}
        make_type(organizer, festival.event, name="Another idea")
        assert pulled(laptop.pull(held)).reset
        verdict = made(staff.post(festival.path("check-ins"), json=scan | {"id": str(laptop.journal)}), 200)
        assert (verdict["verdict"], verdict["reason"]) == ("refused", "already_inside")
        assert {row.serial for page in laptop.pull_all() for row in page.page.facts} == {
            festival.serial(0),
            festival.serial(1),
        }
    finally:
        server.stop()
        postgres.drop(copy)


def copied(postgres: Postgres, server: Served) -> str:
    """A copy of the server's database as it is now, on the same PostgreSQL: what a backup would hold."""
    name = server.database_url.rpartition("/")[2]
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    with psycopg.connect(postgres.address("postgres"), autocommit=True) as connection:

        def is_copied() -> bool:
            """Whoever looks after the database besides may be back at once."""
            connection.execute(ended, [name])
            with suppress(psycopg.errors.ObjectInUse):
                connection.execute(f"CREATE DATABASE {name}_copy TEMPLATE {name}")
                return True
            return False

        until(is_copied)
    return f"{server.database_url}_copy"


def test_a_pull_is_for_devices_not_for_users(organizer: httpx.Client, festival: Festival) -> None:
    refused(organizer.get(festival.path("sync/pull")), 401, "not_a_device")
