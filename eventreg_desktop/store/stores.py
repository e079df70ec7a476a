"""The data folder of one laptop: which files it has, who may hold it, and what is done when one of them is broken."""

import errno
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from eventreg_core.problems import Problem
from eventreg_desktop.store import db, journal
from eventreg_desktop.store.ballast import SIZE, Ballast
from eventreg_desktop.store.db import Connection, StoreDamaged, StoreLocked, StoreTooNew


@dataclass(frozen=True, slots=True)
class Folder:
    """Where one laptop keeps what it knows. One program at a time works here: see `held`.

    `event` is the one that it works for; None: the one that it enrolled for.
    """

    path: Path
    ballast_size: int = SIZE
    event: UUID | None = None

    @property
    def guests(self) -> Path:
        """The mirror of one event: sealed, wiped by forgetting its key."""
        return self.path / ("guests.db" if self.event is None else f"guests-{self.event}.db")

    @property
    def journal(self) -> Path:
        """The facts: no names, opens without the keyring."""
        return self.path / "journal.db"

    @property
    def device(self) -> Path:
        """What this laptop is enrolled as; no secrets."""
        return self.path / "device.json"

    @property
    def ballast(self) -> Ballast:
        """Room kept for a full disk."""
        return Ballast(self.path / "ballast", self.ballast_size)


@dataclass(frozen=True, slots=True)
class Stores:
    """One thread's own connections to the two files."""

    mirror: Connection
    journal: Connection
    ballast: Ballast

    def close(self) -> None:
        """Give both files back."""
        self.mirror.close()
        self.journal.close()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was mended at the start, to be shown to the operator."""

    code: str
    sentence: str


MIRROR_DISCARDED = Notice("mirror_discarded", "The guest list could not be read and is fetched again from the server.")
JOURNAL_KEPT_ASIDE = Notice(
    "journal_kept_aside",
    "The file of scans was damaged. It was kept aside and a new one begun: show this laptop to the organizer.",
)


class FolderHeld(Problem):
    """A second copy of this program was started on one folder."""

    def __init__(self) -> None:
        super().__init__("folder_held", "EventReg already runs on this laptop. Use the window that is open.")


@contextmanager
def held(folder: Folder) -> Iterator[None]:
    """Be the only program that works in this folder, made if it is missing; raises FolderHeld.

    SQLite's own file lock does it: it works alike on every system, within one process too, and ends with the process.
    """
    with _files():
        folder.path.mkdir(parents=True, exist_ok=True)
    with closing(db.lock_only(folder.path / "held.db")) as lock:
        try:
            with db.telling():
                lock.execute("PRAGMA journal_mode = DELETE")
                lock.execute("BEGIN EXCLUSIVE")
        except StoreLocked as problem:
            raise FolderHeld from problem
        yield


def prepare(folder: Folder, mirror_key: bytes, server: UUID) -> tuple[Notice, ...]:
    """Make both files ready for this server, before any thread opens them; says what had to be mended.

    A mirror that cannot be read with `mirror_key` (32 bytes) is discarded: the server has it. A damaged journal is
    kept aside under a new name, never deleted, and a new one begun. Raises StoreTooNew, StoreLocked, DiskFull and
    StoreUnwritable.
    """
    kept_aside = prepare_journal(folder)
    with closing(db.connect(folder.journal)) as connection, db.transaction(connection):
        current = journal.find_current(connection)
        if current is None or current.server != server:
            begin_journal(connection, server)
    discarded = _prepare_mirror(folder.guests, mirror_key)
    return ((JOURNAL_KEPT_ASIDE,) if kept_aside else ()) + ((MIRROR_DISCARDED,) if discarded else ())


def prepare_journal(folder: Folder) -> bool:
    """Make the journal's file ready; True when a damaged one was kept aside. Raises as `prepare` does."""
    with _files():
        folder.path.mkdir(parents=True, exist_ok=True)
    folder.ballast.lay()
    try:
        _ready(folder.journal, "journal", None)
    except StoreDamaged:
        _keep_aside(folder.journal)
        _ready(folder.journal, "journal", None)
        return True
    return False


def renew_journal(folder: Folder, server: UUID) -> None:
    """Begin a new journal after an enrolment; facts of the earlier ones stay, and are still sent.

    An empty journal for this server is no chain yet and simply goes on.
    """
    prepare_journal(folder)
    with closing(db.connect(folder.journal)) as connection, db.transaction(connection):
        current = journal.find_current(connection)
        if current is None or current.server != server or journal.head(connection, current.id).seq > 0:
            begin_journal(connection, server)


def begin_journal(connection: Connection, server: UUID) -> UUID:
    """Go on in a new journal for `server` that names the present one, within the caller's transaction."""
    journal.begin(connection, uuid4(), server, os.urandom(32))
    return journal.get_current(connection).id


def door_stores(folder: Folder, mirror_key: bytes) -> Stores:
    """Connections for a thread that scans: it writes the journal alone."""
    stores = sync_stores(folder, mirror_key)
    stores.mirror.execute("PRAGMA query_only = ON")
    return stores


def sync_stores(folder: Folder, mirror_key: bytes) -> Stores:
    """Connections for the thread that syncs: it writes the mirror, and receipts into the journal."""
    mirror = db.connect(folder.guests, mirror_key)
    try:
        return Stores(mirror, db.connect(folder.journal), folder.ballast)
    except Problem:
        mirror.close()
        raise


def discard_mirror(folder: Folder) -> None:
    """Delete the guest lists of all events; no thread may have one open."""
    with _files():
        for file in folder.path.glob("guests*.db*"):
            file.unlink(missing_ok=True)


def replace_mirror(path: Path, new: Path) -> None:
    """Let the file `new` be the guest list at `path` from now on; no thread may have the present one open."""
    with _files():
        for file in _with_side_files(path):
            file.unlink(missing_ok=True)
        new.replace(path)


def prepare_mirror(folder: Folder, key: bytes) -> None:
    """Make the guest list of this folder's event ready, also while threads work on another event's.

    Raises StoreLocked, DiskFull and StoreUnwritable.
    """
    _prepare_mirror(folder.guests, key)


def forget_mirror(folder: Folder) -> None:
    """Delete the guest list of this folder's event; no thread may have it open."""
    with _files():
        for file in _with_side_files(folder.guests):
            file.unlink(missing_ok=True)


def _prepare_mirror(path: Path, key: bytes) -> bool:
    fresh = not path.exists()
    try:
        _ready(path, "mirror", key)
    except (StoreDamaged, StoreTooNew):
        with _files():
            for file in _with_side_files(path):
                file.unlink(missing_ok=True)
        _ready(path, "mirror", key)
        return not fresh
    return False


def _keep_aside(path: Path) -> None:
    aside = f"journal-damaged-{uuid4()}.db"
    with _files():
        for file in _with_side_files(path):
            with suppress(FileNotFoundError):
                file.rename(path.with_name(file.name.replace(path.name, aside)))


def _ready(path: Path, schema: db.Schema, key: bytes | None) -> None:
    with closing(db.connect(path, key)) as connection:
        db.check(connection)
        db.migrate(connection, schema)


def _with_side_files(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + ending) for ending in ("", "-wal", "-shm"))


@contextmanager
def _files() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise db.DiskFull from error
        raise db.StoreUnwritable from error
