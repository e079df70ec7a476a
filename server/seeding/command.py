"""`eventreg-server seed`: an empty database filled with events and guests, and what load tools need in a folder."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from server.auth.passwords import hash_now
from server.clock import utc_now
from server.embedded import any_database
from server.ready import ready_database
from server.seeding.dump import made_folder, write_dump
from server.seeding.plan import Plan
from server.seeding.progress import Progress
from server.seeding.service import seed
from server.settings import Settings

HERE = "http://127.0.0.1:3000"
"""Where `eventreg-server serve` answers if nothing else is said."""


def seed_database(settings: Settings, plan: Plan, dump: Path) -> None:
    """Fill the database of these settings, which must be empty, beside a running server too.

    Says on standard error how far it is. Cut short by Ctrl-C it leaves the database empty. Raises NotEmpty, or a
    Problem where the folder cannot be written.
    """
    folder, progress = made_folder(dump), Progress(sys.stderr)
    password = secrets.token_urlsafe(12)
    with _owners_database(settings) as url, psycopg.connect(url, autocommit=True) as connection:
        seeded = seed(connection, plan, settings.data_keys, hash_now(password), progress, utc_now())
        progress.begin("statistics", 1)
        # A planner without statistics takes a million rows for a handful.
        connection.execute("VACUUM (ANALYZE)")
        progress.end()
    write_dump(folder, settings.public_url or HERE, password, seeded, progress)


@contextmanager
def _owners_database(settings: Settings) -> Iterator[str]:
    """The migrated database, for the role that owns its tables where that is known."""
    with ready_database(settings, alone=False) as served:
        if settings.database_url is not None:
            yield settings.migrate_url or served
            return
        with any_database(settings.data) as owner:
            yield owner
