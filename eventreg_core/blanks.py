"""A device's stock of blanks: tickets signed in advance, which it may sell to walk-ins without asking anybody.

Told to the one device that holds them and to nobody else: unlike everything of the feed, a blank comes with its
signature, as whoever buys it is shown its code.
"""

from typing import Annotated

import msgspec

from eventreg_core.facts import HexSerial
from eventreg_core.ticket import TEXT_LENGTH


class Blank(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket that was not sold yet: `token` is its QR code's text."""

    serial: HexSerial
    ticket_type: int
    token: Annotated[str, msgspec.Meta(min_length=TEXT_LENGTH, max_length=TEXT_LENGTH)]


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket of this type costs, in minor units of a currency (ISO 4217); 0: nothing."""

    ticket_type: int
    amount_minor: Annotated[int, msgspec.Meta(ge=0)]
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """Every blank that the device may still sell, as far as the server knows, and the prices of their types."""

    blanks: list[Blank] = []
    prices: list[Price] = []
