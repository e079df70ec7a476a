"""An evening: some laptops, a server, guests; and everything that may go wrong between them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from eventreg_core.admission import Admitted, EntryPolicy, Kind, Reason, Status
from eventreg_core.facts import Annulment, CheckIn, PayMethod, Recorded
from eventreg_core.sync_api import SyncApi
from eventreg_core.wire import ListRow, Page, PushRequest, TicketRow
from eventreg_desktop.door.door import Chosen, Door, Scanned, Taken
from eventreg_desktop.door.outcome import Outcome as Shown
from eventreg_desktop.store import mirror
from eventreg_desktop.sync.cycle import Party
from eventreg_desktop.sync.state import Connection, SyncState
from tests.sync import festival as of
from tests.sync.festival import EVENT, NORTH, PRESS, SERVER, SPACE, Festival
from tests.sync.laptop import Hands
from tests.sync.member import Member
from tests.sync.outcome import Figures, Outcome

GUESTS, MOST_MEMBERS = 4, 4
TAKEN = Taken(2500, "EUR", PayMethod.CASH)


class Truth(Protocol):
    """The server of an evening, in memory or on PostgreSQL; `time` is its clock, which the evening moves."""

    time: datetime

    def enrol(self, device: UUID, key: bytes) -> None:
        """Know a laptop and its public key."""

    def api(self, device: UUID) -> SyncApi:
        """What this laptop talks to."""

    def tell(self, page: Page) -> None:
        """Let these tickets and lists be so from now on."""

    def back_up(self) -> None:
        """Keep a copy of everything."""

    def restore(self) -> None:
        """Go on from the last copy, on another time line."""

    def facts(self) -> list[Recorded]:
        """What came, each as often as it was written."""

    def outcome(self) -> Outcome:
        """The state's hash and the conflicts."""

    def figures(self) -> dict[UUID, Figures]:
        """What it counts on each list."""

    def close(self) -> None:
        """The evening is over."""

    def anew(self, portions: Sequence[tuple[UUID, PushRequest]]) -> Outcome:
        """How it would have ended had no fact come before, and then these in this order, each from its laptop."""


@dataclass
class Known:
    """What one laptop must know of passages: what it told, and what stood at the server when it was last in touch."""

    entries: dict[UUID, tuple[UUID, bytes]] = field(default_factory=dict)
    undone: set[UUID] = field(default_factory=set)

    def hear(self, facts: Iterable[Recorded]) -> None:
        """The server has told everything that came to it."""
        for each in facts:
            fact = each.fact
            if isinstance(fact, CheckIn):
                self.entries[fact.id] = (fact.list, bytes.fromhex(fact.serial))
            elif isinstance(fact, Annulment):
                self.undone.add(fact.target)

    def copied(self) -> "Known":
        """For a copy of the laptop."""
        return Known(dict(self.entries), set(self.undone))


@dataclass
class Guests:
    """What the organizer knows: tickets and lists as they are."""

    tickets: dict[bytes, TicketRow]
    lists: dict[UUID, ListRow]

    def copied(self) -> "Guests":
        """For a backup."""
        return Guests(dict(self.tickets), dict(self.lists))


@dataclass
class Evening:
    """One evening; `codes` are all tickets that anybody ever held, `begin` makes a laptop's files at a path."""

    server: Truth
    path: Path
    begin: Callable[[Path], None]
    festival: Festival = field(default_factory=Festival)
    members: list[Member] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    codes: list[tuple[bytes, str]] = field(default_factory=list)
    guests: Guests = field(default_factory=lambda: Guests({}, {}))
    backup: Guests = field(default_factory=lambda: Guests({}, {}))
    dark: set[UUID] = field(default_factory=set)
    """Lists on which somebody may be recorded as admitted who never saw a light."""

    def open_doors(self, skews: Sequence[timedelta]) -> None:
        """Begin with a guest list and one laptop for each of these errors of a clock; none has met the server yet."""
        page = self.festival.setting()
        self.guests.lists = {row.id: row for row in page.lists}
        self.server.tell(page)
        rows = [of.ticket_row(number) for number in range(1, GUESTS)]
        rows += [of.ticket_row(GUESTS, of=1, place=1), of.ticket_row(GUESTS + 1, PRESS)]
        self._issue(rows)
        self.server.tell(Page(guests=[of.guest_row(number) for number in (1, 2, 3, GUESTS + 1)]))
        self.server.back_up()
        self.backup = self.guests.copied()
        for number, skew in enumerate(skews):
            self._enrol(number, skew)

    def scan(self, who: int, which: int, where: int, kind: Kind = Kind.ENTRY, how: str = "scanned") -> None:
        """Somebody comes to a door. `how`: scanned, chosen from the list, allowed by a supervisor, or paid for."""
        member, (serial, text) = self._member(who), self.codes[which % len(self.codes)]
        door = self._door(where, kind)
        entered = Chosen(serial) if how == "chosen" else Scanned(text)
        outcome = member.redeem(door, entered, how == "allowed", TAKEN if how == "paid" else None)
        if outcome is None:
            self.dark.add(door.list)
        else:
            self._check(member, door, serial, outcome)
            if outcome.fact is not None and kind is Kind.ENTRY:
                self._knows(member).entries[outcome.fact] = (door.list, serial)

    def annul(self, who: int, which: int, allowed: bool) -> None:
        """A laptop undoes something that it told, or that the laptop told of which it is a copy."""
        member = self._member(who)
        if member.greens:
            fact = member.greens[which % len(member.greens)]
            if member.annul(self._door(0), fact, allowed):
                self._knows(member).undone.add(fact)

    def sync(self, who: int, troubles: Sequence[str] = ()) -> SyncState | None:
        """One cycle over a network that does this to its requests, in turn; None where the laptop died in it."""
        member = self._member(who)
        state = member.sync(self.server.api(member.device), list(troubles))
        if state is not None and state.connection is Connection.ONLINE:
            self._knows(member).hear(self.server.facts())
        return state

    def die(self, who: int, after: int, do: Callable[[], object]) -> None:
        """While `do` is done, this laptop's program ends after so many of its steps."""
        self._member(who).life.left = after
        do()

    def wait(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self.server.time += timedelta(seconds=seconds)
        for member in self.members:
            member.clock.wait(seconds)

    def set_clock(self, who: int, minutes: int) -> None:
        """Somebody sets a laptop's clock."""
        self._member(who).clock.wall += timedelta(minutes=minutes)

    def reboot(self, who: int, minutes: int) -> None:
        """A laptop is switched off and on; its clock was set meanwhile."""
        self._member(who).reboot(timedelta(minutes=minutes))

    def clone(self, who: int) -> None:
        """Somebody copies a laptop's disk to another one."""
        if len(self.members) < MOST_MEMBERS:
            member = self._member(who)
            self.known.append(self._knows(member).copied())
            self.members.append(member.copied(self.path / f"copy {len(self.members)}"))

    def change(self, which: int, **fields: Any) -> None:
        """The organizer changes a ticket; one that was replaced stays so, and who pays does for the registration."""
        self.wait(1)
        rows = list(self.guests.tickets.values())
        row = rows[which % len(rows)]
        if "settled" in fields:
            self._tell([replace(one, **fields) for one in rows if one.registration == row.registration])
        elif row.status is not Status.REVOKED:
            self._tell([replace(row, **fields)])

    def reissue(self, which: int) -> None:
        """The organizer replaces a ticket."""
        self.wait(1)
        rows = list(self.guests.tickets.values())
        row = rows[which % len(rows)]
        if row.status in (Status.VALID, Status.BLOCKED):
            self._tell([replace(row, status=Status.REVOKED)])
            self._issue([replace(row, serial=self._new_serial(), short_code=None)])

    def register(self) -> None:
        """Somebody buys a ticket during the evening."""
        number = int(self._new_serial(), 16)
        self.server.tell(Page(guests=[of.guest_row(number)]))
        self._issue([replace(of.ticket_row(number), short_code=None)])

    def settle_list(self, which: int, entry: EntryPolicy, opens: int | None, types: Sequence[int]) -> None:
        """The organizer changes a list: who enters how often, and from when (minutes from now)."""
        self.wait(1)
        rows = list(self.guests.lists.values())
        since = None if opens is None else self.server.time + timedelta(minutes=opens)
        row = replace(rows[which % len(rows)], entry=entry, opens=since, ticket_types=tuple(types))
        self.guests.lists[row.id] = row
        self.server.tell(Page(lists=[row]))

    def back_up(self) -> None:
        """A copy of the server is made."""
        self.server.back_up()
        self.backup = self.guests.copied()

    def restore(self) -> None:
        """The server goes on from that copy."""
        self.server.restore()
        self.guests = self.backup.copied()

    def door(self, list_id: UUID) -> Door:
        """A door at work on a list."""
        return Door(EVENT, list_id, NORTH)

    def close(self) -> None:
        """Everybody goes home."""
        for member in self.members:
            member.close()

    def _enrol(self, number: int, skew: timedelta) -> None:
        name = f"laptop {number}"
        self.begin(self.path / name)
        device, key = uuid5(SPACE, name), Ed25519PrivateKey.from_private_bytes(bytes(31) + bytes([number + 10]))
        self.server.enrol(device, key.public_key().public_bytes_raw())
        clock = Hands(self.server.time + skew, f"{name} boot")
        self.members.append(Member(self.path / name, device, Party(EVENT, SERVER, key), clock))
        self.known.append(Known())

    def _member(self, who: int) -> Member:
        return self.members[who % len(self.members)]

    def _knows(self, member: Member) -> Known:
        return next(known for one, known in zip(self.members, self.known, strict=True) if one is member)

    def _door(self, where: int, kind: Kind = Kind.ENTRY) -> Door:
        lists = list(self.guests.lists)
        return Door(EVENT, lists[where % len(lists)], NORTH, kind)

    def _new_serial(self) -> str:
        return of.serial(len(self.codes) + 100).hex()

    def _issue(self, rows: Sequence[TicketRow]) -> None:
        self._tell(rows)
        for row in rows:
            serial = bytes.fromhex(row.serial)
            self.codes.append((serial, self.festival.text(serial, row.ticket_type, row.settled)))

    def _tell(self, rows: Sequence[TicketRow]) -> None:
        self.guests.tickets |= {bytes.fromhex(row.serial): row for row in rows}
        self.server.tell(Page(tickets=list(rows)))

    def _check(self, member: Member, door: Door, serial: bytes, outcome: Shown) -> None:
        """Nobody enters twice by what this very laptop told or was told; nobody is sent away as if they had."""
        event = mirror.find_event(member.files.mirror, EVENT)
        assert event is not None, "a door judges with a list"
        found = mirror.find_list(member.files.mirror, event, door.list)
        if found is None or found.policy.entry is not EntryPolicy.ONCE or door.kind is Kind.EXIT:
            return
        known, seat = self._knows(member), member.seat_of(serial)
        before = [
            fact
            for fact, (where, other) in known.entries.items()
            if where == door.list and fact not in known.undone and member.seat_of(other) == seat
        ]
        verdict = outcome.verdict
        if isinstance(verdict, Admitted) and verdict.despite is None:
            assert not before, "somebody was let in twice by a door that knew it"
        elif not isinstance(verdict, Admitted) and verdict.reason is Reason.ALREADY_USED:
            told = {where for each in self.known for where, _ in each.entries.values()}
            assert door.list in told | self.dark, "somebody was sent away for an entry that nobody told of"
