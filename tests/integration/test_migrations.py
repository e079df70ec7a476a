from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from procrastinate.schema import SchemaManager
from sqlalchemy import CheckConstraint, NullPool, create_engine

from server import migrations
from server.db import driver_url
from server.jobs.models import QUEUE_TABLES
from server.ready import NotMigrated, ready_database
from server.schema import metadata
from server.settings import Settings
from tests.integration.conftest import Postgres, Rows

NAMED_BY_THE_USER = {
    "idx_events_date",
    "idx_events_venue",
    "idx_registrations_event_id",
    "idx_registrations_email",
    "idx_registrations_qr_code",
}


def test_the_migrations_make_exactly_the_tables_that_the_program_declares(database_url: str) -> None:
    engine = create_engine(driver_url(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        ours = {
            "compare_server_default": True,
            "include_name": lambda name, kind, _: not _is_procrastinates(name, kind),
        }
        context = MigrationContext.configure(connection, opts=ours)
        differences = compare_metadata(context, metadata)

    assert differences == []


def _is_procrastinates(name: str | None, kind: str) -> bool:
    return kind == "table" and (name or "").startswith(QUEUE_TABLES)


def test_the_queue_has_the_schema_of_the_installed_procrastinate() -> None:
    ours = (Path(migrations.__file__).parent / "sql" / "0002_procrastinate.sql").read_text(encoding="utf-8")

    assert ours == SchemaManager.get_schema()


def test_the_checks_of_the_tables_are_those_that_the_program_declares(sql: Rows) -> None:
    # Alembic does not compare checks.
    rows = sql.execute(
        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
        " AND NOT starts_with(conrelid::regclass::text, %s)",
        [QUEUE_TABLES],
    )
    declared = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }

    assert {row["conname"] for row in rows} == declared


def test_the_agreed_indexes_and_enums_have_their_agreed_names(sql: Rows) -> None:
    indexes = {row["indexname"] for row in sql.execute("SELECT indexname FROM pg_indexes")}
    labels = sql.execute("SELECT enum_range(NULL::user_role)::text, enum_range(NULL::payment_status)::text AS paid")

    assert indexes >= NAMED_BY_THE_USER
    assert labels.fetchone() == {
        "enum_range": "{ADMIN,ORGANIZER,REGISTRATION_STAFF}",
        "paid": "{PENDING,PAID,FAILED,REFUNDED,FREE}",
    }


def test_a_user_an_event_and_a_registration_need_only_the_agreed_columns(sql: Rows) -> None:
    sql.execute("INSERT INTO users (email, password_hash) VALUES ('a@example.org', 'x')")
    sql.execute("INSERT INTO events (name, slug, date, venue) VALUES ('Fair', 'fair', now(), 'Hall')")

    user = sql.execute("SELECT role::text, is_active FROM users").fetchone()
    event = sql.execute("SELECT number, zone, categories, is_active, version FROM events").fetchone()
    assert user == {"role": "REGISTRATION_STAFF", "is_active": True}
    assert event == {"number": 1, "zone": "UTC", "categories": [], "is_active": True, "version": 1}


def test_a_server_has_one_identity_and_cannot_get_a_second(sql: Rows) -> None:
    assert len(sql.execute("SELECT id FROM servers").fetchall()) == 1
    with pytest.raises(psycopg.errors.UniqueViolation):
        sql.execute("INSERT INTO servers DEFAULT VALUES")


def test_migrations_go_down_to_nothing_and_up_again_and_twice_is_once(database_url: str, sql: Rows) -> None:
    migrations.downgrade(database_url, "base")
    left = sql.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    types = sql.execute("SELECT typname FROM pg_type WHERE typtype = 'e'").fetchall()
    functions = sql.execute("SELECT proname FROM pg_proc WHERE starts_with(proname, %s)", [QUEUE_TABLES]).fetchall()
    assert [row["tablename"] for row in left] == ["alembic_version"]
    assert types == functions == []
    assert not migrations.is_current(database_url)

    migrations.upgrade(database_url)
    migrations.upgrade(database_url)
    assert migrations.is_current(database_url)


def test_events_that_were_there_before_their_words_are_found_by_them(database_url: str, sql: Rows) -> None:
    migrations.downgrade(database_url, "0013")
    sql.execute("INSERT INTO events (name, slug, date, venue) VALUES ('Łódź  by  night', 'n', now(), 'Night club')")
    migrations.upgrade(database_url)

    written = sql.execute("SELECT word, date = (SELECT date FROM events) AS dated FROM event_words ORDER BY word")
    assert [tuple(row.values()) for row in written] == [(word, True) for word in ("by", "club", "lodz", "night")]
    known = sql.execute("SELECT word FROM known_words ORDER BY word")
    assert [row["word"] for row in known] == ["by", "club", "lodz", "night"]


def test_a_database_of_your_own_that_is_not_migrated_is_refused_with_a_sentence(
    postgres: Postgres, settings: Settings, database_url: str
) -> None:
    migrations.downgrade(database_url, "base")

    with pytest.raises(NotMigrated, match="eventreg-server migrate"), ready_database(settings, alone=True):
        pytest.fail("an old schema was accepted")


def test_a_migration_gives_up_when_a_table_stays_locked(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "50ms")
    with psycopg.connect(database_url) as other:
        other.execute("LOCK TABLE events IN ACCESS SHARE MODE")

        with pytest.raises(Exception, match="lock timeout"):
            migrations.downgrade(database_url, "base")

    assert migrations.is_current(database_url)
