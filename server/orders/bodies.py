"""What clients send about orders."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from server.errors import ApiProblem, invalid
from server.inputs import Email, Name, Phone
from server.orders.placing import Buying, Item
from server.orders.refunding import Refund
from server.registrations.phones import seal_phone
from server.registrations.places import Registering
from server.users.service import normal_email

Amount = Annotated[int, Field(ge=1, le=10**15, description="In minor units of the order's currency")]
MOST_ITEMS = 50


class BuyerBody(BaseModel):
    """Who buys; hears about the order."""

    email: Email
    name: Name


class ItemBody(BaseModel):
    """One registration of the order, with companions where the ticket type allows them, and answers by question."""

    user_email: Email
    full_name: Name
    phone: Phone | None = None
    ticket_type_id: UUID
    companions: Annotated[list[Name], Field(max_length=100)] = []
    answers: dict[str, str | bool | int | float | None] = {}


class OrderBody(BaseModel):
    """An order: all of its items get places, or none. `at_door`: pay on arrival, where the event takes money then.

    `box_office`, for the event's staff: may have the reserved places, and types that are not on sale.
    """

    buyer: BuyerBody
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=MOST_ITEMS)]
    at_door: bool = False
    box_office: bool = False


class PaymentBody(BaseModel):
    """Money that was taken on site. Without an amount it is all that is owed; one `id` is one payment."""

    id: UUID | None = None
    method: Literal["cash", "card_terminal", "invoice"]
    amount_minor: Amount | None = None


class RefundBody(BaseModel):
    """Money to give back; the registrations named are cancelled with it."""

    amount_minor: Amount
    reason: Name
    registration_ids: Annotated[list[UUID], Field(max_length=MOST_ITEMS)] = []


def buying_of(body: OrderBody, event_id: UUID, data_keys: tuple[bytes, ...], language: str) -> Buying:
    """The order as it is placed. Raises ApiProblem `invalid` for what is no e-mail."""
    return Buying(
        event_id=event_id,
        buyer_email=_email(body.buyer.email, "buyer.email"),
        buyer_name=body.buyer.name,
        items=tuple(_item(body, number, data_keys) for number in range(len(body.items))),
        at_door=body.at_door,
        language=language,
    )


def refund_of(body: RefundBody) -> Refund:
    """The refund as it is made; a registration named twice is cancelled once."""
    return Refund(body.amount_minor, body.reason, tuple(dict.fromkeys(body.registration_ids)))


def _item(body: OrderBody, number: int, data_keys: tuple[bytes, ...]) -> Item:
    told = body.items[number]
    asker = Registering(
        user_email=_email(told.user_email, f"items.{number}.user_email"),
        full_name=told.full_name,
        phone_sealed=seal_phone(data_keys, told.phone),
        ticket_type_id=told.ticket_type_id,
        companions=tuple(told.companions),
        box_office=body.box_office,
    )
    return Item(asker, told.answers)


def _email(text: str, field: str) -> str:
    try:
        return normal_email(text)
    except ApiProblem as problem:
        raise invalid(field, problem.sentence) from problem
