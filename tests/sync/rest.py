"""When it is quiet again: what must be true of every evening, whatever happened in it."""

import random
from collections import Counter
from uuid import UUID

from eventreg_core.admission import Kind
from eventreg_core.facts import Annulment, CheckIn, Exit, Recorded
from eventreg_core.wire import PushRequest
from eventreg_desktop.store import journal, mirror
from eventreg_desktop.sync.state import Connection, SyncState
from tests.sync.evening import Evening
from tests.sync.member import Member
from tests.sync.outcome import Outcome

ROUNDS = 6
"""A copy finds out in the first that it is one, begins a journal of its own, and hears of the others in the next."""
LONGEST = 4
"""Facts of one portion, when all is uploaded in another order."""


def come_to_rest(evening: Evening, orders: int, dice: random.Random) -> Outcome:
    """Let everybody sync over a good network, and look at everything.

    Nothing is lost and nothing double; laptops and server agree; the state and the conflicts are those of any other
    order of arrival (`orders` of them are tried, after which the server knows the facts by the last).
    """
    _sync_all(evening)
    facts = evening.server.facts()
    _nothing_lost_nothing_double(evening, facts)
    for member in evening.members:
        _agree(evening, member, facts)
    outcome = evening.server.outcome()
    for _ in range(orders):
        other = evening.server.anew(portions(evening, dice))
        assert other == outcome, "another order of arrival ends in another state"
    return outcome


def portions(evening: Evening, dice: random.Random) -> list[tuple[UUID, PushRequest]]:
    """Everything that was told in pieces, in any order, some of it twice."""
    pieces: list[tuple[UUID, PushRequest]] = []
    for member in evening.members:
        for of, chain in member.journals():
            first = 0
            while first < len(chain):
                last = min(len(chain), first + dice.randint(1, LONGEST))
                pieces.append((member.device, member.portion(of, chain[first:last])))
                first = last
    pieces += [piece for piece in pieces if dice.random() < 0.2]
    dice.shuffle(pieces)
    return pieces


def _sync_all(evening: Evening) -> None:
    before, reached, states = set[int](), set[int](), list[SyncState | None]()
    for _ in range(ROUNDS):
        before = reached
        states = [evening.sync(which) for which in range(len(evening.members))]
        reached = {state.revision for state in states if state is not None and not state.unsent}
        if len(reached) == 1 and reached == before:
            break
    for state in states:
        assert state is not None, "nobody dies any more"
        assert state.connection is Connection.ONLINE, f"no way to the server: {state.sentence}"
        assert state.unsent == 0, "a laptop keeps facts to itself"
    assert len(reached) == 1, "laptops end at different changes"
    assert all(member.is_whole() for member in evening.members), "a journal's chain is broken"


def _nothing_lost_nothing_double(evening: Evening, facts: list[Recorded]) -> None:
    held = {each.hash for member in evening.members for _, chain in member.journals() for each in chain}
    came = Counter(each.hash for each in facts)
    assert held <= came.keys(), "a fact is lost"
    assert max(came.values(), default=1) == 1, "a fact is there twice"
    assert max(Counter(each.fact.id for each in facts).values(), default=1) == 1, "two facts share an id"
    greens = {green for member in evening.members for green in member.greens}
    assert greens <= {each.fact.id for each in facts}, "somebody saw green, and there is no fact of it"


def _agree(evening: Evening, member: Member, facts: list[Recorded]) -> None:
    known = mirror.state(member.files.mirror)
    assert journal.counts(member.files.journal).quarantined == 0, "a good fact was set aside"
    shown, counted = member.figures(map(evening.door, evening.guests.lists)), evening.server.figures()
    assert shown == counted, "a door and the server count differently"
    rows = member.files.mirror.execute("SELECT serial, ticket_type, status, settled, registration, place FROM tickets")
    assert {row[0]: tuple(row[1:]) for row in rows} == {
        serial: (row.ticket_type, row.status, row.settled, str(row.registration), row.place)
        for serial, row in evening.guests.tickets.items()
    }, f"the guest list differs at revision {known.cursor.revision}"
    standing = _standing(evening, facts)
    for list_id in evening.guests.lists:
        for serial, _ in evening.codes:
            here = {fact for fact, _ in member.standing(list_id, serial)}
            assert here == standing.get((list_id, _seat(evening, serial)), set()), "who entered is told differently"


def _standing(evening: Evening, facts: list[Recorded]) -> dict[tuple[UUID, object], set[UUID]]:
    undone = {each.fact.target for each in facts if isinstance(each.fact, Annulment)}
    standing: dict[tuple[UUID, object], set[UUID]] = {}
    for each in facts:
        fact = each.fact
        if isinstance(fact, CheckIn | Exit) and fact.id not in undone:
            seat = _seat(evening, bytes.fromhex(fact.serial))
            standing.setdefault((fact.list, seat), set()).add(fact.id)
    return standing


def _seat(evening: Evening, serial: bytes) -> object:
    row = evening.guests.tickets.get(serial)
    return serial if row is None else (row.registration, row.place)


def inside(member: Member, list_id: UUID, serial: bytes) -> bool:
    """Whether this door takes the holder of this ticket to be inside."""
    standing = member.standing(list_id, serial)
    return bool(standing) and standing[-1][1] is Kind.ENTRY
