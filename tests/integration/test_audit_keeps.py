"""The audit keeps what it was told: nobody changes it afterwards, and only a person's own key opens their values."""

import stat
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from server import rights
from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import Asked
from server.clock import new_id, utc_now
from server.db import Database
from server.ready import ready_database
from server.settings import Settings, read_settings
from tests.integration.conftest import Postgres, Rows
from tests.integration.opened import with_database

ANA = {"full_name": "Ana Müller", "user_email": "ana@example.org", "status": "active"}


@pytest.fixture
def author(settings: Settings) -> Author:
    return Author("user", new_id(), "192.0.2.0/24", "request-1", data_keys=settings.data_keys)


def told(settings: Settings, author: Author, *changes: audit.Change) -> None:
    async def work(database: Database) -> None:
        async with database.sessions.begin() as session:
            await audit.write_all(session, author, changes)

    with_database(settings.database_url or "", work)


def read(settings: Settings, **asked: Any) -> list[audit.Shown]:
    async def work(database: Database) -> list[audit.Shown]:
        async with database.sessions() as session:
            return await audit.list_rows(session, settings.data_keys, Asked(10, **asked))

    return with_database(settings.database_url or "", work)


def forgotten(settings: Settings, person: UUID) -> None:
    async def work(database: Database) -> None:
        async with database.sessions.begin() as session:
            await audit.forget(session, person, utc_now())

    with_database(settings.database_url or "", work)


def made(person: UUID, **fields: Any) -> audit.Change:
    return audit.Change("registration.create", "registration", person, None, ANA | fields, None, person)


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'nothing'", "DELETE FROM audit", "TRUNCATE audit"])
def test_the_applications_role_may_not_change_what_was_audited(
    settings: Settings, author: Author, statement: str
) -> None:
    told(settings, author, made(new_id()))

    with psycopg.connect(settings.database_url or "", autocommit=True) as application:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for table audit"):
            application.execute(statement)
        assert application.execute("SELECT count(*) FROM audit").fetchone() == (1,)


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'nothing'", "DELETE FROM audit", "TRUNCATE audit"])
def test_even_the_owner_of_the_tables_is_refused_by_a_second_lock(
    settings: Settings, author: Author, sql: Rows, statement: str
) -> None:
    told(settings, author, made(new_id()))

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed and never deleted"):
        sql.execute(statement)
    assert sql.execute("SELECT count(*) AS n FROM audit").fetchone() == {"n": 1}


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit DISABLE TRIGGER audit_stays",
        "DROP TABLE audit",
        "DELETE FROM facts",
        "DELETE FROM tickets",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE mine (id int)",
        "SET ROLE eventreg",
    ],
)
def test_the_applications_role_owns_nothing_and_throws_nothing_away(settings: Settings, statement: str) -> None:
    with (
        psycopg.connect(settings.database_url or "", autocommit=True) as application,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        application.execute(statement)


def test_a_role_of_your_own_that_serves_gets_its_rights_when_the_owner_migrates(
    postgres: Postgres, database_url: str, sql: Rows
) -> None:
    role = f"serving_{new_id().hex}"
    sql.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'a-password'")
    try:
        rights.give_rights(database_url, role)
        rights.give_rights(database_url, role)

        address = f"postgresql://{role}:a-password@{database_url.rpartition('@')[2]}"
        assert rights.serves_as_another(database_url, address) == role
        assert rights.serves_as_another(database_url, database_url) is None
        with psycopg.connect(address) as application:
            assert application.execute("SELECT count(*) FROM servers").fetchone() == (1,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute("DELETE FROM audit")
    finally:
        sql.execute(f"DROP OWNED BY {role}")
        sql.execute(f"DROP ROLE {role}")


def test_the_database_that_the_server_brings_is_served_by_a_role_that_owns_nothing(data_folder: Path) -> None:
    own = read_settings({"EVENTREG_DATA": str(data_folder)})
    word = data_folder / "postgres_app_password"
    with ready_database(own, alone=True) as first:
        assert f"//{rights.SERVING_ROLE}:{word.read_text()}@" in first
    if sys.platform != "win32":
        assert stat.S_IMODE(word.stat().st_mode) == 0o600

    word.write_text("a-restored-folder-has-another-one")
    with ready_database(own, alone=True) as second, psycopg.connect(second, autocommit=True) as application:
        assert application.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user").fetchone() == (0,)
        assert application.execute("SELECT count(*) FROM servers").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("DELETE FROM audit")


def test_peoples_values_are_not_readable_in_the_tables(settings: Settings, author: Author, sql: Rows) -> None:
    person = new_id()
    told(settings, author, made(person))

    stored = sql.execute("SELECT row_to_json(audit)::text AS text FROM audit").fetchone()
    assert stored is not None
    assert "Müller" not in stored["text"]
    assert "ana@" not in stored["text"]
    [row] = read(settings, object_id=str(person))
    assert row.after == ANA
    assert (row.row.author_id, row.row.address, row.row.request_id) == (author.id, author.address, "request-1")


def test_a_person_who_is_forgotten_is_gone_from_every_row_and_nobody_elses_values_are(
    settings: Settings, author: Author, sql: Rows
) -> None:
    ana, bo = new_id(), new_id()
    told(settings, author, made(ana), made(bo), made(ana, status="cancelled"))

    forgotten(settings, ana)
    told(settings, author, made(ana, status="active"))

    rows = {str(row.row.object_id): row.after for row in read(settings)}
    erased = {"erased": True}
    assert rows[str(ana)] == {"full_name": erased, "user_email": erased, "status": "active"}
    assert rows[str(bo)] == ANA
    assert len(read(settings, object_id=str(ana))) == 3
    keys = sql.execute("SELECT person_id, sealed IS NULL AS gone FROM person_keys").fetchall()
    assert {row["person_id"]: row["gone"] for row in keys} == {ana: True, bo: False}


def test_only_what_differs_is_kept_of_a_change(settings: Settings, author: Author) -> None:
    event = new_id()
    before, after = {"name": "Fair", "venue": "Hall", "zone": "UTC"}, {"name": "Fair", "venue": "Park", "zone": "UTC"}
    told(settings, author, audit.Change("event.update", "event", event, before, after, event))

    [row] = read(settings, event_id=event)
    assert (row.before, row.after) == ({"venue": "Hall"}, {"venue": "Park"})


def test_a_change_with_somebodys_values_has_to_say_whose_they_are(settings: Settings, author: Author) -> None:
    with pytest.raises(ValueError, match="does not say whose"):
        told(settings, author, audit.Change("x.create", "x", new_id(), None, {"email": "ana@example.org"}))


def test_pages_of_the_audit_follow_each_other(settings: Settings, author: Author) -> None:
    things = [new_id() for _ in range(12)]
    told(settings, author, *(audit.Change("list.create", "list", each, None, {"name": "N"}) for each in things))

    first = read(settings)
    rest = read(settings, after=first[-1].row.number)
    assert [row.row.object_id for row in first + rest] == [str(each) for each in reversed(things)]
