"""GET and POST /events/{event_id}/waiting, DELETE /waiting/{id} and POST /waiting/{id}/take."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.author import MaybeAuthor, VisitingAuthor
from server.auth.access import SignedInCaller, access_event, access_row
from server.auth.tokens import Caller, not_signed_in
from server.auth.visitors import MaybeCaller
from server.callers import callers
from server.db import Reading, Session
from server.desk import AtDesk
from server.errors import ApiProblem
from server.idempotency.once import OnceRoute
from server.inputs import Email, Name, Phone
from server.mail.rendering import language_of
from server.paging import DEFAULT_LIMIT, CursorText, Limit, cursor_text
from server.questions.answers import BadAnswer
from server.questions.service import bad_answer
from server.registrations import service as registrations
from server.registrations.access import check_may_register
from server.registrations.cursors import after_of
from server.registrations.phones import seal_phone
from server.registrations.places import Registering
from server.registrations.refusals import refusal
from server.registrations.views import RegistrationView
from server.registrations.views import view as view_registration
from server.settings import Configured, Settings
from server.signed_ids import LinkToken, is_token_for
from server.users.service import normal_email
from server.waiting import service
from server.waiting.letters import PURPOSE, waiting_token
from server.waiting.models import Waiting
from server.waiting.offering import OfferOver, Taking, take
from server.waiting.queries import Asked, Status
from server.waiting.service import InLineAlready, Joining, NotJoined, NoWaitingList, PlacesLeft

router = APIRouter(tags=["waiting list"], route_class=OnceRoute)


class WaitingBody(BaseModel):
    """Who wants to wait; `places` counts their own and those of their companions."""

    user_email: Email
    full_name: Name
    phone: Phone | None = None
    ticket_type_id: UUID
    places: Annotated[int, Field(ge=1, le=101)] = 1


class TakeBody(BaseModel):
    """The token of the mail, answers by question, and who comes along: each companion has one of the places."""

    token: Annotated[str, Field(max_length=100)]
    companions: Annotated[list[Name], Field(max_length=100)] = []
    answers: dict[str, str | bool | int | float | None] = {}


class WaitingView(BaseModel):
    """Somebody on a waiting list; a place that is *offered* is kept until `offered_until`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    ticket_type_id: UUID
    user_email: str
    full_name: str
    places: int
    status: Status
    offered_until: datetime | None
    registration_id: UUID | None
    created_at: datetime


class JoinedLine(WaitingView):
    """A new place in line: how many wait before it, and the token that leaves it or takes what is offered."""

    ahead: int
    token: str


class WaitingPage(BaseModel):
    """A waiting list in the order of coming, and the cursor of the next page if there is one."""

    items: list[WaitingView]
    next_cursor: str | None


@router.get("/events/{event_id}/waiting", summary="The waiting list", openapi_extra=callers("organizer"))
async def list_waiting(
    event_id: UUID,
    caller: SignedInCaller,
    session: Reading,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
    status: Status | None = None,
) -> WaitingPage:
    """In the order of coming, also those who are through."""
    await access_event(session, caller, event_id, "organizer")
    found = await service.list_waiting(session, Asked(event_id, limit + 1, status, after_of(cursor)))
    items = [WaitingView.model_validate(each) for each in found[:limit]]
    return WaitingPage(items=items, next_cursor=cursor_text(str(items[-1].id)) if len(found) > limit else None)


@router.post(
    "/events/{event_id}/waiting",
    summary="Wait for a place",
    status_code=201,
    openapi_extra=callers("public", "staff", problems=[409]),
)
async def join_line(
    event_id: UUID,
    body: WaitingBody,
    caller: MaybeCaller,
    author: MaybeAuthor,
    session: Session,
    desk: AtDesk,
    accept_language: Annotated[str | None, Header()] = None,
) -> JoinedLine:
    """Where registering is open, and what is wanted is sold out."""
    joining = Joining(
        event_id=event_id,
        user_email=normal_email(body.user_email),
        full_name=body.full_name,
        phone_sealed=seal_phone(desk.settings.data_keys, body.phone),
        ticket_type_id=body.ticket_type_id,
        places=body.places,
        language=language_of(accept_language or ""),
    )
    await check_may_register(session, caller, event_id, Registering(joining.user_email, joining.full_name))
    joined = await service.join(session, author, desk, joining)
    if not isinstance(joined, Waiting):
        raise _not_joined(joined)
    told = WaitingView.model_validate(joined).model_dump()
    ahead = await service.count_ahead(session, joined)
    return JoinedLine(**told, ahead=ahead, token=waiting_token(desk.settings, joined.id))


@router.delete(
    "/waiting/{waiting_id}",
    summary="Leave the waiting list",
    status_code=204,
    openapi_extra=callers("public", "organizer"),
)
async def leave_line(
    waiting_id: UUID,
    caller: MaybeCaller,
    author: MaybeAuthor,
    session: Session,
    settings: Configured,
    token: LinkToken = None,
) -> None:
    """By whoever shows the token of the mail, and by organizers; a place that was offered goes to the next one."""
    await _access(session, settings, caller, waiting_id, token)
    await service.leave(session, author, waiting_id)


@router.post(
    "/waiting/{waiting_id}/take",
    summary="Take an offered place",
    status_code=201,
    openapi_extra=callers("public", problems=[401, 409]),
)
async def take_place(
    waiting_id: UUID, body: TakeBody, author: VisitingAuthor, session: Session, desk: AtDesk
) -> RegistrationView:
    """A registration like any other; once more, it is the same one."""
    if not is_token_for(desk.settings.secret_key, PURPOSE, waiting_id, body.token):
        raise service.waiting_not_found()
    taken = await take(session, author, desk, waiting_id, Taking(tuple(body.companions), body.answers))
    if isinstance(taken, OfferOver):
        raise ApiProblem(409, "offer_over", "This offer is over, or was never made. Wait for the next one.")
    if isinstance(taken, BadAnswer):
        raise bad_answer(taken)
    if not isinstance(taken, UUID):
        raise refusal(taken)
    listed = await registrations.get_listed(session, taken)
    return view_registration(listed, desk.settings.data_keys)


async def _access(
    session: AsyncSession, settings: Settings, caller: Caller | None, waiting_id: UUID, token: str | None
) -> None:
    if is_token_for(settings.secret_key, PURPOSE, waiting_id, token):
        return
    if caller is None:
        raise not_signed_in()
    statement = select(Waiting).where(Waiting.id == waiting_id)
    await access_row(session, caller, statement, Waiting.event_id, "organizer", service.waiting_not_found())


def _not_joined(outcome: NotJoined) -> ApiProblem:
    match outcome:
        case PlacesLeft():
            return ApiProblem(409, "places_left", "There are places left. Register right away.")
        case NoWaitingList():
            return ApiProblem(409, "no_waiting_list", "This event has no waiting list.")
        case InLineAlready():
            sentence = "This e-mail is on the waiting list already."
            return ApiProblem(409, "waiting_already", sentence, field="user_email")
        case _:
            return refusal(outcome)
