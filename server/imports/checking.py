"""The dry run: what would become of each line if the file were brought in now. Pure; slow: call it in a thread."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from server.imports.findings import DUPLICATE, Finding, code_of, finding
from server.imports.guests import Guest, Lines, Wrong
from server.imports.plan import OnDuplicate
from server.imports.table import Line
from server.registrations.places import Place, Registering, Shop, allot

MOST_FINDINGS = 200
"""Shown with the report; all are counted."""


@dataclass(slots=True)
class Checked:
    """How many lines would make a registration, change one, or have which problem; the first findings in order."""

    good: int = 0
    updates: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def add(self, number: int, code: str) -> None:
        """Count a line with a problem."""
        self.problems[code] += 1
        self.findings.append(finding(number, code))


def understood(lines: Iterable[Line], how: Lines) -> list[Guest | Wrong]:
    """Each line as a guest, or what is wrong with it."""
    return [how.guest(line) for line in lines]


def emails_of(read: Sequence[Guest | Wrong]) -> list[str]:
    """The e-mails that the lines speak of, each once."""
    return list({each.user_email: None for each in read if isinstance(each, Guest)})


def check(
    read: Sequence[Guest | Wrong], shop: Shop, known: Mapping[str, UUID | None], on_duplicate: OnDuplicate
) -> Checked:
    """Give out places as the import itself will, with what is sold and `known` now (see places.Shop)."""
    checked = Checked()
    seen: set[str] = set()
    guests: list[Guest] = []
    for each in read:
        if isinstance(each, Wrong):
            checked.add(each.number, each.code)
        elif each.user_email in seen:
            checked.add(each.number, "duplicate_in_file")
        else:
            seen.add(each.user_email)
            guests.append(each)
    answers = allot(replace(shop, known=known), [asker_of(guest) for guest in guests])
    for guest, answer in zip(guests, answers, strict=True):
        if isinstance(answer, Place):
            checked.good += 1
        elif (code := code_of(answer)) == DUPLICATE and on_duplicate == "update":
            checked.updates += 1
        else:
            checked.add(guest.number, code)
    checked.findings.sort(key=lambda each: each.number)
    del checked.findings[MOST_FINDINGS:]
    return checked


def asker_of(guest: Guest) -> Registering:
    """Somebody whom an organizer registers: sale windows and reserved places do not hold them up."""
    return Registering(
        user_email=guest.user_email,
        full_name=guest.full_name,
        ticket_type_id=guest.ticket_type_id,
        payment_status=guest.payment_status,
        companions=guest.companions,
        box_office=True,
    )
