"""Guests' names are lent to a laptop: without the server for three days, or once it is revoked, they are wiped.

What it takes to judge a ticket stays: serials, types, lists and keys say nothing about people.
"""

from contextlib import closing
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from eventreg_core.clock import Reading
from eventreg_desktop.store import db, mirror
from eventreg_desktop.store.anchor import unix_ms
from eventreg_desktop.store.db import Connection, StoreDamaged, transaction
from eventreg_desktop.store.mirror import MirrorState
from eventreg_desktop.store.stores import Folder, replace_mirror

LEASE = timedelta(hours=72)
"""So long after the last answer of the server names may stay."""


class Wiped(StrEnum):
    """Why there are no names."""

    LEASE = "lease"
    REVOKED = "revoked"


def find_wiped(file: Connection) -> Wiped | None:
    """Why this mirror holds no names; None where it may."""
    row = file.execute("SELECT wiped FROM lease").fetchone()
    return None if row is None or row[0] is None else Wiped(row[0])


def without_contact(known: MirrorState, now: Reading) -> timedelta | None:
    """How long ago the mirror was complete, at least; None where it never was.

    By the monotonic clock within a boot. Over boots by the wall clock, which may have been set back: since then passed
    at least what this boot has lasted.
    """
    if known.complete_at is None or known.complete_mono_ns is None:
        return None
    if known.complete_boot == now.boot:
        return timedelta(microseconds=(now.mono_ns - known.complete_mono_ns) // 1000)
    by_wall = timedelta(milliseconds=unix_ms(now.wall) - unix_ms(known.complete_at))
    return max(by_wall, timedelta(microseconds=now.mono_ns // 1000))


def enforce(file: Connection, now: Reading, *, revoked: bool) -> None:
    """Wipe the names if their time is over, or the device is revoked; else, and when they are gone, do nothing."""
    age = without_contact(mirror.state(file), now)
    if find_wiped(file) is None and (revoked or (age is not None and age >= LEASE)):
        wipe(file, Wiped.REVOKED if revoked else Wiped.LEASE)


def renew(file: Connection) -> None:
    """The server has told everything anew: names may stay."""
    if find_wiped(file) is not None:
        with transaction(file):
            file.execute("UPDATE lease SET wiped = NULL")


def wipe(file: Connection, why: Wiped) -> None:
    """Overwrite every name and address in the mirror, while doors go on scanning by token.

    The server is to tell all of them again, should it answer. The file gets a new key at the next start (`reseal`), so
    that what the disk may still hold of it can be read by nobody.
    """
    with db.telling():
        file.execute("PRAGMA secure_delete = ON")
    with transaction(file):
        file.execute("DELETE FROM guests")
        file.execute("DELETE FROM companions")
        if why is Wiped.REVOKED:  # the server has made them void
            file.execute("DELETE FROM blanks")
        file.execute("UPDATE tickets SET holder = NULL WHERE holder IS NOT NULL")
        file.execute("UPDATE state SET epoch = '', revision = 0, check_value = ''")
        file.execute("UPDATE lease SET wiped = ?, reseal = 1", (why,))
    with db.telling():
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def needs_reseal(folder: Folder, key: bytes) -> bool:
    """Whether one of the guest lists was wiped under this key (32 bytes)."""
    return any(_was_wiped(path, key) for path in _mirrors(folder))


def reseal(folder: Folder, key: bytes, new_key: bytes) -> None:
    """Move every guest list under a new key (32 bytes each); no thread may have one open.

    Cut short before the vault has the new key, they are fetched again from the server. Raises DiskFull and
    StoreUnwritable.
    """
    for path in _mirrors(folder):
        new = path.with_suffix(".new")
        for former in (new, new.with_name(f"{new.name}-journal")):
            former.unlink(missing_ok=True)
        try:
            _copy(path, key, new, new_key)
        except StoreDamaged:  # of another key already, or broken: the server has it
            continue
        replace_mirror(path, new)


def _mirrors(folder: Folder) -> list[Path]:
    return sorted(folder.path.glob("guests*.db"))


def _was_wiped(path: Path, key: bytes) -> bool:
    try:
        with closing(db.connect(path, key)) as file, db.telling():
            # A kill may have left the file before its tables were made: then nobody's name was in it.
            made = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'lease'").fetchone() is not None
            return made and bool(file.execute("SELECT reseal FROM lease").fetchone()[0])
    except StoreDamaged:
        return False


def _copy(path: Path, key: bytes, new: Path, new_key: bytes) -> None:
    with closing(db.connect(path, key)) as file:
        db.migrate(file, "mirror")
        with db.telling():
            version = file.execute("PRAGMA user_version").fetchone()[0]
            file.execute(f"ATTACH DATABASE ? AS fresh KEY \"x'{new_key.hex()}'\"", (str(new),))
            file.execute("SELECT sqlcipher_export('fresh')").fetchone()
            file.execute(f"PRAGMA fresh.user_version = {version}")
            file.execute("UPDATE fresh.lease SET reseal = 0")
            file.execute("DETACH DATABASE fresh")
