"""A small festival to test with: its event, lists, keys, and as many tickets as a test wants."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core import ticket
from eventreg_core.admission import EntryPolicy, Status
from eventreg_core.ticket import KeyState, Token
from eventreg_core.wire import EventRow, GateRow, GuestRow, KeyRow, ListRow, Page, TicketRow, TypeRow

NAMES = ("Anna Müller", "Łukasz Nowak", "Sinéad O'Brien", "李 小龙", "Bo", "100 % _Real_")
SPACE = UUID("0a7e1c1e-0000-4000-8000-000000000000")
EVENT = uuid5(SPACE, "event")
SERVER = uuid5(SPACE, "server")
MAIN = uuid5(SPACE, "main list")
CLUB = uuid5(SPACE, "club list")
DAYS = uuid5(SPACE, "daily list")
NORTH = uuid5(SPACE, "north gate")
ADULT, PRESS = 1, 2


@dataclass(frozen=True)
class Festival:
    """The festival; `key` signs its tickets."""

    number: int = 7
    key: Ed25519PrivateKey = field(default_factory=lambda: Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01"))
    key_number: int = 1

    def text(self, serial: bytes, ticket_type: int = ADULT, settled: bool = True, event: int | None = None) -> str:
        """What a ticket's QR code says."""
        token = Token(self.key_number, self.number if event is None else event, serial, ticket_type, settled)
        content = token.content()
        return ticket.text_of(content, self.key.sign(ticket.SIGNED_PREFIX + content))

    def setting(self, key_state: KeyState = KeyState.CURRENT) -> Page:
        """Everything but tickets and guests."""
        return Page(
            events=[
                EventRow(
                    id=EVENT,
                    number=self.number,
                    name="Sommerfest",
                    venue="Am See",
                    zone="Europe/Berlin",
                    date=datetime(2026, 7, 1, 16, tzinfo=UTC),
                )
            ],
            ticket_types=[
                TypeRow(id=uuid5(SPACE, "adult"), number=ADULT, name="Adult"),
                TypeRow(id=uuid5(SPACE, "press"), number=PRESS, name="Press"),
            ],
            lists=[
                ListRow(id=MAIN, name="Main door", entry=EntryPolicy.ONCE, ticket_types=(ADULT,)),
                ListRow(id=CLUB, name="Club", entry=EntryPolicy.REENTRY, ticket_types=(ADULT, PRESS)),
                ListRow(id=DAYS, name="Days", entry=EntryPolicy.DAILY, ticket_types=(ADULT, PRESS)),
            ],
            gates=[GateRow(id=NORTH, name="North", list=MAIN)],
            keys=[
                KeyRow(number=self.key_number, public=self.key.public_key().public_bytes_raw().hex(), state=key_state)
            ],
        )


def serial(number: int) -> bytes:
    """The serial of guest `number`."""
    return number.to_bytes(8)


def registration(number: int) -> UUID:
    """The registration of guest `number`."""
    return uuid5(SPACE, f"registration {number}")


def ticket_row(
    number: int,
    ticket_type: int = ADULT,
    status: Status = Status.VALID,
    settled: bool = True,
    of: int | None = None,
    place: int = 0,
    holder: str | None = None,
) -> TicketRow:
    """The ticket of guest `number`, or (with `of`) another ticket of that guest's registration, maybe in a name."""
    return TicketRow(
        serial=serial(number).hex(),
        ticket_type=ticket_type,
        status=status,
        settled=settled,
        registration=registration(number if of is None else of),
        place=place,
        short_code=f"AB-{number:04}",
        holder_name=holder,
    )


def guest_row(number: int, name: str | None = None, phone_tail: str = "") -> GuestRow:
    """Guest `number`."""
    name = NAMES[number % len(NAMES)] if name is None else name
    email = f"guest{number}@example.org"
    return GuestRow(registration=registration(number), name=name, email=email, phone_tail=phone_tail)


def guests(count: int) -> Page:
    """Guests 1 to `count` with one ticket each."""
    numbers = range(1, count + 1)
    return Page(tickets=[ticket_row(n) for n in numbers], guests=[guest_row(n) for n in numbers])
