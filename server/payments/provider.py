"""What a provider of payments does for us. *On site* is the first; others take money where nobody stands beside it."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from server.payments.models import Payment


@dataclass(frozen=True, slots=True)
class Due:
    """Money to be taken for an order: minor units of `currency`, by a `method` that the provider knows.

    `payment_id` is ours, and the same when we ask again: a provider takes the money of one id once.
    """

    payment_id: UUID
    order_id: UUID
    amount_minor: int
    currency: str
    method: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The money is there: in this account of the ledger. `reference` is the provider's own number for it."""

    till: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """There will be no money; `reason` is for whoever looks into it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The provider will tell later. Until then nothing is booked."""

    reference: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """The money left this account of the ledger."""

    till: str


class Provider(Protocol):
    """Takes money and gives it back; both are done in the transaction that books it, so they must be quick."""

    name: str

    async def take(self, due: Due) -> Taken | Declined | Pending:
        """Take money for an order."""

    async def give_back(self, payment: Payment, amount_minor: int) -> GivenBack | Declined:
        """Give back a part of what was taken by `payment`, or all of it."""
