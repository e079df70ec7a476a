"""Sums of money as an operator types them."""

from decimal import Decimal, InvalidOperation

from eventreg_core.currencies import places_of
from eventreg_core.facts import PayMethod
from eventreg_desktop.door.door import Taken

MOST = 10**9
"""Minor units: nobody takes more at a door, and a slip of the finger is caught."""


def taken_of(amount: str, currency: str, method: str) -> Taken | None:
    """A typed amount (12, 12.50 or 12,50) of a currency; None for what is no sum of it."""
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        return None
    try:
        minor = Decimal(amount.strip().replace(",", ".")).scaleb(places_of(currency))
    except InvalidOperation:
        return None
    if not minor.is_finite() or not 0 < minor <= MOST or minor != minor.to_integral_value():
        return None
    return Taken(int(minor), currency, PayMethod(method))
