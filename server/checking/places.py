"""Nothing is oversold: what heads and ticket types say of places is what the tickets say."""

from server.checking.findings import Statement

_OF_EVENT = """
    SELECT event.id, head.sold, head.offered, head.capacity, event.max_capacity,
        coalesce(live.tickets, 0) AS tickets, coalesce(waits.places, 0) AS places
    FROM events event
    LEFT JOIN event_heads head ON head.event_id = event.id
    LEFT JOIN (
        SELECT event_id, count(*) AS tickets FROM tickets WHERE status NOT IN ('revoked', 'cancelled') GROUP BY 1
    ) live ON live.event_id = event.id
    LEFT JOIN (
        SELECT event_id, sum(places) AS places FROM waiting WHERE status = 'offered' GROUP BY 1
    ) waits ON waits.event_id = event.id
"""
_OF_TYPE = """
    SELECT type.id, type.sold, type.offered, type.quota,
        coalesce(live.tickets, 0) AS tickets, coalesce(waits.places, 0) AS places
    FROM ticket_types type
    LEFT JOIN (
        SELECT ticket_type_id, count(*) AS tickets FROM tickets WHERE status NOT IN ('revoked', 'cancelled') GROUP BY 1
    ) live ON live.ticket_type_id = type.id
    LEFT JOIN (
        SELECT ticket_type_id, sum(places) AS places FROM waiting WHERE status = 'offered' GROUP BY 1
    ) waits ON waits.ticket_type_id = type.id
"""

STATEMENTS = (
    Statement(
        "capacity",
        f"SELECT * FROM ({_OF_EVENT}) counted WHERE tickets + places > max_capacity",
        "event",
        "{tickets} tickets are out and {places} are offered, but the event has {max_capacity} places.",
    ),
    Statement(
        "sold",
        f"""SELECT * FROM ({_OF_EVENT}) counted
        WHERE (sold, offered, capacity) IS DISTINCT FROM (tickets, places, max_capacity)""",
        "event",
        "The head says sold {sold}, offered {offered}, capacity {capacity}; "
        "there are {tickets} tickets, {places} offered, capacity {max_capacity}.",
    ),
    Statement(
        "quota",
        f"SELECT * FROM ({_OF_TYPE}) counted WHERE tickets + places > quota",
        "ticket_type",
        "{tickets} tickets are out and {places} are offered, but the quota is {quota}.",
    ),
    Statement(
        "sold_of_type",
        f"SELECT * FROM ({_OF_TYPE}) counted WHERE (sold, offered) IS DISTINCT FROM (tickets, places)",
        "ticket_type",
        "The type says sold {sold}, offered {offered}; there are {tickets} tickets and {places} offered.",
    ),
)
