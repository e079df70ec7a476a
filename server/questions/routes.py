"""GET, POST, PUT and DELETE of /events/{event_id}/questions."""

from datetime import datetime
from typing import Annotated, NoReturn
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from server.audit.author import SignedInAuthor
from server.auth.access import SignedInCaller, access_event
from server.auth.tokens import not_signed_in
from server.auth.visitors import MaybeCaller
from server.callers import callers
from server.db import Reading, Session
from server.errors import ApiProblem
from server.events import service as events
from server.events.versions import etag, version_of
from server.idempotency.once import OnceRoute
from server.inputs import Changes, Name
from server.questions import service
from server.questions.models import QuestionKind
from server.questions.service import Clash, NewQuestion

router = APIRouter(prefix="/events/{event_id}/questions", tags=["questions"], route_class=OnceRoute)

Choices = Annotated[list[Name], Field(max_length=200)]
TicketTypes = Annotated[list[UUID], Field(max_length=200)]
Position = Annotated[int, Field(ge=0, le=30_000)]


class QuestionBody(BaseModel):
    """A question to ask; of everybody, or of those with one of these ticket types."""

    kind: QuestionKind
    label: Name
    required: bool = False
    choices: Choices = []
    ticket_type_ids: TicketTypes = []
    position: Position | None = None


class QuestionChanges(Changes):
    """What shall change of a question. Its kind stays: answers of another kind could not be read."""

    label: Name | None = None
    required: bool | None = None
    choices: Choices | None = None
    ticket_type_ids: TicketTypes | None = None
    position: Position | None = None


class QuestionView(BaseModel):
    """A question; a retired one is asked no more."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    position: int
    kind: QuestionKind
    label: str
    required: bool
    choices: list[str]
    ticket_type_ids: list[UUID]
    version: int
    retired_at: datetime | None


class Questions(BaseModel):
    """The event's questions in their order."""

    items: list[QuestionView]


@router.get("", summary="Questions of an event", openapi_extra=callers("public", "viewer"))
async def list_questions(
    event_id: UUID,
    caller: MaybeCaller,
    session: Reading,
    retired: Annotated[bool, Query(description="Those too that are asked no more; for members")] = False,
) -> Questions:
    """For everybody who may see the event."""
    if not retired:
        await events.get_event(session, event_id, caller)
    elif caller is None:
        raise not_signed_in()
    else:
        await access_event(session, caller, event_id, "viewer")
    found = await service.list_questions(session, event_id, retired=retired)
    return Questions(items=[QuestionView.model_validate(each) for each in found])


@router.post("", summary="Ask a question", status_code=201, openapi_extra=callers("organizer", problems=[409]))
async def create_question(
    event_id: UUID,
    body: QuestionBody,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    response: Response,
) -> QuestionView:
    """It is asked of those who register from now on."""
    await access_event(session, caller, event_id, "organizer")
    made = await service.create_question(session, author, event_id, NewQuestion(**body.model_dump()))
    response.headers["ETag"] = etag(made.version)
    return QuestionView.model_validate(made)


@router.put("/{question_id}", summary="Change a question", openapi_extra=callers("organizer", problems=[409]))
async def update_question(
    event_id: UUID,
    question_id: UUID,
    body: QuestionChanges,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> QuestionView:
    """With `If-Match`, 412 `version_clash` and the present version when somebody else was faster."""
    await access_event(session, caller, event_id, "organizer")
    changes = body.model_dump(exclude_unset=True)
    outcome = await service.update_question(session, author, event_id, question_id, changes, version_of(if_match))
    if isinstance(outcome, Clash):
        _refuse(outcome)
    response.headers["ETag"] = etag(outcome.version)
    return QuestionView.model_validate(outcome)


@router.delete(
    "/{question_id}",
    summary="Ask a question no more",
    status_code=204,
    openapi_extra=callers("organizer", problems=[409]),
)
async def delete_question(
    event_id: UUID,
    question_id: UUID,
    caller: SignedInCaller,
    author: SignedInAuthor,
    session: Session,
    if_match: Annotated[str | None, Header()] = None,
) -> None:
    """Once guests answered, it is retired and not deleted: their answers stay."""
    await access_event(session, caller, event_id, "organizer")
    if clash := await service.delete_question(session, author, event_id, question_id, version_of(if_match)):
        _refuse(clash)


def _refuse(clash: Clash) -> NoReturn:
    present = clash.present
    sentence = "Somebody else changed this question in the meantime. Look at the present version and decide again."
    shown = QuestionView.model_validate(present).model_dump(mode="json")
    headers = {"ETag": etag(present.version)}
    raise ApiProblem(412, "version_clash", sentence, headers=headers, version=present.version, present=shown)
