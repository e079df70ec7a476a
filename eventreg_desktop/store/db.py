"""Opens an SQLite file the way a door needs it, and says in sentences what the disk does to us.

Both files go through SQLCipher's module, also the plain one: two SQLite libraries in one process drop each other's
file locks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from eventreg_core.problems import Problem

if TYPE_CHECKING:
    import sqlite3 as dbapi2  # the same interface, with types
else:
    from sqlcipher3 import dbapi2

Connection = dbapi2.Connection
Schema = Literal["mirror", "journal", "prints"]

PATIENCE_MS = 2000
"""How long a connection waits for another's lock."""
CHECKPOINT_PAGES = 4000
"""The sync thread checkpoints after each cycle; a door that never syncs does it itself after so many pages (16 MB)."""


class StoreLocked(Problem):
    """Another program, or a second copy of this one, holds the file."""

    def __init__(self) -> None:
        super().__init__("store_locked", "Another program holds this door's files. Close it, then scan again.")


class DiskFull(Problem):
    """Nothing more fits on the disk."""

    def __init__(self) -> None:
        super().__init__("disk_full", "The disk is full: this scan was not kept. Free some space, then scan again.")


class StoreDamaged(Problem):
    """The file is not what was written, or its key is another one."""

    def __init__(self) -> None:
        super().__init__(
            "store_damaged",
            "A file of this door is damaged. Close the program and start it again: scans that can be read are kept.",
        )


class StoreUnwritable(Problem):
    """The disk refuses to read or write."""

    def __init__(self) -> None:
        super().__init__(
            "store_unwritable",
            "The disk refuses this door's files. Check the disk and the folder's permissions, then scan again.",
        )


class StoreTooNew(Problem):
    """A later version of this program wrote the file."""

    def __init__(self) -> None:
        super().__init__(
            "store_too_new", "A newer version of this program wrote these files. Install that version again."
        )


STORE_PROBLEMS = (StoreLocked, DiskFull, StoreDamaged, StoreUnwritable, StoreTooNew)
"""Everything that this laptop's own files may do to us."""

# https://www.sqlite.org/rescode.html, primary codes
_PROBLEMS: dict[int, type[StoreLocked | DiskFull | StoreDamaged | StoreUnwritable]] = {
    3: StoreUnwritable,  # PERM
    5: StoreLocked,  # BUSY
    6: StoreLocked,  # LOCKED
    8: StoreUnwritable,  # READONLY
    10: StoreUnwritable,  # IOERR
    11: StoreDamaged,  # CORRUPT
    13: DiskFull,  # FULL
    14: StoreUnwritable,  # CANTOPEN
    26: StoreDamaged,  # NOTADB, also a wrong key
}


@contextmanager
def telling() -> Iterator[None]:
    """Turn what the disk did into a Problem; an error in our own SQL stays what it is, a bug."""
    try:
        yield
    except dbapi2.DatabaseError as error:
        problem = _PROBLEMS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if problem is None:
            raise
        raise problem() from error


def lock_only(path: Path) -> Connection:
    """Open a file that is only locked, never written, and does not wait."""
    with telling():
        return dbapi2.connect(str(path), isolation_level=None, timeout=0)


def connect(path: Path, key: bytes | None = None) -> Connection:
    """Open or make the file: durable at every commit (WAL, synchronous FULL), sealed when `key` (32 bytes) is given.

    The connection belongs to the thread that opened it. Raises the Problems above.
    """
    with telling():
        connection = dbapi2.connect(str(path), isolation_level=None, timeout=PATIENCE_MS / 1000)
        try:
            if key is not None:
                connection.execute("PRAGMA cipher_log_level = NONE")
                connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            _set_up(connection)
        except dbapi2.DatabaseError:
            connection.close()
            raise
    return connection


def _set_up(connection: Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    for setting in (
        "synchronous = FULL",
        "fullfsync = ON",  # macOS: else a commit is only in the disk's cache; elsewhere nothing
        "checkpoint_fullfsync = ON",
        "foreign_keys = ON",
        "temp_store = MEMORY",  # names never reach an unsealed temporary file
        "cache_size = -32000",  # 32 MB: a first pull comes in random order of keys
        f"busy_timeout = {PATIENCE_MS}",
        f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
    ):
        connection.execute(f"PRAGMA {setting}")


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Hold the file's write lock; on disk when the block ends, undone when it raises."""
    with telling():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            _undo(connection)
            raise


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """See one state of the file during the block, whatever others write meanwhile."""
    with telling():
        connection.execute("BEGIN")
        try:
            yield
        finally:
            _undo(connection)


def _undo(connection: Connection) -> None:
    if connection.in_transaction:  # a full disk has undone it already
        connection.execute("ROLLBACK")


def check(connection: Connection) -> None:
    """Read the whole file once; raises StoreDamaged."""
    with telling():
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict is None or verdict[0] != "ok":
        raise StoreDamaged


def migrate(connection: Connection, schema: Schema) -> None:
    """Bring the file's tables to this program's version, each step in one transaction; raises StoreTooNew."""
    steps = _steps(schema)
    with telling():
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(steps):
            raise StoreTooNew
        for number, step in enumerate(steps[version:], start=version + 1):
            with transaction(connection):
                for statement in step.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")


def _steps(schema: Schema) -> list[str]:
    folder = resources.files("eventreg_desktop.store").joinpath("migrations", schema)
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [file.read_text("utf-8") for file in files]


def checkpoint(connection: Connection) -> None:
    """Move what the write-ahead log holds into the file, as far as nobody reads it; never waits."""
    with telling():
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
