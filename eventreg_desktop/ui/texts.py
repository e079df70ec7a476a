"""Codes become sentences here, and nowhere else: verdicts, reasons, notes, connection, notices. All translatable.

A sentence says what is the matter and what to do. A word is what is read from three metres.
"""

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from eventreg_core.admission import Kind, Note, Reason

translate = QCoreApplication.translate


def refused_word(reason: Reason) -> str:
    """The word of a refusal: what the operator does next."""
    if reason in (Reason.UNPAID, Reason.PAYMENT_UNKNOWN):
        return translate("verdict", "ASK FOR PAYMENT")
    return translate("verdict", "STOP")


def admitted_word(kind: Kind) -> str:
    """The word of an admission, or of an exit."""
    match kind:
        case Kind.ENTRY:
            return translate("verdict", "ADMITTED")
        case Kind.EXIT:
            return translate("verdict", "EXIT")


def headline(reason: Reason) -> str:
    """A reason in two or three words."""
    match reason:
        case Reason.UNREADABLE:
            return translate("headline", "Not one of our tickets")
        case Reason.WRONG_EVENT:
            return translate("headline", "Ticket of another event")
        case Reason.BAD_SIGNATURE:
            return translate("headline", "Not genuine")
        case Reason.UNKNOWN_TICKET:
            return translate("headline", "Unknown ticket")
        case Reason.KEY_WITHDRAWN:
            return translate("headline", "No longer accepted")
        case Reason.PAYMENT_UNKNOWN:
            return translate("headline", "Payment not known")
        case Reason.NOT_IN_LIST:
            return translate("headline", "Not in the guest list")
        case Reason.REVOKED:
            return translate("headline", "Replaced or withdrawn")
        case Reason.CANCELLED:
            return translate("headline", "Cancelled")
        case Reason.BLOCKED:
            return translate("headline", "Blocked")
        case Reason.UNPAID:
            return translate("headline", "Not paid yet")
        case _:
            return _headline_of_entry(reason)


def _headline_of_entry(reason: Reason) -> str:
    match reason:
        case Reason.WRONG_LIST:
            return translate("headline", "Not for this door")
        case Reason.TOO_EARLY:
            return translate("headline", "Too early")
        case Reason.TOO_LATE:
            return translate("headline", "Too late")
        case Reason.ALREADY_USED:
            return translate("headline", "Already used")
        case Reason.ALREADY_INSIDE:
            return translate("headline", "Already inside")
        case Reason.ALREADY_TODAY:
            return translate("headline", "Already in today")
        case _:
            return translate("headline", "Not admitted")


def advice(reason: Reason) -> str:
    """What the operator does about a refusal, in one sentence."""
    match reason:
        case Reason.UNREADABLE:
            return translate("advice", "Ask for the QR code of the ticket, or search for the guest by name.")
        case Reason.WRONG_EVENT:
            return translate("advice", "Ask for the ticket of this event; the guest may have several.")
        case Reason.BAD_SIGNATURE:
            return translate("advice", "This code was altered or copied badly. Search for the guest by name.")
        case Reason.UNKNOWN_TICKET:
            return translate("advice", "Search for the guest by name, or send them to the help desk.")
        case Reason.KEY_WITHDRAWN:
            return translate("advice", "These tickets were withdrawn. Search for the guest by name.")
        case Reason.PAYMENT_UNKNOWN:
            return translate("advice", "Ask for payment, or for a proof of it, before you let them in.")
        case Reason.NOT_IN_LIST:
            return translate("advice", "Genuine, but not in the list. Wait a moment and scan again, or ask a supervisor.")
        case Reason.REVOKED:
            return translate("advice", "The guest has a newer ticket: ask for it, or search by name.")
        case Reason.CANCELLED:
            return translate("advice", "The registration was cancelled. Send the guest to the help desk.")
        case Reason.BLOCKED:
            return translate("advice", "Do not let them in. Call a supervisor.")
        case Reason.UNPAID:
            return translate("advice", "Ask for payment before you let them in.")
        case _:
            return _advice_of_entry(reason)


def _advice_of_entry(reason: Reason) -> str:
    match reason:
        case Reason.WRONG_LIST:
            return translate("advice", "This ticket enters at another door. Show the guest the way.")
        case Reason.TOO_EARLY:
            return translate("advice", "The doors are not open yet for this ticket. Ask the guest to come back.")
        case Reason.TOO_LATE:
            return translate("advice", "This ticket's time is over. Ask a supervisor.")
        case Reason.ALREADY_USED:
            return translate("advice", "One entry a ticket. Ask for another ticket, or call a supervisor.")
        case Reason.ALREADY_INSIDE:
            return translate("advice", "No exit was scanned since. Ask a supervisor.")
        case Reason.ALREADY_TODAY:
            return translate("advice", "One entry a day. Ask a supervisor.")
        case _:
            return translate("advice", "Ask a supervisor.")


def first_entry(at: datetime, gate: str | None, now: datetime, zone: str) -> str:
    """When and where the ticket was used first, in the event's own time; the day only if it was another."""
    there = ZoneInfo(zone)
    local = at.astimezone(there)
    clock = f"{local:%H:%M}"
    when = clock if local.date() == now.astimezone(there).date() else f"{local:%d.%m.} {clock}"
    if gate is None:
        return translate("first", "Already used %1.").replace("%1", when)
    return translate("first", "Already used %1 at %2.").replace("%1", when).replace("%2", gate)


def note(code: Note) -> str:
    """What the operator should know of somebody who may pass."""
    match code:
        case Note.UNSYNCED:
            return translate("note", "Genuine ticket, too new for this laptop's list: no name to show.")
        case Note.NOT_INSIDE:
            return translate("note", "No entry was scanned before this exit.")
        case _:
            assert_never(code)


def despite(reason: Reason) -> str:
    """What stood against somebody who passes all the same."""
    return translate("note", "Despite: %1.").replace("%1", headline(reason))


def repeated(times: int) -> str:
    """How often the same code was held up again; `times` is at least 1."""
    return translate("note", "Shown %1 times.").replace("%1", str(times + 1))


def kind_name(kind: Kind) -> str:
    """The button of a direction."""
    match kind:
        case Kind.ENTRY:
            return translate("kind", "Entry")
        case Kind.EXIT:
            return translate("kind", "Exit")


def candidate_state(status: str, admitted: str | None) -> str:
    """What a found ticket's line says of it, before it is chosen; `admitted` is the time of its entry."""
    if admitted is not None:
        return translate("candidate", "in since %1").replace("%1", admitted)
    match status:
        case "valid":
            return translate("candidate", "not in yet")
        case "unpaid":
            return translate("candidate", "not paid")
        case "cancelled":
            return translate("candidate", "cancelled")
        case "blocked":
            return translate("candidate", "blocked")
        case "revoked":
            return translate("candidate", "replaced")
        case _:
            return status


def notice(code: str, sentence: str) -> str:
    """A lasting trouble that does not stop the door; what is not known by its code says its own sentence."""
    match code:
        case "keyring_in_memory":
            return translate(
                "notice", "No keyring on this computer: sign-in is kept in memory until you close the program."
            )
        case "no_sound":
            return translate("notice", "No sound on this computer: watch the colour and the word.")
        case "disk_full":
            return translate("notice", "The disk is full. Free some space now: soon no scan can be kept.")
        case "store_locked":
            return translate("notice", "Another program holds the door's files. Close it, then scan again.")
        case _:
            return sentence
