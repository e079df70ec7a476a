"""What is here of each laptop's journal, number by number, and a fingerprint of all of it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.completeness import queries


class State(StrEnum):
    """How far a laptop's journal can be relied on, the worst first."""

    MISSING = "missing"
    FORKED = "forked"
    HELD = "held"
    SET_ASIDE = "set_aside"
    SILENT = "silent"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Journal:
    """One journal of a device: its facts from number 1 to `last_seq`, less `gaps` (first and last number of each).

    `head_seq` and `head_hash` are where it is whole up to; compare them with those on the laptop's own screen.
    `own_clock`: facts whose time nobody but the laptop itself knows. `heard_at`: when something of it came last.
    """

    device: UUID
    name: str
    revoked: bool
    enrolled: bool
    journal: UUID | None
    state: State
    facts: int
    last_seq: int
    head_seq: int
    head_hash: str | None
    gaps: tuple[tuple[int, int], ...]
    held: int
    set_aside: int
    own_clock: int
    continues: UUID | None
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Completeness:
    """Every journal of an event's devices. `complete`: whatever a laptop numbered is here, and counts.

    What a laptop never sent it cannot number: `complete` is about everything up to each `last_seq`. The fingerprint
    (SHA-256) is the same as long as no journal grew.
    """

    complete: bool
    facts: int
    missing: int
    fingerprint: str
    journals: tuple[Journal, ...]
    at: datetime


async def read_completeness(session: AsyncSession, event: UUID, now: datetime) -> Completeness:
    """Look at every device of an event."""
    journals = tuple(_journal(row) for row in await queries.list_journals(session, event))
    wrong = (State.MISSING, State.FORKED, State.HELD, State.SET_ASIDE)
    return Completeness(
        complete=not any(one.state in wrong for one in journals),
        facts=sum(one.facts for one in journals),
        missing=sum(last - first + 1 for one in journals for first, last in one.gaps),
        fingerprint=_fingerprint(journals),
        journals=journals,
        at=now,
    )


def _journal(row: Any) -> Journal:
    gaps = tuple((int(first), int(last)) for first, last in row.gaps or ())
    return Journal(
        device=row.device,
        name=row.name,
        revoked=row.revoked,
        enrolled=row.enrolled_at is not None,
        journal=row.journal,
        state=_state(row, gaps),
        facts=row.facts,
        last_seq=row.last_seq or 0,
        head_seq=row.head_seq,
        head_hash=row.head_hash,
        gaps=gaps,
        held=row.held,
        set_aside=row.set_aside,
        own_clock=row.own_clock,
        continues=row.continues,
        heard_at=row.heard_at,
    )


def _state(row: Any, gaps: tuple[tuple[int, int], ...]) -> State:
    found = {
        State.MISSING: bool(gaps),
        State.FORKED: row.forked,
        State.HELD: row.held > 0,
        State.SET_ASIDE: row.set_aside > 0,
        State.SILENT: row.facts == 0,
        State.COMPLETE: True,
    }
    return next(state for state, is_so in found.items() if is_so)


def _fingerprint(journals: Iterable[Journal]) -> str:
    lines = sorted(f"{one.journal} {one.last_seq} {one.head_seq} {one.head_hash} {one.facts}" for one in journals)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
