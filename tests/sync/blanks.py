"""A stock of blanks for one laptop of the festival, and a laptop that has it."""

from msgspec.structs import replace

from eventreg_core.blanks import Blank, Price, Stock
from eventreg_core.wire import Page, TicketRow
from eventreg_desktop.store import stock
from eventreg_desktop.store.db import transaction
from tests.sync.festival import ADULT, PRESS, Festival, serial, ticket_row
from tests.sync.laptop import Laptop

FIRST = 900
"""The number of the first blank."""


def rows(adults: int = 3, press: int = 1) -> list[TicketRow]:
    """Blanks as every laptop hears of them."""
    types = [ADULT] * adults + [PRESS] * press
    return [
        replace(ticket_row(FIRST + number, ticket_type=each), registration=None, short_code=None)
        for number, each in enumerate(types)
    ]


def stock_of(festival: Festival, told: list[TicketRow]) -> Stock:
    """These blanks as their own laptop hears of them; adults pay 15 EUR."""
    blanks = [
        Blank(
            serial=row.serial,
            ticket_type=row.ticket_type,
            token=festival.text(bytes.fromhex(row.serial), row.ticket_type),
        )
        for row in told
    ]
    prices = [
        Price(ticket_type=ADULT, amount_minor=1500, currency="EUR"),
        Price(ticket_type=PRESS, amount_minor=0, currency="EUR"),
    ]
    return Stock(blanks=blanks, prices=prices)


def give(laptop: Laptop, festival: Festival, adults: int = 3, press: int = 1) -> None:
    """Let a laptop that knows the festival sell so many."""
    told = rows(adults, press)
    laptop.holds(Page(tickets=told), revision=3)
    with transaction(laptop.stores.mirror):
        stock.apply(laptop.stores.mirror, stock_of(festival, told))


def blank(number: int) -> bytes:
    """The serial of a blank, counted from 0."""
    return serial(FIRST + number)
