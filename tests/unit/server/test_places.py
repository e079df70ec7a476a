"""Who gets a place, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from server.registrations.models import PaymentStatus
from server.registrations.places import (
    DuplicateRegistration,
    NoPlace,
    NothingOnSale,
    OnSale,
    Place,
    Registering,
    SaleClosed,
    Shop,
    SoldOut,
    TicketTypeNeeded,
    TooManyCompanions,
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


def with_companions(name: str, companions: int, **fields: Any) -> Registering:
    names = tuple(f"Companion {number}" for number in range(companions))
    return replace(ask(name), ticket_type_id=FAMILY.id, companions=names, **fields)


FAMILY = OnSale(UUID(int=3), number=3, price_minor=0, quota=None, sold=0, companions_allowed=3)


def test_companions_take_places_too_and_nobody_gets_only_a_part() -> None:
    place = Shop(capacity=6, sold=1, types=(FAMILY,), now=NOW, has_waiting_list=True)
    asked = [with_companions("a", 2), with_companions("b", 2), with_companions("c", 1)]
    answers = allot(place, asked)
    assert [type(answer) for answer in answers] == [Place, SoldOut, Place]
    assert answers[1] == SoldOut(waiting_list=True)


def test_a_type_says_how_many_companions_it_allows() -> None:
    place = Shop(capacity=None, sold=0, types=(FAMILY,), now=NOW)
    assert allot(place, [with_companions("a", 4)]) == [TooManyCompanions(3)]


def test_the_last_places_are_kept_for_the_box_office() -> None:
    place = Shop(capacity=5, sold=2, types=(FAMILY,), now=NOW, reserved=2)
    asked = [ask_family("a"), ask_family("b"), ask_family("c", box_office=True), ask_family("d", box_office=True)]
    assert [type(answer) for answer in allot(place, asked)] == [Place, SoldOut, Place, Place]


def test_offered_places_are_there_for_whom_they_were_offered_to_and_for_nobody_else() -> None:
    family = replace(FAMILY, quota=4, sold=3, offered=1)
    place = Shop(capacity=10, sold=3, types=(family,), now=NOW, offered=1)
    asked = [ask_family("a"), ask_family("b", offered=True), ask_family("c", offered=True)]
    assert [type(answer) for answer in allot(place, asked)] == [SoldOut, Place, SoldOut]


def test_a_sale_begins_on_the_second_and_ends_before_it() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    # The night in which clocks are put back: half past two comes twice.
    begins = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=1)
    ends = datetime(2026, 10, 25, 3, 0, tzinfo=berlin)
    early = replace(FAMILY, sale_from=begins, sale_until=ends)

    def outcome(at: datetime, **fields: bool) -> Place | NoPlace:
        return allot(Shop(None, 0, (early,), at), [ask_family("a", **fields)])[0]

    moment = timedelta(microseconds=1)
    start, end = begins.astimezone(UTC), ends.astimezone(UTC)
    assert start == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert outcome(start - moment) == SaleClosed(begins, ends)
    assert isinstance(outcome(start), Place)
    assert isinstance(outcome(end - moment), Place)
    assert outcome(end) == SaleClosed(begins, ends)
    assert isinstance(outcome(end, box_office=True), Place)


def test_who_is_registered_hears_that_also_where_nothing_is_left() -> None:
    place = Shop(capacity=1, sold=1, types=(FAMILY,), now=NOW, known={"here@example.org": None})
    assert allot(place, [ask_family("here")]) == [DuplicateRegistration()]


def ask_family(name: str, **fields: bool) -> Registering:
    return with_companions(name, 0, **fields)
