"""What can be wrong with a line of a guest list: a stable code, the field at fault, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from server.registrations import places
from server.registrations.places import NoPlace


@dataclass(frozen=True, slots=True)
class Finding:
    """One line's problem. `number` is the line of the file; `field` None: the line as a whole."""

    number: int
    code: str
    field: str | None
    sentence: str


PROBLEMS: Final[Mapping[str, tuple[str | None, str]]] = MappingProxyType(
    {
        "email_missing": ("user_email", "There is no e-mail. A registration needs one; a companion does not."),
        "email_invalid": ("user_email", "This is not an e-mail address. Check it for a missing part."),
        "name_missing": ("full_name", "There is no name."),
        "name_too_long": ("full_name", "A name may have 255 signs. Shorten it."),
        "phone_too_long": ("phone", "A phone number may have 50 signs. Put the rest into the notes."),
        "phone_mangled": (
            "phone",
            "A spreadsheet made this phone number another one (such as 4.93E+11). Type it again in a column of text.",
        ),
        "notes_too_long": ("notes", "Notes may have 4,000 signs. Shorten them."),
        "unknown_ticket_type": ("ticket_type", "The event has no ticket type of this name. Correct it, or make one."),
        "ticket_type_needed": (
            "ticket_type",
            "The event has several ticket types. Name one in the line, or choose one for all lines that name none.",
        ),
        "unknown_payment_status": (
            "payment_status",
            "It is not clear whether this is paid. Write PAID, PENDING, FREE, FAILED or REFUNDED.",
        ),
        "companion_unnamed": ("companions", "Companions are registered by name. Write their names, not their number."),
        "companion_too_long": ("companions", "A companion's name may have 255 signs. Put a semicolon between names."),
        "too_many_companions": ("companions", "The ticket type does not allow so many companions."),
        "answer_invalid": ("answers", "An answer does not fit its question: another kind, or none that is offered."),
        "too_many_cells": (
            None,
            "The line has more cells than the header. Put quotes around a cell with the delimiter in it.",
        ),
        "duplicate_in_file": ("user_email", "This e-mail stands in an earlier line of the file."),
        "duplicate_registration": ("user_email", "This e-mail is registered for the event already."),
        "not_changed": (
            "payment_status",
            "This registration belongs to an order, which says what is paid: not changed.",
        ),
        "sold_out": (None, "There are not enough places left for this line."),
        "sale_closed": ("ticket_type", "This ticket type is not on sale at the moment."),
        "nothing_on_sale": ("ticket_type", "The event has no ticket types yet. Make one first."),
        "changed_since": (None, "Somebody changed this registration since, so it was left as it is."),
        "scanned_since": (None, "This guest's ticket was scanned, so the registration was left as it is."),
        "updated_not_made": (
            None,
            "The import changed this registration and did not make it: left as it is.",
        ),
        "undone": (None, "The registration was cancelled again."),
    }
)
"""Codes never change; sentences may."""
KEPT = ("changed_since", "scanned_since", "updated_not_made")
"""Why an import that was undone left a registration as it is."""
UNDONE = "undone"
DUPLICATE = "duplicate_registration"


def finding(number: int, code: str) -> Finding:
    """The problem of this code in this line."""
    field, sentence = PROBLEMS[code]
    return Finding(number, code, field, sentence)


def code_of(outcome: NoPlace) -> str:
    """The code for somebody who got no place."""
    match outcome:
        case places.DuplicateRegistration():
            return DUPLICATE
        case places.SoldOut():
            return "sold_out"
        case places.SaleClosed():
            return "sale_closed"
        case places.TooManyCompanions():
            return "too_many_companions"
        case places.UnknownTicketType():
            return "unknown_ticket_type"
        case places.TicketTypeNeeded():
            return "ticket_type_needed"
        case places.NothingOnSale():
            return "nothing_on_sale"
