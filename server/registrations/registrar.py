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
from server.events.versions import etag
from server.idempotency import service as idempotency
from server.idempotency.once import REPLAYED
from server.idempotency.service import Answer, Answered, Asked, InFlight, KeyReused
from server.questions.answers import BadAnswer
from server.questions.service import bad_answer
from server.registrations import service
from server.registrations.phones import opened_phone
from server.registrations.refusals import refusal
from server.registrations.registering import Entry, Fresh, NotOpen, Registered, register_each
from server.registrations.registering import Outcome as Placed
from server.registrations.views import CompanionView, RegistrationView, view
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
        async with self._database.batch() as connection:
            return await register_batch(connection, self._data_keys, event_id, applications)


async def register_batch(
    connection: AsyncConnection, data_keys: tuple[bytes, ...], event_id: UUID, applications: Sequence[Application]
) -> list[Outcome]:
    """Answer applications for one event in one transaction; an outcome for each, in order."""
    known = await _known(connection, data_keys, event_id, applications)
    new = [each for number, each in enumerate(applications) if number not in known]
    # An answer that is kept is written after what it tells of.
    commits = all(each.once is None for each in new)
    try:
        outcomes = await register_each(connection, event_id, [each.entry for each in new], commits=commits)
    except ApiProblem as problem:
        # There is no such event.
        return [problem for _ in applications]
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
    connection: AsyncConnection, data_keys: tuple[bytes, ...], event_id: UUID, applications: Sequence[Application]
) -> dict[int, Outcome]:
    """What is told to those whose Idempotency-Key is known, by their place in the batch."""
    keyed = [(number, each.once) for number, each in enumerate(applications) if each.once is not None]
    if not keyed:
        return {}
    # The head comes first: whoever had it and was cut off has ended by then, and so left its keys.
    await feed.lock_heads(connection, [event_id])
    found = await idempotency.look_up(connection, data_keys, [once for _, once in keyed])
    known: dict[int, Outcome] = {}
    for (number, _), one in zip(keyed, found, strict=True):
        if isinstance(one, Answered):
            known[number] = replace(one.answer, headers={**one.answer.headers, **REPLAYED})
        elif isinstance(one, KeyReused | InFlight):
            known[number] = idempotency.problem_of(one)
    return known


async def _answer(connection: AsyncConnection, data_keys: tuple[bytes, ...], outcome: Placed) -> Outcome:
    match outcome:
        case Registered(fresh=Fresh() as fresh):
            shown = _fresh_view(fresh, data_keys)
        case Registered(registration_id):
            async with AsyncSession(connection) as session:
                shown = view(await service.get_listed(session, registration_id), data_keys)
        case NotOpen():
            return outcome
        case BadAnswer():
            return bad_answer(outcome)
        case _:
            return refusal(outcome)
    headers = {"content-type": "application/json", "etag": etag(shown.version)}
    return Answer(CREATED, headers, shown.model_dump_json().encode())


def _fresh_view(fresh: Fresh, data_keys: tuple[bytes, ...]) -> RegistrationView:
    """What a look at the database would show, at a tenth of its cost."""
    row, written, own = fresh.row, fresh.written, fresh.tickets[0]
    companions = [
        CompanionView.model_construct(
            place=ticket.place,
            full_name=ticket.holder_name,
            ticket_status=ticket.status,
            short_code=ticket.short_code,
        )
        for ticket in fresh.tickets[1:]
    ]
    return RegistrationView.model_construct(
        id=row.id,
        event_id=fresh.event_id,
        ticket_type_id=row.ticket_type_id,
        user_email=row.user_email,
        full_name=row.full_name,
        phone=opened_phone(row.phone_sealed, data_keys),
        qr_code=row.qr_code,
        payment_status=row.payment_status,
        status="active",
        version=written.version,
        language=row.language,
        order_id=row.order_id,
        import_id=row.import_id,
        created_at=written.created_at,
        updated_at=written.updated_at,
        short_code=own.short_code,
        ticket_status=own.status,
        companions=companions,
        answers=fresh.answers,
        notes=None,
    )
