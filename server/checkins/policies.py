"""Check-in lists as the rule wants them."""

from uuid import UUID

from sqlalchemy import text

from eventreg_core.admission import EntryPolicy, Policy, Window
from server.sync.feed import Executor


async def list_policies(connection: Executor, event: UUID) -> dict[UUID, Policy]:
    """The policy of every check-in list of an event, as it is now."""
    policies: dict[UUID, Policy] = {}
    windows: dict[UUID, dict[int, Window]] = {}
    for row in await connection.execute(_LISTS, {"event": event}):
        types = windows.setdefault(row.id, {})
        if row.number is not None:
            types[row.number] = Window(row.valid_from, row.valid_until)
        policies[row.id] = Policy(
            entry=EntryPolicy(row.entry),
            ticket_types=types,
            zone=row.zone,
            window=Window(row.opens_at, row.closes_at),
            day_starts_at=row.day_starts_at,
            strict_when_fresh=row.strict_when_fresh,
        )
    return policies


_LISTS = text(
    """
    SELECT list.id, list.entry, list.day_starts_at, list.opens_at, list.closes_at, list.strict_when_fresh,
           event.zone, type.number, type.valid_from, type.valid_until
    FROM check_in_lists list
    JOIN events event ON event.id = list.event_id
    LEFT JOIN check_in_list_types member ON member.list_id = list.id
    LEFT JOIN ticket_types type ON type.id = member.ticket_type_id
    WHERE list.event_id = :event
    """
)
