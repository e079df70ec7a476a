"""Facts: their bytes are theirs for ever, their chain shows every change, and what stands is what was not annulled."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventreg_core import facts
from eventreg_core.admission import Kind, Note, Reason
from eventreg_core.facts import Annulment, CheckIn, Exit, Fact, Foreign, RefusedScan, Seen, Unrecognised, WalkIn
from eventreg_core.problems import MalformedFact

JOURNAL, EVENT, LIST = UUID(int=1), UUID(int=2), UUID(int=3)
NOON = datetime(2026, 7, 4, 12, tzinfo=UTC)
STAMP = {"event": EVENT, "list": LIST, "wall": NOON, "boot": "b", "mono_ns": 1, "rule": 1, "journal": JOURNAL}
SERIAL = "00" * 8


def check_in(number: int, minutes: int = 0, **more: object) -> CheckIn:
    stamp = STAMP | {"wall": NOON + timedelta(minutes=minutes)} | more
    return msgspec.convert({"kind": "check_in", "id": UUID(int=number), "serial": SERIAL, **stamp}, CheckIn)


def out(number: int, minutes: int) -> Exit:
    stamp = STAMP | {"wall": NOON + timedelta(minutes=minutes)}
    return msgspec.convert({"kind": "exit", "id": UUID(int=number), "serial": SERIAL, **stamp}, Exit)


def annulment(number: int, target: int, **more: object) -> Annulment:
    return msgspec.convert(
        {"kind": "annulment", "id": UUID(int=number), "target": UUID(int=target), **STAMP, **more}, Annulment
    )


def chain(*made: Fact) -> list[facts.Recorded]:
    """The facts as one journal."""
    linked: list[facts.Recorded] = []
    for fact in made:
        prev = linked[-1].hash if linked else facts.FIRST_PREV
        linked.append(facts.record(msgspec.structs.replace(fact, seq=len(linked) + 1, prev=prev)))
    return linked


EVERY_KIND: list[Fact] = [
    check_in(1, notes=[Note.UNSYNCED], despite=Reason.UNPAID, seen=Seen("7-1-0", 12), offset_ms=-5, chosen=True),
    out(2, 5),
    msgspec.convert(
        {
            "kind": "refused_scan",
            "id": UUID(int=3),
            "reason": "unreadable",
            "foreign": Foreign("ab" * 32, 24, "url"),
            "repeated": 4,
            **STAMP,
        },
        RefusedScan,
    ),
    annulment(4, 1),
    msgspec.convert(
        {"kind": "walk_in", "id": UUID(int=5), "serial": SERIAL, "amount_minor": 1500, "currency": "EUR"} | STAMP,
        WalkIn,
    ),
]


@pytest.mark.parametrize("fact", EVERY_KIND, ids=lambda fact: type(fact).__name__)
def test_a_fact_reads_back_from_its_bytes(fact: Fact) -> None:
    recorded = facts.record(fact)
    assert facts.reread(recorded.raw) == recorded
    assert recorded.hash == facts.digest(recorded.raw)
    assert len(recorded.raw) < facts.LARGEST


def test_fields_of_a_newer_version_stay_in_the_bytes() -> None:
    raw = facts.record(check_in(1)).raw[:-1] + b',"zeal":"new"}'
    recorded = facts.reread(raw)
    assert recorded.raw == raw
    assert recorded.fact == check_in(1)


def test_a_kind_that_we_do_not_know_yet_is_kept_and_not_judged() -> None:
    raw = facts.record(check_in(1)).raw.replace(b'"check_in"', b'"wave_in"')
    recorded = facts.reread(raw)
    assert isinstance(recorded.fact, Unrecognised)
    assert recorded.fact.kind == "wave_in"
    assert facts.passages([recorded.fact]) == ()


@given(st.binary(max_size=300))
def test_bytes_that_are_no_fact_are_malformed_and_nothing_worse(raw: bytes) -> None:
    with pytest.raises(MalformedFact):
        facts.reread(raw)


def test_lists_in_lists_in_a_field_that_is_not_known_here_are_malformed() -> None:
    raw = facts.record(check_in(1)).raw
    with pytest.raises(MalformedFact):
        facts.reread(raw[:-1] + b',"later":' + b"[" * 1500 + b"]" * 1500 + b"}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"boot":"b"', b'"boot":"\\u0000"'),
        (b'"boot":"b"', b'"boot":"\\ud800"'),
        (b"12:00:00Z", b"12:00:00"),
        (b'"serial":"00', b'"serial":"0g'),
        (b'"mono_ns":1', b'"mono_ns":-1'),
        (b'"mono_ns":1', b'"mono_ns":' + b"9" * 5000),
    ],
    ids=["newer version", "NUL", "lone surrogate", "no zone", "no serial", "negative clock", "too long"],
)
def test_a_fact_with_a_poisoned_field_is_malformed(old: bytes, new: bytes) -> None:
    with pytest.raises(MalformedFact):
        facts.reread(facts.record(check_in(1)).raw.replace(old, new))


def test_a_whole_chain_has_no_break() -> None:
    assert facts.broken_at(chain(*EVERY_KIND), 0, facts.FIRST_PREV) is None
    assert facts.broken_at([], 9, "ab" * 32) is None


@pytest.mark.parametrize("lost", range(3))
def test_a_lost_fact_shows_in_the_chain(lost: int) -> None:
    whole = chain(*EVERY_KIND)
    assert facts.broken_at(whole[:lost] + whole[lost + 1 :], 0, facts.FIRST_PREV) == lost


@pytest.mark.parametrize("twice", range(3))
def test_a_doubled_fact_shows_where_it_stands_again(twice: int) -> None:
    whole = chain(*EVERY_KIND)
    assert facts.broken_at([*whole[: twice + 1], *whole[twice:]], 0, facts.FIRST_PREV) == twice + 1


@pytest.mark.parametrize("first", range(3))
def test_facts_in_another_order_show_where_the_order_breaks(first: int) -> None:
    whole = chain(*EVERY_KIND)
    whole[first], whole[first + 1] = whole[first + 1], whole[first]
    assert facts.broken_at(whole, 0, facts.FIRST_PREV) == first


def test_a_changed_fact_shows_in_the_one_after_it() -> None:
    whole = chain(*EVERY_KIND)
    whole[1] = facts.reread(whole[1].raw.replace(b'"mono_ns":1', b'"mono_ns":2'))
    assert facts.broken_at(whole, 0, facts.FIRST_PREV) == 2


def test_the_heads_message_names_journal_number_and_hash() -> None:
    messages = {
        facts.head_message(journal, seq, digest)
        for journal in (JOURNAL, EVENT)
        for seq in (1, 2)
        for digest in ("00" * 32, "01" * 32)
    }
    assert len(messages) == 8


def test_a_foreign_code_is_told_apart_without_keeping_its_text() -> None:
    menu = facts.foreign("https://example.org/menu", b"key", "url")
    assert menu == facts.foreign("https://example.org/menu", b"key", "url")
    assert menu.hash != facts.foreign("https://example.org/menu", b"other", "url").hash
    assert facts.foreign("\ud800\x00", b"key", "text").length == 2


def test_what_stands_is_each_fact_once_in_order_of_time() -> None:
    told: list[Fact] = [out(2, 5), check_in(1), check_in(1), check_in(3, 9)]
    assert [(p.kind, p.fact) for p in facts.passages(told)] == [
        (Kind.ENTRY, UUID(int=1)),
        (Kind.EXIT, UUID(int=2)),
        (Kind.ENTRY, UUID(int=3)),
    ]


def test_an_annulled_check_in_does_not_stand_whichever_arrives_first() -> None:
    told: list[Fact] = [check_in(1), annulment(9, 1), check_in(2, 1)]
    for order in permutations(told):
        assert [passage.fact for passage in facts.passages(order)] == [UUID(int=2)]


def test_a_rehearsal_never_counts_and_annuls_nothing() -> None:
    assert facts.passages([check_in(1, rehearsal=True)]) == ()
    assert len(facts.passages([check_in(1), annulment(9, 1, rehearsal=True)])) == 1


def test_a_measured_clock_offset_corrects_the_order() -> None:
    slow = check_in(1, minutes=-60, offset_ms=3_600_000)
    told: list[Fact] = [slow, out(2, -5)]
    assert [p.fact for p in facts.passages(told)] == [UUID(int=2), UUID(int=1)]
