"""How full it is: people inside, admitted and expected on each list, by the very rules that doors count with."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Counted:
    """People by place, on one list.

    `inside`: their last passage was an entry; `admitted`: at least once; `expected`: tickets of the list's types that
    are valid or blocked.
    """

    list_id: UUID
    name: str
    inside: int
    admitted: int
    expected: int


async def count_lists(connection: Executor, event: UUID) -> list[Counted]:
    """Every list of an event, in the order in which they were made."""
    return [Counted(*row) for row in await connection.execute(_COUNTS, {"event": event})]


# Doors keep times in milliseconds; of one instant the greater id is the later. Of facts with one id the greater hash
# counts, as in the replay.
_COUNTS = text(
    """
    WITH told AS MATERIALIZED (
        SELECT fact.id, fact.kind, fact.list_id, date_trunc('milliseconds', fact.at) AS at,
            CASE WHEN ticket.registration_id IS NULL THEN fact.serial
            ELSE uuid_send(ticket.registration_id) || int2send(ticket.place) END AS who
        FROM facts fact
        LEFT JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
        WHERE fact.event_id = :event AND fact.kind IN ('check_in', 'exit') AND fact.revision IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM facts undo
                WHERE undo.annuls = fact.id AND undo.event_id = fact.event_id AND undo.revision IS NOT NULL
            )
            AND NOT EXISTS (
                SELECT FROM facts other
                WHERE other.id = fact.id AND other.hash > fact.hash AND other.event_id = fact.event_id
                    AND other.revision IS NOT NULL
            )
    ), people AS (
        SELECT list_id, who, bool_or(kind = 'check_in') AS came,
            (array_agg(kind ORDER BY at DESC, id DESC))[1] = 'check_in' AS inside
        FROM told GROUP BY list_id, who
    )
    SELECT list.id, list.name,
        (SELECT count(*) FROM people WHERE people.list_id = list.id AND people.inside),
        (SELECT count(*) FROM people WHERE people.list_id = list.id AND people.came),
        (
            SELECT count(*) FROM tickets
            WHERE tickets.event_id = :event AND tickets.status IN ('valid', 'blocked')
                AND tickets.registration_id IS NOT NULL AND tickets.ticket_type_id IN (
                SELECT ticket_type_id FROM check_in_list_types WHERE list_id = list.id
            )
        )
    FROM check_in_lists list WHERE list.event_id = :event ORDER BY list.created_at, list.id
    """
)
