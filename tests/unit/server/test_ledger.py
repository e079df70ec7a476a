"""The ledger of an order balances whatever happens to it, in whatever order."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from server.payments import ledger
from server.payments.allotting import Part, allot
from server.payments.ledger import Balance, balance_of, charged_for, discharge_of
from server.payments.money import in_words
from server.payments.queries import Booked

EUR = "EUR"
AMOUNTS = st.integers(1, 10_000)


@dataclass
class Told:
    """What happened, counted in the simplest way."""

    charged: int = 0
    discharged: int = 0
    paid: int = 0
    refunded: int = 0


class AnOrder(RuleBasedStateMachine):
    """Charge, pay, give back, let off and cancel, as the use cases do."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Booked] = []
        self.told = Told()
        self.seats: dict[UUID, int] = {}

    @property
    def balance(self) -> Balance:
        return balance_of(self.rows)

    @rule(price=AMOUNTS)
    def a_registration_is_charged(self, price: int) -> None:
        seat = UUID(int=len(self.rows))
        self.seats[seat] = price
        self.rows.append(ledger.charge(price, EUR, seat))
        self.told.charged += price

    @precondition(lambda self: self.seats)
    @rule(data=st.data())
    def a_registration_is_cancelled(self, data: st.DataObject) -> None:
        seat = data.draw(st.sampled_from(list(self.seats)))
        rows = discharge_of(self.rows, seat, EUR)
        assert sum(row.amount_minor for row in rows) <= self.seats.pop(seat)
        self.rows += rows
        self.told.discharged += sum(row.amount_minor for row in rows)
        assert seat not in charged_for(self.rows) or not discharge_of(self.rows, seat, EUR)

    @precondition(lambda self: self.balance.owed > 0)
    @rule(data=st.data())
    def money_comes(self, data: st.DataObject) -> None:
        amount = data.draw(st.integers(1, self.balance.owed))
        self.rows.append(ledger.payment(amount, EUR, "cash", uuid4()))
        self.told.paid += amount

    @precondition(lambda self: self.balance.kept > 0)
    @rule(data=st.data(), let_off=st.booleans())
    def money_is_given_back(self, data: st.DataObject, let_off: bool) -> None:
        amount = data.draw(st.integers(1, self.balance.kept))
        beyond = amount - self.balance.credit
        if let_off and self.balance.owed <= 0 < beyond:
            self.rows.append(ledger.discharge(beyond, EUR, None))
            self.told.discharged += beyond
        self.rows.append(ledger.refund(amount, EUR, "cash", uuid4()))
        self.told.refunded += amount

    @invariant()
    def it_balances(self) -> None:
        told, balance = self.told, self.balance
        assert balance == Balance(told.charged, told.discharged, told.paid, told.refunded)
        assert balance.owed == told.charged - told.discharged - told.paid + told.refunded
        accounts: dict[str, int] = {}
        for row in self.rows:
            accounts[row.debit] = accounts.get(row.debit, 0) + row.amount_minor
            accounts[row.credit] = accounts.get(row.credit, 0) - row.amount_minor
        assert sum(accounts.values()) == 0
        assert accounts.get(ledger.RECEIVABLE, 0) == balance.owed
        assert accounts.get("cash", 0) == balance.kept

    @invariant()
    def nothing_is_ever_below_nothing(self) -> None:
        balance = self.balance
        assert balance.kept >= 0
        assert 0 <= balance.credit <= balance.kept
        assert balance.dischargeable >= 0


TestAnOrder = AnOrder.TestCase
TestAnOrder.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


@dataclass
class Came:
    """Payments, and an amount that they hold."""

    parts: list[Part] = field(default_factory=list)
    amount: int = 0


@st.composite
def refunds(draw: st.DrawFn) -> Came:
    parts = [Part(uuid4(), draw(st.integers(0, 100))) for _ in range(draw(st.integers(0, 5)))]
    return Came(parts, draw(st.integers(0, sum(part.amount_minor for part in parts))))


@given(refunds())
def test_a_refund_takes_the_latest_payments_first_and_no_more_of_each_than_it_holds(came: Came) -> None:
    left = {part.payment_id: part.amount_minor for part in came.parts}
    taken = allot(came.parts, came.amount)

    assert sum(part.amount_minor for part in taken) == came.amount
    assert all(0 < part.amount_minor <= left[part.payment_id] for part in taken)
    order = [part.payment_id for part in came.parts][::-1]
    assert [order.index(part.payment_id) for part in taken] == sorted(order.index(part.payment_id) for part in taken)
    assert all(part.amount_minor == left[part.payment_id] for part in taken[:-1])


def test_money_is_written_with_the_parts_that_its_currency_has() -> None:
    assert in_words(2500, "EUR", "en") == "25.00 EUR"
    assert in_words(2505, "CHF", "de") == "25,05 CHF"
    assert in_words(2500, "JPY", "de") == "2500 JPY"
    assert in_words(2500, "KWD", "en") == "2.500 KWD"
