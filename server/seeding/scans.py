"""Who came in: check-ins and exits of events that have begun, as facts of a laptop or of the server itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from eventreg_core import facts
from eventreg_core.admission import RULE
from eventreg_core.facts import CheckIn, Exit, Recorded
from eventreg_core.wire import Head
from server.checkins.telling import server_stamp
from server.clock import new_id
from server.seeding.copying import Batch
from server.seeding.festivals import Festival
from server.sync.chain import START

OPEN_FOR = timedelta(hours=5)
LEAVING = 0.05
"""The share of those who came in that has gone out again."""


@dataclass(frozen=True, slots=True)
class Passing:
    """Somebody at a gate."""

    at: datetime
    gate: UUID
    serial: bytes
    out: bool


@dataclass(slots=True)
class Journal:
    """A laptop's journal as it grows."""

    id: UUID
    device: UUID
    head: Head = START

    def record(self, event: Festival, passing: Passing) -> Recorded:
        """What this laptop writes down, at the end of its chain."""
        seq = self.head.seq + 1
        stamp = {
            "id": new_id(),
            "event": event.id,
            "list": event.list_id,
            "gate": passing.gate,
            "wall": passing.at,
            "boot": "seeded",
            "mono_ns": int(passing.at.timestamp() * 1e9),
            "offset_ms": 0,
            "rule": RULE,
            "journal": self.id,
            "seq": seq,
            "prev": self.head.hash,
        }
        recorded = _record(passing, stamp)
        self.head = Head(seq, recorded.hash)
        return recorded


def passings(event: Festival, serials: Sequence[bytes], share: float, rng: Random, now: datetime) -> list[Passing]:
    """Who came and who left, in order; nobody before the event began or after now."""
    closes = min(event.date + OPEN_FOR, now)
    if closes <= event.date:
        return []
    came: list[Passing] = []
    for serial in rng.sample(serials, round(share * len(serials))):
        # Most come soon after the doors open.
        at = event.date + (closes - event.date) * rng.betavariate(1.5, 4)
        gate = rng.choices(event.gates, (6, 3, 1))[0]
        came.append(Passing(at, gate, serial, out=False))
        if rng.random() < LEAVING:
            came.append(Passing(at + (closes - at) * rng.random(), gate, serial, out=True))
    return sorted(came, key=lambda passing: passing.at)


def add_scans(
    batch: Batch, event: Festival, came: Iterable[Passing], journal: Journal | None, author: str, revision: int
) -> Iterator[UUID]:
    """Put facts into the batch, the first one at `revision`; their ids. Without a journal they are the server's own."""
    for number, passing in enumerate(came, start=revision):
        if journal is not None:
            recorded = journal.record(event, passing)
        else:
            stamp = server_stamp(new_id(), event.id, event.list_id, passing.at, author) | {"gate": passing.gate}
            recorded = _record(passing, stamp)
        fact = recorded.fact
        batch.add(
            "facts",
            *(fact.id, bytes.fromhex(recorded.hash), recorded.raw, event.id, journal.device if journal else None),
            *(fact.journal, fact.seq, "exit" if passing.out else "check_in", event.list_id, passing.gate),
            *(passing.serial, "admitted", passing.at, "device" if journal else "server"),
            *(None if journal else author, number),
        )
        yield fact.id


def _record(passing: Passing, stamp: dict[str, Any]) -> Recorded:
    told = Exit if passing.out else CheckIn
    return facts.record(told(**stamp, serial=passing.serial.hex()))
