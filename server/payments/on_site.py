"""The provider *on site*: staff has taken the money, and records it."""

from collections.abc import Mapping
from typing import Final

from server.payments.models import Payment
from server.payments.provider import Due, GivenBack, Taken

TILLS: Final[Mapping[str, str]] = {"cash": "cash", "card_terminal": "terminal", "invoice": "bank"}
"""The account of the ledger that money of each method goes to."""


class OnSite:
    """Cash, a card terminal that stands there, an invoice that was paid: whoever records it saw the money."""

    name = "on_site"

    async def take(self, due: Due) -> Taken:
        """The money is in the till already."""
        return Taken(TILLS[due.method])

    async def give_back(self, payment: Payment, amount_minor: int) -> GivenBack:
        """Whoever records it gives the money out of the same till."""
        return GivenBack(TILLS[payment.method])
