"""The desk's questions in words."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from eventreg_desktop.door.annul import WhyNot
from eventreg_desktop.door.operators import BadPin, NoName, Operator, Wait, WrongPin
from eventreg_desktop.door.outcome import Candidate, Outcome
from eventreg_desktop.door.party import Party
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.door.ask import Ask, Blank, Button, Choice, Matter
from eventreg_desktop.ui.door.state import ScanLine

translate = QCoreApplication.translate

NAME, PIN, NEW_PIN, REASON, AMOUNT, CURRENCY = "name", "pin", "new_pin", "reason", "amount", "currency"
ADD, ADD_SUPERVISOR, OUT = "add", "add_supervisor", "out"


def sign_in(operators: Sequence[Operator], present: Operator | None) -> Ask:
    """Who works here from now on."""
    others = [Button(ADD, translate("ask", "Add somebody …"))]
    if present is not None:
        others.append(Button(OUT, translate("ask", "Sign out")))
    return Ask(
        Matter.SIGN_IN,
        "circle-user",
        translate("ask", "Who works at this door?"),
        translate("ask", "Sign in"),
        choices=_operators(operators, present),
        blanks=(_pin(),),
        others=tuple(others),
    )


def new_operator(supervisors: Sequence[Operator]) -> Ask:
    """Somebody else may work here; the first is a supervisor and needs nobody's word."""
    name = Blank(NAME, translate("ask", "Name"))
    new_pin = Blank(NEW_PIN, translate("ask", "Their new PIN, 4 to 12 digits"), secret=True)
    if not supervisors:
        sentence = translate("ask", "The first one is a supervisor, who may allow exceptions and add others.")
        title, yes = translate("ask", "Add a supervisor"), translate("ask", "Add")
        return Ask(Matter.NEW_OPERATOR, "user-plus", title, yes, sentence, blanks=(name, new_pin))
    return Ask(
        Matter.NEW_OPERATOR,
        "user-plus",
        translate("ask", "Add somebody"),
        translate("ask", "Add"),
        choices=_operators(supervisors, None),
        blanks=(name, new_pin, _supervisors_pin()),
        others=(Button(ADD_SUPERVISOR, translate("ask", "Add as supervisor")),),
    )


def override(outcome: Outcome, against: str, supervisors: Sequence[Operator]) -> Ask:
    """A supervisor lets somebody in all the same."""
    who = outcome.name or outcome.ticket_type or ""
    return Ask(
        Matter.OVERRIDE,
        "shield-check",
        translate("ask", "Let in all the same"),
        translate("ask", "Let in"),
        " · ".join(part for part in (who, against) if part),
        choices=_operators(supervisors, None),
        blanks=(Blank(REASON, translate("ask", "Reason")), _supervisors_pin()),
    )


def no_supervisor() -> Ask:
    """Nobody here may allow it."""
    return Ask(
        Matter.NEW_OPERATOR,
        "shield-check",
        translate("ask", "No supervisor is known on this laptop"),
        translate("ask", "Add"),
        translate("ask", "The first one is a supervisor, who may allow exceptions and add others."),
        blanks=(
            Blank(NAME, translate("ask", "Name")),
            Blank(NEW_PIN, translate("ask", "Their new PIN, 4 to 12 digits"), secret=True),
        ),
    )


def payment(outcome: Outcome, amount: str, currency: str) -> Ask:
    """Money for a ticket."""
    return Ask(
        Matter.PAYMENT,
        "banknote",
        translate("ask", "Paid at the door"),
        translate("ask", "Paid, let in"),
        " · ".join(part for part in (outcome.name, outcome.ticket_type) if part),
        choices=(
            Choice("cash", translate("ask", "Cash"), icon="banknote", picked=True),
            Choice("card_terminal", translate("ask", "Card"), icon="credit-card"),
        ),
        blanks=(
            Blank(AMOUNT, translate("ask", "Amount, for example 15.00"), amount),
            Blank(CURRENCY, translate("ask", "Currency, for example EUR"), currency),
        ),
    )


def undo(line: ScanLine) -> Ask:
    """Take one check-in or exit back."""
    return Ask(
        Matter.UNDO,
        "undo-2",
        translate("ask", "Undo this?"),
        translate("ask", "Undo"),
        " · ".join(part for part in (line.time, line.name, line.ticket_type, line.said) if part),
        others=(Button("", translate("ask", "Keep it")),),
    )


def late_undo(line: ScanLine, supervisors: Sequence[Operator]) -> Ask:
    """The same after a quarter of an hour."""
    return Ask(
        Matter.LATE_UNDO,
        "undo-2",
        translate("ask", "Older than 15 minutes: a supervisor may undo it"),
        translate("ask", "Undo"),
        " · ".join(part for part in (line.time, line.name, line.said) if part),
        choices=_operators(supervisors, None),
        blanks=(Blank(REASON, translate("ask", "Reason")), _supervisors_pin()),
    )


def why_not_undone(why: WhyNot) -> str:
    """Why something stands."""
    return {
        WhyNot.NOT_OURS: translate("ask", "This laptop did not record it. Undo it where it was scanned."),
        WhyNot.TOO_LATE: translate("ask", "It is older than 15 minutes: ask a supervisor."),
        WhyNot.ALREADY: translate("ask", "It is undone already."),
    }[why]


def party(found: Party, zone_clock: Sequence[str]) -> Ask:
    """Everybody on one registration; who may come in is picked. `zone_clock`: since when each is in, or empty."""
    waiting = len(found.waiting)
    title = translate("ask", "Party of %1").replace("%1", str(len(found.members)))
    choices = tuple(_member(each, since) for each, since in zip(found.members, zone_clock, strict=True))
    yes = translate("ask", "Admit those who are ticked") if waiting else ""
    sentence = "" if waiting else translate("ask", "Nobody of them waits to be let in.")
    return Ask(Matter.PARTY, "users", title, yes, sentence, choices=choices, many=True)


def rehearsal() -> Ask:
    """Try everything out."""
    return Ask(
        Matter.REHEARSAL,
        "drama",
        translate("ask", "Begin a rehearsal?"),
        translate("ask", "Begin the rehearsal"),
        translate("ask", "Everything works as it will, and nothing counts. Ctrl+R ends it."),
    )


def trouble(outcome: WrongPin | Wait | NoName | BadPin) -> str:
    """Why an answer was not taken."""
    match outcome:
        case WrongPin():
            return translate("ask", "This PIN is wrong. Try again.")
        case Wait(seconds=seconds):
            return translate("ask", "Too many wrong PINs. Try again in %1 seconds.").replace("%1", str(seconds))
        case NoName():
            return translate("ask", "Give a name that nobody else here has.")
        case BadPin():
            return translate("ask", "A PIN has 4 to 12 digits, not all the same.")


def needs_reason() -> str:
    """An exception without a word."""
    return translate("ask", "Say why, in a few words.")


def needs_supervisor() -> str:
    """Nobody was picked."""
    return translate("ask", "Choose who you are.")


def bad_amount() -> str:
    """Not a sum of money."""
    return translate("ask", "Give an amount such as 15.00, and a currency such as EUR.")


def nobody_picked() -> str:
    """A party of none."""
    return translate("ask", "Tick at least one.")


def _operators(operators: Sequence[Operator], present: Operator | None) -> tuple[Choice, ...]:
    supervisor = translate("ask", "Supervisor")
    alone = len(operators) == 1
    return tuple(
        Choice(
            each.id,
            each.name,
            state=supervisor if each.supervisor else "",
            icon="shield-check" if each.supervisor else "circle-user",
            picked=alone or each == present,
        )
        for each in operators
    )


def _member(candidate: Candidate, since: str) -> Choice:
    waits = candidate.status == "valid" and candidate.admitted_at is None
    return Choice(
        candidate.serial.hex(),
        candidate.name or translate("ask", "Companion without a name"),
        candidate.ticket_type,
        texts.candidate_state(candidate.status, since or None),
        icon="ticket" if waits else "circle-alert",
        tint="text" if waits else "muted",
        picked=waits,
        enabled=waits,
    )


def _pin() -> Blank:
    return Blank(PIN, translate("ask", "PIN"), secret=True)


def _supervisors_pin() -> Blank:
    return Blank(PIN, translate("ask", "The supervisor's PIN"), secret=True)
