"""Sell a ticket at the door, without asking anybody: a blank gets a buyer, and the sale is a fact."""

from dataclasses import dataclass, replace
from uuid import UUID

from eventreg_core.clock import Reading
from eventreg_core.facts import WalkIn
from eventreg_desktop.door.door import Chosen, Door, Scanned, Taken
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.recording import write_beside
from eventreg_desktop.door.redeem import judge, kept
from eventreg_desktop.door.setting import Setting, new_id, set_up, stamp
from eventreg_desktop.store import stock, tickets
from eventreg_desktop.store.db import snapshot, transaction
from eventreg_desktop.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Sale:
    """Who buys a ticket of which type (its number), and what was `taken` for it; None: it is given away.

    `admit`: they come in at once.
    """

    name: str
    ticket_type: int
    taken: Taken | None = None
    admit: bool = True


@dataclass(frozen=True, slots=True)
class Sold:
    """The sale is on disk. `token` is the text of the ticket's code; empty in a rehearsal, which gives none away.

    `outcome` is what the door says of them, if they come in at once.
    """

    fact: UUID
    serial: bytes
    token: str
    name: str
    ticket_type: str
    taken: Taken | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class NoneLeft:
    """This laptop has no ticket of the type left to sell."""


def sell(stores: Stores, door: Door, sale: Sale, now: Reading) -> Sold | NoneLeft:
    """Sell a blank; the sale, and the entry that goes with it, are on disk before anyone hears of them.

    The name lies beside the fact, sealed to the server. Also where the door counts exits, who buys comes in. Needs no
    network. Raises Problem as `redeem` does.
    """
    return kept(stores, lambda: _sell(stores, door.entrance(), sale, now))


def _sell(stores: Stores, door: Door, sale: Sale, now: Reading) -> Sold | NoneLeft:
    rehearsed_after = None if door.rehearsal is None else door.rehearsal.after
    with transaction(stores.journal), snapshot(stores.mirror):
        setting = replace(set_up(stores.mirror, door, now), group=new_id(now))
        found = stock.find_blank(stores, sale.ticket_type, rehearsed_after)
        if found is None:
            return NoneLeft()
        serial, token = found
        fact = _write(stores, door, setting, sale, serial)
        outcome = judge(stores, door, setting, Chosen(serial), None, None) if sale.admit else None
        type_name = tickets.find_type_name(stores.mirror, sale.ticket_type) or ""
    shown = token if door.rehearsal is None else ""
    if outcome is not None:
        # As if the ticket had been scanned: its code is known here, for a badge or for a supervisor.
        outcome = replace(outcome, name=sale.name or None, entered=Scanned(shown) if shown else outcome.entered)
    return Sold(fact, serial, shown, sale.name, type_name, sale.taken, outcome)


def _write(stores: Stores, door: Door, setting: Setting, sale: Sale, serial: bytes) -> UUID:
    taken = sale.taken
    sold = WalkIn(
        **stamp(door, setting),
        serial=serial.hex(),
        amount_minor=0 if taken is None else taken.amount_minor,
        currency=None if taken is None else taken.currency,
        method=None if taken is None else taken.method,
    )
    return write_beside(stores.journal, sold, door.server_key, sale.name)
