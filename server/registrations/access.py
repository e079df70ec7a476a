"""Who may reach a registration: whoever may do enough on its event, and the guest it is of."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.access import Level, access_event, access_row, check_rights, with_rights
from server.auth.tokens import Caller, not_signed_in
from server.events import service as events
from server.events.statuses import check_open, check_sells
from server.registrations import queries, record, service
from server.registrations.models import Registration
from server.registrations.places import Registering
from server.users.models import User


async def access_registration(
    session: AsyncSession, caller: Caller, registration_id: UUID, at_least: Level
) -> Registration:
    """The registration, for a caller who may do at least this on its event.

    Raises ApiProblem 404 `registration_not_found` or 403 `forbidden`.
    """
    statement = select(Registration).where(Registration.id == registration_id)
    missing = record.registration_not_found()
    return await access_row(session, caller, statement, Registration.event_id, at_least, missing)


async def access_own_registration(
    session: AsyncSession, caller: Caller, registration_id: UUID, at_least: Level
) -> Registration:
    """The registration, also for the guest it is of: the user whose confirmed e-mail stands in it.

    Raises what `access_registration` raises.
    """
    own = await service.find_own(session, registration_id, caller.user_id)
    return own or await access_registration(session, caller, registration_id, at_least)


@dataclass(frozen=True, slots=True)
class Shared:
    """A registration that the caller may look at; `is_own`: as the guest it is of."""

    registration: Registration
    is_own: bool


async def access_shared(session: AsyncSession, caller: Caller, registration_id: UUID) -> Shared:
    """The registration, for its guest and for viewers of its event. Raises what `access_registration` raises."""
    told = {"registration": registration_id, "caller": caller.user_id}
    row = (await session.execute(_SHARED, told)).one_or_none()
    missing = record.registration_not_found()
    if row is None:
        raise missing
    registration, is_own, created_by, granted = row
    if not is_own:
        check_rights(caller, created_by, granted, "viewer", missing)
    return Shared(registration, is_own)


async def access_open_registration(
    session: AsyncSession, caller: Caller, registration_id: UUID, at_least: Level
) -> Registration:
    """The registration, to change it. Raises what `access_registration` raises, and ApiProblem 409 `event_archived`."""
    registration = await access_registration(session, caller, registration_id, at_least)
    check_open((await events.get_event(session, registration.event_id, caller)).event)
    return registration


async def check_may_register(session: AsyncSession, caller: Caller | None, event_id: UUID, asker: Registering) -> None:
    """Everybody may register for an active event, its staff also for a draft; only organizers tell what was paid.

    The box office is its staff. Raises ApiProblem 401, 403, 404, or 409 `event_not_on_sale`.
    """
    listed = await events.get_event(session, event_id, caller)
    check_sells(listed.event)
    if listed.event.is_active and asker.payment_status is None and not asker.box_office:
        return
    if caller is None:
        raise not_signed_in()
    await access_event(session, caller, event_id, "staff" if asker.payment_status is None else "organizer")


_IS_OWN = exists().where(queries.OF_GUEST, User.id == bindparam("caller"))
_SHARED = with_rights(
    select(Registration, _IS_OWN).where(Registration.id == bindparam("registration")), Registration.event_id
)
