"""Send imported guests their tickets by mail: each once, and after everything that somebody waits for."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.imports import queries
from server.jobs import NewJob, Priority

AT_ONCE = 1_000
Mailed = tuple[UUID, str, str]
"""Whose registration it is: its id, e-mail and language."""


def tickets_to(guests: Sequence[Mailed]) -> list[NewJob]:
    """The jobs that mail these registrations their tickets; asked for again, they are none."""
    return [
        NewJob(
            "send-email",
            {
                "to": email,
                "template": "registration-confirmation",
                "language": language,
                "context": {"registration_id": str(registration_id)},
            },
            key=f"imported-ticket:{registration_id}",
            priority=Priority.BULK,
        )
        for registration_id, email, language in guests
    ]


async def send_next(session: AsyncSession, import_id: UUID, after: UUID | None) -> UUID | None:
    """Defer the mails to the next of an import's registrations; the last one's id, None when there are no more."""
    guests = await queries.list_imported(session, import_id, after, AT_ONCE)
    await jobs.defer_many(session, tickets_to(guests))
    return guests[-1][0] if len(guests) == AT_ONCE else None
