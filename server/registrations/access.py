"""Who may reach a registration: whoever may do enough on its event."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.access import Level, access_event
from server.auth.tokens import Caller, not_signed_in
from server.errors import ApiProblem
from server.events import service as events
from server.registrations import service
from server.registrations.models import Registration
from server.registrations.places import Registering


async def reach(session: AsyncSession, caller: Caller, registration_id: UUID, at_least: Level) -> Registration:
    """The registration, for a caller who may do at least this on its event; raises ApiProblem 404 or 403."""
    registration = await service.get(session, registration_id)
    try:
        await access_event(session, caller, registration.event_id, at_least)
    except ApiProblem as problem:
        # One answer for what is absent and for what is not shared, so that ids cannot be probed.
        raise service.registration_not_found() if problem.status == 404 else problem from problem
    return registration


async def check_may_register(session: AsyncSession, caller: Caller | None, event_id: UUID, asker: Registering) -> None:
    """Everybody may register for an active event, its staff also for a draft; only organizers tell what was paid.

    Raises ApiProblem 401, 403 or 404.
    """
    listed = await events.get_event(session, event_id, caller)
    if listed.event.is_active and asker.payment_status is None:
        return
    if caller is None:
        raise not_signed_in()
    await access_event(session, caller, event_id, "staff" if asker.payment_status is None else "organizer")
