"""The truth about one place on one list: what its doors told, in corrected order, and what was due each time.

Pure. A place is a registration's place on a check-in list, whatever serials its tickets had. Told verdicts are final:
people are counted by them. What was due is derived, from everything that is known, as of each fact's own time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import msgspec

from eventreg_core import admission
from eventreg_core.admission import ALWAYS, Kind, Passage, Policy, Refused, Scan, Ticket, Verdict
from eventreg_core.clock import EARLIEST, LATEST
from eventreg_core.facts import Annulment, CheckIn, Exit, Payment, RefusedScan
from eventreg_core.history import Moment, Rules, TicketHistory
from eventreg_core.ticket import Picked

Fact = CheckIn | Exit | RefusedScan | Annulment | Payment
"""What the truth about a place is made of."""
NOBODYS = UUID(int=0)
_ANY_TYPE = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with what is known beside it.

    `at`: when it happened (see placing); `anchored`: false where only its own clock says so. `seen`: the revision that
    its door knew. `device`: who keeps it, None for the server.
    """

    fact: Fact
    hash: str
    at: datetime
    anchored: bool = True
    seen: int | None = None
    device: UUID | None = None

    @property
    def is_entry(self) -> bool:
        """Whether somebody was let in."""
        return isinstance(self.fact, CheckIn)


@dataclass(frozen=True, slots=True)
class Judged:
    """A passage or refusal beside what was due; `could_know`: whether its door could know that.

    `undone`: an annulment names it, so it does not count. `before`: the entry before it that counts.
    """

    told: Told
    due: Verdict
    could_know: bool
    undone: bool
    before: Told | None


@dataclass(frozen=True, slots=True)
class Truth:
    """What happened at one place, in order; who is inside, how often somebody came in, and who undid what."""

    judged: tuple[Judged, ...]
    annulments: tuple[Told, ...]
    inside: bool
    entries: int

    @property
    def admitted(self) -> bool:
        """Whether anybody came in at all."""
        return self.entries > 0


def replay(told: Iterable[Told], tickets: Mapping[bytes, TicketHistory], rules: Rules) -> Truth:
    """Replay what was told of one place through the rule; rehearsals are left out.

    The same facts give the same answer whatever order they came in. Of two facts with one id the greater hash counts.
    Who paid at a door is settled from then on.
    """
    known = {each.fact.id: each for each in sorted(told, key=lambda one: one.hash) if not each.fact.rehearsal}
    ordered = in_order(known.values())
    undone = {each.fact.target for each in ordered if isinstance(each.fact, Annulment)}
    judged: list[Judged] = []
    passages: list[Passage] = []
    last: Told | None = None
    paid = False
    for each in ordered:
        if isinstance(each.fact, Annulment | Payment):
            paid = paid or isinstance(each.fact, Payment)
            continue
        due, could_know = _due(each, each.fact, tickets, rules, passages, paid)
        counts = each.fact.id not in undone
        judged.append(Judged(each, due, could_know, not counts, last))
        if counts and not isinstance(each.fact, RefusedScan):
            passages.append(Passage(Kind.ENTRY if each.is_entry else Kind.EXIT, each.at, each.fact.id, each.fact.gate))
            last = each if each.is_entry else last
    entries = sum(passage.kind is Kind.ENTRY for passage in passages)
    annulments = tuple(each for each in ordered if isinstance(each.fact, Annulment))
    return Truth(tuple(judged), annulments, admission.inside(passages), entries)


def in_order(told: Iterable[Told]) -> list[Told]:
    """Facts in the order in which they happened, each with the time that follows from it.

    Boots of one journal never overlap, so the numbers of its facts always hold: a fact without an anchored clock lies
    between those beside it. When facts arrived says nothing.
    """
    journals: dict[UUID, list[Told]] = {}
    for each in told:
        journals.setdefault(each.fact.journal or NOBODYS, []).append(each)
    servers = journals.pop(NOBODYS, [])
    straight = [each for mine in journals.values() for each in _by_number(mine)]
    return sorted(servers + straight, key=_sort_key)


def _sort_key(told: Told) -> tuple[datetime, UUID, int, UUID]:
    return told.at, told.fact.journal or NOBODYS, told.fact.seq or 0, told.fact.id


def _by_number(mine: Sequence[Told]) -> list[Told]:
    bounded: list[Told] = []
    not_after, not_before = LATEST, EARLIEST
    for each in sorted(mine, key=lambda one: (one.fact.seq or 0, one.fact.id), reverse=True):
        not_after = min(not_after, each.at) if each.anchored else not_after
        bounded.append(each if each.anchored else _moved(each, min(each.at, not_after)))
    straight = []
    for each in reversed(bounded):
        not_before = max(not_before, each.at)
        straight.append(_moved(each, not_before))
    return straight


def _moved(told: Told, at: datetime) -> Told:
    return told if told.at == at else replace(told, at=at)


def _due(
    told: Told,
    fact: CheckIn | Exit | RefusedScan,
    tickets: Mapping[bytes, TicketHistory],
    rules: Rules,
    before: Sequence[Passage],
    paid: bool,
) -> tuple[Verdict, bool]:
    serial = bytes.fromhex(fact.serial or "")
    moment = Moment(told.at, told.seen)
    history, policy = tickets.get(serial), rules.at(moment)
    ticket = history.at(moment) if history is not None else None
    ticket = msgspec.structs.replace(ticket, settled=True) if ticket is not None and paid else ticket
    could_know = rules.could_know(moment) and (history is None or history.could_know(moment))
    if told.device is None:
        # The server's tables were never behind: only what was told elsewhere can speak against an entry.
        if isinstance(fact, RefusedScan):
            return Refused(fact.reason), True
        ticket, policy = Ticket(serial, None, 0, _ANY_TYPE), _entry_only(policy)
    kind = Kind.EXIT if isinstance(fact, Exit) else fact.direction if isinstance(fact, RefusedScan) else Kind.ENTRY
    return admission.decide(Scan(Picked(serial), kind), ticket, before, policy, told.at), could_know


def _entry_only(policy: Policy) -> Policy:
    return replace(policy, ticket_types={_ANY_TYPE: ALWAYS}, window=ALWAYS)
