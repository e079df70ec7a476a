"""Check-in lists as the rule wants them."""

from collections.abc import Iterable
from uuid import UUID

from eventreg_core.admission import Policy, Window
from server.checkins.known import Line


def policies_of(lines: Iterable[Line], zone: str) -> dict[UUID, Policy]:
    """The policies of check-in lists, by id; `zone` is the event's."""
    return {
        line.id: Policy(
            entry=line.entry,
            ticket_types={each.number: Window(each.valid_from, each.valid_until) for each in line.types},
            zone=zone,
            window=Window(line.opens_at, line.closes_at),
            day_starts_at=line.day_starts_at,
            strict_when_fresh=line.strict_when_fresh,
        )
        for line in lines
    }
