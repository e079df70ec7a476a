"""Who gets a place, without a database."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from server.registrations.models import PaymentStatus
from server.registrations.places import (
    DuplicateRegistration,
    NothingOnSale,
    OnSale,
    Place,
    Registering,
    Shop,
    SoldOut,
    TicketTypeNeeded,
    UnknownTicketType,
    allot,
)

DAY = OnSale(UUID(int=1), number=1, price_minor=4500, quota=None, sold=0)
CREW = OnSale(UUID(int=2), number=2, price_minor=0, quota=2, sold=1)
OLD = UUID(int=9)
NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)


def ask(name: str, ticket_type: OnSale | None = DAY, paid: PaymentStatus | None = None) -> Registering:
    return Registering(f"{name}@example.org", name, None, ticket_type.id if ticket_type else None, paid)


def shop(max_capacity: int | None = None, sold: int = 0, known: dict[str, UUID | None] | None = None) -> Shop:
    return Shop(max_capacity, sold, (DAY, CREW), NOW, known=known or {})


def test_places_go_to_those_who_ask_first() -> None:
    answers = allot(shop(max_capacity=5, sold=3), [ask("a"), ask("b"), ask("c")])
    assert [type(answer) for answer in answers] == [Place, Place, SoldOut]


def test_what_costs_nothing_is_free_and_what_costs_is_pending_unless_told() -> None:
    asked = [ask("a"), ask("b", CREW), ask("c", DAY, PaymentStatus.PAID)]
    places = [answer for answer in allot(shop(), asked) if isinstance(answer, Place)]
    assert [place.payment_status for place in places] == [
        PaymentStatus.PENDING,
        PaymentStatus.FREE,
        PaymentStatus.PAID,
    ]


def test_a_quota_closes_only_its_own_type() -> None:
    answers = allot(shop(), [ask("a", CREW), ask("b", CREW), ask("c")])
    assert [type(answer) for answer in answers] == [Place, SoldOut, Place]


def test_an_e_mail_has_one_place_also_within_one_batch() -> None:
    answers = allot(shop(known={"here@example.org": None}), [ask("here"), ask("new"), ask("new")])
    assert [type(answer) for answer in answers] == [DuplicateRegistration, Place, DuplicateRegistration]


def test_a_cancelled_registration_comes_back() -> None:
    (answer,) = allot(shop(known={"back@example.org": OLD}), [ask("back")])
    assert isinstance(answer, Place)
    assert answer.revives == OLD


def test_the_type_must_be_on_sale_and_named_where_there_are_several() -> None:
    assert allot(shop(), [ask("a", None)]) == [TicketTypeNeeded()]
    assert allot(Shop(None, 0, (CREW,), NOW), [ask("a")]) == [UnknownTicketType()]
    assert allot(Shop(None, 0, (), NOW), [ask("a", None)]) == [NothingOnSale()]
    (answer,) = allot(Shop(None, 0, (CREW,), NOW), [ask("a", None)])
    assert isinstance(answer, Place)


@given(
    capacity=st.none() | st.integers(0, 12),
    sold=st.integers(0, 12),
    asked=st.lists(st.tuples(st.integers(0, 20), st.sampled_from([DAY, CREW, None])), max_size=40),
)
def test_nobody_is_left_without_an_answer_and_nothing_is_oversold(
    capacity: int | None, sold: int, asked: list[tuple[int, OnSale | None]]
) -> None:
    answers = allot(shop(capacity, sold), [ask(f"g{number}", ticket_type) for number, ticket_type in asked])
    given_out = [answer for answer in answers if isinstance(answer, Place)]
    assert len(answers) == len(asked)
    assert len({place.asker.user_email for place in given_out}) == len(given_out)
    assert CREW.quota is not None
    assert sum(place.ticket_type is CREW for place in given_out) <= CREW.quota - CREW.sold
    if capacity is not None:
        assert len(given_out) <= max(0, capacity - sold)
