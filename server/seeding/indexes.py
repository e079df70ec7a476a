"""Indexes put aside while a million rows come in: made afterwards in one go they cost a fifth."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, LockNotAvailable

from server.seeding.progress import Progress

LARGE = ("registrations", "tickets", "facts", "orders", "payments", "ledger")
"""Tables that grow with the registrations."""


@dataclass(frozen=True, slots=True)
class PutAside:
    """How to make an index again."""

    name: str
    definition: str


def put_aside(connection: psycopg.Connection[Any]) -> list[PutAside]:
    """Drop the large tables' indexes that guard nothing, in this transaction; none if they are not ours or in use."""
    rows = connection.execute(_INDEXES, [list(LARGE)]).fetchall()
    indexes = [PutAside(name, definition) for name, definition in rows]
    try:
        with connection.transaction():
            for index in indexes:
                connection.execute(sql.SQL("DROP INDEX public.{}").format(sql.Identifier(index.name)))
    except (InsufficientPrivilege, LockNotAvailable):
        return []
    return indexes


def put_back(connection: psycopg.Connection[Any], indexes: list[PutAside], progress: Progress) -> None:
    """Make them again as they were."""
    progress.begin("indexes", len(indexes))
    for index in indexes:
        connection.execute(index.definition.encode())
        progress.add(1)


_INDEXES = """
SELECT class.relname, pg_get_indexdef(index.indexrelid)
FROM pg_index index
JOIN pg_class class ON class.oid = index.indexrelid
JOIN pg_class owner ON owner.oid = index.indrelid
WHERE owner.relname = ANY(%s) AND owner.relnamespace = 'public'::regnamespace AND NOT index.indisunique
ORDER BY class.relname
"""
