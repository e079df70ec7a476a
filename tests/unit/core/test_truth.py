"""What happened beside what was due: the same answer whatever order the facts came in."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from eventreg_core.admission import Admitted, EntryPolicy, Kind, Policy, Reason, Refused, Window
from eventreg_core.conflict import Class, Conflict, Outcome, conflicts_of, state_hash
from eventreg_core.facts import CheckIn
from eventreg_core.history import Former, Moment, Timeline
from eventreg_core.placing import Anchor, anchors_of, placed
from eventreg_core.truth import Told, in_order, replay
from tests.unit.core.told import (
    NOON,
    PRESS,
    SOUTH,
    cancelled,
    entered,
    left,
    minutes,
    paid,
    refused,
    rules,
    stamp,
    ticket,
    undone,
)

Shown = tuple[Class, list[int]]


def shown(each: tuple[Conflict, ...]) -> list[Shown]:
    return [(one.kind, [fact.int for fact in one.facts]) for one in each]


@pytest.mark.parametrize(
    ("entry", "happened", "clash"),
    [
        pytest.param("once", [entered(1, 0)], [], id="one entry is due"),
        pytest.param("once", [entered(1, 0), entered(2, 5, SOUTH)], [1, 2], id="the second is not"),
        pytest.param("once", [entered(1, 0), left(2, 1), entered(3, 2)], [1, 3], id="an exit does not help"),
        pytest.param("reentry", [entered(1, 0), left(2, 1), entered(3, 2)], [], id="again after an exit"),
        pytest.param("reentry", [entered(1, 0), entered(2, 1)], [1, 2], id="inside already"),
        pytest.param("daily", [entered(1, 0), entered(2, 60 * 24)], [], id="the next day"),
        pytest.param("unlimited", [entered(1, 0), entered(2, 1)], [], id="as often as they like"),
        pytest.param("once", [entered(1, 0), entered(2, 1), undone(3, 2, 2)], [], id="undone"),
        pytest.param("once", [entered(1, 0), entered(2, 1, rehearsal=True)], [], id="a rehearsal is no entry"),
        pytest.param(
            "once", [entered(1, 0), entered(2, 1, despite=Reason.ALREADY_USED)], [], id="a supervisor let them in"
        ),
        pytest.param("once", [entered(1, 0, None), entered(2, 1)], [1, 2], id="at the server, and then at a door"),
        pytest.param("once", [entered(1, 1, None), entered(2, 0)], [1, 2], id="the server's own came too late"),
    ],
)
def test_who_came_in_once_too_often(entry: str, happened: list[Told], clash: list[int]) -> None:
    truth = replay(reversed(happened), ticket(), rules(EntryPolicy(entry)))

    expected = [(Class.DOUBLE_ENTRY, clash)] if clash else []
    assert shown(conflicts_of(truth)) == expected
    assert truth.admitted


def test_at_one_gate_within_two_minutes_it_was_one_person_and_elsewhere_two() -> None:
    once, gate = rules(), UUID(int=7)
    [twice] = conflicts_of(replay([entered(1, 0, gate=gate), entered(2, 1, SOUTH, gate=gate)], ticket(), once))
    [copied] = conflicts_of(replay([entered(1, 0, gate=gate), entered(2, 1, SOUTH), entered(3, 2)], ticket(), once))

    assert (twice.outcome, twice.undue) == (Outcome.ANNULLED, (UUID(int=2),))
    assert (copied.outcome, copied.undue) == (Outcome.ACCEPTED, (UUID(int=2), UUID(int=3)))
    assert "once more" in twice.why
    assert "2 times more" in copied.why


@pytest.mark.parametrize(
    ("happened", "could_know"),
    [
        pytest.param(entered(1, 5, seen=9), False, id="the door had not heard of it"),
        pytest.param(entered(1, 5), False, id="nobody can tell what the door knew"),
        pytest.param(entered(1, 5, seen=10), True, id="the door had heard of it"),
    ],
)
def test_who_was_let_in_after_a_cancellation_could_know_it_or_not(happened: Told, could_know: bool) -> None:
    truth = replay([happened], cancelled(), rules())

    [conflict] = conflicts_of(truth)
    assert (conflict.kind, conflict.outcome) == (Class.LATE_CANCEL, Outcome.ACCEPTED)
    assert truth.judged[0].due == Refused(Reason.CANCELLED, truth.judged[0].due.ticket, True)
    assert (truth.judged[0].could_know, "could not know" in conflict.why) == (could_know, not could_know)


def test_who_came_before_a_cancellation_was_due_and_who_heard_of_it_came_after_whatever_the_clocks_say() -> None:
    assert conflicts_of(replay([entered(1, -5, seen=9)], cancelled(), rules())) == ()
    [late] = conflicts_of(replay([entered(1, -5, seen=10)], cancelled(), rules()))
    assert late.kind is Class.LATE_CANCEL


@pytest.mark.parametrize(
    ("happened", "clash"),
    [
        pytest.param([refused(1, -5)], [1], id="cancelled only later, and yet refused"),
        pytest.param([refused(1, -5), entered(2, -4)], [], id="let in after all"),
        pytest.param([refused(1, -5), entered(2, -4), undone(3, 2, -3)], [1], id="let in, which was undone"),
        pytest.param([entered(1, -5), refused(2, -4, Reason.ALREADY_USED)], [], id="rightly refused"),
        pytest.param([refused(1, -5, Reason.BAD_SIGNATURE)], [], id="a forged code is nobody's ticket"),
        pytest.param([refused(1, -5, device=None)], [], id="the server is never behind"),
        pytest.param([refused(1, -5, direction=Kind.EXIT)], [], id="on the way out"),
        pytest.param([refused(1, -5, seen=10)], [], id="the door knew of the cancellation before the server's clock"),
    ],
)
def test_who_was_turned_away_with_a_good_ticket(happened: list[Told], clash: list[int]) -> None:
    found = conflicts_of(replay(happened, cancelled(), rules()))

    assert shown(found) == ([(Class.TURNED_AWAY, clash)] if clash else [])


def test_a_ticket_that_this_server_never_issued_and_one_at_the_wrong_door() -> None:
    early = rules(window=Window(opens=NOON))
    disobeyed = replay([entered(1, -1)], ticket(), early)
    assert shown(conflicts_of(replay([entered(1, 0)], {}, rules()))) == [(Class.UNKNOWN_SERIAL, [1])]
    assert shown(conflicts_of(disobeyed)) == [(Class.WRONG_LIST, [1])]
    [elsewhere] = conflicts_of(replay([entered(1, 0)], ticket(ticket_type=PRESS), rules()))
    assert "not for this list" in elsewhere.why
    assert "all the same" in elsewhere.why


def test_a_door_with_older_settings_could_not_know_those_that_hold() -> None:
    before = Policy(EntryPolicy.ONCE, {1: Window()}, "Europe/Berlin")
    now = replace(before, ticket_types={PRESS: Window()})
    changed = Timeline(now, (Former(before, NOON, 5),))

    [conflict] = conflicts_of(replay([entered(1, 1, seen=4)], ticket(), changed))
    assert (conflict.kind, "could not know" in conflict.why) == (Class.WRONG_LIST, True)
    assert conflicts_of(replay([entered(1, -1, seen=4)], ticket(), changed)) == ()


def test_a_clock_that_was_never_measured_matters_where_something_depends_on_it() -> None:
    lost = replace(entered(1, 0), anchored=False)
    alone = replay([lost], ticket(), rules())
    both = replay([lost, entered(2, 60, SOUTH)], ticket(), rules(EntryPolicy.UNLIMITED))
    same = replay([lost, replace(entered(2, 60), anchored=False)], ticket(), rules(EntryPolicy.UNLIMITED))
    early = replay([lost], ticket(), rules(window=Window(opens=NOON + minutes(1))))

    assert (shown(conflicts_of(alone)), shown(conflicts_of(same))) == ([], [])
    assert shown(conflicts_of(both)) == [(Class.CLOCK_SUSPECT, [1])]
    assert [kind for kind, _ in shown(conflicts_of(early))] == [Class.WRONG_LIST, Class.CLOCK_SUSPECT]


def test_a_door_undoes_its_own_scans_within_a_quarter_of_an_hour_and_the_office_any() -> None:
    def who(undo: Told) -> list[Shown]:
        truth = replay([entered(1, 0), undo], ticket(), rules())
        assert not truth.admitted
        return shown(conflicts_of(truth))

    assert who(undone(2, 1, 15)) == who(undone(2, 1, 600, None)) == who(undone(2, 1, 20, supervisor="u")) == []
    assert who(undone(2, 1, 20)) == who(undone(2, 1, 1, SOUTH)) == [(Class.FOREIGN_UNDO, [1, 2])]
    assert conflicts_of(replay([undone(2, 1)], ticket(), rules())) == ()


def test_who_paid_at_the_door_was_due_from_then_on() -> None:
    owing = ticket(settled=False)

    assert conflicts_of(replay([paid(1, 0), entered(2, 1)], owing, rules())) == ()
    [unpaid] = conflicts_of(replay([entered(1, 0), paid(2, 1)], owing, rules()))
    assert (unpaid.kind, "not paid" in unpaid.why) == (Class.LATE_CANCEL, True)


def test_inside_is_who_came_last_in_and_never_less_than_nobody() -> None:
    again = rules(EntryPolicy.REENTRY)
    assert not replay([left(1, 0), left(2, 1)], ticket(), again).inside
    assert replay([left(1, 0), entered(2, 1)], ticket(), again).inside
    truth = replay([entered(1, 0), left(2, 1)], ticket(), again)
    assert (truth.inside, truth.entries) == (False, 1)


def test_facts_of_one_journal_keep_their_order_whatever_its_clock_said() -> None:
    lost = [replace(entered(number, after), anchored=False) for number, after in ((1, 500), (3, -500))]
    known = [entered(2, 10), entered(4, 9), entered(9, 12, SOUTH)]

    happened = in_order([*known, *lost])

    assert [each.fact.id.int for each in happened] == [1, 2, 3, 4, 9]
    assert [each.at for each in happened] == [NOON + minutes(each) for each in (9, 10, 10, 10, 12)]


def test_a_boot_is_anchored_by_its_first_reading_whenever_that_comes() -> None:
    def fact(seq: int, mono_s: int, wall: float, **fields: object) -> CheckIn:
        return CheckIn(
            **stamp(seq, wall) | {"serial": "00112233445566aa", "mono_ns": mono_s * 10**9, "offset_ms": None} | fields
        )

    lost = fact(1, 0, -600)
    reading = fact(2, 3600, 60, offset_ms=60_000)
    later = fact(3, 7200, 120, offset_ms=0)
    server = CheckIn(**stamp(4, 0, None), serial="00112233445566aa")
    anchors = anchors_of([later, reading, lost, server])

    assert anchors == anchors_of([lost, reading]) == {"b": Anchor(2, 3600 * 10**9, NOON + minutes(61))}
    assert anchors_of([lost]) == {}
    assert placed(lost, anchors["b"]) == NOON + minutes(1)
    assert placed(lost, None) == NOON - minutes(600)
    near = replace_wall(reading, timedelta(seconds=61))
    assert placed(near, anchors["b"]) == near.at


def replace_wall(fact: CheckIn, ahead: timedelta) -> CheckIn:
    fields = {name: getattr(fact, name) for name in fact.__struct_fields__}
    return CheckIn(**fields | {"wall": NOON + minutes(60) + ahead - timedelta(seconds=60)})


def test_what_held_at_a_moment_and_whether_it_could_be_known() -> None:
    line = Timeline("new", (Former("first", NOON, 5), Former("second", NOON + minutes(10), 8)))

    def held(after: float, seen: int | None) -> tuple[str, bool]:
        moment = Moment(NOON + minutes(after), seen)
        return line.at(moment), line.could_know(moment)

    assert held(-1, 4) == ("first", True)
    assert held(1, 4) == ("second", False)
    assert held(1, None) == ("second", False)
    assert held(-1, 5) == ("second", True)
    assert held(11, 5) == ("new", False)
    assert held(-5, 9) == ("new", True)


def test_of_two_facts_with_one_id_the_greater_hash_counts_and_the_hash_of_the_state_knows_no_order() -> None:
    first, second = entered(1, 0), entered(1, 5)
    truths = [replay(each, ticket(), rules()) for each in ([first, second], [second, first])]
    other = replay([left(1, 0)], ticket(), rules())

    assert truths[0] == truths[1]
    assert truths[0].entries == 1
    assert state_hash([("a", truths[0]), ("b", other)]) == state_hash([("b", other), ("a", truths[1])])
    assert state_hash([("a", truths[0])]) != state_hash([("a", other)])
    assert state_hash([("a", replay([entered(1, 0), entered(2, 9)], {}, rules()))])


def test_the_servers_own_refusal_was_due_and_so_is_a_first_entry() -> None:
    truth = replay([refused(1, -5, Reason.BLOCKED, None), entered(2, 0)], ticket(), rules())

    assert truth.judged[0].due == Refused(Reason.BLOCKED)
    assert isinstance(truth.judged[1].due, Admitted)
