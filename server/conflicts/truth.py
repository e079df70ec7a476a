"""The truth about one place on one list: what its doors told, replayed in corrected order through the rule.

Pure. Whatever order facts arrived in, the same facts give the same answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from eventreg_core import admission, facts
from eventreg_core.admission import ALWAYS, Kind, Passage, Policy, Reason, Refused, Scan, Ticket
from eventreg_core.facts import CheckIn, Fact, Recorded, Unrecognised
from eventreg_core.ticket import Picked

DOUBLE_ENTRY = "double_entry"
"""The class of a conflict: told *admitted* where the list's entry policy was already used up."""

ENTRY_REASONS = frozenset({Reason.ALREADY_USED, Reason.ALREADY_INSIDE, Reason.ALREADY_TODAY})
_ANY_TYPE = 0


@dataclass(frozen=True, slots=True)
class DoubleEntry:
    """One place was admitted more often than its list allows.

    `fact_ids`, sorted, are the admissions that were not due and for each the entry before it; `extra` counts the
    former. `proposed` is a sentence for whoever settles it.
    """

    fact_ids: tuple[UUID, ...]
    extra: int

    @property
    def proposed(self) -> str:
        """What to do about it."""
        times = "once more" if self.extra == 1 else f"{self.extra} times more"
        return (
            f"Admitted {times} than the list allows. Keep the first check-in; "
            "annul the others, unless different people came in on this ticket."
        )


def double_entry(told: Iterable[Recorded], policy: Policy) -> DoubleEntry | None:
    """Judge every standing check-in of one place by the list's entry policy alone; None where all of them were due.

    Status, payment and windows are left out: what they were at that time is not what they are now. An admission that
    a supervisor gave despite the very reason that the replay finds is no conflict.
    """
    known = _by_id(told)
    ticket = Ticket(bytes(8), None, 0, _ANY_TYPE)
    entry_only = replace(policy, ticket_types={_ANY_TYPE: ALWAYS}, window=ALWAYS)
    before: list[Passage] = []
    involved: set[UUID] = set()
    extra = 0
    for passage in facts.passages(known.values()):
        scan = Scan(Picked(ticket.serial), passage.kind)
        verdict = admission.decide(scan, ticket, before, entry_only, passage.at)
        if isinstance(verdict, Refused) and _not_due(verdict, passage, known):
            involved |= {entry.fact for entry in (passage, _last_entry(before)) if entry is not None and entry.fact}
            extra += 1
        before.append(passage)
    return DoubleEntry(tuple(sorted(involved)), extra) if extra else None


def _by_id(told: Iterable[Recorded]) -> dict[UUID, Fact | Unrecognised]:
    # Of two facts with one id the greater hash counts: any rule will do that does not depend on who came first.
    return {recorded.fact.id: recorded.fact for recorded in sorted(told, key=lambda each: each.hash)}


def _not_due(verdict: Refused, passage: Passage, known: dict[UUID, Fact | Unrecognised]) -> bool:
    fact = known[passage.fact] if passage.fact is not None else None
    return verdict.reason in ENTRY_REASONS and not (isinstance(fact, CheckIn) and fact.despite is verdict.reason)


def _last_entry(before: list[Passage]) -> Passage | None:
    return next((passage for passage in reversed(before) if passage.kind is Kind.ENTRY), None)
