"""Who may reach a registration: whoever may do enough on its event, and the guest it is of."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.access import Level, access_event, access_row
from server.auth.tokens import Caller, not_signed_in
from server.events import service as events
from server.events.statuses import check_open, check_sells
from server.registrations import record, service
from server.registrations.models import Registration
from server.registrations.places import Registering


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
