"""The rule: its vectors name every verdict, and it answers whatever it is asked."""

import json
from datetime import UTC, datetime, time
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventreg_core.admission import (
    NEVER_OVERRIDDEN,
    Admitted,
    EntryPolicy,
    Kind,
    Note,
    Passage,
    Policy,
    Reason,
    Refused,
    Scan,
    Status,
    Ticket,
    Window,
    decide,
)
from eventreg_core.ticket import Code, Forged, KeyState, OtherEvent, Picked, Signed, Token, Unreadable
from eventreg_core.vectors import Vector, VectorFile, verdict_of

GOLDEN = Path(__file__).parents[2] / "golden"
VECTORS = [
    vector
    for path in sorted(GOLDEN.glob("*.json"))
    for vector in msgspec.json.decode(path.read_bytes(), type=VectorFile).vectors
]

moments = st.datetimes(timezones=st.just(UTC))
windows = st.builds(Window, st.none() | moments, st.none() | moments)
serials = st.sampled_from([bytes(8), bytes(7) + b"\x01"])
tokens = st.builds(Token, st.integers(0, 255), st.just(1), serials, st.integers(0, 3), st.booleans())
codes: st.SearchStrategy[Code] = st.one_of(
    st.builds(Unreadable),
    st.builds(OtherEvent, st.integers(0, 9)),
    st.builds(Forged, serials),
    st.builds(Picked, serials),
    st.builds(Signed, tokens, st.sampled_from(KeyState)),
)
scans = st.builds(Scan, codes, st.sampled_from(Kind), st.booleans(), st.booleans())
tickets = st.builds(
    Ticket, serials, st.just(UUID(int=1)), st.just(0), st.integers(0, 3), st.sampled_from(Status), st.booleans()
)
standings = st.lists(st.builds(Passage, st.sampled_from(Kind), moments), max_size=4)
policies = st.builds(
    Policy,
    st.sampled_from(EntryPolicy),
    st.dictionaries(st.integers(0, 3), windows),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles"]),
    windows,
    st.times(),
    st.booleans(),
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_each_golden_vector_gets_the_verdict_that_it_names(vector: Vector) -> None:
    assert verdict_of(vector) == vector.expected


def test_the_golden_vectors_cover_every_reason_policy_note_and_exit() -> None:
    refused = {vector.expected.reason for vector in VECTORS} - {None}
    assert refused == set(Reason)
    assert {note for vector in VECTORS for note in vector.expected.notes} == set(Note)
    assert {(vector.policy.entry, vector.expected.verdict) for vector in VECTORS} >= {
        (policy, verdict) for policy in EntryPolicy for verdict in ("admitted", "refused")
    }
    set_aside_at_exits = {vector.expected.despite for vector in VECTORS if vector.scan.kind is Kind.EXIT}
    assert set_aside_at_exits >= set(Reason) - {
        Reason.UNREADABLE,
        Reason.WRONG_EVENT,
        Reason.ALREADY_USED,
        Reason.ALREADY_INSIDE,
        Reason.ALREADY_TODAY,
    }


def test_every_golden_vector_has_a_name_of_its_own() -> None:
    names = [vector.name for vector in VECTORS]
    assert len(names) == len(set(names))


def test_the_golden_files_hold_nothing_that_the_format_does_not_know() -> None:
    for path in GOLDEN.glob("*.json"):
        assert set(json.loads(path.read_text("utf-8"))) == {"rule", "vectors"}


@given(scans, st.none() | tickets, standings, policies, moments)
def test_the_rule_answers_whatever_it_is_asked_and_twice_the_same(
    scan: Scan, ticket: Ticket | None, standing: list[Passage], policy: Policy, at: datetime
) -> None:
    verdict = decide(scan, ticket, standing, policy, at)
    assert isinstance(verdict, Admitted | Refused)
    assert decide(scan, ticket, standing, policy, at) == verdict


@given(scans, st.none() | tickets, standings, policies, moments)
def test_an_override_only_ever_lets_in_what_may_be_overridden(
    scan: Scan, ticket: Ticket | None, standing: list[Passage], policy: Policy, at: datetime
) -> None:
    plain = decide(with_override(scan, override=False), ticket, standing, policy, at)
    forced = decide(with_override(scan, override=True), ticket, standing, policy, at)
    if isinstance(plain, Refused):
        assert plain.overridable is (plain.reason not in NEVER_OVERRIDDEN)
        assert isinstance(forced, Admitted) is plain.overridable
    else:
        assert forced == plain


@given(scans, st.none() | tickets, standings, policies, moments)
def test_whoever_shows_a_readable_ticket_of_this_event_may_leave(
    scan: Scan, ticket: Ticket | None, standing: list[Passage], policy: Policy, at: datetime
) -> None:
    verdict = decide(Scan(scan.code, Kind.EXIT), ticket, standing, policy, at)
    assert isinstance(verdict, Refused) is isinstance(scan.code, Unreadable | OtherEvent)


@given(standings, policies, moments)
def test_whoever_was_let_in_once_is_not_let_in_again_on_a_list_for_one_entry(
    standing: list[Passage], policy: Policy, at: datetime
) -> None:
    once = Policy(EntryPolicy.ONCE, {1: Window()}, policy.zone, day_starts_at=time(0))
    ticket = Ticket(bytes(8), None, 0, 1)
    entered = [*standing, Passage(Kind.ENTRY, at)]
    assert decide(Scan(Picked(bytes(8))), ticket, entered, once, at) == Refused(
        Reason.ALREADY_USED, bytes(8), overridable=True
    )


def with_override(scan: Scan, override: bool) -> Scan:
    return Scan(scan.code, scan.kind, override, scan.fresh)
