"""The blanks that this laptop may sell: told by the server, sold by the journal."""

from dataclasses import dataclass

from eventreg_core.blanks import Stock
from eventreg_desktop.store.db import Connection
from eventreg_desktop.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Shelf:
    """Tickets of one type that may be sold here: how many are `left`, and what one costs in minor units."""

    ticket_type: int
    name: str
    left: int
    amount_minor: int
    currency: str


def is_stale(mirror: Connection) -> bool:
    """Whether the server has told of blanks, of anybody, since this laptop fetched its own."""
    return bool(mirror.execute("SELECT stale FROM stock").fetchone()[0])


def apply(mirror: Connection, stock: Stock) -> None:
    """Hold exactly these blanks, within the caller's transaction."""
    mirror.execute("DELETE FROM blanks")
    mirror.execute("DELETE FROM prices")
    mirror.executemany(
        "INSERT INTO blanks (serial, ticket_type, token) VALUES (?, ?, ?)",
        ((bytes.fromhex(each.serial), each.ticket_type, each.token) for each in stock.blanks),
    )
    mirror.executemany(
        "INSERT INTO prices (ticket_type, amount_minor, currency) VALUES (?, ?, ?)",
        ((each.ticket_type, each.amount_minor, each.currency) for each in stock.prices),
    )
    mirror.execute("UPDATE stock SET stale = 0")


def list_shelves(stores: Stores, rehearsed_after: int | None) -> tuple[Shelf, ...]:
    """What may be sold here, by type; types of which all is sold too.

    A rehearsal uses nothing up: in one those blanks count as sold that it sold itself, which are the facts after number
    `rehearsed_after`.
    """
    left: dict[int, int] = {}
    sold = _sold(stores.journal, rehearsed_after)
    for serial, number in stores.mirror.execute(_UNSOLD):
        left[number] = left.get(number, 0) + (serial not in sold)
    rows = stores.mirror.execute(_PRICES)
    return tuple(Shelf(number, name, left.get(number, 0), amount, currency) for number, name, amount, currency in rows)


def find_blank(stores: Stores, ticket_type: int, rehearsed_after: int | None) -> tuple[bytes, str] | None:
    """A blank of this type that nobody has: its serial and its code's text."""
    sold = _sold(stores.journal, rehearsed_after)
    rows = stores.mirror.execute(_UNSOLD_OF_TYPE, (ticket_type,))
    return next(((serial, token) for serial, token in rows if serial not in sold), None)


def _sold(journal: Connection, rehearsed_after: int | None) -> set[bytes]:
    """What was sold for good; a rehearsal sells again what an earlier one did."""
    counts = "NOT rehearsal" if rehearsed_after is None else "(NOT rehearsal OR rowid > ?)"
    given = () if rehearsed_after is None else (rehearsed_after,)
    return {row[0] for row in journal.execute(f"SELECT serial FROM facts WHERE kind = 'walk_in' AND {counts}", given)}


# Only what the guest list calls good, and nobody's: a mirror that is fetched anew sells nothing before it is here.
_GOOD = "FROM blanks JOIN tickets USING (serial) WHERE tickets.status = 'valid' AND tickets.registration IS NULL"
_UNSOLD = f"SELECT serial, blanks.ticket_type {_GOOD}"
_UNSOLD_OF_TYPE = f"SELECT serial, token {_GOOD} AND blanks.ticket_type = ? ORDER BY serial"
_PRICES = """
SELECT number, name, amount_minor, currency FROM prices JOIN ticket_types ON number = ticket_type ORDER BY number
"""
