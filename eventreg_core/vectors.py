"""Golden vectors: files of scans with the verdict each must get, run through `decide()` (format: docs/vectors.md).

`python -m eventreg_core.vectors FILE.json…` prints `N vectors, D differ` and exits 1 unless D is 0.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from eventreg_core import ticket as tickets
from eventreg_core.admission import (
    Admitted,
    EntryPolicy,
    Kind,
    Note,
    Passage,
    Policy,
    Reason,
    Scan,
    Status,
    Ticket,
    Verdict,
    Window,
    decide,
)
from eventreg_core.facts import HexSerial
from eventreg_core.ticket import Code, EventKey, KeyState
from eventreg_core.wire import HexKey


class VectorKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event's signing key: 64 hex digits and its state."""

    public: HexKey
    state: KeyState


class TextCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="text", tag_field="as"):
    """A scanned text, read by a door of event `event_number` that holds `keys` (by key number)."""

    text: str
    event_number: int
    keys: dict[int, VectorKey]

    def code(self) -> Code:
        """What the door reads in it."""
        keys = {number: EventKey(bytes.fromhex(key.public), key.state) for number, key in self.keys.items()}
        return tickets.read(self.text, self.event_number, keys)


class SignedCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="signed", tag_field="as"):
    """A token whose signature is good."""

    serial: HexSerial
    ticket_type: int
    settled: bool = True
    key: KeyState = KeyState.CURRENT

    def code(self) -> Code:
        """The same as the rule takes it."""
        token = tickets.Token(1, 1, bytes.fromhex(self.serial), self.ticket_type, self.settled)
        return tickets.Signed(token, self.key)


class PickedCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="picked", tag_field="as"):
    """A ticket that an operator chose."""

    serial: HexSerial

    def code(self) -> Code:
        """The same as the rule takes it."""
        return tickets.Picked(bytes.fromhex(self.serial))


class VectorScan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was entered."""

    code: TextCode | SignedCode | PickedCode
    kind: Kind = Kind.ENTRY
    override: bool = False
    fresh: bool = False


class VectorTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the judge knows of the serial."""

    serial: HexSerial
    ticket_type: int
    registration: UUID | None = None
    place: int = 0
    status: Status = Status.VALID
    settled: bool = True

    def ticket(self) -> Ticket:
        """The same as the rule takes it."""
        serial = bytes.fromhex(self.serial)
        return Ticket(serial, self.registration, self.place, self.ticket_type, self.status, self.settled)


class VectorPassage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A standing check-in or exit."""

    kind: Kind
    at: datetime


class VectorPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The check-in list; `ticket_types` by number."""

    entry: EntryPolicy
    ticket_types: dict[int, Window]
    zone: str = "UTC"
    window: Window = Window()
    day_starts_at: time = time(0)
    strict_when_fresh: bool = True


class VectorVerdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the rule must say."""

    verdict: Literal["admitted", "refused"]
    reason: Reason | None = None
    notes: tuple[Note, ...] = ()
    despite: Reason | None = None
    overridable: bool = False


class Vector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One case: its name is a sentence."""

    name: str
    scan: VectorScan
    policy: VectorPolicy
    at: datetime
    expected: VectorVerdict
    ticket: VectorTicket | None = None
    standing: tuple[VectorPassage, ...] = ()


class VectorFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of vectors for version `rule` of the rule."""

    rule: int
    vectors: tuple[Vector, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A vector that got another verdict than it names."""

    vector: Vector
    got: VectorVerdict


def differences(file: VectorFile) -> list[Difference]:
    """Judge every vector; those that differ, in order."""
    judged = ((vector, verdict_of(vector)) for vector in file.vectors)
    return [Difference(vector, got) for vector, got in judged if got != vector.expected]


def verdict_of(vector: Vector) -> VectorVerdict:
    """What `decide()` says to one vector."""
    scan = Scan(vector.scan.code.code(), vector.scan.kind, vector.scan.override, vector.scan.fresh)
    ticket = vector.ticket.ticket() if vector.ticket is not None else None
    standing = [Passage(passage.kind, passage.at) for passage in vector.standing]
    policy = Policy(**msgspec.structs.asdict(vector.policy))
    return _written(decide(scan, ticket, standing, policy, vector.at))


def main(paths: Sequence[str]) -> int:
    """Run files of vectors; the exit code: 0 all agree, 1 some differ, 2 a file cannot be read."""
    total = 0
    found: list[Difference] = []
    for path in paths:
        try:
            file = msgspec.json.decode(Path(path).read_bytes(), type=VectorFile)
        except (OSError, msgspec.DecodeError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            return 2
        total += len(file.vectors)
        found += differences(file)
    for difference in found:
        print(f"- {difference.vector.name}: expected {difference.vector.expected}, got {difference.got}")
    print(f"{total} vectors, {len(found)} differ")
    return 1 if found else 0


def _written(verdict: Verdict) -> VectorVerdict:
    if isinstance(verdict, Admitted):
        return VectorVerdict("admitted", notes=verdict.notes, despite=verdict.despite)
    return VectorVerdict("refused", reason=verdict.reason, overridable=verdict.overridable)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
