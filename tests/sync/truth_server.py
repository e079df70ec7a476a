"""The server in memory with all that it takes to tell the truth: histories, clocks, places, conflicts.

The rule, the replay, the placing in time and the conflicts are the very functions of `eventreg_core` that the real
server calls; what is written here anew is only where things are kept.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from eventreg_core.admission import Kind, Policy, Status, Window
from eventreg_core.conflict import Class, conflicts_of, state_hash
from eventreg_core.facts import Annulment, CheckIn, Exit, Payment, Recorded, RefusedScan
from eventreg_core.history import Former, Rules, TicketHistory, Timeline
from eventreg_core.placing import Anchor, anchors_of, placed
from eventreg_core.truth import Told, Truth, replay
from eventreg_core.wire import ListRow, Page, TicketRow
from tests.sync.memory_server import MemoryServer
from tests.sync.outcome import Figures, Outcome, Seat

ZONE = "Europe/Berlin"
Value = TypeVar("Value")


@dataclass
class TruthServer(MemoryServer):
    """A server of one event that can be asked for the truth. `owners`: whose each journal is."""

    tickets: dict[bytes, TicketHistory] = field(default_factory=dict)
    lists: dict[UUID, ListRow] = field(default_factory=dict)
    rules: dict[UUID, Rules] = field(default_factory=dict)
    owners: dict[UUID, UUID] = field(default_factory=dict)
    anchors: dict[tuple[UUID, str], Anchor] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)
    kept: list[Recorded] = field(default_factory=list)

    def tell(self, page: Page) -> None:
        """Publish rows, and remember what tickets and lists were before."""
        self.publish(page)
        for ticket in page.tickets:
            self._remember_ticket(ticket)
        for row in page.lists:
            self._remember_list(row)

    def forgetful(self) -> "TruthServer":
        """The same server before any fact came."""
        other = self.copied()
        assert isinstance(other, TruthServer)
        for what in (other.facts, other.senders, other.heads, other.continues, other.anchors, other.times):
            what.clear()
        other.kept.clear()
        return other

    def outcome(self) -> Outcome:
        """The state's hash, and every conflict there is."""
        truths = self.truths()
        listed = [
            (f"{one.kind} {seat}", one.facts, one.undue, one.outcome.value)
            for seat, truth in truths.items()
            for one in conflicts_of(truth)
        ]
        listed += [(f"{kind} {journal}", facts, (), "accepted") for kind, journal, facts in self._of_journals()]
        hashed = state_hash((f"{seat}", truth) for seat, truth in truths.items())
        return Outcome(hashed, tuple(sorted(listed)))

    def truths(self) -> dict[Seat, Truth]:
        """The truth about each place of each list."""
        told: dict[Seat, list[Told]] = defaultdict(list)
        paid: dict[object, list[Told]] = defaultdict(list)
        undone: dict[UUID, list[Told]] = defaultdict(list)
        for each in self._told():
            fact = each.fact
            if isinstance(fact, Annulment):
                undone[fact.target].append(each)
            elif isinstance(fact, Payment):
                paid[self._whose(fact.serial)].append(each)
            elif fact.serial is not None:
                told[Seat(fact.list, *self._whose(fact.serial))].append(each)
        truths = {}
        for seat, those in told.items():
            undo = [one for each in those for one in undone[each.fact.id]]
            whole = [*those, *undo, *paid[(seat.registration, seat.place, seat.serial)]]
            truths[seat] = replay(whole, self._tickets_at(seat), self.rules[seat.list])
        return truths

    def figures(self) -> dict[UUID, Figures]:
        """Inside, admitted and expected of each list, as the server counts them: of one instant the greater id."""
        people: dict[Seat, list[tuple[int, UUID, Kind]]] = defaultdict(list)
        for recorded in self._standing():
            fact = recorded.fact
            assert isinstance(fact, CheckIn | Exit)
            kind = Kind.ENTRY if isinstance(fact, CheckIn) else Kind.EXIT
            at_ms = int(self.times[recorded.hash].timestamp() * 1000)
            people[Seat(fact.list, *self._whose(fact.serial))].append((at_ms, fact.id, kind))
        counted = {}
        for id_, row in self.lists.items():
            here = [each for seat, each in people.items() if seat.list == id_]
            inside = sum(max(each)[2] is Kind.ENTRY for each in here)
            came = sum(any(kind is Kind.ENTRY for *_, kind in each) for each in here)
            counted[id_] = Figures(inside, came, self._expected(row))
        return counted

    def _expected(self, row: ListRow) -> int:
        due = (Status.VALID, Status.BLOCKED)
        return sum(one.status.now in due and one.ticket_type.now in row.ticket_types for one in self.tickets.values())

    def _standing(self) -> list[Recorded]:
        those = [one for one in self.facts.values() if not one.fact.rehearsal]
        undone = {one.fact.target for one in those if isinstance(one.fact, Annulment)}
        return [one for one in those if isinstance(one.fact, CheckIn | Exit) and one.fact.id not in undone]

    def _told(self) -> Iterable[Told]:
        for recorded in self.facts.values():
            fact = recorded.fact
            if isinstance(fact, CheckIn | Exit | RefusedScan | Annulment | Payment) and fact.journal is not None:
                seen = fact.seen.revision if fact.seen is not None and fact.seen.epoch == self.epoch else None
                anchored = (fact.journal, fact.boot) in self.anchors
                at, owner = self.times[recorded.hash], self.owners[fact.journal]
                yield Told(fact, recorded.hash, at, anchored, seen, owner)

    def _whose(self, serial: str) -> tuple[UUID | None, int, str]:
        ticket = self.tickets.get(bytes.fromhex(serial))
        if ticket is None or ticket.registration is None:
            return None, 0, serial
        return ticket.registration, ticket.place, ""

    def _tickets_at(self, seat: Seat) -> dict[bytes, TicketHistory]:
        whose = (seat.registration, seat.place, seat.serial)
        return {each: one for each, one in self.tickets.items() if self._whose(each.hex()) == whose}

    def _of_journals(self) -> Iterable[tuple[Class, UUID, tuple[UUID, ...]]]:
        for journal in self.owners:
            mine = [one for one in self.facts.values() if one.fact.journal == journal]
            numbers, ids = Counter(one.fact.seq for one in mine), Counter(one.fact.id for one in mine)
            split = sorted({one.fact.id for one in mine if numbers[one.fact.seq] > 1 or ids[one.fact.id] > 1})
            if split:
                yield Class.FORKED_JOURNAL, journal, tuple(split)
            if mine and len(numbers) < max(one.fact.seq or 0 for one in mine):
                yield Class.MISSING_FACTS, journal, ()

    def _keep(self, device: UUID, journal: UUID, recorded: Recorded) -> None:
        self.owners.setdefault(journal, device)
        self.kept.append(recorded)
        super()._keep(device, journal, recorded)
        for boot, anchor in anchors_of([recorded.fact]).items():
            known = self.anchors.get((journal, boot))
            if known is None or anchor < known:
                self.anchors[journal, boot] = anchor
                self._place_again(journal, boot)

    def _at(self, recorded: Recorded) -> datetime:
        fact = recorded.fact
        assert fact.journal is not None
        at = placed(fact, self.anchors.get((fact.journal, fact.boot)))
        self.times[recorded.hash] = at
        return at

    def _place_again(self, journal: UUID, boot: str) -> None:
        for recorded in list(self.facts.values()):
            if (recorded.fact.journal, recorded.fact.boot) == (journal, boot):
                before = self.times[recorded.hash]
                if self._at(recorded) != before:
                    self._publish_fact(recorded)

    def _remember_ticket(self, row: TicketRow) -> None:
        serial = bytes.fromhex(row.serial)
        known = self.tickets.get(serial)
        if known is None:
            lines = Timeline(row.ticket_type), Timeline(row.status), Timeline(row.settled)
            self.tickets[serial] = TicketHistory(serial, row.registration, row.place, *lines)
            return
        self.tickets[serial] = TicketHistory(
            serial,
            row.registration,
            row.place,
            self._went_on(known.ticket_type, row.ticket_type),
            self._went_on(known.status, row.status),
            self._went_on(known.settled, row.settled),
        )

    def _remember_list(self, row: ListRow) -> None:
        types = dict.fromkeys(row.ticket_types, Window())
        policy = Policy(row.entry, types, ZONE, Window(row.opens, row.closes), row.day_starts_at)
        known = self.rules.get(row.id)
        self.lists[row.id] = row
        self.rules[row.id] = Timeline(policy) if known is None else self._went_on(known, policy)

    def _went_on(self, line: Timeline[Value], value: Value) -> Timeline[Value]:
        if line.now == value:
            return line
        return Timeline(value, (*line.former, Former(line.now, self.time, len(self.feed))))
