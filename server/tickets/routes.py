"""GET /registrations/{id}/ticket, /qr.png and /qr.svg."""

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from server.auth.access import SignedInCaller
from server.callers import callers
from server.db import Session
from server.errors import ApiProblem, not_found
from server.registrations.access import access_own_registration
from server.settings import Configured
from server.tickets import qr, service
from server.tickets.service import NobodyThere, NotSignedYet, Shown

router = APIRouter(prefix="/registrations/{registration_id}", tags=["tickets"])


class TicketView(BaseModel):
    """A ticket as its guest holds it: `token` is the text of the QR code."""

    token: str
    short_code: str
    status: str


Place = Annotated[int, Query(ge=0, le=32_767, description="0: the guest's own; else the `place` of a companion")]


async def shown_ticket(
    registration_id: UUID, caller: SignedInCaller, session: Session, settings: Configured, place: Place = 0
) -> Shown:
    """The signed ticket, for its guest and the event's staff; raises ApiProblem 409 `not_signed_yet`, 404 or 403."""
    await access_own_registration(session, caller, registration_id, "staff")
    match await service.show(session, registration_id, settings.data_keys, place):
        case NobodyThere():
            raise not_found("ticket_not_found", "This registration has no ticket for this place.")
        case NotSignedYet():
            sentence = "The ticket is not paid yet, so there is no QR code. Mark the registration as paid first."
            raise ApiProblem(409, "not_signed_yet", sentence)
        case shown:
            return shown


ShownTicket = Annotated[Shown, Depends(shown_ticket)]
NEVER_KEPT = {"Cache-Control": "no-store"}
"""A ticket admits whoever shows it: no cache on the way keeps one."""


@router.get("/ticket", summary="A ticket's token", openapi_extra=callers("guest", "staff", problems=[409]))
async def get_ticket(shown: ShownTicket, response: Response) -> TicketView:
    """A void ticket is shown too, with its status."""
    response.headers.update(NEVER_KEPT)
    return TicketView(token=shown.token, short_code=shown.short_code, status=shown.status)


@router.get(
    "/qr.png",
    summary="A ticket's QR code as PNG",
    response_class=Response,
    openapi_extra=callers("guest", "staff", problems=[409]),
)
async def get_png(shown: ShownTicket) -> Response:
    """450 × 450 pixels, quiet zone included."""
    return Response(await to_thread.run_sync(qr.png, shown.token), media_type="image/png", headers=NEVER_KEPT)


@router.get(
    "/qr.svg",
    summary="A ticket's QR code as SVG",
    response_class=Response,
    openapi_extra=callers("guest", "staff", problems=[409]),
)
async def get_svg(shown: ShownTicket) -> Response:
    """For print in any size."""
    return Response(await to_thread.run_sync(qr.svg, shown.token), media_type="image/svg+xml", headers=NEVER_KEPT)
