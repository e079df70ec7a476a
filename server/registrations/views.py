"""A registration as the API shows it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from server.registrations.listing import Listed
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
    registration, own = listed.registration, listed.own
    companions = [
        CompanionView(
            place=each.place,
            full_name=each.holder_name or "",
            ticket_status=each.status,
            short_code=each.short_code,
        )
        for each in listed.companions
    ]
    return RegistrationView(
        **{name: getattr(registration, name) for name in _COLUMNS},
        phone=phone_of(registration, data_keys),
        short_code=own.short_code if own is not None else None,
        ticket_status=own.status if own is not None else None,
        companions=companions,
        answers=answers_of(registration, data_keys),
        notes=notes_of(registration, data_keys) if to_staff else None,
    )


_COLUMNS = tuple(name for name in NAMES if name in RegistrationView.model_fields and name != "phone")
