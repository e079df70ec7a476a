"""Printing in words."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from eventreg_core.clock import zone as event_zone
from eventreg_desktop.door.badge import FILES, Again, Paper
from eventreg_desktop.door.printed import JobState, Printed
from eventreg_desktop.ui.door.ask import Ask, Choice, Matter
from eventreg_desktop.ui.door.print_state import PaperList, PrintLine

translate = QCoreApplication.translate

_LOOKS = {
    JobState.QUEUED: ("clock", "muted"),
    JobState.PRINTING: ("printer", "muted"),
    JobState.PRINTED: ("printer", "admitted_text"),
    JobState.FAILED: ("circle-alert", "stop_text"),
    JobState.UNKNOWN: ("circle-alert", "look_text"),
}


def line_of(printed: Printed, zone: str) -> PrintLine:
    """One job as a row of the log."""
    icon, tint = _LOOKS[printed.state]
    parts = [printed.ticket_type, again(Again(printed.again)) if printed.again else ""]
    if printed.automatic:
        parts.append(translate("print", "by itself"))
    name = printed.name or translate("print", "Guest without a name")
    second = " · ".join(part for part in parts if part)
    return PrintLine(
        printed.id, printed.serial, icon, tint, name, second, _said(printed), _time(printed.asked, zone)
    )  # fmt: skip


def again(reason: Again) -> str:
    """Why a badge is printed once more."""
    return {
        Again.LOST: translate("print", "lost"),
        Again.DAMAGED: translate("print", "damaged"),
        Again.NOT_OUT: translate("print", "never came out"),
        Again.WRONG_NAME: translate("print", "name or type was wrong"),
        Again.TRIAL: translate("print", "rehearsal"),
    }[reason]


def ask_again(name: str) -> Ask:
    """Whoever has a badge gets another one for a reason."""
    icons = {Again.LOST: "search", Again.DAMAGED: "ticket", Again.NOT_OUT: "printer", Again.WRONG_NAME: "circle-user"}
    choices = tuple(
        Choice(reason, again(reason)[:1].upper() + again(reason)[1:], icon=icon) for reason, icon in icons.items()
    )
    return Ask(
        Matter.PRINT_AGAIN,
        "printer",
        translate("print", "This badge was printed before. Why again?"),
        translate("print", "Print again"),
        name,
        choices=choices,
    )


def needs_reason() -> str:
    """Nothing was picked."""
    return translate("print", "Choose why.")


def badge_offer() -> str:
    """The button below a verdict."""
    return translate("print", "Badge (Ctrl+P)")


def paper_name(paper: Paper) -> str:
    """A size as people know it."""
    return {
        Paper.CARD: translate("print", "Card 86 × 54"),
        Paper.A6: translate("print", "A6"),
        Paper.ROLL: translate("print", "Label roll 62"),
    }[paper]


def accent_names() -> tuple[str, ...]:
    """The colours of ticket types, in the order of `ACCENTS`."""
    return (
        translate("print", "Blue"),
        translate("print", "Green"),
        translate("print", "Red"),
        translate("print", "Violet"),
        translate("print", "Brown"),
        translate("print", "Teal"),
        translate("print", "Pink"),
        translate("print", "Grey"),
    )


def printer_name(printer: str) -> str:
    """A printer in the list of them."""
    return translate("print", "PDF files in a folder") if printer == FILES else printer


def making(done: int, pages: int) -> PaperList:
    """So far the door list is."""
    said = translate("print", "Page %1 of %2").replace("%1", _number(done)).replace("%2", _number(pages))
    return PaperList(1000 * done // max(pages, 1), said)


def reading() -> PaperList:
    """The door list begins."""
    return PaperList(0, translate("print", "Reading the guest list …"))


def made(file: str, pages: int) -> PaperList:
    """The door list is there."""
    said = translate("print", "Pages: %1, in %2").replace("%1", _number(pages)).replace("%2", file)
    return PaperList(None, said, file)


def _said(printed: Printed) -> str:
    match printed.state:
        case JobState.QUEUED:
            return translate("print", "waits")
        case JobState.PRINTING:
            return translate("print", "on its way")
        case JobState.PRINTED if printed.printer == FILES:
            return translate("print", "in a file")
        case JobState.PRINTED:
            return translate("print", "sent to the printer")
        case JobState.FAILED:
            return translate("print", "not printed")
        case JobState.UNKNOWN:
            return translate("print", "unknown: look at the printer")


def _time(at: datetime, zone: str) -> str:
    return f"{at.astimezone(event_zone(zone)):%H:%M:%S}"


def _number(value: int) -> str:
    return QLocale().toString(value)
