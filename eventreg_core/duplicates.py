"""One person who registered twice and was let in on both: registrations of one name, on one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventreg_core.conflict import SAME_PERSON_WITHIN, Class, Conflict, Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """The first time that a registration was let in on a list, told by the fact `id`.

    `email` is None for a walk-in, whom nobody asked for one.
    """

    registration: UUID
    email: str | None
    id: UUID
    at: datetime
    gate: UUID | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The conflict, kept with the registration that was made first."""

    registration: UUID
    conflict: Conflict


def duplicates_of(namesakes: Sequence[Entry]) -> tuple[Duplicate, ...]:
    """Which of these registrations of one name, let in on one list, are one person's; the order is no matter.

    Those are whose e-mails reach one mailbox. So is a walk-in, where everybody else of the name has the same mailbox;
    otherwise nobody can tell whose name it is. A name alone proves nothing: people share names.
    """
    boxes: dict[str, list[Entry]] = {}
    walk_ins: list[Entry] = []
    for each in namesakes:
        if each.email is None:
            walk_ins.append(each)
        else:
            boxes.setdefault(mailbox(each.email), []).append(each)
    if len(boxes) == 1:
        [only] = boxes.values()
        only += walk_ins
    found = [_duplicate(entries, walk_ins) for entries in boxes.values() if len(entries) > 1]
    return tuple(sorted(found, key=lambda one: one.registration))


def mailbox(email: str) -> str:
    """Where mail to this address arrives; what follows a + in its local part is a note of the owner's (RFC 5233)."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def _duplicate(entries: Sequence[Entry], walk_ins: Sequence[Entry]) -> Duplicate:
    first, *later = sorted(entries, key=lambda one: (one.at, one.id))
    outcome, why = _proposed(first, later, at_door=any(one in walk_ins for one in entries))
    facts = tuple(sorted(one.id for one in entries))
    conflict = Conflict(Class.DUPLICATE_REGISTRATION, facts, tuple(sorted(one.id for one in later)), outcome, why)
    return Duplicate(min(one.registration for one in entries), conflict)


def _proposed(first: Entry, later: Sequence[Entry], *, at_door: bool) -> tuple[Outcome, str]:
    also = "a ticket bought at the door" if at_door else "one mailbox"
    many, each = ("Two", "both") if len(later) == 1 else (str(len(later) + 1), "all of them")
    whose = f"{many} registrations look like one person's (one name, {also}), and {each} were let in."
    if all(one.gate == first.gate and one.at - first.at <= SAME_PERSON_WITHIN for one in later):
        sentence = "At the same gate within two minutes: most likely one person who showed both. Annul the later."
        return Outcome.ANNULLED, f"{whose} {sentence}"
    return Outcome.ACCEPTED, (
        f"{whose} The scans lie too far apart for one person: somebody else probably came in on the other, so keep the "
        "count. Ask the guest, and give money back where it was paid twice."
    )
