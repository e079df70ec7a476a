"""GET, PUT and DELETE of /registrations/{id}."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller
from server.bodies import json_answer
from server.callers import callers
from server.db import Db, Session
from server.errors import ApiProblem
from server.events.versions import etag, version_of
from server.idempotency.once import OnceRoute
from server.inputs import Changes, Email, Name, Phone, Prose
from server.questions.answers import BadAnswer
from server.questions.service import bad_answer
from server.registrations import looking, service, views
from server.registrations.access import access_open_registration
from server.registrations.changing import Clash, EmailTaken, NoSuchCompanion, Unchanged, Wished, change
from server.registrations.models import PaymentStatus
from server.registrations.notes import seal_notes
from server.registrations.phones import seal_phone
from server.registrations.places import DuplicateRegistration
from server.registrations.refusals import is_cancelled, refusal
from server.registrations.service import IsCancelled
from server.registrations.views import RegistrationView, view
from server.settings import Configured, Settings
from server.short_way import short
from server.tickets.seating import Seat
from server.users.service import normal_email

router = APIRouter(tags=["registrations"], route_class=OnceRoute)

Notes = Annotated[Prose, Field(max_length=10_000)]
Answers = Annotated[dict[str, str | bool | int | float | None], Field(max_length=200)]


class CompanionBody(BaseModel):
    """Somebody who comes along: at a place that the registration has, or without one, as one more."""

    place: Annotated[int, Field(ge=1, le=32_767)] | None = None
    full_name: Name


class RegistrationChanges(Changes):
    """What shall change of a registration. `companions` are all who shall come along; who is left out stays at home.

    `answers` by the id of their question replace all that were given to what the event asks at present.
    """

    NULLABLE = frozenset({"phone", "notes"})

    user_email: Email | None = None
    full_name: Name | None = None
    phone: Phone | None = None
    payment_status: PaymentStatus | None = None
    notes: Notes | None = None
    answers: Answers | None = None
    language: Literal["en", "de"] | None = None
    ticket_type_id: UUID | None = None
    companions: Annotated[list[CompanionBody], Field(max_length=100)] | None = None

    def wished(self, data_keys: tuple[bytes, ...]) -> Wished:
        """The same in the words of the use case, secrets sealed."""
        told = self.model_dump(include=self.model_fields_set)
        columns: dict[str, Any] = {
            name: told[name] for name in told.keys() & {"full_name", "payment_status", "language"}
        }
        if "user_email" in told:
            columns["user_email"] = normal_email(told["user_email"])
        if "phone" in told:
            columns |= {"phone": None, "phone_sealed": seal_phone(data_keys, told["phone"])}
        if "notes" in told:
            columns["notes_sealed"] = seal_notes(data_keys, told["notes"] or None)
        companions = None if self.companions is None else tuple(Seat(c.place, c.full_name) for c in self.companions)
        return Wished(columns, self.answers, self.ticket_type_id, companions)


@router.get(
    "/registrations/{registration_id}",
    summary="One registration",
    response_model=RegistrationView,
    openapi_extra=callers("guest", "viewer"),
)
@short
async def get_registration(
    registration_id: UUID, caller: SignedInCaller, database: Db, settings: Configured
) -> Response:
    """With its `ETag` for a later change. Notes are shown to the staff, not to the guest."""
    found = await looking.get_shared(database, caller, registration_id)
    told = views.shown(found.listed, settings.data_keys, to_staff=not found.is_own)
    return json_answer(told, etag=etag(found.listed.registration.version))


@router.put(
    "/registrations/{registration_id}",
    summary="Change a registration",
    openapi_extra=callers("organizer", problems=[409]),
)
async def update_registration(
    registration_id: UUID,
    body: RegistrationChanges,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    settings: Configured,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> RegistrationView:
    """With `If-Match`, 412 `version_clash` with the present version when somebody else was faster.

    PAID or FREE signs the ticket. Another ticket type is another ticket; more companions need places (409 `sold_out`).
    """
    await access_open_registration(session, caller, registration_id, "organizer")
    wished = body.wished(settings.data_keys)
    outcome = await change(session, author, registration_id, wished, version_of(if_match))
    if isinstance(outcome, Clash):
        present = await shown(session, settings, registration_id, response)
        sentence = "Somebody else changed this registration in the meantime. Look at it again, then decide."
        told: dict[str, Any] = {"version": present.version, "present": present.model_dump(mode="json")}
        raise ApiProblem(412, "version_clash", sentence, headers={"ETag": etag(present.version)}, **told)
    if outcome is not None:
        raise _refusal(outcome)
    return await shown(session, settings, registration_id, response)


@router.delete(
    "/registrations/{registration_id}",
    summary="Cancel a registration",
    status_code=204,
    openapi_extra=callers("organizer", problems=[409]),
)
async def cancel_registration(
    registration_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> None:
    """Its ticket is void and its place free; registering again brings it back with a new ticket."""
    await access_open_registration(session, caller, registration_id, "organizer")
    await service.cancel(session, author, registration_id)


async def shown(
    session: AsyncSession, settings: Settings, registration_id: UUID, response: Response
) -> RegistrationView:
    """The registration as it is now, as its staff sees it, with its `ETag`."""
    listed = await service.get_listed(session, registration_id)
    response.headers["ETag"] = etag(listed.registration.version)
    return view(listed, settings.data_keys, to_staff=True)


def _refusal(outcome: Unchanged) -> ApiProblem:
    match outcome:
        case EmailTaken():
            return refusal(DuplicateRegistration())
        case IsCancelled():
            return is_cancelled()
        case NoSuchCompanion(place):
            sentence = f"Nobody comes along at place {place}, or they are named twice. Look at the registration again."
            return ApiProblem(422, "unknown_companion", sentence, field="companions")
        case BadAnswer():
            return bad_answer(outcome)
        case Clash():
            raise AssertionError("a clash is answered with what is present")
        case _:
            return refusal(outcome)
