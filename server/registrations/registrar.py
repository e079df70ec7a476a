"""Where askers of one event wait for their turn, and are registered together."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from starlette.requests import HTTPConnection

from server.coalesce import Busy, Gathering, TooLate, busy
from server.db import OUTAGES, Database
from server.errors import ApiProblem
from server.events.service import event_not_found
from server.events.versions import etag
from server.idempotency import service as idempotency
from server.idempotency.once import REPLAYED
from server.idempotency.service import Answer, Answered, Asked, InFlight, KeyReused
from server.registrations import service
from server.registrations.listing import Held, Listed
from server.registrations.models import Registration
from server.registrations.places import NoPlace
from server.registrations.refusals import refusal
from server.registrations.registering import Entry, Fresh, NotOpen, Registered, register_each
from server.registrations.views import view
from server.settings import Settings
from server.sync import feed

WITHIN_S = 10.0
"""Who waited longer has given up, or asks again."""
CREATED = 201


@dataclass(frozen=True, slots=True)
class Application:
    """One request to be registered; `once` where it carries an Idempotency-Key."""

    entry: Entry
    once: Asked | None = None


Outcome = Answer | NotOpen | ApiProblem


class Registrar:
    """Registers whoever asks, those of one event in the order in which they came; one of these in a process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._data_keys = settings.data_keys
        self._gathering: Gathering[UUID, Application, Outcome] = Gathering(self._register, outages=OUTAGES)

    async def register(self, event_id: UUID, application: Application) -> Answer | NotOpen:
        """What the asker is answered, after the commit.

        Raises ApiProblem: 503 `busy` where their turn did not come in time, 404 `event_not_found`, what `refusal`
        says, and what an Idempotency-Key may be told.
        """
        outcome = await self._gathering.ask(event_id, application, time.monotonic() + WITHIN_S)
        if isinstance(outcome, Busy | TooLate):
            raise busy()
        if isinstance(outcome, ApiProblem):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Take nobody else, and answer those who wait."""
        await self._gathering.close()

    async def _register(self, event_id: UUID, applications: Sequence[Application]) -> list[Outcome]:
        async with self._database.begin() as connection:
            return await register_batch(connection, self._data_keys, event_id, applications)


async def register_batch(
    connection: AsyncConnection, data_keys: tuple[bytes, ...], event_id: UUID, applications: Sequence[Application]
) -> list[Outcome]:
    """Answer applications for one event in one transaction; an outcome for each, in order."""
    # The head comes first: whoever had it and was cut off has ended by then, and so left its keys.
    if not await feed.lock_heads(connection, [event_id]):
        return [event_not_found() for _ in applications]
    known = await _known(connection, data_keys, applications)
    new = [each for number, each in enumerate(applications) if number not in known]
    outcomes = await register_each(connection, event_id, [each.entry for each in new])
    answers = [await _answer(connection, data_keys, outcome) for outcome in outcomes]
    kept = [
        (each.once, answer)
        for each, answer in zip(new, answers, strict=True)
        if each.once is not None and isinstance(answer, Answer)
    ]
    await idempotency.keep(connection, data_keys, kept)
    told = iter(answers)
    return [known[number] if number in known else next(told) for number in range(len(applications))]


def registrar_of(connection: HTTPConnection) -> Registrar:
    """The application's."""
    return cast(Registrar, connection.app.state.registrar)


async def _known(
    connection: AsyncConnection, data_keys: tuple[bytes, ...], applications: Sequence[Application]
) -> dict[int, Outcome]:
    """What is told to those whose Idempotency-Key is known, by their place in the batch."""
    keyed = [(number, each.once) for number, each in enumerate(applications) if each.once is not None]
    found = await idempotency.look_up(connection, data_keys, [once for _, once in keyed])
    known: dict[int, Outcome] = {}
    for (number, _), one in zip(keyed, found, strict=True):
        if isinstance(one, Answered):
            known[number] = replace(one.answer, headers={**one.answer.headers, **REPLAYED})
        elif isinstance(one, KeyReused | InFlight):
            known[number] = idempotency.problem_of(one)
    return known


async def _answer(
    connection: AsyncConnection, data_keys: tuple[bytes, ...], outcome: Registered | NoPlace | NotOpen
) -> Outcome:
    if isinstance(outcome, NotOpen):
        return outcome
    if not isinstance(outcome, Registered):
        return refusal(outcome)
    if outcome.fresh is None:
        async with AsyncSession(connection) as session:
            listed = await service.get_listed(session, outcome.registration_id)
    else:
        listed = _listed(outcome.fresh)
    shown = view(listed, data_keys)
    headers = {"content-type": "application/json", "etag": etag(shown.version)}
    return Answer(CREATED, headers, shown.model_dump_json().encode())


def _listed(fresh: Fresh) -> Listed:
    """What a later look at the database would find."""
    row, written = fresh.row, fresh.written
    registration = Registration(
        id=row.id,
        event_id=fresh.event_id,
        ticket_type_id=row.ticket_type_id,
        user_email=row.user_email,
        full_name=row.full_name,
        phone_sealed=row.phone_sealed,
        qr_code=row.qr_code,
        payment_status=row.payment_status,
        status="active",
        version=written.version,
        order_id=row.order_id,
        import_id=row.import_id,
        notes_sealed=row.notes_sealed,
        answers_sealed=row.answers_sealed,
        language=row.language,
        created_at=written.created_at,
        updated_at=written.updated_at,
    )
    held = (Held(each.place, each.holder_name, each.status, each.short_code) for each in fresh.tickets)
    return Listed(registration, tuple(held))
