"""Which payments a refund is taken from: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Part:
    """So much (minor units) of a payment."""

    payment_id: UUID
    amount_minor: int


def allot(left: Sequence[Part], amount_minor: int) -> list[Part]:
    """Take an amount from what is left of payments, the latest (last) first; they hold at least that much.

    Raises ValueError where they do not.
    """
    parts: list[Part] = []
    for each in reversed(left):
        taken = min(each.amount_minor, amount_minor)
        if taken > 0:
            parts.append(Part(each.payment_id, taken))
            amount_minor -= taken
    if amount_minor:
        raise ValueError("more is to be given back than came")
    return parts
