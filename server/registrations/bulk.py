"""Do one thing to hundreds of registrations of an event in one transaction, with a statement a table."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import Change
from server.events import service as events
from server.events.models import Event
from server.jobs import Priority
from server.registrations import confirmation
from server.registrations.cancelling import cancel_many
from server.registrations.models import PaymentStatus, Registration
from server.sync import feed
from server.tickets import service as tickets

MOST = 500
"""Registrations at once: the event's head is held for them."""


class Action(StrEnum):
    """What is done to each of them."""

    CANCEL = "cancel"
    BLOCK = "block"
    UNBLOCK = "unblock"
    REISSUE = "reissue"
    RESEND = "resend"
    MARK_PAID = "mark_paid"


class Outcome(StrEnum):
    """What became of one of them; *unchanged*: it was so already."""

    DONE = "done"
    UNCHANGED = "unchanged"
    NOT_FOUND = "not_found"
    CANCELLED = "registration_cancelled"
    PAID_BY_ORDER = "paid_by_order"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the registration with this id."""

    id: UUID
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Work:
    session: AsyncSession
    author: Author
    event: Event


async def act(session: AsyncSession, author: Author, event_id: UUID, action: Action, ids: Sequence[UUID]) -> list[Told]:
    """Do this to these registrations, at most 500; what became of each, in their order, each id once.

    Mails wait behind all others. Raises ApiProblem 404 `event_not_found`.
    """
    event = await events.lock_event(session, event_id)
    wanted = list(dict.fromkeys(ids))
    found = {each.id: each for each in await _find(session, event_id, wanted)}
    outcomes = {each: _before(action, found.get(each)) for each in wanted}
    todo = [found[each] for each, outcome in outcomes.items() if outcome is Outcome.DONE]
    done = await _ACTIONS[action](_Work(session, author, event), todo) if todo else set()
    unchanged = {each.id: Outcome.UNCHANGED for each in todo if each.id not in done}
    return [Told(each, outcome) for each, outcome in (outcomes | unchanged).items()]


def _before(action: Action, registration: Registration | None) -> Outcome:
    """What is known of one before anything is done; DONE for one to which it will be."""
    if registration is None:
        return Outcome.NOT_FOUND
    if registration.status == "cancelled":
        return Outcome.UNCHANGED if action is Action.CANCEL else Outcome.CANCELLED
    if action is Action.MARK_PAID:
        if registration.payment_status in tickets.SETTLED:
            return Outcome.UNCHANGED
        if registration.order_id is not None:
            return Outcome.PAID_BY_ORDER
    return Outcome.DONE


async def _cancel(work: _Work, todo: Sequence[Registration]) -> set[UUID]:
    return set(await cancel_many(work.session, work.author, work.event.id, [each.id for each in todo]))


async def _block(work: _Work, todo: Sequence[Registration]) -> set[UUID]:
    return await _move(work, todo, "registration.blocked", "valid", "blocked")


async def _unblock(work: _Work, todo: Sequence[Registration]) -> set[UUID]:
    return await _move(work, todo, "registration.unblocked", "blocked", "valid")


async def _move(work: _Work, todo: Sequence[Registration], action: str, before: str, after: str) -> set[UUID]:
    ids = [each.id for each in todo]
    moved = await tickets.change_status(work.session, work.event.id, ids, after, (before,))
    changed = {ticket.registration_id for ticket in moved if ticket.registration_id is not None}
    await _changed(work, changed)
    await _note(work, changed, action, {"ticket_status": before}, {"ticket_status": after})
    return changed


async def _reissue(work: _Work, todo: Sequence[Registration]) -> set[UUID]:
    ids = {each.id for each in todo}
    await tickets.reissue(work.session, work.event, list(ids))
    await _changed(work, ids)
    await _note(work, ids, "registration.reissued", None, None)
    await _mail(work, todo)
    return ids


async def _resend(work: _Work, todo: Sequence[Registration]) -> set[UUID]:
    ids = {each.id for each in todo}
    await _note(work, ids, "registration.resent", None, None)
    await _mail(work, todo)
    return ids


async def _mark_paid(work: _Work, todo: Sequence[Registration]) -> set[UUID]:
    changes = [
        Change(
            "registration.changed",
            "registration",
            each.id,
            {"payment_status": each.payment_status},
            {"payment_status": PaymentStatus.PAID},
            work.event.id,
            each.id,
        )
        for each in todo
    ]
    ids = {each.id for each in todo}
    await _changed(work, ids, payment_status=PaymentStatus.PAID)
    serials = await tickets.sign_again(work.session, work.event, list(ids))
    await feed.publish(work.session, work.event.id, feed.Entity.TICKET, serials)
    await feed.publish(work.session, work.event.id, feed.Entity.GUEST, sorted(ids))
    await audit.write_all(work.session, work.author, changes)
    await _mail(work, todo)
    return ids


async def _changed(work: _Work, ids: set[UUID], **columns: Any) -> None:
    statement = (
        update(Registration)
        .where(Registration.id.in_(ids))
        .values(version=Registration.version + 1, **columns)
        .execution_options(synchronize_session=False)
    )
    await work.session.execute(statement)


async def _note(
    work: _Work, ids: set[UUID], action: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> None:
    told = [Change(action, "registration", each, before, after, work.event.id, each) for each in sorted(ids)]
    await audit.write_all(work.session, work.author, told)


async def _mail(work: _Work, todo: Sequence[Registration]) -> None:
    recipients = [confirmation.recipient_of(each) for each in todo]
    await confirmation.announce_each(work.session, recipients, Priority.BULK)


async def _find(session: AsyncSession, event_id: UUID, ids: Sequence[UUID]) -> Sequence[Registration]:
    statement = (
        select(Registration)
        .where(Registration.event_id == event_id, Registration.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


_ACTIONS: Mapping[Action, Callable[[_Work, Sequence[Registration]], Awaitable[set[UUID]]]] = {
    Action.CANCEL: _cancel,
    Action.BLOCK: _block,
    Action.UNBLOCK: _unblock,
    Action.REISSUE: _reissue,
    Action.RESEND: _resend,
    Action.MARK_PAID: _mark_paid,
}
