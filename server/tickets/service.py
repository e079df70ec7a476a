"""Issue tickets, write and sign what their QR codes say, and make the keys that sign."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.ticket import Token, token_of
from server.events.models import Event
from server.piped import Pipe, Rows
from server.registrations.models import PaymentStatus
from server.sync import feed
from server.sync.feed import Executor
from server.tickets import keys, queries
from server.tickets.codes import new_serial, new_short_code
from server.tickets.models import EventKey, Ticket
from server.tickets.queries import LiveTicket, NewTicket
from server.tickets.signing import sign

SETTLED = frozenset({PaymentStatus.PAID, PaymentStatus.FREE})
"""Payment states in which nobody asks the guest for money."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A ticket to be issued for one place of a registration, or (None) a blank; a companion's has a name of its own.

    `serial` None: one is drawn. Whoever may have to ask twice draws it before.
    """

    registration_id: UUID | None
    ticket_type_id: UUID
    ticket_type_number: int
    payment_status: PaymentStatus
    place: int = 0
    status: str = "valid"
    holder_name: str | None = None
    serial: bytes | None = None


class Issuing(Protocol):
    """What an event says about the tickets that it issues."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def number(self) -> int:
        """Its number within tokens."""

    @property
    def takes_money_at_door(self) -> bool:
        """Whether a ticket is signed before it is paid."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket as the guest holds it: `token` is the QR code's text."""

    token: str
    short_code: str
    status: str


@dataclass(frozen=True, slots=True)
class NotSignedYet:
    """The ticket is not paid, and its event takes no money at the door: there is nothing to show."""


@dataclass(frozen=True, slots=True)
class NobodyThere:
    """The registration has no ticket for this place."""


async def add_key(session: AsyncSession, event_id: UUID, data_keys: tuple[bytes, ...]) -> int:
    """Give the event a new current signing key; the one before it becomes *old*. Publishes both; the new number.

    The caller holds the event's head.
    """
    made = keys.make_key(event_id, await queries.list_key_numbers(session, event_id), data_keys)
    changed = await queries.retire_current_key(session, event_id)
    session.add(
        EventKey(
            event_id=event_id,
            number=made.number,
            public_key=made.public_key,
            private_key_sealed=made.private_key_sealed,
        )
    )
    await session.flush()
    await feed.publish(session, event_id, feed.Entity.KEY, [*changed, made.number])
    return made.number


@dataclass(frozen=True, slots=True)
class Codes:
    """Short codes that were drawn, and those of them that tickets of the event have already."""

    drawn: frozenset[str]
    taken: Rows[str]

    def free(self) -> set[str]:
        """Those that nobody has; once their pipe is closed."""
        return set(self.drawn.difference(self.taken.all()))


def ask_codes(pipe: Pipe, event_id: UUID, count: int) -> Codes:
    """Draw so many short codes, and ask which are free, in the journey that locks the event."""
    drawn = frozenset(new_short_code() for _ in range(count))
    return Codes(drawn, queries.ask_taken_codes(pipe, event_id, sorted(drawn)))


async def draw(
    session: Executor,
    event: Issuing,
    wanted: Sequence[Wanted],
    key_number: int | None = None,
    codes: Collection[str] = (),
) -> list[NewTicket]:
    """Draw serials and short codes for tickets to be issued, in the order wanted; `store` writes them.

    The caller holds the event's head, so a short code that is free now stays free; and may know the number of the
    current key, and `codes` that are free.
    """
    if key_number is None:
        key_number = await queries.get_current_key_number(session, event.id)
    codes = await _free_codes(session, event.id, len(wanted), codes)
    return [_drawn(event, key_number, each, code) for each, code in zip(wanted, codes, strict=True)]


async def store(session: Executor, event_id: UUID, tickets: Sequence[NewTicket]) -> None:
    """Write drawn tickets, whose registrations exist by now, and publish them."""
    await queries.insert(session, event_id, tickets)
    await feed.publish(session, event_id, feed.Entity.TICKET, [ticket.serial for ticket in tickets])


async def send(pipe: Pipe, event_id: UUID, tickets: Sequence[NewTicket], head: int) -> int:
    """As `store` through a pipe, for who knows the event's revision; the revision after it."""
    await queries.insert(pipe, event_id, tickets)
    serials = [ticket.serial for ticket in tickets]
    return feed.send_publish(pipe, event_id, feed.Entity.TICKET, serials, head).stop - 1


async def change_status(
    session: AsyncSession, event_id: UUID, registration_ids: Sequence[UUID], status: str, before: Sequence[str]
) -> Sequence[Ticket]:
    """Move tickets of these registrations from one of the statuses `before` to `status`; publish those that moved."""
    changed = await queries.set_status(session, registration_ids, status, before)
    await feed.publish(session, event_id, feed.Entity.TICKET, [ticket.serial for ticket in changed])
    return changed


async def sign_again(
    session: AsyncSession, event: Event, registration_ids: Sequence[UUID] | None = None
) -> list[bytes]:
    """Write anew what tickets say after money came or went, of some registrations or of the whole event; their serials.

    A serial stays; only the *settled* bit, or whether there is anything to show, changes.
    """
    key_number = await queries.get_current_key_number(session, event.id)
    live = await queries.list_live(session, event.id, registration_ids)
    contents = {
        ticket.serial: _content(event, key_number, ticket.serial, ticket.ticket_type_number, ticket.payment_status)
        for ticket in live
    }
    await queries.write_signed(session, contents)
    own = {ticket.registration_id: contents[ticket.serial] for ticket in live if ticket.place == 0}
    await queries.write_qr_codes(session, own)
    return list(contents)


async def reissue(session: AsyncSession, event: Event, registration_ids: Sequence[UUID]) -> None:
    """Void the tickets of these registrations for ever and issue new ones in their places; a blocked one stays so.

    The caller holds the event's head.
    """
    live = await queries.list_live(session, event.id, registration_ids)
    await change_status(session, event.id, registration_ids, "revoked", ("valid", "blocked"))
    drawn = await draw(session, event, [_successor(ticket) for ticket in live])
    await store(session, event.id, drawn)
    await write_own_codes(session, drawn)


async def write_own_codes(session: AsyncSession, drawn: Sequence[NewTicket]) -> None:
    """Let registrations name the own tickets among these in their `qr_code`."""
    own = {each.registration_id: each.signed for each in drawn if each.registration_id is not None and each.place == 0}
    await queries.write_qr_codes(session, own)


async def show(
    session: AsyncSession, registration_id: UUID, data_keys: tuple[bytes, ...], place: int = 0
) -> Shown | NotSignedYet | NobodyThere:
    """The guest's own ticket, or that of a companion's place, signed; a void one is shown too, with its status."""
    ticket = await queries.find_shown(session, registration_id, place)
    if ticket is None:
        return NobodyThere()
    if ticket.signed is None:
        return NotSignedYet()
    key = await queries.get_key(session, ticket.event_id, token_of(ticket.signed).key_number)
    private = keys.open_key(key.event_id, key.number, key.private_key_sealed, data_keys)
    return Shown(sign(ticket.signed, private), ticket.short_code, ticket.status)


async def texts_of(
    session: AsyncSession, event_id: UUID, contents: Sequence[bytes], data_keys: tuple[bytes, ...]
) -> list[str]:
    """What the codes of these tickets of one event say, signed again; `contents` are their sixteen bytes, in order."""
    private = {}
    for number in sorted({token_of(content).key_number for content in contents}):
        key = await queries.get_key(session, event_id, number)
        private[number] = keys.open_key(event_id, number, key.private_key_sealed, data_keys)
    return await to_thread.run_sync(lambda: [sign(each, private[token_of(each).key_number]) for each in contents])


def _successor(ticket: LiveTicket) -> Wanted:
    return Wanted(
        ticket.registration_id,
        ticket.ticket_type_id,
        ticket.ticket_type_number,
        ticket.payment_status,
        ticket.place,
        ticket.status,
        ticket.holder_name,
    )


def _drawn(event: Issuing, key_number: int, wanted: Wanted, code: str) -> NewTicket:
    serial = wanted.serial or new_serial()
    signed = _content(event, key_number, serial, wanted.ticket_type_number, wanted.payment_status)
    return NewTicket(
        serial,
        wanted.registration_id,
        wanted.place,
        wanted.ticket_type_id,
        wanted.status,
        signed,
        code,
        wanted.holder_name,
    )


def _content(event: Issuing, key_number: int, serial: bytes, type_number: int, payment: PaymentStatus) -> bytes | None:
    settled = payment in SETTLED
    if not settled and not event.takes_money_at_door:
        return None
    return Token(key_number, event.number, serial, type_number, settled).content()


async def _free_codes(session: Executor, event_id: UUID, count: int, known: Collection[str]) -> list[str]:
    codes = set(known)
    while (missing := count - len(codes)) > 0:
        drawn = {new_short_code() for _ in range(missing)}
        codes |= drawn - await queries.list_taken_codes(session, event_id, sorted(drawn))
    return list(codes)[:count]
