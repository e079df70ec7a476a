"""An order as the API shows it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from server.orders.models import OrderStatus
from server.orders.service import Whole
from server.registrations.models import PaymentStatus


class OrderRow(BaseModel):
    """An order in a list; amounts in minor units of its currency."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    code: str
    buyer_email: str
    buyer_name: str
    status: OrderStatus
    total_minor: int
    currency: str
    holds_until: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class OrderPage(BaseModel):
    """Orders in the order in which they were made, and the cursor of the next page if there is one."""

    items: list[OrderRow]
    next_cursor: str | None


class Seat(BaseModel):
    """A registration of the order."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    ticket_type_id: UUID
    user_email: str
    full_name: str
    payment_status: PaymentStatus
    status: Literal["active", "cancelled"]


class PaymentView(BaseModel):
    """Money that came (*payment*) or was given back (*refund*: `refunds` says of which payment)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: Literal["payment", "refund"]
    provider: str
    method: str
    status: Literal["pending", "succeeded", "failed"]
    amount_minor: int
    currency: str
    refunds: UUID | None
    reason: str | None
    created_at: datetime


class OrderView(OrderRow):
    """An order with its registrations and its money.

    `owed_minor`: still to pay; `credit_minor`: paid for what is no longer charged; `refundable_minor`: all that came
    and was not given back.
    """

    owed_minor: int
    paid_minor: int
    refunded_minor: int
    credit_minor: int
    refundable_minor: int
    registrations: list[Seat]
    payments: list[PaymentView]


class PlacedOrder(OrderView):
    """A new order; whoever shows `token` may read and cancel it."""

    token: str


def view(whole: Whole) -> OrderView:
    """An order to be shown to somebody who may see it."""
    balance = whole.balance
    return OrderView(
        **OrderRow.model_validate(whole.order).model_dump(),
        owed_minor=max(0, balance.owed),
        paid_minor=balance.paid,
        refunded_minor=balance.refunded,
        credit_minor=balance.credit,
        refundable_minor=balance.kept,
        registrations=[Seat.model_validate(each) for each in whole.registrations],
        payments=[PaymentView.model_validate(each) for each in whole.payments],
    )
