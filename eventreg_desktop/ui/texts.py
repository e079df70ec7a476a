"""Codes become sentences here, and nowhere else: verdicts, reasons, notes, connection, notices. All translatable.

A sentence says what is the matter and what to do. A word is what is read from three metres.
"""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from eventreg_core.admission import Kind, Note, Reason
from eventreg_core.clock import zone as event_zone

translate = QCoreApplication.translate


def admitted_said(kind: Kind) -> str:
    """An admission or exit in the list of last scans."""
    match kind:
        case Kind.ENTRY:
            return translate("said", "Admitted")
        case Kind.EXIT:
            return translate("said", "Exit")


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


def again_word() -> str:
    """The word when a scan could not be kept."""
    return translate("verdict", "SCAN AGAIN")


def again_headline() -> str:
    """What that means."""
    return translate("verdict", "This scan was not kept")


def headline(reason: Reason) -> str:
    """A reason in two or three words."""
    return {
        Reason.UNREADABLE: translate("headline", "Not one of our tickets"),
        Reason.WRONG_EVENT: translate("headline", "Ticket of another event"),
        Reason.BAD_SIGNATURE: translate("headline", "Not genuine"),
        Reason.UNKNOWN_TICKET: translate("headline", "Unknown ticket"),
        Reason.KEY_WITHDRAWN: translate("headline", "No longer accepted"),
        Reason.PAYMENT_UNKNOWN: translate("headline", "Payment not known"),
        Reason.NOT_IN_LIST: translate("headline", "Not in the guest list"),
        Reason.REVOKED: translate("headline", "Replaced or withdrawn"),
        Reason.CANCELLED: translate("headline", "Cancelled"),
        Reason.BLOCKED: translate("headline", "Blocked"),
        Reason.UNPAID: translate("headline", "Not paid yet"),
        Reason.WRONG_LIST: translate("headline", "Not for this door"),
        Reason.TOO_EARLY: translate("headline", "Too early"),
        Reason.TOO_LATE: translate("headline", "Too late"),
        Reason.ALREADY_USED: translate("headline", "Already used"),
        Reason.ALREADY_INSIDE: translate("headline", "Already inside"),
        Reason.ALREADY_TODAY: translate("headline", "Already in today"),
    }[reason]


def advice(reason: Reason) -> str:
    """What the operator does about a refusal, in one sentence."""
    return {
        Reason.UNREADABLE: translate("advice", "Ask for the QR code of the ticket, or search for the guest by name."),
        Reason.WRONG_EVENT: translate("advice", "Ask for the ticket of this event; the guest may have several."),
        Reason.BAD_SIGNATURE: translate(
            "advice", "Altered, copied badly, or newer than what this laptop knows. Search for the guest by name."
        ),
        Reason.UNKNOWN_TICKET: translate("advice", "Search for the guest by name, or send them to the help desk."),
        Reason.KEY_WITHDRAWN: translate("advice", "These tickets were withdrawn. Search for the guest by name."),
        Reason.PAYMENT_UNKNOWN: translate("advice", "Ask for payment, or for a proof of it, before you let them in."),
        Reason.NOT_IN_LIST: translate(
            "advice", "Genuine, but not in the list. Wait a moment and scan again, or ask a supervisor."
        ),
        Reason.REVOKED: translate("advice", "The guest has a newer ticket: ask for it, or search by name."),
        Reason.CANCELLED: translate("advice", "The registration was cancelled. Send the guest to the help desk."),
        Reason.BLOCKED: translate("advice", "Do not let them in. Call a supervisor."),
        Reason.UNPAID: translate("advice", "Ask for payment before you let them in."),
        Reason.WRONG_LIST: translate("advice", "This ticket enters at another door. Show the guest the way."),
        Reason.TOO_EARLY: translate(
            "advice", "The doors are not open yet for this ticket. Ask the guest to come back."
        ),
        Reason.TOO_LATE: translate("advice", "This ticket's time is over. Ask a supervisor."),
        Reason.ALREADY_USED: translate("advice", "One entry per ticket. Ask for another ticket, or call a supervisor."),
        Reason.ALREADY_INSIDE: translate("advice", "No exit was scanned since. Ask a supervisor."),
        Reason.ALREADY_TODAY: translate("advice", "One entry per day. Ask a supervisor."),
    }[reason]


def clock(at: datetime, now: datetime, zone: str) -> str:
    """A time of the event's own zone as people say it at `now`: the day only when it was another."""
    there = event_zone(zone)
    local = at.astimezone(there)
    if local.date() == now.astimezone(there).date():
        return f"{local:%H:%M}"
    return f"{local.day} {QLocale().monthName(local.month, QLocale.FormatType.ShortFormat)} {local:%H:%M}"


def already(reason: Reason, when: str, gate: str | None) -> str:
    """The headline of a second entry: `when` and where the first was."""
    if reason is Reason.ALREADY_INSIDE:
        text = (
            translate("headline", "Inside since %1") if gate is None else translate("headline", "Inside since %1, %2")
        )
    else:
        text = translate("headline", "Already used %1")
        text = text if gate is None else translate("headline", "Already used %1 at %2")
    return text.replace("%1", when).replace("%2", gate or "")


def note_headline(code: Note) -> str:
    """What the operator should know of somebody who may pass, in a few words."""
    return {
        Note.UNSYNCED: translate("note", "Look: not in the list yet"),
        Note.NOT_INSIDE: translate("note", "Look: no entry was scanned"),
    }[code]


def note(code: Note) -> str:
    """The same in a sentence."""
    return {
        Note.UNSYNCED: translate("note", "Genuine ticket, newer than the guest list on this laptop. No name to show."),
        Note.NOT_INSIDE: translate("note", "The exit is kept. Nobody scanned this ticket on its way in."),
    }[code]


def despite_headline(reason: Reason) -> str:
    """What stood against somebody who passes all the same, in a few words."""
    return translate("note", "Look: %1").replace("%1", headline(reason))


def despite(kind: Kind) -> str:
    """Why they pass all the same."""
    match kind:
        case Kind.ENTRY:
            return translate("note", "Let in on a supervisor's word.")
        case Kind.EXIT:
            return translate("note", "Whoever leaves may pass; the exit is kept.")


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


def search_said(exact: int, alike: int, *, more: bool, many: bool) -> str:
    """What a search's answer means as a whole, and what to do; empty when its lines say it all."""
    if more:
        return translate("search", "Type more of the name. Guests are shown when only a few are meant.")
    if many:
        return translate("search", "Many are called so; these are the first. Type more of the name.")
    if exact:
        return ""
    if alike:
        return translate("search", "Nobody is called exactly so. These names are alike:")
    return translate("search", "Nobody found. Try a part of the name, the short code, or the e-mail address.")


def alike() -> str:
    """On a found ticket's line: its name is only like what was typed."""
    return translate("search", "similar name")


def ready_word() -> str:
    """The banner's word while nobody has scanned."""
    return translate("verdict", "READY")


def ready_blind() -> str:
    """What to do while nobody has scanned, and no camera sees."""
    return translate("verdict", "Use a hand scanner, or type a name")


def ready_headline(kind: Kind) -> str:
    """What to do while nobody has scanned."""
    match kind:
        case Kind.ENTRY:
            return translate("verdict", "Hold a ticket in front of the camera")
        case Kind.EXIT:
            return translate("verdict", "Counting exits: hold a ticket in front of the camera")


def waiting(count: int) -> str:
    """How many scans the server has not confirmed, as a part of a sentence."""
    if count == 0:
        return translate("status", "scanning goes on")
    if count == 1:
        return translate("status", "1 scan waits to be sent")
    return translate("status", "%1 scans wait to be sent").replace("%1", str(count))


def unsent(count: int) -> str:
    """The same, short."""
    if count == 0:
        return translate("status", "All scans sent")
    return translate("status", "%1 unsent").replace("%1", str(count))


def age(seconds: float) -> str:
    """How old the guest list on this laptop is."""
    minutes = int(seconds // 60)
    if minutes < 120:
        return translate("status", "guest list %1 min old").replace("%1", str(minutes))
    return translate("status", "guest list %1 h old").replace("%1", str(minutes // 60))


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
        case "disk_low":
            return translate("notice", "The disk is nearly full. Free some space now: soon no scan can be kept.")
        case "store_locked":
            return translate("notice", "Another program holds the door's files. Close it, then scan again.")
        case _:
            return problem(sentence)


NAMING = (
    (
        "%1 gives no more pictures. Check its cable or network, or choose another camera; "
        "hand scanner and name search go on working."
    ),
    "The video %1 breaks off. Choose another video or a camera.",
    "The video %1 cannot be read. Choose another video or a camera.",
    (
        "%1 cannot be opened. Close other programs that use it, check its cable or network, "
        "or choose another camera; hand scanner and name search work without one."
    ),
    "The file cannot be written: %1. Choose another.",
)
"""The sentences of problems that name something, with %1 in its place."""


def problem(sentence: str) -> str:
    """A problem's own sentence, where the catalogue knows it; the file or camera that it names stays as it is."""
    for naming in NAMING:
        before, _, after = naming.partition("%1")
        if sentence.startswith(before) and sentence.endswith(after) and len(sentence) >= len(before + after):
            named = sentence[len(before) : len(sentence) - len(after)]
            return translate("problem", naming).replace("%1", named)
    return translate("problem", sentence)
