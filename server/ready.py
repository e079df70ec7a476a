"""A database that this program may work with: ours, brought up to date; or yours, checked."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from eventreg_core.problems import Problem
from server import migrations, rights
from server.embedded import any_database, own_database
from server.settings import Settings, kept_secret


class NotMigrated(Problem):
    """The database named by DATABASE_URL has another schema than this program."""

    def __init__(self) -> None:
        sentence = "The database at DATABASE_URL is not at this version's schema. Run `eventreg-server migrate` first."
        super().__init__("not_migrated", sentence)


class DatabaseUnreachable(Problem):
    """Nothing answers at DATABASE_URL, or it does not let us in; its address is not repeated, it holds a password."""

    def __init__(self) -> None:
        sentence = "The database at DATABASE_URL cannot be reached. Check that it runs, and the address and password."
        super().__init__("database_unreachable", sentence)


@contextmanager
def ready_database(settings: Settings, *, alone: bool) -> Iterator[str]:
    """The address at which a migrated database is served, as long as the block runs.

    Ours is migrated by its owner and served by a role with fewer rights.

    `alone`: refuse a data folder on which another server works; otherwise work beside it.
    Raises NotMigrated, DatabaseUnreachable, and what `embedded` raises.
    """
    if settings.database_url is not None:
        if not _is_current(settings.database_url):
            raise NotMigrated
        yield settings.database_url
        return
    with (own_database if alone else any_database)(settings.data) as owner_url:
        migrations.upgrade(owner_url)
        yield rights.make_serving_role(owner_url, kept_secret(settings.data / "postgres_app_password"))


def migrate(settings: Settings) -> None:
    """Bring the database to this version's schema, as DATABASE_MIGRATE_URL's role where that is set.

    DATABASE_URL's role, where it is another, is given what serving needs and no more.
    """
    url = settings.migrate_url or settings.database_url
    if url is None:
        with ready_database(settings, alone=False):
            return
    try:
        migrations.upgrade(url)
        role = rights.serves_as_another(url, settings.database_url or url)
        if role is not None:
            rights.give_rights(url, role)
    except OperationalError as error:
        raise DatabaseUnreachable from error


def _is_current(url: str) -> bool:
    try:
        return migrations.is_current(url)
    except OperationalError as error:
        raise DatabaseUnreachable from error
