"""Who has two registrations: one mailbox says so, or a walk-in of the same name; a name alone is no proof."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from eventreg_core.conflict import Class, Outcome
from eventreg_core.duplicates import Entry, duplicates_of, mailbox
from tests.unit.core.told import NOON

NORTH, SOUTH = UUID(int=201), UUID(int=202)


def came(number: int, email: str | None, after_s: float = 0, gate: UUID = NORTH) -> Entry:
    """Registration `number`, let in by fact 100 + `number`, so many seconds after noon."""
    return Entry(UUID(int=number), email, UUID(int=100 + number), NOON + timedelta(seconds=after_s), gate)


ANA, ANA_AGAIN, OTHER_ANA = "ana@example.org", "Ana+2@Example.org", "ana@example.net"


@pytest.mark.parametrize(
    ("namesakes", "about"),
    [
        pytest.param([came(1, ANA), came(2, ANA_AGAIN)], {1: [101, 102]}, id="one mailbox"),
        pytest.param([came(1, ANA), came(2, OTHER_ANA)], {}, id="two people of one name"),
        pytest.param([came(1, ANA), came(2, None)], {1: [101, 102]}, id="bought another at the door"),
        pytest.param([came(3, None), came(2, ANA_AGAIN), came(1, ANA)], {1: [101, 102, 103]}, id="all three"),
        pytest.param([came(1, ANA), came(2, OTHER_ANA), came(3, None)], {}, id="whose walk-in, nobody can tell"),
        pytest.param([came(1, ANA), came(2, OTHER_ANA), came(4, ANA_AGAIN), came(3, None)], {1: [101, 104]}, id="one"),
        pytest.param([came(1, None), came(2, None)], {}, id="two walk-ins"),
        pytest.param([came(1, ANA)], {}, id="alone"),
        pytest.param([], {}, id="nobody"),
    ],
)
def test_who_is_one_person_whatever_the_order(namesakes: list[Entry], about: dict[int, list[int]]) -> None:
    for order in permutations(namesakes):
        found = duplicates_of(order)
        assert {one.registration.int: [fact.int for fact in one.conflict.facts] for one in found} == about
        assert all(one.conflict.kind is Class.DUPLICATE_REGISTRATION for one in found)


@pytest.mark.parametrize(
    ("later", "outcome", "says"),
    [
        (came(2, ANA_AGAIN, 119), Outcome.ANNULLED, "most likely one person"),
        (came(2, ANA_AGAIN, 121), Outcome.ACCEPTED, "keep the count"),
        (came(2, ANA_AGAIN, 30, SOUTH), Outcome.ACCEPTED, "keep the count"),
        (came(2, None, 3600), Outcome.ACCEPTED, "a ticket bought at the door), and both were let in"),
    ],
)
def test_who_shows_both_at_once_is_annulled_else_somebody_else_came(later: Entry, outcome: Outcome, says: str) -> None:
    [found] = duplicates_of([later, came(1, ANA)])

    assert (found.conflict.outcome, found.conflict.undue) == (outcome, (UUID(int=102),))
    assert says in found.conflict.why


def test_a_mailbox_is_found_in_whatever_stands_for_an_e_mail() -> None:
    told = ["A@B.org", "a+x@b.org", "+x@b.org", "erased:1", ""]
    assert [mailbox(one) for one in told] == ["a@b.org", "a@b.org", "+x@b.org", "@erased:1", "@"]
