"""The mix of a thousand people is the one that was agreed."""

import pytest

from tests.bench._sessions import SHARES
from tests.bench.lists import FLOOR, Result, _compared

pytestmark = pytest.mark.bench


@pytest.mark.parametrize(
    ("kinds", "share"),
    [
        (("events", "one event", "events, searched"), 45),
        (("registrations",), 15),
        (("one registration",), 10),
        (("register",), 10),
        (("scan",), 15),
        (("edit", "report"), 5),
    ],
)
def test_so_much_of_what_people_do_is_this(kinds: tuple[str, ...], share: int) -> None:
    assert sum(SHARES[kind] for kind in kinds) == share
    assert sum(SHARES.values()) == 100


def test_a_list_that_takes_more_than_twice_as_long_fails_the_bench() -> None:
    fast, slow = _compared([1.0] * 20, [FLOOR] * 20), _compared([1.0] * 20, [FLOOR + 0.1] * 20)

    assert Result(10, 1000, {"events": fast}, "").well
    assert not Result(10, 1000, {"events": fast, "report": slow}, "").well
