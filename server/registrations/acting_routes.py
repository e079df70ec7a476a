"""The POSTs of /registrations/{id}: a new ticket, blocking it for now, mailing it again."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import Author, SignedInAuthor
from server.auth.access import SignedInCaller
from server.callers import callers
from server.db import Session
from server.idempotency.once import OnceRoute
from server.registrations import service
from server.registrations.access import access_open_registration
from server.registrations.refusals import is_cancelled
from server.registrations.routes import shown
from server.registrations.service import IsCancelled
from server.registrations.views import RegistrationView
from server.settings import Configured, Settings

router = APIRouter(prefix="/registrations/{registration_id}", tags=["registrations"], route_class=OnceRoute)

BY_SUPERVISORS = callers("supervisor", problems=[409])


@dataclass(frozen=True, slots=True)
class Acting:
    """A supervisor who does something with a registration of theirs."""

    id: UUID
    author: Author
    session: AsyncSession
    settings: Settings
    response: Response

    async def answer(self, outcome: IsCancelled | None) -> RegistrationView:
        """The registration as it is now; raises ApiProblem 409 `registration_cancelled`."""
        if isinstance(outcome, IsCancelled):
            raise is_cancelled()
        await self.session.flush()
        return await shown(self.session, self.settings, self.id, self.response)


async def _acting(
    registration_id: UUID,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    settings: Configured,
    response: Response,
) -> Acting:
    await access_open_registration(session, caller, registration_id, "supervisor")
    return Acting(registration_id, author, session, settings, response)


Supervisor = Annotated[Acting, Depends(_acting, scope="function")]


@router.post("/reissue", summary="Issue a new ticket", openapi_extra=BY_SUPERVISORS)
async def reissue(acting: Supervisor) -> RegistrationView:
    """The old ticket is void for ever; whoever entered with it does not enter again with the new one."""
    return await acting.answer(await service.reissue(acting.session, acting.author, acting.id))


@router.post("/block", summary="Block a ticket", openapi_extra=BY_SUPERVISORS)
async def block(acting: Supervisor) -> RegistrationView:
    """For now: `unblock` takes it back."""
    return await acting.answer(await service.block(acting.session, acting.author, acting.id))


@router.post("/unblock", summary="Unblock a ticket", openapi_extra=BY_SUPERVISORS)
async def unblock(acting: Supervisor) -> RegistrationView:
    """Harmless for a ticket that is not blocked."""
    return await acting.answer(await service.unblock(acting.session, acting.author, acting.id))


@router.post("/resend", summary="Mail the ticket again", openapi_extra=BY_SUPERVISORS)
async def resend(acting: Supervisor) -> RegistrationView:
    """To the e-mail of the registration, in its language."""
    return await acting.answer(await service.resend(acting.session, acting.author, acting.id))
