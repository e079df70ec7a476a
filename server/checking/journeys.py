"""The feed has no gap, and every fact is there once, unaltered and in its chain."""

from collections.abc import AsyncGenerator
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from eventreg_core.wire import Head
from server.checking.findings import Check, Finding, Statement
from server.sync.chain import START, furthest
from server.sync.journals import LINKS_AT_ONCE, list_links

STATEMENTS = (
    # Old pointers may have been compacted: what is there must be dense up to the head.
    Statement(
        "revisions",
        """
        SELECT head.event_id, head.revision, fed.least, fed.most, fed.pointers
        FROM event_heads head
        LEFT JOIN (
            SELECT event_id, count(*) AS pointers, min(revision) AS least, max(revision) AS most FROM changes GROUP BY 1
        ) fed ON fed.event_id = head.event_id
        WHERE coalesce(fed.most, 0) <> head.revision OR fed.pointers <> fed.most - fed.least + 1
        """,
        "event",
        "The head is at revision {revision}; the feed has {pointers} changes from {least} to {most}.",
    ),
    Statement(
        "facts_in_feed",
        """
        SELECT fact.id, fact.revision FROM facts fact
        JOIN (SELECT event_id, min(revision) AS least FROM changes GROUP BY 1) fed ON fed.event_id = fact.event_id
        LEFT JOIN changes change ON change.event_id = fact.event_id AND change.revision = fact.revision
        WHERE fact.revision >= fed.least AND (change.entity, change.entity_id) IS DISTINCT FROM ('fact', fact.id::text)
        """,
        "fact",
        "No change of the feed points at it at its revision {revision}.",
    ),
    Statement(
        "facts_once",
        """
        SELECT fact.id, count(*) AS copies FROM facts fact
        LEFT JOIN journals journal ON journal.journal = fact.journal
        GROUP BY fact.id HAVING count(*) > 1 AND NOT bool_or(coalesce(journal.forked, false))
        """,
        "fact",
        "There are {copies} facts with this id, and no journal is flagged as forked.",
    ),
    Statement(
        "seq_once",
        """
        SELECT fact.journal, fact.seq, count(*) AS copies FROM facts fact
        LEFT JOIN journals journal ON journal.journal = fact.journal
        WHERE fact.journal IS NOT NULL AND NOT coalesce(journal.forked, false)
        GROUP BY fact.journal, fact.seq HAVING count(*) > 1
        """,
        "journal",
        "There are {copies} facts with number {seq}, and the journal is not flagged as forked.",
    ),
    Statement(
        "unaltered",
        "SELECT id FROM facts WHERE sha256(raw) <> hash",
        "fact",
        "Its bytes are not those that were hashed.",
    ),
    Statement(
        "standing",
        """
        SELECT id FROM facts
        WHERE (revision IS NOT NULL) AND (held OR kind NOT IN ('check_in', 'exit', 'annulment'))
        """,
        "fact",
        "It is held or tells of no passage, and yet doors hear of it.",
    ),
)


async def _broken_chains(connection: AsyncConnection) -> AsyncGenerator[Finding, None]:
    """Journals whose chain ends elsewhere than their head says."""
    for row in (await connection.execute(_JOURNALS)).all():
        told = Head(row.head_seq, row.head_hash.hex())
        reached = await _followed(connection, row.journal, whole=row.forked)
        if reached != told:
            sentence = f"Its head is told to be {told.seq}; its facts follow one another up to {reached.seq}."
            yield Finding("chain", f"journal {row.journal}", sentence)


async def _followed(connection: AsyncConnection, journal: UUID, *, whole: bool) -> Head:
    """How far a journal's chain goes, read in parts; of a forked one every branch is needed at once."""
    reached = START
    while True:
        links = await list_links(connection, journal, reached.seq, None if whole else LINKS_AT_ONCE)
        further, _ = furthest(reached, links)
        if further == reached or whole:
            return further
        reached = further


CHAIN = Check("chain", _broken_chains)
_JOURNALS = text("SELECT journal, head_seq, head_hash, forked FROM journals ORDER BY journal")
