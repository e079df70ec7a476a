"""A seeded database is one that agrees with itself, and whatever does not agree is found."""

import asyncio
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import httpx
import psycopg
import pytest
from sqlalchemy import text

from eventreg_core import ticket
from eventreg_core.problems import Problem
from server.__main__ import main
from server.checking.findings import Finding
from server.checking.service import CHECKS, look
from server.clock import new_id, utc_now
from server.db import open_database
from server.seeding.people import People
from server.seeding.plan import Plan, plan_of, sizes
from server.seeding.progress import Progress
from server.seeding.service import NotEmpty, seed
from server.settings import Settings, read_settings
from tests.integration.arrange import made
from tests.integration.conftest import Postgres
from tests.integration.doing import until
from tests.integration.served import Served

PLAN = Plan(registrations=300, events=6, users=12, largest=120, scanned=0.5)


@dataclass(frozen=True)
class Filled:
    """A seeded database, as its owner, and how to begin there."""

    url: str
    settings: Settings


@pytest.fixture(scope="module")
def filled(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    url = postgres.fresh()
    folder = tmp_path_factory.mktemp("seeded")
    settings = read_settings({"DATABASE_URL": url, "EVENTREG_DATA": str(folder)})
    with psycopg.connect(url, autocommit=True) as connection:
        seed(connection, PLAN, settings.data_keys, "!", Progress(io.StringIO()), utc_now())
    yield Filled(url, settings)
    postgres.drop(url)


def findings_after(url: str, fault: str | None) -> list[Finding]:
    """What is found once this was done to the database; it is undone again."""

    async def run() -> list[Finding]:
        database = open_database(url)
        try:
            async with database.engine.connect() as connection:
                if fault is not None:
                    changed = await connection.execute(text(fault))
                    assert changed.rowcount > 0, "nothing was broken"
                report = await look(connection, Progress(io.StringIO()))
                await connection.rollback()
                return list(report.findings)
        finally:
            await database.close()

    return asyncio.run(run())


def test_what_was_seeded_agrees_with_itself_and_is_all_there(filled: Filled) -> None:
    assert findings_after(filled.url, None) == []
    with psycopg.connect(filled.url) as connection:
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM registrations), (SELECT count(*) FROM events),"
            " (SELECT max(number) FROM ledger), (SELECT count(*) FROM facts WHERE journal IS NOT NULL),"
            " (SELECT count(*) FROM pg_indexes WHERE tablename = 'registrations')"
        ).fetchone()
    assert counts is not None
    registrations, events, money, facts, indexes = counts
    assert (registrations, events) == (300, 6)
    assert min(money, facts) > 0
    assert indexes >= 10


ANY_TICKET = "serial = (SELECT serial FROM tickets WHERE status = 'valid' AND signed IS NOT NULL AND place = 0 LIMIT 1)"
FIRST = "event_id = (SELECT event_id FROM devices)"
FAULTS = {
    "capacity": "UPDATE events SET max_capacity = 1 WHERE id = (SELECT event_id FROM devices)",
    "sold": f"UPDATE event_heads SET sold = sold - 1 WHERE {FIRST}",
    "quota": f"INSERT INTO waiting (id, event_id, ticket_type_id, user_email, full_name, places, status)"
    f" SELECT gen_random_uuid(), event_id, id, 'a@example.org', 'A', 30000, 'offered' FROM ticket_types"
    f" WHERE quota IS NOT NULL AND {FIRST}",
    "sold_of_type": f"UPDATE ticket_types SET sold = sold + 1 WHERE {FIRST} AND number = 1",
    "ticket_missing": f"UPDATE tickets SET status = 'revoked' WHERE {ANY_TICKET}",
    "ticket_left": "UPDATE tickets SET status = 'valid' WHERE status = 'cancelled'",
    "ticket_elsewhere": f"UPDATE tickets SET event_id = (SELECT id FROM events WHERE id <> event_id LIMIT 1)"
    f" WHERE {ANY_TICKET}",
    "qr_code": "UPDATE registrations SET qr_code = NULL WHERE status = 'active' AND qr_code IS NOT NULL",
    "signed": f"UPDATE tickets SET signed = set_byte(signed, 9, get_byte(signed, 9) # 1) WHERE {ANY_TICKET}",
    "settled": "UPDATE registrations SET payment_status = 'PENDING' WHERE payment_status = 'FREE'",
    "ledger": "INSERT INTO ledger (order_id, kind, debit, credit, amount_minor, currency)"
    " SELECT id, 'charge', 'receivable', 'sales', 1, 'EUR' FROM orders LIMIT 1",
    "revisions": f"DELETE FROM changes WHERE {FIRST} AND revision = 20",
    "facts_in_feed": "UPDATE changes SET entity_id = 'elsewhere' WHERE entity = 'fact'",
    "facts_once": "INSERT INTO facts (id, hash, raw, event_id, kind, told, at) SELECT id, sha256('x'), 'x', event_id,"
    " 'refused_scan', 'refused', at FROM facts LIMIT 1",
    "seq_once": "UPDATE facts SET seq = 1 WHERE seq = 2",
    "unaltered": "UPDATE facts SET hash = sha256('another') WHERE seq = 3",
    "standing": "UPDATE facts SET held = true WHERE seq = 3",
    "chain": "UPDATE journals SET head_seq = head_seq + 1",
    "conflicts": "INSERT INTO conflicts (event_id, list_id, registration_id, class, fact_ids, proposed)"
    " SELECT event_id, list_id, gen_random_uuid(), 'double_entry', ARRAY[id], '' FROM facts LIMIT 1",
}
"""How to break what each check looks at."""


def test_there_is_a_fault_for_every_check() -> None:
    assert FAULTS.keys() == {check.name for check in CHECKS}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(filled: Filled, name: str) -> None:
    found = findings_after(filled.url, FAULTS[name])

    assert name in {finding.check for finding in found}
    assert all(re.fullmatch(r"\w+ \S+", finding.subject) and finding.sentence.endswith(".") for finding in found)


def test_somebody_who_came_in_twice_without_a_conflict_is_found(filled: Filled) -> None:
    # Another gate's scan of the same ticket, that nobody judged: a fact of the server with bytes of its own.
    again = (
        "INSERT INTO facts (id, hash, raw, event_id, kind, list_id, serial, told, at, revision)"
        " SELECT fresh.id, sha256(fresh.raw), fresh.raw, fact.event_id, 'check_in', list_id, serial, 'admitted', at, 1"
        " FROM facts fact, gen_random_uuid() AS new,"
        " LATERAL (SELECT new AS id, replace(convert_from(raw, 'UTF8'), fact.id::text, new::text) AS told) made,"
        " LATERAL (SELECT made.id, convert_to(made.told, 'UTF8') AS raw) fresh"
        " WHERE kind = 'check_in' LIMIT 1"
    )

    found = [finding for finding in findings_after(filled.url, again) if finding.check == "conflicts"]

    assert [finding.sentence for finding in found] == [
        "It was admitted more often than its list allows, and there is no conflict."
    ]


def test_a_ticket_that_nobody_has_is_named_by_its_number(filled: Filled) -> None:
    unknown = (
        "UPDATE facts SET serial = decode('2027202720272027', 'hex')"
        " WHERE id = (SELECT id FROM facts WHERE kind = 'check_in' LIMIT 1)"
    )

    assert "ticket 2027202720272027" in {finding.subject for finding in findings_after(filled.url, unknown)}


def test_nothing_is_ever_written_beside_real_events(filled: Filled) -> None:
    with psycopg.connect(filled.url, autocommit=True) as connection, pytest.raises(NotEmpty):
        seed(connection, PLAN, filled.settings.data_keys, "!", Progress(io.StringIO()), utc_now())


def test_cut_short_it_leaves_an_empty_database_with_all_its_indexes(settings: Settings, database_url: str) -> None:
    class Interrupting(Progress):
        def add(self, steps: int) -> None:
            if self.phase == "registrations":
                raise KeyboardInterrupt

    with psycopg.connect(database_url, autocommit=True) as connection:
        before = connection.execute("SELECT indexdef FROM pg_indexes ORDER BY 1").fetchall()
        with pytest.raises(KeyboardInterrupt):
            seed(connection, PLAN, settings.data_keys, "!", Interrupting(io.StringIO()), utc_now())
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
        assert connection.execute("SELECT indexdef FROM pg_indexes ORDER BY 1").fetchall() == before


def test_load_tools_find_all_that_they_need_in_the_folder(
    postgres: Postgres,
    server: Served,
    anonymous: httpx.Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.database_url)
    monkeypatch.setenv("DATABASE_MIGRATE_URL", postgres.address(server.database_url.rpartition("/")[2]))
    monkeypatch.setenv("EVENTREG_DATA", str(server.settings.data))
    monkeypatch.setenv("PUBLIC_URL", server.url)
    options = ("--registrations", "60", "--events", "2", "--users", "6", "--dump", str(tmp_path / "dump"))
    assert main(("seed", *options)) == 0
    url, token, password = (
        (tmp_path / "dump" / name).read_text().strip() for name in ("url", "device.token", "password")
    )
    lines = [line.split("\t") for line in (tmp_path / "dump" / "tokens.txt").read_text("utf-8").splitlines()]
    program = {"Authorization": f"Bearer {token}"}

    def scan(line: list[str]) -> httpx.Response:
        text_, event, list_id = line
        body = {"id": str(new_id()), "token": text_, "list_id": list_id, "kind": "entry"}
        return httpx.post(f"{url}/api/v1/events/{event}/check-ins", json=body, headers=program)

    until(lambda: scan(lines[0]).status_code == 200, "the server knows the token")
    assert {len(text_) for text_, _, _ in lines} == {ticket.TEXT_LENGTH}
    assert [scan(line).json()["verdict"] for line in lines[1:4]] == ["admitted"] * 3
    login = made(anonymous.post("/auth/login", json={"email": "admin@example.org", "password": password}), 200)
    events = anonymous.get("/events", headers={"Authorization": f"Bearer {login['access_token']}"}).json()["items"]
    assert sum(event["sold"] for event in events) >= 50
    assert main(("seed", *options)) == 1


def test_check_says_what_is_wrong_as_json_and_in_words(
    settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("EVENTREG_DATA", str(settings.data))
    assert main(("check", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO events (name, slug, date, venue) VALUES ('Fair', 'fair', now(), 'Hall')")

    assert main(("check", "--json")) == 1
    told = json.loads(capsys.readouterr().out)
    assert [finding["check"] for finding in told["findings"]] == ["sold"]
    kind, _, event = told["findings"][0]["subject"].partition(" ")
    assert (kind, str(UUID(event))) == ("event", event)
    assert main(("check",)) == 1
    assert "sold: event" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("registrations", "events", "largest"), [(1, 1, 1), (10, 10, 1), (1000, 7, 500), (997, 100, None), (50, None, None)]
)
def test_registrations_are_spread_over_the_events_to_the_last_one(
    registrations: int, events: int | None, largest: int | None
) -> None:
    plan = plan_of(registrations, events, largest=largest)
    spread = sizes(plan, Random(1))

    assert (sum(spread), len(spread)) == (registrations, plan.events)
    assert min(spread) >= 1
    assert spread[0] == plan.largest


@pytest.mark.parametrize(
    "wrong", [{"registrations": 0}, {"events": 11}, {"scanned": 1.1}, {"largest": 10}, {"users": -1}]
)
def test_a_plan_that_cannot_be_is_refused_with_a_sentence(wrong: dict[str, int]) -> None:
    told: dict[str, int] = {"registrations": 10, "events": 5} | wrong
    with pytest.raises(Problem, match=r"\w+ .*\."):
        plan_of(**told)


def test_the_same_seed_makes_the_same_people_and_no_e_mail_twice() -> None:
    one, same, other = People(7), People(7), People(8)
    numbers = range(20_000)

    assert [one.full_name(number) for number in numbers] == [same.full_name(number) for number in numbers]
    assert [one.full_name(number) for number in range(50)] != [other.full_name(number) for number in range(50)]
    assert len({one.email(number) for number in numbers}) == len(numbers)


def test_progress_says_how_long_it_will_take() -> None:
    said = io.StringIO()
    progress = Progress(said)
    progress.begin("registrations", 1000)
    progress._began -= timedelta(seconds=90).total_seconds()
    progress.done = 250

    assert re.fullmatch(r"registrations: 250 of 1,000 \(1 min 30 s, ready in 4 min 30 s\)", progress.line())
    progress.end()
    assert "1,000 of 1,000 (1 min 30 s)" in said.getvalue()
    assert replace(progress, done=0).line().startswith("registrations: 0 of")
