"""Where told and due differ: one conflict per place and class, named by its facts, with what to do and why."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from eventreg_core.admission import Admitted, Kind, Reason, Refused
from eventreg_core.facts import Annulment, CheckIn, RefusedScan
from eventreg_core.truth import Judged, Told, Truth


class Class(StrEnum):
    """What kind of difference it is. The first eight are about a place on a list, the others about a journal."""

    DOUBLE_ENTRY = "double_entry"
    LATE_CANCEL = "late_cancel"
    UNKNOWN_SERIAL = "unknown_serial"
    TURNED_AWAY = "turned_away"
    WRONG_LIST = "wrong_list"
    CLOCK_SUSPECT = "clock_suspect"
    FOREIGN_UNDO = "foreign_undo"
    DUPLICATE_REGISTRATION = "duplicate_registration"
    FORKED_JOURNAL = "forked_journal"
    MISSING_FACTS = "missing_facts"
    HELD_DEVICE = "held_device"


class Outcome(StrEnum):
    """How a conflict is settled: what was told stands as it is, or what was not due is undone by new facts."""

    ACCEPTED = "accepted"
    ANNULLED = "annulled"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A difference. `facts`, sorted, are its version; `undue` of them were told and not due.

    `outcome` is proposed, and `why` says it in a sentence.
    """

    kind: Class
    facts: tuple[UUID, ...]
    undue: tuple[UUID, ...]
    outcome: Outcome
    why: str


BY_REASON = {
    Reason.ALREADY_USED: Class.DOUBLE_ENTRY,
    Reason.ALREADY_INSIDE: Class.DOUBLE_ENTRY,
    Reason.ALREADY_TODAY: Class.DOUBLE_ENTRY,
    Reason.REVOKED: Class.LATE_CANCEL,
    Reason.CANCELLED: Class.LATE_CANCEL,
    Reason.BLOCKED: Class.LATE_CANCEL,
    Reason.UNPAID: Class.LATE_CANCEL,
    Reason.UNKNOWN_TICKET: Class.UNKNOWN_SERIAL,
    Reason.WRONG_LIST: Class.WRONG_LIST,
    Reason.TOO_EARLY: Class.WRONG_LIST,
    Reason.TOO_LATE: Class.WRONG_LIST,
}
"""The class of an admission that was not due. A ticket that was picked is refused for no other reason."""

NOBODY_TURNED_AWAY = frozenset({Reason.UNREADABLE, Reason.WRONG_EVENT, Reason.BAD_SIGNATURE})
"""Refused for what the code was, whosever serial it claimed."""
SAME_PERSON_WITHIN = timedelta(minutes=2)
UNDO_WITHIN = timedelta(minutes=16)
"""A door undoes its own scans for 15 minutes; one more for its clock."""

_ORDER = {kind: number for number, kind in enumerate(Class)}


def conflicts_of(truth: Truth) -> tuple[Conflict, ...]:
    """Every conflict at this place, one a class, in the order of the classes."""
    undue: dict[Class, list[Judged]] = {}
    for judged in truth.judged:
        kind = _class_of(judged)
        if kind is not None:
            undue.setdefault(kind, []).append(judged)
    found = [_undue(kind, each) for kind, each in undue.items()]
    others = (_turned_away(truth), _clock_suspect(truth, undue), _foreign_undo(truth))
    found += [each for each in others if each is not None]
    return tuple(sorted(found, key=lambda one: _ORDER[one.kind]))


def state_hash(places: Iterable[tuple[str, Truth]]) -> str:
    """A hash of the state of these places, by key: who is inside, entries and conflicts. No order of them matters."""
    lines = sorted(f"{key} {truth.inside} {truth.entries} {_told(truth)}" for key, truth in places)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _told(truth: Truth) -> str:
    return " ".join(f"{one.kind}:{','.join(map(str, one.facts))}" for one in conflicts_of(truth))


def _class_of(judged: Judged) -> Class | None:
    fact, due = judged.told.fact, judged.due
    if judged.undone or not isinstance(fact, CheckIn) or not isinstance(due, Refused) or fact.despite is due.reason:
        return None
    return BY_REASON[due.reason]


def _undue(kind: Class, each: Sequence[Judged]) -> Conflict:
    ids = {one.told.fact.id for one in each}
    before = {one.before.fact.id for one in each if one.before is not None and kind is Class.DOUBLE_ENTRY}
    outcome, why = _double(each) if kind is Class.DOUBLE_ENTRY else (Outcome.ACCEPTED, _SENTENCES[kind](each))
    return Conflict(kind, tuple(sorted(ids | before)), tuple(sorted(ids)), outcome, why)


def _double(each: Sequence[Judged]) -> tuple[Outcome, str]:
    times = "once more" if len(each) == 1 else f"{len(each)} times more"
    extra = f"Admitted {times} than the list allows."
    if all(_same_person(one.before, one.told) for one in each):
        sentence = "At the same gate within two minutes: most likely one person, scanned twice. Annul what is too much."
        return Outcome.ANNULLED, f"{extra} {sentence}"
    return Outcome.ACCEPTED, (
        f"{extra} The scans lie too far apart for one person: more people probably came in on copies of this ticket, "
        "so keep the count, and ask the buyer."
    )


def _same_person(before: Told | None, told: Told) -> bool:
    same_gate = before is not None and before.fact.gate == told.fact.gate
    return before is not None and same_gate and told.at - before.at <= SAME_PERSON_WITHIN


def _late(each: Sequence[Judged]) -> str:
    words = {
        Reason.REVOKED: "replaced or revoked",
        Reason.CANCELLED: "cancelled",
        Reason.BLOCKED: "blocked",
        Reason.UNPAID: "not paid",
    }
    reasons = {one.due.reason for one in each if isinstance(one.due, Refused)}
    what = " and ".join(word for reason, word in words.items() if reason in reasons)
    if any(one.could_know for one in each):
        return f"The ticket was {what}, and the door knew it and let them in all the same. Ask whoever worked there."
    return f"The ticket was {what}, but the door had not heard of it yet. It could not know: accept, or ask for money."


def _unknown(each: Sequence[Judged]) -> str:
    return (
        f"Well signed, but no ticket of this server: admitted {len(each)} times. It may have been sold after "
        "a backup that was restored. Accept, and find out who holds it."
    )


def _wrong_list(each: Sequence[Judged]) -> str:
    reasons = {one.due.reason for one in each if isinstance(one.due, Refused)}
    what = "This ticket is not for this list." if Reason.WRONG_LIST in reasons else "It was not the ticket's time."
    if any(one.could_know for one in each):
        return f"{what} The door knew it and let them in all the same. Ask whoever worked there."
    return f"{what} The door worked by older settings and could not know: accept."


_SENTENCES = {Class.LATE_CANCEL: _late, Class.UNKNOWN_SERIAL: _unknown, Class.WRONG_LIST: _wrong_list}


def _turned_away(truth: Truth) -> Conflict | None:
    away: list[UUID] = []
    for judged in truth.judged:
        fact = judged.told.fact
        if judged.told.is_entry and not judged.undone:
            away = []
        elif isinstance(fact, RefusedScan) and judged.told.device is not None and _was_due(judged, fact):
            away.append(fact.id)
    if not away:
        return None
    sentence = (
        "The ticket was good, but the door did not know it and sent them away; they did not come in later. "
        "Nothing can be undone: tell the guest, and give the money back."
    )
    return Conflict(Class.TURNED_AWAY, tuple(sorted(away)), (), Outcome.ACCEPTED, sentence)


def _was_due(judged: Judged, fact: RefusedScan) -> bool:
    wanted_in = fact.direction is Kind.ENTRY and fact.reason not in NOBODY_TURNED_AWAY
    return wanted_in and isinstance(judged.due, Admitted)


def _clock_suspect(truth: Truth, undue: Iterable[Class]) -> Conflict | None:
    passed = [one.told for one in truth.judged if not one.undone and not isinstance(one.told.fact, RefusedScan)]
    suspects = sorted(told.fact.id for told in passed if not told.anchored)
    clocks = {(told.fact.journal, told.fact.boot) for told in passed}
    if not suspects or (len(clocks) == 1 and Class.WRONG_LIST not in undue):
        return None
    sentence = (
        "A laptop whose clock was never measured told some of this, so who came first is not certain. "
        "Accept, if the order below is what you remember."
    )
    return Conflict(Class.CLOCK_SUSPECT, tuple(suspects), (), Outcome.ACCEPTED, sentence)


def _foreign_undo(truth: Truth) -> Conflict | None:
    by_id = {one.told.fact.id: one.told for one in truth.judged}
    wrong = [
        each.fact
        for each in truth.annulments
        if isinstance(each.fact, Annulment) and not _may_undo(each, by_id.get(each.fact.target))
    ]
    if not wrong:
        return None
    facts = {one.id for one in wrong} | {one.target for one in wrong}
    sentence = (
        "A laptop undid what another one told, or what it told itself more than 15 minutes before, "
        "and no supervisor allowed it. "
        "The scan does not count any more: accept, if that is right."
    )
    return Conflict(Class.FOREIGN_UNDO, tuple(sorted(facts)), (), Outcome.ACCEPTED, sentence)


def _may_undo(undo: Told, target: Told | None) -> bool:
    if undo.device is None or target is None:
        return True
    allowed = isinstance(undo.fact, Annulment) and undo.fact.supervisor is not None
    return undo.device == target.device and (allowed or undo.at - target.at <= UNDO_WITHIN)
