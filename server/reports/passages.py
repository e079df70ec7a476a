"""The one statement of reports that looks at passages, whatever is made of them."""

from sqlalchemy import text

WITHIN = """
    ({at} >= CAST(:from AS timestamptz) OR CAST(:from AS timestamptz) IS NULL)
    AND ({at} < CAST(:to AS timestamptz) OR CAST(:to AS timestamptz) IS NULL)
"""
"""A condition: `{at}` lies within the time that is asked about."""
# A place is a registration's ticket number so-and-so, whichever serial it has at the time; a serial that belongs to no
# registration is a place of its own. `who` names it in few bytes: sorting and hashing them is most of the work.
_WHO = """
    CASE WHEN ticket.registration_id IS NULL THEN {serial}
    ELSE uuid_send(ticket.registration_id) || int2send(ticket.place) END
"""
# Of several facts with one id the greater hash counts, as in the replay. Everything is made of two heaps, each far
# smaller than the facts: `moments` (how often, by time, list and gate) and `places` (who, by list and ticket type).
PASSAGES = text(
    f"""
    WITH told AS MATERIALIZED (
        SELECT fact.id, fact.kind = 'check_in' AS entry, fact.list_id, fact.gate_id, fact.at, ticket.ticket_type_id,
            {_WHO.format(serial="fact.serial")} AS who
        FROM facts fact
        LEFT JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
        WHERE fact.event_id = :event AND fact.kind IN ('check_in', 'exit') AND fact.revision IS NOT NULL
            AND (fact.list_id = CAST(:list AS uuid) OR CAST(:list AS uuid) IS NULL) AND {WITHIN.format(at="fact.at")}
            AND NOT EXISTS (
                SELECT FROM facts annulment
                WHERE annulment.annuls = fact.id AND annulment.event_id = fact.event_id
                    AND annulment.revision IS NOT NULL
            )
            AND NOT EXISTS (
                SELECT FROM facts other
                WHERE other.id = fact.id AND other.hash > fact.hash AND other.event_id = fact.event_id
                    AND other.revision IS NOT NULL
            )
    ), moments AS MATERIALIZED (
        SELECT date_bin(make_interval(mins => :minutes), told.at, TIMESTAMPTZ '2000-01-01 00:00+00') AS step,
            list_id, gate_id, entry, ticket_type_id IS NULL AS unknown,
            count(*) AS times, min(told.at) AS first_at, max(told.at) AS last_at
        FROM told GROUP BY 1, 2, 3, 4, 5
    ), passing AS MATERIALIZED (
        SELECT list_id, ticket_type_id, who, count(*) FILTER (WHERE entry) AS times,
            max(at) FILTER (WHERE entry) AS came_at, max(at) FILTER (WHERE NOT entry) AS left_at
        FROM told GROUP BY 1, 2, 3
    ), at_one_time AS MATERIALIZED (
        -- Of an entry and an exit at the very same moment the greater id is the later one.
        SELECT DISTINCT ON (told.list_id, told.who) told.list_id, told.who, told.entry
        FROM told JOIN passing ON passing.list_id = told.list_id AND passing.who = told.who
            AND passing.ticket_type_id IS NOT DISTINCT FROM told.ticket_type_id
        WHERE passing.came_at = passing.left_at AND told.at = passing.came_at
        ORDER BY told.list_id, told.who, told.id DESC
    ), mixed AS MATERIALIZED (
        SELECT list_id, who, max(greatest(came_at, left_at)) AS last_at FROM passing
        GROUP BY list_id, who HAVING count(*) > 1
    ), places AS MATERIALIZED (
        -- Inside: whose last passage at the list was an entry, also where the place had a ticket of another type since.
        SELECT passing.list_id, passing.ticket_type_id, passing.who, passing.times,
            passing.came_at IS NOT NULL AND passing.came_at >= coalesce(passing.left_at, passing.came_at)
                AND coalesce(at_one_time.entry, true) AND passing.came_at >= coalesce(mixed.last_at, passing.came_at)
                AS inside
        FROM passing
        LEFT JOIN at_one_time ON at_one_time.list_id = passing.list_id AND at_one_time.who = passing.who
            AND passing.came_at = passing.left_at
        LEFT JOIN mixed ON mixed.list_id = passing.list_id AND mixed.who = passing.who
    ), people AS MATERIALIZED (
        SELECT ticket_type_id, who, sum(times) AS times, bool_or(inside) AS inside FROM places GROUP BY 1, 2
    ), came AS MATERIALIZED (
        SELECT who, bool_or(inside) AS inside FROM people WHERE times > 0 GROUP BY who
    ), sold AS MATERIALIZED (
        SELECT ticket.ticket_type_id, count(*) AS sold, count(*) FILTER (WHERE came.who IS NULL) AS no_shows
        FROM tickets ticket
        LEFT JOIN came ON came.who = {_WHO.format(serial="ticket.serial")}
        WHERE ticket.event_id = :event AND ticket.status NOT IN ('revoked', 'cancelled')
            AND ticket.registration_id IS NOT NULL
            AND (CAST(:list AS uuid) IS NULL OR ticket.ticket_type_id IN (
                SELECT ticket_type_id FROM check_in_list_types WHERE list_id = CAST(:list AS uuid)
            ))
        GROUP BY ticket.ticket_type_id
    ), passed AS (
        SELECT ticket_type_id, CAST(sum(times) AS bigint) AS check_ins, count(*) AS admitted,
            count(*) FILTER (WHERE inside) AS inside
        FROM people WHERE times > 0 GROUP BY 1
    ), by_type AS (
        SELECT type.id AS ticket_type_id, coalesce(type.name, 'unknown') AS ticket_type, type.quota,
            coalesce(sold.sold, 0) AS sold, coalesce(passed.admitted, 0) AS admitted,
            coalesce(passed.check_ins, 0) AS check_ins, coalesce(passed.inside, 0) AS inside,
            coalesce(sold.no_shows, 0) AS no_shows, type.number
        FROM (SELECT * FROM ticket_types WHERE event_id = :event) type
        FULL JOIN passed ON passed.ticket_type_id = type.id
        LEFT JOIN sold ON sold.ticket_type_id = type.id
        WHERE CAST(:list AS uuid) IS NULL OR passed.check_ins > 0 OR EXISTS (
            SELECT FROM check_in_list_types member
            WHERE member.list_id = CAST(:list AS uuid) AND member.ticket_type_id = type.id
        )
    ), by_list AS (
        SELECT worked.list_id, list.name AS list, worked.check_ins, worked.exits,
            coalesce(seated.admitted, 0) AS admitted, coalesce(seated.inside, 0) AS inside
        FROM (
            SELECT list_id, coalesce(sum(times) FILTER (WHERE entry), 0) AS check_ins,
                coalesce(sum(times) FILTER (WHERE NOT entry), 0) AS exits
            FROM moments GROUP BY list_id
        ) worked
        LEFT JOIN (
            SELECT list_id, count(*) FILTER (WHERE entered) AS admitted, count(*) FILTER (WHERE inside) AS inside
            FROM (
                SELECT list_id, bool_or(times > 0) AS entered, bool_or(inside) AS inside
                FROM places GROUP BY list_id, who
            ) one GROUP BY list_id
        ) seated ON seated.list_id = worked.list_id
        LEFT JOIN check_in_lists list ON list.id = worked.list_id
    ), by_gate AS (
        SELECT worked.gate_id, gate.name AS gate, worked.check_ins, worked.exits
        FROM (
            SELECT gate_id, coalesce(sum(times) FILTER (WHERE entry), 0) AS check_ins,
                coalesce(sum(times) FILTER (WHERE NOT entry), 0) AS exits
            FROM moments GROUP BY gate_id
        ) worked LEFT JOIN gates gate ON gate.id = worked.gate_id
    ), by_time AS (
        SELECT worked.at, worked.gate_id, gate.name AS gate, worked.check_ins
        FROM (
            SELECT step AS at, gate_id, sum(times) AS check_ins FROM moments WHERE entry GROUP BY step, gate_id
        ) worked LEFT JOIN gates gate ON gate.id = worked.gate_id
    )
    SELECT json_build_object(
        'totals', (SELECT json_build_object(
            'sold', (SELECT coalesce(sum(sold), 0) FROM sold),
            'no_shows', (SELECT coalesce(sum(no_shows), 0) FROM sold),
            'admitted', (SELECT count(*) FROM came),
            'inside', (SELECT count(*) FROM came WHERE inside),
            'check_ins', coalesce(sum(times) FILTER (WHERE entry), 0),
            'exits', coalesce(sum(times) FILTER (WHERE NOT entry), 0),
            'unknown', coalesce(sum(times) FILTER (WHERE entry AND unknown), 0),
            'first_arrival', min(first_at) FILTER (WHERE entry),
            'last_arrival', max(last_at) FILTER (WHERE entry)
        ) FROM moments),
        'types', (SELECT coalesce(json_agg(by_type ORDER BY number), '[]') FROM by_type),
        'lists', (SELECT coalesce(json_agg(by_list ORDER BY list, list_id), '[]') FROM by_list),
        'gates', (SELECT coalesce(json_agg(by_gate ORDER BY gate, gate_id), '[]') FROM by_gate),
        'arrivals', (SELECT coalesce(json_agg(by_time ORDER BY at, gate, gate_id), '[]') FROM by_time)
    )::text
    """
)
