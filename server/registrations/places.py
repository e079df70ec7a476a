"""Who of those who ask gets a place: pure, in the order of asking, over what is sold already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from server.registrations.models import PaymentStatus


@dataclass(frozen=True, slots=True)
class Registering:
    """Somebody who asks for a place; e-mail in its normal form, phone number sealed.

    `payment_status` None: FREE for a type that costs nothing, else PENDING.
    """

    user_email: str
    full_name: str
    phone_sealed: bytes | None = None
    ticket_type_id: UUID | None = None
    payment_status: PaymentStatus | None = None


@dataclass(frozen=True, slots=True)
class OnSale:
    """A ticket type with the tickets that count against its quota (None: no quota of its own)."""

    id: UUID
    number: int
    price_minor: int
    quota: int | None
    sold: int


@dataclass(frozen=True, slots=True)
class Shop:
    """What an event still has; `known` are the registrations that the askers' e-mails have already: id, or None where
    the registration is in force and not cancelled."""

    max_capacity: int | None
    sold: int
    types: Sequence[OnSale]
    known: Mapping[str, UUID | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A place for the asker; `revives` is the cancelled registration that comes back."""

    asker: Registering
    ticket_type: OnSale
    payment_status: PaymentStatus
    revives: UUID | None


@dataclass(frozen=True, slots=True)
class DuplicateRegistration:
    """This e-mail has a place at the event already."""


@dataclass(frozen=True, slots=True)
class SoldOut:
    """The event is full, or the ticket type's quota is used up."""


@dataclass(frozen=True, slots=True)
class UnknownTicketType:
    """The event has no such ticket type."""


@dataclass(frozen=True, slots=True)
class TicketTypeNeeded:
    """The event has several ticket types, and none was named."""


@dataclass(frozen=True, slots=True)
class NothingOnSale:
    """The event has no ticket types yet."""


NoPlace = DuplicateRegistration | SoldOut | UnknownTicketType | TicketTypeNeeded | NothingOnSale


def allot(shop: Shop, askers: Sequence[Registering]) -> list[Place | NoPlace]:
    """Give out places, first come first served; one answer for each asker, in order."""
    counted = _Counted(shop)
    return [counted.answer(asker) for asker in askers]


class _Counted:
    """The shop while its places are given out."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._sold = shop.sold
        self._sold_of = {ticket_type.id: ticket_type.sold for ticket_type in shop.types}
        self._seated = {email for email, cancelled in shop.known.items() if cancelled is None}

    def answer(self, asker: Registering) -> Place | NoPlace:
        ticket_type = self._type_for(asker)
        if not isinstance(ticket_type, OnSale):
            return ticket_type
        if asker.user_email in self._seated:
            return DuplicateRegistration()
        if self._is_full(ticket_type):
            return SoldOut()
        self._sold += 1
        self._sold_of[ticket_type.id] += 1
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

    def _is_full(self, ticket_type: OnSale) -> bool:
        capacity, quota = self._shop.max_capacity, ticket_type.quota
        full = capacity is not None and self._sold >= capacity
        return full or (quota is not None and self._sold_of[ticket_type.id] >= quota)
