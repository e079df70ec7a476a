"""What can still be read of a journal whose file was damaged and kept aside: each fact that the disk gives back."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

from eventreg_core.facts import FIRST_PREV, Recorded, reread
from eventreg_core.journal_file import Chain, SignedHead
from eventreg_core.problems import MalformedFact, Problem
from eventreg_core.wire import Head
from eventreg_desktop.store import db
from eventreg_desktop.store.db import Connection
from eventreg_desktop.store.stores import Folder

UNKNOWN = UUID(int=0)
"""The server of a journal where nothing tells."""


def rescue(folder: Folder, server: UUID) -> list[Chain]:
    """The journals in the files that were kept aside, as far as they can be read; a file is only copied, never opened.

    `server` is taken for theirs: a laptop is seldom enrolled at two.
    """
    chains: list[Chain] = []
    for path in sorted(folder.path.glob("journal-damaged-*.db")):
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary) / "journal.db"
            for ending in ("", "-wal"):
                if path.with_name(path.name + ending).exists():
                    shutil.copyfile(path.with_name(path.name + ending), copy.with_name(copy.name + ending))
            chains += _chains(_facts(copy), server)
    return chains


def _chains(facts: Iterable[Recorded], server: UUID) -> list[Chain]:
    by_journal: dict[UUID, list[Recorded]] = {}
    for recorded in facts:
        if recorded.fact.journal is not None and recorded.fact.seq is not None:
            by_journal.setdefault(recorded.fact.journal, []).append(recorded)
    return [_chain(id_, facts, server) for id_, facts in by_journal.items()]


def _chain(id_: UUID, facts: list[Recorded], server: UUID) -> Chain:
    ordered = sorted(facts, key=lambda each: each.fact.seq or 0)
    last = ordered[-1]
    head = SignedHead(Head(last.fact.seq or 0, last.hash), None)
    return Chain(id_, server, None, tuple(each.raw for each in ordered), (head,), Head(0, FIRST_PREV))


def _facts(path: Path) -> list[Recorded]:
    """Every fact that is readable from either end of the file, each once."""
    found: dict[str, Recorded] = {}
    for order in ("ASC", "DESC"):
        try:
            with closing(db.connect(path)) as file:
                found |= {each.hash: each for each in _read(file, order)}
        except Problem:
            continue
    return list(found.values())


def _read(file: Connection, order: str) -> Iterator[Recorded]:
    """Facts from one end, until the disk's damage."""
    try:
        with db.telling():
            for (raw,) in file.execute(f"SELECT CAST(raw AS BLOB) FROM facts NOT INDEXED ORDER BY rowid {order}"):
                try:
                    yield reread(raw)
                except MalformedFact:
                    continue
    except Problem:
        return
