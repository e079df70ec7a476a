"""Check-in lists as the rule wants them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

import psycopg
from sqlalchemy import text

from eventreg_core.admission import EntryPolicy, Policy, Window
from server.piped import Pipe
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Line:
    """A check-in list with one of its ticket types, or with none."""

    list: UUID
    entry: str
    day_starts_at: time
    opens_at: datetime | None
    closes_at: datetime | None
    strict_when_fresh: bool
    zone: str
    number: int | None
    valid_from: datetime | None
    valid_until: datetime | None


async def list_policies(connection: Executor, event: UUID) -> dict[UUID, Policy]:
    """The policy of every check-in list of an event, as it is now."""
    return policies_of(Line(*row) for row in await connection.execute(_LISTS, {"event": event}))


async def send_lists(pipe: Pipe, event: UUID) -> psycopg.AsyncCursor[Line]:
    """Ask for the check-in lists; `policies_of` reads the answer."""
    return await pipe.send(_LISTS, {"event": event}, Line)


def policies_of(lines: Iterable[Line]) -> dict[UUID, Policy]:
    """The policies of check-in lists, by id."""
    policies: dict[UUID, Policy] = {}
    windows: dict[UUID, dict[int, Window]] = {}
    for line in lines:
        types = windows.setdefault(line.list, {})
        if line.number is not None:
            types[line.number] = Window(line.valid_from, line.valid_until)
        policies[line.list] = Policy(
            entry=EntryPolicy(line.entry),
            ticket_types=types,
            zone=line.zone,
            window=Window(line.opens_at, line.closes_at),
            day_starts_at=line.day_starts_at,
            strict_when_fresh=line.strict_when_fresh,
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
