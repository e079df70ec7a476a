"""Selling a ticket to a walk-in, in the words of the desk: the stock, the sale, the ticket, money to give back."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QCoreApplication, QLocale

from eventreg_core.currencies import places_of
from eventreg_core.facts import PayMethod
from eventreg_desktop.door.counts import Shelf
from eventreg_desktop.door.door import Taken
from eventreg_desktop.door.walk_in import Sold
from eventreg_desktop.ui.door.ask import Ask, Blank, Button, Choice, Matter
from eventreg_desktop.ui.door.state import Level, StatusLine

translate = QCoreApplication.translate

NAME, AMOUNT = "name", "amount"
CASH, CARD, FREE, UNDO = "yes", "card_terminal", "free", "undo"
LOW = 5
"""So few tickets of a type that are left are said in the strip."""


def money(amount_minor: int, currency: str) -> str:
    """A sum as people write it: 15.00 EUR."""
    places = places_of(currency)
    return f"{QLocale().toString(float(Decimal(amount_minor).scaleb(-places)), 'f', places)} {currency}"


def sale(shelves: Sequence[Shelf], picked: int | None) -> Ask:
    """Who buys which ticket, and how it is paid; `picked` is the type that was sold last."""
    left = [each for each in shelves if each.left]
    usual = next((each for each in left if each.ticket_type == picked), left[0] if left else None)
    return Ask(
        Matter.WALK_IN,
        "ticket",
        translate("selling", "Sell a ticket to a walk-in"),
        translate("selling", "&Cash"),
        choices=tuple(_choice(each, each == usual) for each in shelves),
        blanks=(
            Blank(NAME, translate("selling", "Name")),
            Blank(AMOUNT, translate("selling", "Amount, if it is not the price")),
        ),
        tick=translate("selling", "&Let them in at once"),
        others=(
            Button(CARD, translate("selling", "C&ard")),
            Button(FREE, translate("selling", "Fr&ee")),
        ),
    )


def sold(what: Sold) -> Ask:
    """The ticket of whoever has just bought one."""
    paid = _paid(what.taken)
    if what.token:
        sentence = translate("selling", "%1. Let them take a picture of this code: it is their ticket.")
    else:
        sentence = translate("selling", "%1. In a rehearsal nobody gets a ticket.")
    return Ask(
        Matter.SOLD,
        "scan-qr-code",
        " · ".join(part for part in (what.name, what.ticket_type) if part),
        sentence=sentence.replace("%1", paid),
        code=what.token,
        others=(Button(UNDO, translate("selling", "&Undo the sale")),),
    )


def give_back(taken: Taken) -> Ask:
    """A sale was undone."""
    sum_ = money(taken.amount_minor, taken.currency)
    title = translate("selling", "Give %1 back").replace("%1", sum_)
    return Ask(Matter.SOLD, "banknote", title, sentence=translate("selling", "The sale is undone, its ticket is void."))


def stands(why: str) -> Ask:
    """A sale that was to be undone stands, and why."""
    return Ask(Matter.SOLD, "undo-2", translate("selling", "The sale stands"), sentence=why)


def nothing_to_sell() -> Ask:
    """This laptop was never given any blanks."""
    return Ask(
        Matter.SOLD,
        "ticket",
        translate("selling", "This laptop has no tickets to sell"),
        sentence=translate("selling", "Ask the organizer to give it some; they come with the next contact."),
    )


def none_left() -> str:
    """The last ticket of the type was sold."""
    return translate("selling", "No ticket of this type is left here. Choose another type.")


def needs_type() -> str:
    """Nothing was picked."""
    return translate("selling", "Choose a ticket type of which some are left.")


def bad_amount() -> str:
    """Not a sum of money."""
    return translate("selling", "Give an amount such as 15.00, or leave it empty for the price.")


def needs_price() -> str:
    """Cash or card for what costs nothing."""
    return translate("selling", "This ticket costs nothing: choose Free, or give an amount.")


def button(shelves: Sequence[Shelf]) -> str:
    """The button that begins a sale; none without a stock."""
    return translate("selling", "Sell a ticket (Ctrl+N)") if shelves else ""


def stock_line(shelves: Sequence[Shelf]) -> StatusLine | None:
    """What is left to sell, of the type of which least is left; nothing where this laptop sells nothing."""
    if not shelves:
        return None
    least = min(shelves, key=lambda each: each.left)
    if least.left == 0:
        text = translate("selling", "No %1 left to sell")
    elif least.left <= LOW:
        text = translate("selling", "Only %2 %1 left to sell")
    else:
        text, total = translate("selling", "%2 tickets left to sell"), sum(each.left for each in shelves)
        return StatusLine(Level.WELL, "ticket", text.replace("%2", QLocale().toString(total)))
    return StatusLine(Level.LOOK, "ticket", text.replace("%1", least.name).replace("%2", str(least.left)))


def mend_stock() -> str:
    """What to do about a low stock."""
    return translate("selling", "Ask the organizer for more; they come with the next contact.")


def _paid(taken: Taken | None) -> str:
    if taken is None:
        return translate("selling", "Given away")
    by_card = taken.method is PayMethod.CARD
    text = translate("selling", "%1 by card") if by_card else translate("selling", "%1 in cash")
    return text.replace("%1", money(taken.amount_minor, taken.currency))


def _choice(shelf: Shelf, picked: bool) -> Choice:
    left = translate("selling", "%1 left").replace("%1", QLocale().toString(shelf.left))
    free = translate("selling", "costs nothing")
    return Choice(
        str(shelf.ticket_type),
        shelf.name,
        money(shelf.amount_minor, shelf.currency) if shelf.amount_minor else free,
        left if shelf.left else translate("selling", "None left"),
        icon="ticket",
        tint="text" if shelf.left > LOW else "look_text" if shelf.left else "muted",
        picked=picked,
        enabled=shelf.left > 0,
    )
