"""Who was let in once too often: the same answer whatever order the facts came in."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventreg_core import facts
from eventreg_core.admission import EntryPolicy, Policy, Reason, Window
from eventreg_core.facts import Annulment, CheckIn, Exit, Fact, Recorded
from server.conflicts.truth import DoubleEntry, double_entry

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOMEWHERE = UUID(int=1)
SERIAL = "00112233445566aa"


def policy(entry: EntryPolicy) -> Policy:
    return Policy(entry, {}, "Europe/Berlin", Window(opens=NOON + timedelta(days=9)))


def stamp(number: int, hours: float) -> dict[str, object]:
    return {
        "id": UUID(int=number),
        "event": SOMEWHERE,
        "list": SOMEWHERE,
        "wall": NOON + timedelta(hours=hours),
        "boot": "b",
        "mono_ns": 0,
        "rule": 1,
    }


def entered(number: int, hours: float, **fields: object) -> Recorded:
    return facts.record(CheckIn(**stamp(number, hours) | {"serial": SERIAL} | fields))  # type: ignore[arg-type]


def left(number: int, hours: float) -> Recorded:
    return facts.record(Exit(**stamp(number, hours) | {"serial": SERIAL}))  # type: ignore[arg-type]


def undone(number: int, target: int) -> Recorded:
    return facts.record(Annulment(**stamp(number, 0) | {"target": UUID(int=target)}))  # type: ignore[arg-type]


def numbers(found: DoubleEntry | None) -> list[int]:
    return [] if found is None else [fact.int for fact in found.fact_ids]


@pytest.mark.parametrize(
    ("entry", "told", "clash"),
    [
        pytest.param(EntryPolicy.ONCE, [entered(1, 0)], [], id="one entry is due"),
        pytest.param(EntryPolicy.ONCE, [entered(1, 0), entered(2, 5)], [1, 2], id="the second is not"),
        pytest.param(EntryPolicy.ONCE, [entered(1, 0), left(2, 1), entered(3, 2)], [1, 3], id="an exit does not help"),
        pytest.param(EntryPolicy.REENTRY, [entered(1, 0), left(2, 1), entered(3, 2)], [], id="again after an exit"),
        pytest.param(
            EntryPolicy.REENTRY, [entered(1, 0), left(2, 1), entered(3, 2), entered(4, 3)], [3, 4], id="twice inside"
        ),
        pytest.param(EntryPolicy.DAILY, [entered(1, 0), entered(2, 24)], [], id="once a day"),
        pytest.param(EntryPolicy.DAILY, [entered(1, 0), entered(2, 24), entered(3, 25)], [2, 3], id="twice on one day"),
        pytest.param(EntryPolicy.UNLIMITED, [entered(1, 0), entered(2, 1)], [], id="without limit"),
        pytest.param(EntryPolicy.ONCE, [entered(1, 0), entered(2, 1), undone(3, 1)], [], id="one was undone"),
        pytest.param(EntryPolicy.ONCE, [entered(1, 0), entered(2, 1, rehearsal=True)], [], id="a rehearsal"),
        pytest.param(
            EntryPolicy.ONCE,
            [entered(1, 0), entered(2, 1, despite=Reason.ALREADY_USED)],
            [],
            id="a supervisor knew it was used",
        ),
        pytest.param(
            EntryPolicy.ONCE,
            [entered(1, 0), entered(2, 1, despite=Reason.UNPAID)],
            [1, 2],
            id="a supervisor knew of something else",
        ),
    ],
)
def test_what_is_a_double_entry(entry: EntryPolicy, told: list[Recorded], clash: list[int]) -> None:
    assert numbers(double_entry(told, policy(entry))) == clash


def test_the_proposal_says_how_often_too_often() -> None:
    twice = double_entry([entered(1, 0), entered(2, 1)], policy(EntryPolicy.ONCE))
    thrice = double_entry([entered(1, 0), entered(2, 1), entered(3, 2)], policy(EntryPolicy.ONCE))
    assert twice is not None
    assert thrice is not None
    assert "once more" in twice.proposed
    assert "2 times more" in thrice.proposed


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    told: list[Fact] = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        fields = stamp(draw(st.sampled_from((number, max(1, number - 1)))), draw(st.integers(0, 60)))
        match draw(st.sampled_from(("in", "in", "out", "undo"))):
            case "in":
                told.append(CheckIn(**fields | {"serial": SERIAL}))  # type: ignore[arg-type]
            case "out":
                told.append(Exit(**fields | {"serial": SERIAL}))  # type: ignore[arg-type]
            case _:
                told.append(Annulment(**fields | {"target": UUID(int=draw(st.integers(1, 8)))}))  # type: ignore[arg-type]
    return [facts.record(fact) for fact in told]


@given(histories(), st.sampled_from(EntryPolicy), st.randoms(use_true_random=False))
def test_the_order_of_arrival_and_facts_that_come_twice_change_nothing(
    told: list[Recorded], entry: EntryPolicy, dice: random.Random
) -> None:
    arrived = [*told, *told[:2]]
    dice.shuffle(arrived)
    assert double_entry(arrived, policy(entry)) == double_entry(told, policy(entry))
