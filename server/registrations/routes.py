"""POST /events/{event_id}/registrations; GET, PUT, DELETE and the POSTs of /registrations/{id}."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Response
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller
from server.callers import callers
from server.db import Session
from server.errors import ApiProblem
from server.events.versions import etag, version_of
from server.idempotency.once import OnceRoute
from server.inputs import Changes, Email, Name, Phone
from server.registrations import places, service
from server.registrations.access import access_own_registration, access_registration
from server.registrations.models import PaymentStatus
from server.registrations.phones import seal_phone
from server.registrations.refusals import refusal
from server.registrations.service import Clash, EmailTaken, IsCancelled
from server.registrations.views import RegistrationView, view
from server.settings import Configured, Settings
from server.users.service import normal_email

router = APIRouter(tags=["registrations"], route_class=OnceRoute)


class RegistrationChanges(Changes):
    """What shall change of a registration."""

    NULLABLE = frozenset({"phone"})

    user_email: Email | None = None
    full_name: Name | None = None
    phone: Phone | None = None
    payment_status: PaymentStatus | None = None


@router.get("/registrations/{registration_id}", summary="One registration", openapi_extra=callers("guest", "viewer"))
async def get_registration(
    registration_id: UUID, caller: SignedInCaller, session: Session, settings: Configured, response: Response
) -> RegistrationView:
    """With its `ETag` for a later change."""
    await access_own_registration(session, caller, registration_id, "viewer")
    return await _answer(session, settings, registration_id, response)


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
    """With `If-Match`, 412 `version_clash` when somebody else was faster. PAID or FREE signs the ticket."""
    await access_registration(session, caller, registration_id, "organizer")
    changes: dict[str, Any] = body.model_dump(exclude_unset=True)
    if "user_email" in changes:
        changes["user_email"] = normal_email(changes["user_email"])
    if "phone" in changes:
        changes |= {"phone": None, "phone_sealed": seal_phone(settings.data_keys, changes["phone"])}
    match await service.update(session, author, registration_id, changes, version_of(if_match)):
        case Clash(version):
            sentence = "Somebody else changed this registration in the meantime. Look at it again, then decide."
            raise ApiProblem(412, "version_clash", sentence, version=version)
        case EmailTaken():
            raise refusal(places.DuplicateRegistration())
        case None:
            return await _answer(session, settings, registration_id, response)


@router.delete(
    "/registrations/{registration_id}",
    summary="Cancel a registration",
    status_code=204,
    openapi_extra=callers("organizer"),
)
async def cancel_registration(
    registration_id: UUID, caller: SignedInCaller, author: SignedInAuthor, session: Session
) -> None:
    """Its ticket is void and its place free; registering again brings it back with a new ticket."""
    await access_registration(session, caller, registration_id, "organizer")
    await service.cancel(session, author, registration_id)


@router.post(
    "/registrations/{registration_id}/reissue",
    summary="Issue a new ticket",
    openapi_extra=callers("supervisor", problems=[409]),
)
async def reissue(
    registration_id: UUID,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    settings: Configured,
    response: Response,
) -> RegistrationView:
    """The old ticket is void for ever; whoever entered with it does not enter again with the new one."""
    await access_registration(session, caller, registration_id, "supervisor")
    outcome = await service.reissue(session, author, registration_id)
    return await _moved(session, settings, registration_id, outcome, response)


@router.post(
    "/registrations/{registration_id}/block",
    summary="Block a ticket",
    openapi_extra=callers("supervisor", problems=[409]),
)
async def block(
    registration_id: UUID,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    settings: Configured,
    response: Response,
) -> RegistrationView:
    """For now: `unblock` takes it back."""
    await access_registration(session, caller, registration_id, "supervisor")
    outcome = await service.block(session, author, registration_id)
    return await _moved(session, settings, registration_id, outcome, response)


@router.post(
    "/registrations/{registration_id}/unblock",
    summary="Unblock a ticket",
    openapi_extra=callers("supervisor", problems=[409]),
)
async def unblock(
    registration_id: UUID,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    settings: Configured,
    response: Response,
) -> RegistrationView:
    """Harmless for a ticket that is not blocked."""
    await access_registration(session, caller, registration_id, "supervisor")
    outcome = await service.unblock(session, author, registration_id)
    return await _moved(session, settings, registration_id, outcome, response)


async def _moved(
    session: AsyncSession, settings: Settings, registration_id: UUID, outcome: IsCancelled | None, response: Response
) -> RegistrationView:
    if isinstance(outcome, IsCancelled):
        sentence = "This registration is cancelled. Register the guest again to issue a ticket."
        raise ApiProblem(409, "registration_cancelled", sentence)
    await session.flush()
    return await _answer(session, settings, registration_id, response)


async def _answer(
    session: AsyncSession, settings: Settings, registration_id: UUID, response: Response
) -> RegistrationView:
    listed = await service.get_listed(session, registration_id)
    response.headers["ETag"] = etag(listed.registration.version)
    return view(listed, settings.data_keys)
