"""What the office's screen says: classes, outcomes, steps and states as words. All translatable."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from eventreg_core.admission import Reason
from eventreg_core.clock import zone
from eventreg_core.conflict import Class, Outcome
from eventreg_desktop.admin.answers import Conflict, Journal, Step
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.rows import Row

translate = QCoreApplication.translate


def kind_name(kind: Class) -> str:
    """A class of conflicts."""
    return {
        Class.DOUBLE_ENTRY: translate("conflict", "Double entry"),
        Class.LATE_CANCEL: translate("conflict", "Void ticket let in"),
        Class.UNKNOWN_SERIAL: translate("conflict", "Unknown ticket"),
        Class.TURNED_AWAY: translate("conflict", "Turned away"),
        Class.WRONG_LIST: translate("conflict", "Wrong door or time"),
        Class.CLOCK_SUSPECT: translate("conflict", "Uncertain clock"),
        Class.FOREIGN_UNDO: translate("conflict", "Undone by others"),
        Class.DUPLICATE_REGISTRATION: translate("conflict", "Registered twice"),
        Class.FORKED_JOURNAL: translate("conflict", "Split journal"),
        Class.MISSING_FACTS: translate("conflict", "Missing scans"),
        Class.HELD_DEVICE: translate("conflict", "Held laptop"),
    }[kind]


ICONS = {
    Class.DOUBLE_ENTRY: "users",
    Class.LATE_CANCEL: "octagon-x",
    Class.UNKNOWN_SERIAL: "ticket",
    Class.TURNED_AWAY: "log-out",
    Class.WRONG_LIST: "map-pin",
    Class.CLOCK_SUSPECT: "clock-alert",
    Class.FOREIGN_UNDO: "undo-2",
    Class.DUPLICATE_REGISTRATION: "user-plus",
    Class.FORKED_JOURNAL: "drama",
    Class.MISSING_FACTS: "cloud-alert",
    Class.HELD_DEVICE: "shield-check",
}
"""The line icon of each class."""


def row(conflict: Conflict, zone_name: str) -> Row:
    """A conflict in the list."""
    tint = "look_text" if conflict.is_open else "admitted_text"
    state = kind_name(conflict.kind) if conflict.is_open else settled_word(conflict)
    last = conflict.facts[-1].at if conflict.facts else conflict.updated_at
    icon = ICONS[conflict.kind] if conflict.is_open else "circle-check-big"
    return Row(icon, tint, who(conflict), where(conflict), state, when(last, zone_name))


def who(conflict: Conflict) -> str:
    """Whom it is about."""
    if conflict.name:
        number = translate("conflict", " · companion {}").format(conflict.place) if conflict.place else ""
        return f"{conflict.name}{number}"
    if conflict.device:
        return conflict.device
    return translate("conflict", "Ticket {}").format((conflict.serial or "")[:8])


def where(conflict: Conflict) -> str:
    """On which list, at which gates."""
    gates = dict.fromkeys(told.gate for told in conflict.facts if told.gate)
    parts = [conflict.list_name or translate("conflict", "The whole laptop"), *gates]
    return " · ".join(dict.fromkeys(parts))


def settled_word(conflict: Conflict) -> str:
    """How it was settled, in a word."""
    last = next((each for each in reversed(conflict.decisions) if each.undone_at is None), None)
    if last is None:
        return translate("conflict", "Over")
    return outcome_word(last.outcome)


def outcome_word(outcome: Outcome) -> str:
    """An outcome that was decided."""
    match outcome:
        case Outcome.ACCEPTED:
            return translate("conflict", "Accepted")
        case Outcome.ANNULLED:
            return translate("conflict", "Annulled")


def former(conflict: Conflict, zone_name: str) -> str:
    """Former decisions, in a sentence; nothing where there were none."""
    said = []
    for each in conflict.decisions:
        person = each.by or translate("conflict", "somebody")
        text = translate("conflict", "{} by {} at {}")
        said.append(text.format(outcome_word(each.outcome), person, when(each.at, zone_name)))
        if each.undone_at is not None:
            said[-1] += translate("conflict", ", opened again")
    if said and conflict.is_open and conflict.decisions[-1].undone_at is None:
        said.append(translate("conflict", "New scans came since, so it is open again"))
    return ". ".join(said)


def step_title(step: Step) -> str:
    """What happened."""
    match step.kind:
        case "check_in":
            return translate("step", "Let in by a supervisor") if step.told_reason else translate("step", "Let in")
        case "exit":
            return translate("step", "Went out")
        case "refused_scan":
            return translate("step", "Sent away: {}").format(_reason(step.told_reason))
        case "annulment":
            return translate("step", "A scan was undone")
        case "payment":
            return translate("step", "Paid at the door")
        case _:
            return step.text or ""


def step_place(step: Step) -> str:
    """Where, and by whom."""
    if step.kind in ("ticket_changed", "list_changed"):
        return " · ".join(part for part in (step.whose, translate("step", "In the office")) if part)
    device = step.device or translate("step", "At the server")
    return " · ".join(part for part in (step.whose, step.gate, device) if part)


@dataclass(frozen=True, slots=True)
class Due:
    """What was due beside what was told: words, a second line, the colour's name and the icon; empty for nothing."""

    words: str = ""
    second: str = ""
    tint: str = "muted"
    icon: str = "info"

    @property
    def wrong(self) -> bool:
        """Whether something else was told."""
        return self.tint == "stop_text"


def step_due(step: Step) -> Due:
    """What was due."""
    if step.undone:
        return Due(translate("step", "Undone"), translate("step", "does not count"), "muted", "undo-2")
    if step.due is None:
        return Due()
    if step.undue and step.due == "admitted":
        words = translate("step", "Twice, it seems")
        return Due(words, translate("step", "let in before on another ticket"), "look_text", "triangle-alert")
    if step.due == step.told or (step.told == "admitted" and step.told_reason == step.due_reason):
        return Due(translate("step", "Was due"), "", "admitted_text", "circle-check-big")
    knew = translate("step", "the door knew it") if step.could_know else translate("step", "the door could not know")
    if step.due == "admitted":
        return Due(translate("step", "Should have been let in"), knew, "stop_text", "triangle-alert")
    words = translate("step", "Not due: {}").format(_reason(step.due_reason))
    return Due(words, knew, "stop_text", "triangle-alert")


def _reason(code: str | None) -> str:
    return texts.headline(Reason(code)) if code in set(Reason) else translate("step", "not due")


STEP_ICONS = {
    "check_in": "log-in",
    "exit": "log-out",
    "refused_scan": "octagon-x",
    "annulment": "undo-2",
    "payment": "banknote",
    "ticket_changed": "ticket",
    "list_changed": "map-pin",
}


def settled_one(conflict: Conflict) -> str:
    """What was just done."""
    what = outcome_word(conflict.decisions[-1].outcome) if conflict.decisions else translate("conflict", "Settled")
    return f"{what}: {who(conflict)}, {kind_name(conflict.kind)}"


def settled_many(count: int, kind: Class) -> str:
    """What a bulk did."""
    return translate("conflict", "{} settled as proposed: {}").format(count, kind_name(kind))


def reopened(count: int) -> str:
    """What was taken back."""
    return translate("conflict", "Open again: {}. Scans that were annulled stay annulled.").format(count)


def proof_kept(path: str) -> str:
    """Where the proof is."""
    return translate("conflict", "The proof is kept: {}").format(path)


def journal_state(journal: Journal) -> tuple[str, str, str]:
    """How far a laptop's journal can be relied on: words, colour's name, icon."""
    return {
        "complete": (translate("journal", "Everything is in"), "admitted_text", "circle-check-big"),
        "silent": (translate("journal", "Never sent anything"), "look_text", "cloud-off"),
        "missing": (translate("journal", "Scans are missing"), "stop_text", "triangle-alert"),
        "forked": (translate("journal", "The journal split"), "stop_text", "drama"),
        "held": (translate("journal", "Held: not trusted"), "look_text", "shield-check"),
        "set_aside": (translate("journal", "Unreadable parts"), "stop_text", "circle-alert"),
    }.get(journal.state, (journal.state, "muted", "info"))


def gaps(journal: Journal) -> str:
    """Which numbers are missing."""
    told = [f"{first}" if first == last else f"{first}–{last}" for first, last in journal.gaps]
    return ", ".join(told) or translate("journal", "none")


def when(at: datetime | None, zone_name: str) -> str:
    """A time at the event, with its day where that is not the day that most of it is about."""
    if at is None:
        return "–"
    return f"{at.astimezone(zone(zone_name)):%d.%m. %H:%M:%S}"


def locale_number(count: int) -> str:
    """A number as it is written here."""
    return QLocale().toString(count)
