"""What a check finds, and checks that are one statement each."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

MOST = 100
"""Findings that one check lists; whoever has more has one cause, not a hundred."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that cannot be: which check, what it is about (a kind and an id), and a sentence."""

    check: str
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A check that is one statement: each row is a finding, and there should be none.

    The first column says what it is about; the sentence names the columns.
    """

    name: str
    sql: str
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check with its name; `find` gives what it finds, `MOST` at most being looked at."""

    name: str
    find: Callable[[AsyncConnection], AsyncGenerator[Finding, None]]


def by_statement(statement: Statement) -> Check:
    """The check that runs this statement."""

    async def find(connection: AsyncConnection) -> AsyncGenerator[Finding, None]:
        rows = await connection.execute(text(f"{statement.sql} LIMIT {MOST + 1}"))
        for row in rows.mappings():
            yield Finding(
                statement.name, f"{statement.subject} {next(iter(row.values()))}", statement.sentence.format(**row)
            )

    return Check(statement.name, find)
