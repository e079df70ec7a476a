"""Registrations as they are looked at all the time: each list or single one in one journey, with who may see it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    TextClause,
    bindparam,
    exists,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on

from server.auth.access import ask_rights, check_asked, check_rights, with_rights
from server.auth.tokens import Caller
from server.db import Database
from server.glances import sent
from server.registrations import queries, record
from server.registrations.asking import SORTED_BY, Asked, Shape, built_page, counted, shape_of, values_of
from server.registrations.finding import Found
from server.registrations.listing import Held, Listed
from server.registrations.models import Registration
from server.registrations.rows import NAMES, columns
from server.tickets.models import VOID, Ticket
from server.users.models import User

_Row: Any = msgspec.defstruct("_Row", [*NAMES, SORTED_BY])
_One: Any = msgspec.defstruct("_One", [*NAMES, SORTED_BY, "is_own", "created_by", "granted"])
Place = tuple[Held | None, Any]
"""One place of a registration, a row of a list: its ticket, and the registration."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A registration that the caller may look at; `is_own`: as the guest it is of."""

    listed: Listed
    is_own: bool


async def find_page(database: Database, caller: Caller, asked: Asked, *, count: bool) -> Found:
    """A page of registrations in their order, for a viewer of their event. Raises what `access_event` raises."""
    shape, values = shape_of(asked), values_of(replace(asked, limit=asked.limit + 1))
    async with database.glance(planned=count or shape.is_filtered) as pipe:
        rights = ask_rights(pipe, caller, asked.event_id)
        rows = pipe.send(page_of(shape), values, _placed(_Row))
        total = pipe.send(_count_of(shape), values, int) if count else None
    check_asked(caller, rights.first(), "viewer")
    found = _listed(rows.all())
    return Found(found[: asked.limit], len(found) > asked.limit, None if total is None else total.first())


async def get_shared(database: Database, caller: Caller, registration_id: UUID) -> Shared:
    """One registration, for its guest and for viewers of its event.

    Raises ApiProblem 404 `registration_not_found` or 403 `forbidden`.
    """
    async with database.glance() as pipe:
        rows = pipe.send(_shared(), {"registration": registration_id, "caller": caller.user_id}, _placed(_One))
    row, missing = rows.first(), record.registration_not_found()
    if row is None:
        raise missing
    _, found = row
    if not found.is_own:
        check_rights(caller, found.created_by, found.granted, "viewer", missing)
    return Shared(_listed(rows.all())[0], found.is_own)


@cache
def page_of(shape: Shape) -> TextClause:
    """The statement of a page with its tickets; parameters: `values_of`."""
    page = built_page(shape).subquery("page")
    statement, place = _with_tickets(page)
    last = shape.sort.startswith("-")
    keys = (page.c[SORTED_BY], page.c.id) if shape.sort.endswith("name") else (page.c.id,)
    return sent(statement.order_by(*(key.desc() if last else key for key in keys), place))


@cache
def _count_of(shape: Shape) -> TextClause:
    return sent(counted(shape))


@cache
def _shared() -> TextClause:
    is_own = exists().where(queries.OF_GUEST, User.id == bindparam("caller"))
    chosen = select(*columns(), null().label(SORTED_BY), is_own).where(Registration.id == bindparam("registration"))
    statement, place = _with_tickets(with_rights(chosen, Registration.event_id).subquery("chosen"))
    return sent(statement.order_by(place))


def _with_tickets(page: Subquery) -> tuple[Select[*tuple[Any, ...]], ColumnElement[int]]:
    """Registrations, a row for each of their places, with the ticket in force or else the latest; and the place."""
    is_void = or_(*(Ticket.status == status for status in VOID))
    ticket = (
        select(Ticket.place, Ticket.holder_name, Ticket.status, Ticket.short_code)
        .ext(distinct_on(Ticket.place))
        .where(Ticket.registration_id == page.c.id)
        .order_by(Ticket.place, is_void, Ticket.created_at.desc())
        .lateral("ticket")
    )
    return select(*ticket.c, page).outerjoin(ticket, true()), ticket.c.place


def _placed(registration: Callable[..., Any]) -> Callable[..., Place]:
    def placed(place: int | None, holder_name: str | None, status: str, short_code: str, *others: Any) -> Place:
        held = None if place is None else Held(place, holder_name, status, short_code)
        return held, registration(*others)

    return placed


def _listed(rows: list[Place]) -> list[Listed]:
    found: list[Listed] = []
    for held, registration in rows:
        tickets = () if held is None else (held,)
        if found and found[-1].registration.id.int == registration.id.int:
            tickets = (*found.pop().tickets, *tickets)
        found.append(Listed(registration, tickets, registration.sorted_by))
    return found
