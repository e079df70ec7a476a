"""Registrations that look like one person's and were both let in.

They are looked for now and then, as it takes everybody's name; nothing that a door tells waits for it. What was found
is a conflict like any other.
"""

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import text

from eventreg_core.duplicates import Duplicate, Entry, duplicates_of
from server.checkins.standing import Place
from server.conflicts import queries
from server.conflicts.queries import Found
from server.mail.jobs import WALK_IN
from server.sync import feed
from server.sync.feed import Executor

NAMELESS = "Walk-in"
"""What somebody is called who bought at a door and whose name never came, or was erased."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found at an event, and its revision before anybody looked."""

    revision: int
    found: list[Found]


async def list_unseen(connection: Executor) -> list[UUID]:
    """Events that are not archived and where anything changed since duplicates were looked for."""
    return list((await connection.execute(_UNSEEN)).scalars())


async def is_seen(connection: Executor, event: UUID) -> bool:
    """Whether nothing changed at this event since duplicates were looked for."""
    return bool((await connection.execute(_IS_SEEN, {"event": event})).scalar_one())


async def look(connection: Executor, event: UUID) -> Seen:
    """Look for duplicates; nothing is locked and nothing written."""
    revision = await feed.find_revision(connection, event) or 0
    return Seen(revision, await find(connection, event))


async def find(connection: Executor, event: UUID) -> list[Found]:
    """The conflicts that come out of who was let in, and of names and e-mails as they are now."""
    parameters = {"event": event, "nameless": NAMELESS, "walk_in": WALK_IN}
    rows = (await connection.execute(_NAMESAKES, parameters)).all()
    found: list[Found] = []
    for (list_id, _), each in groupby(rows, key=lambda row: (row.list_id, row.name)):
        entries = [Entry(row.registration_id, row.email, row.id, row.at, row.gate_id) for row in each]
        found += [_found(list_id, one) for one in duplicates_of(entries)]
    return found


async def keep(connection: Executor, event: UUID, seen: Seen) -> None:
    """Let the stored duplicates of an event be those that were found, unless somebody has looked later than that.

    The caller holds the event's head.
    """
    if (await connection.execute(_SEEN, {"event": event, "revision": seen.revision})).first() is not None:
        await queries.keep_duplicates(connection, event, seen.found)


def _found(list_id: UUID, one: Duplicate) -> Found:
    return Found(Place(list_id, one.registration), (one.conflict,))


_UNSEEN = text(
    """
    SELECT head.event_id FROM event_heads head
    JOIN events event ON event.id = head.event_id AND (event.is_active OR event.inactive_as <> 'archived')
    LEFT JOIN duplicate_looks look ON look.event_id = head.event_id
    WHERE look.revision IS DISTINCT FROM head.revision
        AND EXISTS (SELECT FROM facts WHERE facts.event_id = head.event_id AND facts.revision IS NOT NULL)
    """
)
_IS_SEEN = text(
    """
    SELECT EXISTS (
        SELECT FROM duplicate_looks look JOIN event_heads head ON head.event_id = look.event_id
        WHERE look.event_id = :event AND look.revision = head.revision
    )
    """
)
_SEEN = text(
    """
    INSERT INTO duplicate_looks (event_id, revision) VALUES (:event, :revision)
    ON CONFLICT (event_id) DO UPDATE SET revision = excluded.revision
        WHERE duplicate_looks.revision <= excluded.revision
    RETURNING revision
    """
)
# A coarse sieve: who is one person `duplicates_of` says. Names are shared by many at a large event.
# NOT IN: what was undone is read once and hashed, however few of them statistics promise.
_NAMESAKES = text(
    """
    WITH entered AS (
        SELECT DISTINCT ON (fact.list_id, ticket.registration_id)
            fact.list_id, ticket.registration_id, fact.id, fact.at, fact.gate_id
        FROM facts fact
        JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
        WHERE fact.event_id = :event AND fact.kind = 'check_in' AND fact.revision IS NOT NULL
            AND ticket.registration_id IS NOT NULL AND ticket.place = 0 AND fact.id NOT IN (
                SELECT annuls FROM facts WHERE event_id = :event AND annuls IS NOT NULL AND revision IS NOT NULL
            )
        ORDER BY fact.list_id, ticket.registration_id, fact.at, fact.id
    ), named AS (
        SELECT entered.*, plain_text(registration.full_name) AS name,
            CASE WHEN right(registration.user_email, length(:walk_in)) <> :walk_in THEN registration.user_email END
                AS email
        FROM entered JOIN registrations registration ON registration.id = entered.registration_id
        WHERE registration.event_id = :event AND registration.status = 'active'
            AND registration.full_name NOT IN ('', :nameless)
    ), counted AS (
        SELECT named.*, bool_or(email IS NULL) OVER (PARTITION BY list_id, name) AS with_walk_in, count(*) OVER (
            PARTITION BY list_id, name, split_part(split_part(lower(email), '@', 1), '+', 1)
        ) AS of_box FROM named
    )
    SELECT * FROM counted WHERE of_box > 1 OR with_walk_in ORDER BY list_id, name, registration_id
    """
)
