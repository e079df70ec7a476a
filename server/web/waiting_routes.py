"""GET and POST /waiting/{id}: where the mails of the waiting list lead: wait, leave, or take the place."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from server.audit.author import VisitingAuthor
from server.callers import callers
from server.clock import utc_now
from server.db import Reading, Session
from server.desk import Desk
from server.events.models import Event
from server.mail.moments import in_words
from server.mail.rendering import language_of
from server.questions import service as questions
from server.questions.answers import BadAnswer, Question
from server.registrations.places import NoPlace
from server.settings import Configured, Settings
from server.signed_ids import is_token_for
from server.waiting import service
from server.waiting.letters import PURPOSE
from server.waiting.models import Waiting
from server.waiting.offering import OfferOver, Taking, take
from server.web.order_routes import uuid_of
from server.web.pages import Form, form, page

router = APIRouter(tags=["pages"], default_response_class=HTMLResponse)
Token = Annotated[str, Query(description="Of the link in the mail")]
LONGEST_NAME = 255


@router.get(
    "/waiting/{waiting_id}", summary="The page of a place in line", openapi_extra=callers("public", pages=[410])
)
async def show_place(
    request: Request, waiting_id: str, session: Reading, settings: Configured, token: Token = ""
) -> HTMLResponse:
    """Where it stands, and what can be done about it; 410 where the link is no good."""
    waiting = await _find(session, settings, waiting_id, token)
    return _over(request) if waiting is None else await _page(request, session, waiting, token, {}, "")


@router.post(
    "/waiting/{waiting_id}",
    summary="Take an offered place, or leave the line, on its page",
    openapi_extra=callers("public", pages=[409, 410, 422]) | form("token", "do"),
)
async def decide(
    request: Request, waiting_id: str, told: Form, author: VisitingAuthor, session: Session, settings: Configured
) -> HTMLResponse:
    """`do` is *take* or *leave*; what is wrong with an answer is told above the form."""
    token = told.get("token", "")
    waiting = await _find(session, settings, waiting_id, token)
    if waiting is None:
        return _over(request)
    wrong = ""
    if told.get("do") == "leave":
        await service.leave(session, author, waiting.id)
    elif told.get("do") == "take":
        asked = await _asked(session, waiting)
        taken = await take(session, author, Desk(settings, utc_now()), waiting.id, _taking(waiting, asked, told))
        wrong = _wrong(taken)
    return await _page(request, session, waiting, token, told, wrong)


async def _find(session: AsyncSession, settings: Settings, waiting_id: str, token: str) -> Waiting | None:
    shown = is_token_for(settings.secret_key, PURPOSE, uuid_of(waiting_id), token)
    return await service.get(session, uuid_of(waiting_id)) if shown else None


async def _asked(session: AsyncSession, waiting: Waiting) -> list[Question]:
    asked = await questions.list_asked(session, waiting.event_id)
    return [each for each in asked if each.is_asked_of(waiting.ticket_type_id)]


def _taking(waiting: Waiting, asked: Sequence[Question], told: Mapping[str, str]) -> Taking:
    names = [_in_one_line(told.get(f"companion-{number}", "")) for number in range(1, waiting.places)]
    answers = {str(each.id): _answer(each, told.get(f"answer-{each.id}", "")) for each in asked}
    return Taking(tuple(name[:LONGEST_NAME] for name in names if name), answers)


def _in_one_line(told: str) -> str:
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in told).split())


def _answer(question: Question, told: str) -> str | bool | None:
    return {"yes": True, "no": False}.get(told) if question.kind == "yes_no" else told


def _wrong(taken: UUID | OfferOver | NoPlace | BadAnswer) -> str:
    match taken:
        case UUID():
            return ""
        case BadAnswer():
            return "wrong_answer"
        case OfferOver():
            return "wrong_offer"
        case _:
            return "wrong_place"


async def _page(
    request: Request, session: AsyncSession, waiting: Waiting, token: str, told: Mapping[str, str], wrong: str
) -> HTMLResponse:
    await session.refresh(waiting)
    event = await session.get_one(Event, waiting.event_id)
    language = language_of(request.headers.get("Accept-Language", "")[:200])
    is_offered = waiting.status == "offered" and waiting.offered_until is not None and utc_now() < waiting.offered_until
    until = waiting.offered_until if is_offered else None
    return page(
        request,
        "waiting",
        status={"": 200, "wrong_answer": 422}.get(wrong, 409),
        token=token,
        id=str(waiting.id),
        event=event.name,
        when=in_words(event.date, event.zone, language),
        venue=event.venue,
        says="wait_expired" if waiting.status == "offered" and not is_offered else f"wait_{waiting.status}",
        ahead=await service.count_ahead(session, waiting),
        places=waiting.places,
        until="" if until is None else in_words(until, event.zone, language),
        companions=range(1, waiting.places),
        asked=await _asked(session, waiting) if is_offered else [],
        told=told,
        may_take=is_offered,
        may_leave=is_offered or waiting.status == "waiting",
        wrong=wrong,
    )


def _over(request: Request) -> HTMLResponse:
    return page(request, "note", status=410, title="over", text="mail_over", good=False)
