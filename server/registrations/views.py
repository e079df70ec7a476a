"""A registration as the API shows it."""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from server.bodies import struct_of
from server.registrations.listing import Held, Listed
from server.registrations.models import PaymentStatus
from server.registrations.notes import answers_of, notes_of
from server.registrations.phones import phone_of
from server.registrations.rows import NAMES


class CompanionView(BaseModel):
    """A named companion with a ticket of their own; `place` tells them apart."""

    place: int
    full_name: str
    ticket_status: str
    short_code: str


class RegistrationView(BaseModel):
    """A registration with its own ticket's short code and status; `answers` by the id of their question.

    Notes are the staff's: nobody else is shown them.
    """

    id: UUID
    event_id: UUID
    ticket_type_id: UUID
    user_email: str
    full_name: str
    phone: str | None
    qr_code: str | None
    payment_status: PaymentStatus
    status: Literal["active", "cancelled"]
    version: int
    language: str
    order_id: UUID | None
    import_id: UUID | None
    created_at: datetime
    updated_at: datetime
    short_code: str | None = None
    ticket_status: str | None = None
    companions: list[CompanionView] = []
    answers: dict[str, str | bool] = {}
    notes: str | None = None


class RegistrationPage(BaseModel):
    """Registrations in the order asked for, and the cursor of the next page if there is one.

    `total` counts those of all pages, where that was asked for.
    """

    items: list[RegistrationView]
    next_cursor: str | None
    total: int | None = None


def view(listed: Listed, data_keys: tuple[bytes, ...], *, to_staff: bool = False) -> RegistrationView:
    """A registration to be shown to somebody who may see it; its notes to the staff alone."""
    values = _values(listed, data_keys, to_staff=to_staff)
    return RegistrationView(**dict(zip(RegistrationView.model_fields, values, strict=True)))


def shown(listed: Listed, data_keys: tuple[bytes, ...], *, to_staff: bool) -> Any:
    """The same, for a reader who asks for many or often."""
    return _SHOWN(*_values(listed, data_keys, to_staff=to_staff))


page: Callable[..., Any] = struct_of(RegistrationPage)
"""Some of `shown`, the cursor of the next page, and how many there are of all."""


def _values(listed: Listed, data_keys: tuple[bytes, ...], *, to_staff: bool) -> tuple[Any, ...]:
    registration, own = listed.registration, listed.own
    return (
        *_BEFORE_PHONE(registration),
        phone_of(registration, data_keys),
        *_AFTER_PHONE(registration),
        own.short_code if own is not None else None,
        own.status if own is not None else None,
        [_companion(each) for each in listed.companions],
        answers_of(registration, data_keys),
        notes_of(registration, data_keys) if to_staff else None,
    )


def _companion(held: Held) -> dict[str, Any]:
    values = held.place, held.holder_name or "", held.status, held.short_code
    return dict(zip(CompanionView.model_fields, values, strict=True))


_NAMES = [name for name in RegistrationView.model_fields if name in NAMES]
_PHONE = _NAMES.index("phone")
_BEFORE_PHONE, _AFTER_PHONE = attrgetter(*_NAMES[:_PHONE]), attrgetter(*_NAMES[_PHONE + 1 :])
_SHOWN = struct_of(RegistrationView)
