"""A laptop's journals as a file that can be carried: read from the disk as they are, whatever else is broken."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.facts import digest
from eventreg_core.journal_file import BadJournalFile, Chain, JournalFile, SignedHead, Voucher, lines_of
from eventreg_core.journal_proof import is_signed
from eventreg_core.problems import Problem
from eventreg_core.wire import Head
from eventreg_desktop.store import asides, db, heads
from eventreg_desktop.store.db import Connection, DiskFull
from eventreg_desktop.store.device import Device
from eventreg_desktop.store.rescuing import UNKNOWN, rescue
from eventreg_desktop.store.stores import Folder

EVERY = 500
"""Facts after which a head is signed once more, so that parts of the file can be brought by themselves."""


class NoJournal(Problem):
    """There is no journal in this folder."""

    def __init__(self, path: Path) -> None:
        super().__init__("no_journal", f"There is no journal in {path}. Name the folder of the door with --data.")


class CannotWrite(Problem):
    """The file that was asked for cannot be written."""

    def __init__(self, to: Path) -> None:
        super().__init__(
            "cannot_write", f"The file {to} cannot be written. Name one in a folder that you may write to."
        )


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: journals, facts, and how many of these the laptop vouches for with its signature."""

    journals: int
    facts: int
    signed: int


def export(
    folder: Folder, known: Device | None, signing: Ed25519PrivateKey | None, to: Path, now: datetime
) -> Exported:
    """Write every journal of this laptop to the file `to`, at once and whole; beside an open window too.

    Of journals whose file was damaged and kept aside, what can still be read.

    Needs neither the keyring nor a network: without the `signing` key facts since the last end of a shift have nobody's
    signature. Raises NoJournal, DiskFull, StoreUnwritable and what else the disk does.
    """
    if not folder.journal.exists():
        raise NoJournal(folder.path)
    key = _public_key(known)
    with closing(db.connect(folder.journal)) as file:
        db.migrate(file, "journal")
        with db.snapshot(file):
            chains = [_chain(file, row, key, signing) for row in file.execute(_JOURNALS).fetchall()]
    chains += rescue(folder, UNKNOWN if known is None else known.server)
    voucher = None if known is None else Voucher(known.certificate, known.signature)
    written = JournalFile(now, voucher, None if known is None else known.server_key, tuple(chains))
    _write(to, lines_of(written))
    signed = sum(
        max((each.head.seq for each in chain.heads if each.signature is not None), default=0) for chain in chains
    )
    return Exported(len(chains), sum(len(chain.facts) for chain in chains), signed)


def _public_key(known: Device | None) -> bytes | None:
    if known is None:
        return None
    try:
        return bytes.fromhex(Voucher(known.certificate, known.signature).read().public_key)
    except BadJournalFile:
        return None


def _chain(
    file: Connection, row: tuple[str, str, str | None], key: bytes | None, signing: Ed25519PrivateKey | None
) -> Chain:
    chain, server, continues = UUID(row[0]), UUID(row[1]), None if row[2] is None else UUID(row[2])
    facts = file.execute(
        "SELECT seq, CAST(raw AS BLOB) FROM facts WHERE journal = ? ORDER BY seq", (str(chain),)
    ).fetchall()
    kept = file.execute("SELECT seq, hash, signature FROM signed_heads WHERE journal = ? ORDER BY seq", (str(chain),))
    signed = [_kept(chain, Head(seq, last), signature, key) for seq, last, signature in kept]
    if facts:
        places = [*facts[EVERY - 1 :: EVERY], facts[-1]]
        signed += [_fresh(chain, Head(seq, digest(raw)), signing) for seq, raw in dict.fromkeys(places)]
    beside = asides.list_between(file, chain, 1, facts[-1][0]) if facts else []
    return Chain(
        id=chain,
        server=server,
        continues=continues,
        facts=tuple(raw for _, raw in facts),
        heads=_each_once(signed),
        asides=tuple(beside),
    )


def _kept(chain: UUID, head: Head, signature: str, key: bytes | None) -> SignedHead:
    """A head of an earlier shift; without its signature where an earlier enrolment's key made it."""
    ours = key is None or is_signed(key, chain, head, signature)
    return SignedHead(head, signature if ours else None)


def _fresh(chain: UUID, head: Head, signing: Ed25519PrivateKey | None) -> SignedHead:
    return SignedHead(head, None if signing is None else heads.signature_of(chain, head, signing).hex())


def _each_once(signed: Iterable[SignedHead]) -> tuple[SignedHead, ...]:
    """In order; of two with one head the one with a signature."""
    best: dict[Head, SignedHead] = {}
    for each in signed:
        if each.head not in best or best[each.head].signature is None:
            best[each.head] = each
    return tuple(sorted(best.values(), key=lambda each: each.head.seq))


def _write(to: Path, lines: Iterator[bytes]) -> None:
    new = to.with_name(f"{to.name}.new")
    try:
        with new.open("wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        new.replace(to)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise (DiskFull() if error.errno == errno.ENOSPC else CannotWrite(to)) from error


_JOURNALS = "SELECT id, server, continues FROM journals ORDER BY number"
