"""Places of which the rule is asked together: one entry, told by a laptop, for a ticket that never was otherwise.

Most places of a night are such. Their verdicts depend on list, ticket type, status and payment, which are few, and on
the time. Windows have no holes: what is admitted at the earliest and at the latest of these times is admitted at each
one between. An entry that was due, alone at its place, is no conflict of any class, whichever laptop told it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text

from eventreg_core.admission import Admitted, Scan, Status, Ticket, decide
from eventreg_core.history import Rules
from eventreg_core.ticket import Picked
from server.conflicts.reading import read_rules
from server.sync.feed import Executor

_ANY_SERIAL = bytes(8)


class Alike(msgspec.Struct, frozen=True):
    """Entries of tickets of one kind, to one list."""

    list: UUID
    number: int
    status: str
    settled: bool


async def find_due(connection: Executor, event: UUID) -> list[Alike]:
    """The kinds of plain entries that were all due, whatever the list ever asked for."""
    rules = await read_rules(connection, event)
    rows = (await connection.execute(_ALIKE, {"event": event})).all()
    return [_alike(row) for row in rows if row.list_id in rules and _is_due(row, rules[row.list_id])]


def as_json(alike: Sequence[Alike]) -> str:
    """As the statements with `AMONG_DUE` are told of them."""
    return msgspec.json.encode(alike).decode()


def _alike(row: Any) -> Alike:
    return Alike(row.list_id, row.number, row.status, row.settled)


def _is_due(row: Any, rules: Rules) -> bool:
    policies = (rules.now, *(one.value for one in rules.former))
    ticket = Ticket(_ANY_SERIAL, None, 0, row.number, Status(row.status), row.settled)
    times: tuple[datetime, datetime] = (row.earliest, row.latest)
    scan = Scan(Picked(_ANY_SERIAL))
    return all(isinstance(decide(scan, ticket, (), policy, at), Admitted) for policy in policies for at in times)


# NOT IN: what is excepted is read once and hashed, however few of them statistics promise.
PASSED = """
    SELECT fact.serial, fact.journal, fact.list_id, fact.at, ticket.registration_id, ticket.place, ticket.status,
        type.number, registration.payment_status IN ('PAID', 'FREE') AS settled,
        fact.kind = 'check_in' AND fact.journal IS NOT NULL AND fact.revision IS NOT NULL
            AND ticket.registration_id IS NOT NULL
            AND fact.serial NOT IN (
                SELECT former.serial FROM former_tickets former
                JOIN tickets changed ON changed.serial = former.serial AND changed.event_id = :event
            ) AND fact.id NOT IN (SELECT annuls FROM facts WHERE event_id = :event AND annuls IS NOT NULL) AS plain
    FROM facts fact
    LEFT JOIN tickets ticket ON ticket.serial = fact.serial AND ticket.event_id = fact.event_id
    LEFT JOIN ticket_types type ON type.id = ticket.ticket_type_id
    LEFT JOIN registrations registration ON registration.id = ticket.registration_id
    WHERE fact.event_id = :event AND fact.kind IN ('check_in', 'exit', 'refused_scan') AND NOT fact.held
        AND fact.serial IS NOT NULL
"""
"""What was told of an event's tickets, and whether it is plain; with `:event`."""

AMONG_DUE = """
    json_to_recordset(CAST(:due AS json)) AS due (list uuid, number integer, status text, settled boolean)
    ON passed.plain AND due.list = passed.list_id AND due.number = passed.number AND due.status = passed.status
        AND due.settled = passed.settled
"""
"""To be joined with PASSED AS passed: a row where a fact is one of those that were due; with `:due`."""

_ALIKE = text(
    f"""
    SELECT list_id, number, status, settled, min(at) AS earliest, max(at) AS latest FROM ({PASSED}) passed
    WHERE plain GROUP BY list_id, number, status, settled
    """
)
