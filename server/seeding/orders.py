"""Orders that were paid on site: one registration each, charged and paid in the ledger."""

from dataclasses import dataclass
from uuid import UUID

from server.clock import new_id
from server.orders.codes import new_order_code
from server.payments.ledger import RECEIVABLE, SALES
from server.payments.on_site import TILLS, OnSite
from server.seeding.copying import Batch

CURRENCY = "EUR"
METHOD = "card_terminal"


@dataclass(frozen=True, slots=True)
class Ordered:
    """A registration that was ordered: for how many cents, and when (RFC 3339)."""

    event_id: UUID
    registration_id: str
    amount_minor: int
    when: str


def add_order(batch: Batch, ordered: Ordered, email: str, name: str) -> str:
    """Its order's row; the order's id."""
    order_id = str(new_id())
    batch.add_line(
        "orders",
        f"{order_id}\t{ordered.event_id}\t{new_order_code()}\t{email}\t{name}\tpaid\t{ordered.amount_minor}\t{CURRENCY}\t"
        f"{ordered.when}\t{ordered.when}",
    )
    return order_id


def add_money(batch: Batch, ordered: Ordered, order_id: str) -> None:
    """What was charged and paid."""
    payment_id, amount, when = str(new_id()), ordered.amount_minor, ordered.when
    batch.add_line(
        "payments",
        f"{payment_id}\t{order_id}\tpayment\t{OnSite.name}\t{METHOD}\tsucceeded\t{amount}\t{CURRENCY}\t{when}\t{when}",
    )
    batch.add_line(
        "ledger",
        f"{order_id}\t{ordered.registration_id}\t\\N\tcharge\t{RECEIVABLE}\t{SALES}\t{amount}\t{CURRENCY}\t{when}",
    )
    batch.add_line(
        "ledger",
        f"{order_id}\t\\N\t{payment_id}\tpayment\t{TILLS[METHOD]}\t{RECEIVABLE}\t{amount}\t{CURRENCY}\t{when}",
    )
