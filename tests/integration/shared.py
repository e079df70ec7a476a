"""One database and one server for all tests of a process: as good as new for each test, in milliseconds.

Making a database takes a third of a second and starting a server a tenth; a thousand tests would wait minutes for it.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg

from server.limits import open_limits
from server.settings import Settings, read_settings
from tests.integration.served import Served

_EMPTY = """
DO $$
DECLARE
    one record;
BEGIN
    -- Without triggers: foreign keys would ask for an order, and the audit lets nobody delete.
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR one IN
        SELECT oid::regclass AS name, pg_relation_size(oid) / 8192 AS pages FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    LOOP
        -- Deleting is quicker, but many deleted rows would slow down later tests.
        IF one.pages > 32 THEN
            EXECUTE format('TRUNCATE %s CASCADE', one.name);
        ELSIF one.pages > 0 THEN
            EXECUTE format('DELETE FROM %s', one.name);
        END IF;
    END LOOP;
    INSERT INTO servers DEFAULT VALUES;
    PERFORM setval('events_number_seq', 1, false);
END $$
"""
_SHAPE = """
SELECT md5(string_agg(format('%s %s %s %s', relname, relkind, relacl, relnatts), ',' ORDER BY relname))
    || (SELECT string_agg(version_num, ',') FROM alembic_version)
    || (SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace)
FROM pg_class WHERE relnamespace = 'public'::regnamespace
"""


class Shared:
    """The database and the server that tests borrow one after the other.

    `make` gives a new database's address, `serving` the same for the application's role.
    """

    def __init__(self, make: Callable[[], str], serving: Callable[[str], str], data: Path) -> None:
        self._make, self._serving, self._data = make, serving, data
        self._url = ""
        self._shape: object = None
        self._cleaner: psycopg.Connection | None = None
        self._served: Served | None = None
        self._settings: Settings | None = None
        self._own_files: frozenset[Path] = frozenset()

    def database(self) -> str:
        """The address of a migrated and empty database: the one before, unless a test changed its shape."""
        if not self._url or not self._emptied():
            self.close()
            self._url = self._make()
            with psycopg.connect(self._url) as connection:
                self._shape = connection.execute(_SHAPE).fetchone()
        return self._url

    def settings(self) -> Settings:
        """Settings on that database, as the application's role; nothing but the secrets is left in their folder."""
        if self._settings is None:
            environ = {"DATABASE_URL": self._serving(self._url), "EVENTREG_DATA": str(self._data)}
            self._settings = read_settings(environ)
            self._own_files = frozenset(self._data.iterdir()) if self._data.exists() else frozenset()
        for path in set(self._data.iterdir() if self._data.exists() else ()) - self._own_files:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return self._settings

    def server(self) -> Served:
        """A server that has met nobody yet."""
        if self._served is None:
            self._served = Served(self.settings())
        if not self._served.is_running:
            self._served.start()
        self._served.app.state.limits = open_limits(self._served.settings)
        return self._served

    def close(self) -> None:
        """Stop serving, and leave the database, which goes with its PostgreSQL."""
        if self._cleaner is not None:
            self._cleaner.close()
        if self._served is not None:
            self._served.stop()
        self._cleaner = self._served = self._settings = None

    def _emptied(self) -> bool:
        # Twice: a test may have ended every connection, also this one, which stays because a new one costs fifteen
        # times as much as the work.
        for _ in range(2):
            try:
                if self._cleaner is None:
                    self._cleaner = psycopg.connect(self._url, autocommit=True)
                if self._cleaner.execute(_SHAPE).fetchone() != self._shape:
                    return False
                self._cleaner.execute(_EMPTY)
                return True
            except psycopg.Error:
                if self._cleaner is not None:
                    self._cleaner.close()
                self._cleaner = None
        return False
