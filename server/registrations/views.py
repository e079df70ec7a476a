"""A registration as the API shows it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from server.registrations.models import PaymentStatus
from server.registrations.phones import phone_of
from server.registrations.queries import Listed


class RegistrationView(BaseModel):
    """A registration with its own ticket's short code and status."""

    model_config = ConfigDict(from_attributes=True)

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
    created_at: datetime
    updated_at: datetime
    short_code: str | None = None
    ticket_status: str | None = None


class RegistrationPage(BaseModel):
    """Registrations in the order in which they were made, and the cursor of the next page if there is one."""

    items: list[RegistrationView]
    next_cursor: str | None


def view(listed: Listed, data_keys: tuple[bytes, ...]) -> RegistrationView:
    """A registration to be shown to somebody who may see it."""
    shown = RegistrationView.model_validate(listed.registration)
    phone = phone_of(listed.registration, data_keys)
    more = {"phone": phone, "short_code": listed.short_code, "ticket_status": listed.ticket_status}
    return shown.model_copy(update=more)
