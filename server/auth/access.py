"""Who may do what: the caller of a request, and what a role or a grant allows on an event."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, cast
from uuid import UUID

from fastapi import Depends
from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from starlette.requests import HTTPConnection

from server.at_once import at_once
from server.auth.tokens import Caller, not_signed_in
from server.auth.verified import signed_in_by
from server.callers import authorization, note_caller
from server.errors import ApiProblem, forbidden, not_found
from server.events.models import Event, Grant
from server.glances import sent
from server.piped import Pipe, Rows
from server.users.models import UserRole

Row = TypeVar("Row")
Level = Literal["viewer", "staff", "supervisor", "organizer"]
LEVELS: tuple[Level, ...] = ("viewer", "staff", "supervisor", "organizer")
"""From the least to the most; each may do what those before it may."""
_CALLER = "signed in"


@dataclass(frozen=True, slots=True)
class Rights:
    """Who made an event, and what the caller's grant on it says."""

    created_by: UUID | None
    granted: str | None


def caller_of(connection: HTTPConnection) -> Caller:
    """Who sent this request, by its `Authorization: Bearer`; for plain routes and dependencies.

    Found once for a request, which is asked about in a layer and in its route. Raises ApiProblem 401 `not_signed_in`,
    `token_expired` or `session_ended`.
    """
    state = connection.scope.setdefault("state", {})
    known: Caller | None = state.get(_CALLER)
    if known is not None:
        return known
    scheme, _, token = authorization(connection).partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise not_signed_in()
    caller = state[_CALLER] = signed_in_by(connection, token.strip())
    note_caller(connection, "user", caller.user_id)
    return caller


SignedInCaller = Annotated[Caller, Depends(at_once(caller_of))]
"""Parameter of a route that needs a signed-in user."""


def person_of(connection: HTTPConnection) -> Caller:
    """As `caller_of`, where an account itself is meant: its name, password, sessions.

    Raises also ApiProblem 403 `forbidden`, for a program: it works at an event and has no account.
    """
    caller = caller_of(connection)
    if caller.is_program:
        raise forbidden()
    return caller


SignedInPerson = Annotated[Caller, Depends(at_once(person_of))]
"""Parameter of a route about the account of whoever asks."""


def require_role(*roles: UserRole) -> Callable[[HTTPConnection], Awaitable[Caller]]:
    """A dependency: the caller, who has one of these roles. Raises 401, or 403 `forbidden`."""

    async def caller_with_role(connection: HTTPConnection) -> Caller:
        caller = caller_of(connection)
        if caller.role not in roles:
            raise forbidden()
        return caller

    return caller_with_role


async def access_event(session: AsyncSession, caller: Caller, event_id: UUID, at_least: Level) -> Event:
    """The event, for a caller who may do at least this on it.

    Admins may do everything; an organizer what the grant says, and everything on events of
    their own making; others what their grant says. Raises ApiProblem 404 `event_not_found`
    (also when the event is none of the caller's business), or 403 `forbidden`.
    """
    row = (await session.execute(_EVENT, {"event": event_id, "caller": caller.user_id})).one_or_none()
    if row is None:
        raise no_event()
    check_event(caller, row[0].created_by, row[1], at_least)
    return row[0]


def ask_rights(pipe: Pipe, caller: Caller, event_id: UUID) -> Rows[Rights]:
    """What `check_asked` is told, in the journey of what is asked for."""
    return pipe.send(_RIGHTS, {"event": event_id, "caller": caller.user_id}, Rights)


def check_asked(caller: Caller, rights: Rights | None, at_least: Level) -> None:
    """`access_event` for who has asked by `ask_rights`; raises the same."""
    if rights is None:
        raise no_event()
    check_event(caller, rights.created_by, rights.granted, at_least)


def check_event(caller: Caller, created_by: UUID | None, granted: str | None, at_least: Level) -> None:
    """`access_event` for who has read the event's maker and the caller's grant already; raises the same."""
    level = _level(caller, created_by, granted)
    if level is None:
        raise no_event()
    _check_level(level, at_least)


def no_event() -> ApiProblem:
    """404 `event_not_found`."""
    return not_found("event_not_found", "There is no such event, or it is not shared with you.")


async def access_row(
    session: AsyncSession,
    caller: Caller,
    statement: Select[Row],
    of_event: InstrumentedAttribute[UUID],
    at_least: Level,
    missing: ApiProblem,
) -> Row:
    """The first row of a statement, for a caller who may do at least this on the event that `of_event` names.

    Row and rights come by one query. Raises `missing` where there is no such row and, in the same words, where it is
    none of the caller's business, so that ids cannot be probed; 403 `forbidden` to those who may do less.
    """
    row = (await session.execute(with_rights(statement, of_event), {"caller": caller.user_id})).first()
    if row is None:
        raise missing
    found, created_by, granted = row
    check_rights(caller, created_by, granted, at_least, missing)
    return cast(Row, found)


def with_rights(statement: Select[*tuple[Any, ...]], of_event: InstrumentedAttribute[UUID]) -> Select[*tuple[Any, ...]]:
    """The statement, its rows followed by what `check_rights` is told; the parameter `caller` names the user.

    A statement that many requests send is built once: building it costs as much as sending it.
    """
    return (
        statement.add_columns(Event.created_by, Grant.role)
        .join(Event, Event.id == of_event)
        .outerjoin(Grant, _MINE)
        .execution_options(populate_existing=True)
    )


def check_rights(
    caller: Caller, created_by: UUID | None, granted: str | None, at_least: Level, missing: ApiProblem
) -> None:
    """What `access_row` does, for who has read the event's maker and the caller's grant already; raises the same."""
    level = _level(caller, created_by, granted)
    if level is None:
        raise missing
    _check_level(level, at_least)


def _check_level(level: Level, at_least: Level) -> None:
    if LEVELS.index(level) < LEVELS.index(at_least):
        raise forbidden()


def _level(caller: Caller, created_by: UUID | None, granted: str | None) -> Level | None:
    if caller.role is UserRole.ADMIN:
        return "organizer"
    if caller.role is UserRole.ORGANIZER and created_by == caller.user_id:
        return "organizer"
    return granted if granted in LEVELS else None


_MINE: ColumnElement[bool] = (Grant.event_id == Event.id) & (Grant.user_id == bindparam("caller"))
_EVENT = select(Event, Grant.role).outerjoin(Grant, _MINE).where(Event.id == bindparam("event"))
_RIGHTS = sent(select(Event.created_by, Grant.role).outerjoin(Grant, _MINE).where(Event.id == bindparam("event")))
