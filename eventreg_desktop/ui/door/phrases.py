"""What the door screen says beside verdicts: of several at once, of counts, of who works here, of what may be done."""

from PySide6.QtCore import QCoreApplication, QLocale

from eventreg_core.admission import Kind
from eventreg_desktop.work.hints import Hint

translate = QCoreApplication.translate


def hint(of: Hint | None) -> str:
    """What to tell somebody whose code is seen but not read; empty for nothing."""
    match of:
        case None:
            return ""
        case Hint.CLOSER:
            return translate("hint", "Closer, please")
        case Hint.STILL:
            return translate("hint", "Hold it still")
        case Hint.TILT:
            return translate("hint", "Tilt it away from the light")


def undone_said() -> str:
    """A check-in or exit in the list of last scans that was taken back."""
    return translate("said", "Undone")


def together_word(passed: int, of: int, kind: Kind) -> str:
    """The word for several tickets that were judged at once."""
    if passed == 0:
        return translate("verdict", "STOP")
    if passed < of:
        text = translate("verdict", "%1 OF %2 ADMITTED") if kind is Kind.ENTRY else translate("verdict", "%1 OF %2 OUT")
        return text.replace("%1", str(passed)).replace("%2", str(of))
    text = translate("verdict", "%1 ADMITTED") if kind is Kind.ENTRY else translate("verdict", "%1 OUT")
    return text.replace("%1", str(passed))


def offer_override() -> str:
    """The button by which a supervisor decides otherwise."""
    return translate("offer", "Let in all the same (F6)")


def offer_payment() -> str:
    """The button that notes money."""
    return translate("offer", "Paid at the door (F7)")


def offer_undo(name: str) -> str:
    """The button that takes a passage back."""
    return translate("offer", "Undo %1 (F8)").replace(" %1", f" {name}" if name else "")


def offer_party(size: int) -> str:
    """The button that shows who comes together."""
    return translate("offer", "Party of %1 (F9)").replace("%1", str(size))


def pace(a_minute: float) -> str:
    """How fast people come."""
    return translate("tally", "%1 a minute").replace("%1", QLocale().toString(a_minute, "f", 1 if a_minute < 10 else 0))


def tally(inside: str, expected: str, here: str, pace: str) -> str:
    """All counts in a sentence."""
    text = translate("tally", "%1 inside, %2 expected, %3 at this door, %4")
    for place, number in zip(("%1", "%2", "%3", "%4"), (inside, expected, here, pace), strict=True):
        text = text.replace(place, number)
    return text


def operator(name: str) -> str:
    """The button that says who works here."""
    return name or translate("operator", "Sign in")


def rehearsing() -> str:
    """Over everything while nothing counts."""
    return translate("operator", "REHEARSAL · nothing counts · Ctrl+R ends it")
