"""The statements of imports and of their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.imports.models import Import, ImportRow
from server.piped import bytea_array, number_array
from server.plans import kept_plans
from server.questions.models import Question
from server.registrations.models import Registration

AT_ONCE = 5_000
"""Rows in one statement."""


@dataclass(frozen=True, slots=True)
class Seat:
    """The registration that an e-mail has at the event already."""

    id: UUID
    status: str
    import_id: UUID | None


@dataclass(frozen=True, slots=True)
class Made:
    """A registration that a row made, as it is now, and as it was then."""

    number: int
    registration_id: UUID
    version: int | None
    present_version: int
    status: str
    is_own: bool
    is_scanned: bool


async def find(session: AsyncSession, event_id: UUID, import_id: UUID) -> Import | None:
    """The import, if it is one of this event, as it is now."""
    statement = select(Import).where(Import.event_id == event_id, Import.id == import_id)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def get(session: AsyncSession, import_id: UUID, *, lock: bool = False) -> Import | None:
    """The import as it is now; locked, nobody else changes it before this transaction ends."""
    return await session.get(
        Import, import_id, populate_existing=True, with_for_update={"key_share": True} if lock else None
    )


async def list_imports(session: AsyncSession, event_id: UUID, limit: int, after: UUID | None) -> list[Import]:
    """Imports of an event, the latest first."""
    statement = select(Import).where(Import.event_id == event_id)
    if after is not None:
        statement = statement.where(Import.id < after)
    return list(await session.scalars(statement.order_by(Import.id.desc()).limit(limit)))


async def drop_ready(session: AsyncSession, event_id: UUID, user_id: UUID) -> None:
    """Forget files that this user brought for the event and never started."""
    mine = Import.event_id == event_id, Import.created_by == user_id, Import.status == "ready"
    await session.execute(delete(Import).where(*mine))


async def insert_rows(session: AsyncSession, import_id: UUID, rows: Sequence[tuple[int, bytes]]) -> None:
    """Write the rows of a file, sealed."""
    async with kept_plans(session):
        for begin in range(0, len(rows), AT_ONCE):
            part = rows[begin : begin + AT_ONCE]
            columns = {
                "id": import_id,
                "numbers": number_array(row[0] for row in part),
                "sealed": bytea_array(row[1] for row in part),
            }
            await session.execute(_INSERT_ROWS, columns)


async def list_problems(
    session: AsyncSession, import_id: UUID, after: int, limit: int
) -> list[tuple[int, str, bytes | None]]:
    """Rows with a problem: number, code, and the row itself where it was kept."""
    statement = (
        select(ImportRow.number, ImportRow.problem, ImportRow.row_sealed)
        .where(ImportRow.import_id == import_id, ImportRow.problem.is_not(None), ImportRow.number > after)
        .order_by(ImportRow.number)
        .limit(limit)
    )
    return [(row.number, str(row.problem), row.row_sealed) for row in await session.execute(statement)]


async def count_problems(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """How many rows have which problem."""
    statement = (
        select(ImportRow.problem, func.count())
        .where(ImportRow.import_id == import_id, ImportRow.problem.is_not(None))
        .group_by(ImportRow.problem)
    )
    return {str(problem): count for problem, count in await session.execute(statement)}


async def list_seats(session: AsyncSession, event_id: UUID, emails: Sequence[str]) -> dict[str, Seat]:
    """Which of these e-mails have a registration at the event."""
    seats: dict[str, Seat] = {}
    for begin in range(0, len(emails), AT_ONCE):
        asked = {"event": event_id, "emails": list(emails[begin : begin + AT_ONCE])}
        seats |= {
            row.user_email: Seat(row.id, row.status, row.import_id) for row in await session.execute(_SEATS, asked)
        }
    return seats


async def list_made(session: AsyncSession, import_id: UUID, limit: int, after: int) -> list[Made]:
    """What rows after this line made or changed, and of which nothing was said since; the caller holds the head."""
    rows = await session.execute(_MADE, {"id": import_id, "limit": limit, "after": after})
    return [Made(*row) for row in rows]


async def list_imported(
    session: AsyncSession, import_id: UUID, after: UUID | None, limit: int
) -> list[tuple[UUID, str, str]]:
    """Registrations that an import made and that are in force: id, e-mail, language."""
    statement = select(Registration.id, Registration.user_email, Registration.language).where(
        Registration.import_id == import_id, Registration.status == "active"
    )
    if after is not None:
        statement = statement.where(Registration.id > after)
    rows = await session.execute(statement.order_by(Registration.id).limit(limit))
    return [(row.id, row.user_email, row.language) for row in rows]


async def list_first_admitted(session: AsyncSession, registration_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When one of their tickets was first admitted anywhere, of those of whom one was."""
    rows = await session.execute(_FIRST_ADMITTED, {"ids": list(registration_ids)})
    return {row.registration_id: row.at for row in rows}


async def list_questions(session: AsyncSession, event_id: UUID) -> dict[str, str]:
    """What the event asks, in its order: labels by id."""
    statement = select(Question.id, Question.label).where(Question.event_id == event_id)
    return {str(row.id): row.label for row in await session.execute(statement.order_by(Question.position, Question.id))}


async def forget_files(session: AsyncSession, days: int) -> None:
    """Drop what was brought and never started, and rows that were kept to be mended, so many days later."""
    await session.execute(_FORGET_READY, {"days": days})
    await session.execute(_FORGET_ROWS, {"days": days})


_INSERT_ROWS = text(
    """
    INSERT INTO import_rows (import_id, number, row_sealed)
    SELECT :id, number, sealed
    FROM unnest(CAST(:numbers AS integer[]), CAST(:sealed AS bytea[])) AS line (number, sealed)
    """
)
_SEATS = text(
    """
    SELECT user_email, id, status, import_id FROM registrations
    WHERE event_id = :event AND user_email = ANY(CAST(:emails AS text[]))
    """
)
_MADE = text(
    """
    SELECT line.number, line.registration_id, line.version, registration.version, registration.status,
        coalesce(registration.import_id = line.import_id, false),
        EXISTS (
            SELECT FROM tickets JOIN facts ON facts.serial = tickets.serial AND facts.event_id = tickets.event_id
            WHERE tickets.registration_id = line.registration_id
        )
    FROM import_rows AS line JOIN registrations AS registration ON registration.id = line.registration_id
    WHERE line.import_id = :id AND line.number > :after AND line.problem IS NULL
    ORDER BY line.number LIMIT :limit
    """
)
_FIRST_ADMITTED = text(
    """
    SELECT tickets.registration_id, min(facts.at) AS at
    FROM tickets JOIN facts ON facts.serial = tickets.serial AND facts.event_id = tickets.event_id
    WHERE tickets.registration_id = ANY(CAST(:ids AS uuid[])) AND facts.kind = 'check_in'
        AND facts.told = 'admitted' AND facts.revision IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM facts AS annulment
            WHERE annulment.annuls = facts.id AND annulment.event_id = facts.event_id AND annulment.revision IS NOT NULL
        )
    GROUP BY tickets.registration_id
    """
)
_FORGET_READY = text("DELETE FROM imports WHERE status = 'ready' AND updated_at < now() - make_interval(days => :days)")
_FORGET_ROWS = text(
    """
    UPDATE import_rows SET row_sealed = NULL FROM imports
    WHERE imports.id = import_rows.import_id AND imports.status IN ('done', 'undone')
        AND imports.updated_at < now() - make_interval(days => :days) AND import_rows.row_sealed IS NOT NULL
    """
)
