"""POST /events/{event_id}/registrations: a plain route, because a hot event's whole audience asks it at once."""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from server.audit.author import user_author, visitor_author
from server.auth.tokens import Caller
from server.auth.visitors import find_caller
from server.bodies import read_body
from server.callers import plain
from server.clock import new_id
from server.coalesce import busy
from server.db import database_of
from server.errors import invalid
from server.idempotency.once import HEADER, asked_of
from server.inputs import Email, Name, Phone
from server.mail.rendering import language_of
from server.protection import MOST_BYTES
from server.registrations.access import check_may_register
from server.registrations.models import PaymentStatus
from server.registrations.phones import seal_phone
from server.registrations.places import Registering
from server.registrations.registering import Entry, NotOpen
from server.registrations.registrar import Application, registrar_of
from server.registrations.views import RegistrationView
from server.settings import settings_of
from server.users.service import normal_email

router = APIRouter(tags=["registrations"])


class RegistrationBody(BaseModel):
    """Who wants to come, and with whom; `answers` by the id of their question.

    `payment_status` may be told by organizers only. `box_office`, for the event's staff: may have the reserved places,
    and types that are not on sale.
    """

    user_email: Email
    full_name: Name
    phone: Phone | None = None
    ticket_type_id: UUID | None = None
    payment_status: PaymentStatus | None = None
    companions: list[Name] = Field(default=[], max_length=100)
    answers: dict[str, str | bool | int | float | None] = {}
    box_office: bool = False


@plain(
    callers=("public", "staff", "organizer"),
    summary="Register for an event",
    takes=RegistrationBody,
    gives=RegistrationView,
    status=201,
    headers=("Accept-Language",),
    problems=[409],
    takes_key=True,
)
async def create_registration(request: Request) -> Response:
    """Open to everybody while the event is active; to its staff also while it is a draft. 503 `busy`: ask again."""
    caller = find_caller(request)
    event_id = _event_id(request)
    body = await read_body(request, MOST_BYTES)
    told = _read(request, body)
    asker = _asker(told, settings_of(request).data_keys)
    once = asked_of(request, caller, body) if HEADER in request.headers else None
    author = visitor_author(request) if caller is None else user_author(request, caller)
    language = language_of(request.headers.get("Accept-Language", ""))
    is_cleared = asker.payment_status is not None or asker.box_office
    if is_cleared:
        await _check(request, caller, event_id, asker)
    registrar = registrar_of(request)
    entry = Entry(asker, author, language, may_draft=is_cleared, answers=told.answers)
    answer = await registrar.register(event_id, Application(entry, once))
    if isinstance(answer, NotOpen):
        await _check(request, caller, event_id, asker)
        answer = await registrar.register(event_id, Application(replace(entry, may_draft=True), once))
    if isinstance(answer, NotOpen):
        # It was cancelled just now, after the look at it; or it is on sale again by now, and may be asked again.
        await _check(request, caller, event_id, asker)
        raise busy()
    return Response(answer.body, answer.status, answer.headers)


router.add_route("/events/{event_id}/registrations", create_registration, methods=["POST"])


async def _check(request: Request, caller: Caller | None, event_id: UUID, asker: Registering) -> None:
    async with database_of(request).sessions.begin() as session:
        await check_may_register(session, caller, event_id, asker)


def _asker(told: RegistrationBody, data_keys: tuple[bytes, ...]) -> Registering:
    return Registering(
        user_email=normal_email(told.user_email),
        full_name=told.full_name,
        phone_sealed=seal_phone(data_keys, told.phone),
        ticket_type_id=told.ticket_type_id,
        payment_status=told.payment_status,
        id=new_id(),
        companions=tuple(told.companions),
        box_office=told.box_office,
    )


def _read(request: Request, body: bytes) -> RegistrationBody:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise invalid("Content-Type", "Send JSON, with Content-Type: application/json.")
    try:
        return RegistrationBody.model_validate_json(body)
    except ValidationError as error:
        # Said like the other routes say it, which FastAPI reads.
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error


def _event_id(request: Request) -> UUID:
    try:
        return UUID(request.path_params["event_id"])
    except ValueError as error:
        raise invalid("event_id", "event_id must be a UUID.") from error
