"""Who of those who ask gets a place: pure, in the order of asking, over what is taken already."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from server.registrations.models import PaymentStatus


@dataclass(frozen=True, slots=True)
class Registering:
    """Somebody who asks for a place, with named companions for more; e-mail in its normal form, secrets sealed.

    `payment_status` None: FREE for a type that costs nothing, else PENDING. `id` is the new registration's, where it
    was made before (a cancelled one that comes back keeps its own). `language` None: that of the request.
    `box_office`: may have the reserved places, and types whose sale is closed. `offered`: has places that were offered
    to them from the waiting list, and are counted as offered.
    """

    user_email: str
    full_name: str
    phone_sealed: bytes | None = None
    ticket_type_id: UUID | None = None
    payment_status: PaymentStatus | None = None
    id: UUID | None = None
    companions: tuple[str, ...] = ()
    language: str | None = None
    order_id: UUID | None = None
    import_id: UUID | None = None
    notes_sealed: bytes | None = None
    answers_sealed: bytes | None = None
    box_office: bool = False
    offered: bool = False

    @property
    def tickets(self) -> int:
        """Places that this takes: their own and one for each companion."""
        return 1 + len(self.companions)


@dataclass(frozen=True, slots=True)
class OnSale:
    """A ticket type with the tickets that count against its quota (None: no quota of its own).

    It is sold from `sale_from` until just before `sale_until` (None: no bound).
    """

    id: UUID
    number: int
    price_minor: int
    quota: int | None
    sold: int
    offered: int = 0
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    companions_allowed: int = 0


@dataclass(frozen=True, slots=True)
class Shop:
    """What an event has and what of it is taken at `now`; `capacity` None: any number of places.

    The last `reserved` places are the box office's. `known` are the registrations that the askers' e-mails have
    already: id, or None where the registration is in force and not cancelled.
    """

    capacity: int | None
    sold: int
    types: Sequence[OnSale]
    now: datetime
    offered: int = 0
    reserved: int = 0
    has_waiting_list: bool = False
    known: Mapping[str, UUID | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A place for the asker and for each companion; `revives` is the cancelled registration that comes back."""

    asker: Registering
    ticket_type: OnSale
    payment_status: PaymentStatus
    revives: UUID | None


@dataclass(frozen=True, slots=True)
class DuplicateRegistration:
    """This e-mail has a place at the event already."""


@dataclass(frozen=True, slots=True)
class SoldOut:
    """Event or quota has fewer places left than were asked for; `waiting_list`: one may wait for some."""

    waiting_list: bool


@dataclass(frozen=True, slots=True)
class SaleClosed:
    """The type is not sold at present, but between these times."""

    sale_from: datetime | None
    sale_until: datetime | None


@dataclass(frozen=True, slots=True)
class TooManyCompanions:
    """The type allows fewer."""

    allowed: int


@dataclass(frozen=True, slots=True)
class UnknownTicketType:
    """The event has no such ticket type."""


@dataclass(frozen=True, slots=True)
class TicketTypeNeeded:
    """The event has several ticket types, and none was named."""


@dataclass(frozen=True, slots=True)
class NothingOnSale:
    """The event has no ticket types yet."""


NoPlace = (
    DuplicateRegistration
    | SoldOut
    | SaleClosed
    | TooManyCompanions
    | UnknownTicketType
    | TicketTypeNeeded
    | NothingOnSale
)


def allot(shop: Shop, askers: Sequence[Registering]) -> list[Place | NoPlace]:
    """Give out places, first come first served; one answer for each asker, in order.

    Who is registered already hears that, also where nothing is left: they need not wait for what they have. Nobody
    gets a part of what they asked for.
    """
    counted = _Counted(shop)
    return [counted.answer(asker) for asker in askers]


class _Counted:
    """The shop while its places are given out."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._taken = shop.sold + shop.offered
        self._offered = shop.offered
        self._taken_of = Counter({each.id: each.sold + each.offered for each in shop.types})
        self._offered_of = Counter({each.id: each.offered for each in shop.types})
        self._seated = {email for email, cancelled in shop.known.items() if cancelled is None}

    def answer(self, asker: Registering) -> Place | NoPlace:
        ticket_type = self._type_for(asker)
        if not isinstance(ticket_type, OnSale):
            return ticket_type
        if asker.user_email in self._seated:
            return DuplicateRegistration()
        if len(asker.companions) > ticket_type.companions_allowed:
            return TooManyCompanions(ticket_type.companions_allowed)
        if not (asker.box_office or asker.offered or _is_sold_at(ticket_type, self._shop.now)):
            return SaleClosed(ticket_type.sale_from, ticket_type.sale_until)
        if not self._take(asker, ticket_type):
            return SoldOut(self._shop.has_waiting_list)
        self._seated.add(asker.user_email)
        free = PaymentStatus.FREE if ticket_type.price_minor == 0 else PaymentStatus.PENDING
        payment_status = asker.payment_status or free
        return Place(asker, ticket_type, payment_status, self._shop.known.get(asker.user_email))

    def _type_for(self, asker: Registering) -> OnSale | UnknownTicketType | TicketTypeNeeded | NothingOnSale:
        types = self._shop.types
        if not types:
            return NothingOnSale()
        if asker.ticket_type_id is None:
            return types[0] if len(types) == 1 else TicketTypeNeeded()
        return next((each for each in types if each.id == asker.ticket_type_id), UnknownTicketType())

    def _take(self, asker: Registering, ticket_type: OnSale) -> bool:
        if asker.offered:
            return self._take_offered(asker.tickets, ticket_type)
        capacity, quota = self._shop.capacity, ticket_type.quota
        if capacity is not None:
            kept = 0 if asker.box_office else self._shop.reserved
            if self._taken + asker.tickets > capacity - kept:
                return False
        if quota is not None and self._taken_of[ticket_type.id] + asker.tickets > quota:
            return False
        self._taken += asker.tickets
        self._taken_of[ticket_type.id] += asker.tickets
        return True

    def _take_offered(self, tickets: int, ticket_type: OnSale) -> bool:
        # What is offered is counted as taken already.
        if min(self._offered, self._offered_of[ticket_type.id]) < tickets:
            return False
        self._offered -= tickets
        self._offered_of[ticket_type.id] -= tickets
        return True


def _is_sold_at(ticket_type: OnSale, now: datetime) -> bool:
    begun = ticket_type.sale_from is None or ticket_type.sale_from <= now
    return begun and (ticket_type.sale_until is None or now < ticket_type.sale_until)
