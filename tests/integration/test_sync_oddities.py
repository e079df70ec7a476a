"""What devices bring that cannot be: kept aside one by one, and never in the way of the rest."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from eventreg_core import facts
from eventreg_core.facts import CheckIn, digest
from eventreg_core.wire import Head, ReceiptState
from server.clock import new_id
from tests.integration.arrange import made, make_event, refused
from tests.integration.conftest import Rows
from tests.integration.laptop import NOON, Festival, Laptop, make_festival, pushed, states, stored

UNKNOWN = "00000000000000aa"


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=2)


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival)


def test_a_fact_of_another_event_is_set_aside_alone(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, sql: Rows
) -> None:
    other = make_event(organizer, name="Elsewhere")
    laptop.check_in(festival.serial(0))
    foreign = laptop.append(CheckIn(**laptop.stamp(NOON) | {"event": other["id"]}, serial=UNKNOWN))
    last = laptop.check_in(festival.serial(1))
    answer = laptop.push()
    assert states(answer) == ["recorded", "quarantined", "recorded"]
    assert answer.receipts[1].why
    assert answer.head == Head(3, last.hash)
    assert laptop.push().receipts == answer.receipts
    kept = sql.execute("SELECT raw, seq, device_id FROM quarantine").fetchall()
    assert kept == [{"raw": foreign.raw, "seq": 2, "device_id": laptop.id}]


def test_what_is_no_fact_is_kept_aside_and_never_stops_the_others(
    laptop: Laptop, festival: Festival, sql: Rows
) -> None:
    texts = {
        "nothing": "",
        "a NUL": "\x00",
        "a hotel's sign-in page": "<html>Please sign in</html>",
        "half a fact": '{"kind":"check_in"}',
        "very deep": "[" * 100_000,
        "four megabytes": "9" * 4_000_000,
    }
    for text in texts.values():
        laptop.begin_anew()
        good = laptop.check_in(festival.serial()).raw.decode()
        answer = pushed(laptop.push_texts([good, text], Head(2, digest(text.encode()))))
        assert states(answer) == ["recorded", "quarantined"]
    kept = sql.execute("SELECT raw FROM quarantine ORDER BY id").fetchall()
    assert [row["raw"] for row in kept] == [text.encode() for text in texts.values()]


def test_a_fact_with_an_impossible_field_is_kept_aside(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    changes: dict[str, dict[str, Any]] = {
        "a NUL in a word": {"operator": "a\u0000b"},
        "half a character": {"operator": "\ud800"},
        "a later version": {"v": 2},
        "no serial": {"serial": "XYZ"},
        "a time without zone": {"wall": "1970-01-01T00:00:00"},
        "no number": {"seq": None},
        "a claim to be the server": {"journal": None, "attested": "server"},
    }
    fact = json.loads(laptop.check_in(festival.serial()).raw)
    texts = [json.dumps(fact | change) for change in changes.values()]
    receipts = [pushed(laptop.push_texts([text], Head(1, digest(text.encode())))).receipts[0] for text in texts]
    assert [(one.state, bool(one.why)) for one in receipts] == [(ReceiptState.QUARANTINED, True)] * len(changes)
    kept = sql.execute("SELECT raw FROM quarantine ORDER BY id").fetchall()
    assert [row["raw"].decode() for row in kept] == texts
    assert stored(sql) == []


def test_a_laptop_that_believes_in_another_year_is_recorded_all_the_same(
    laptop: Laptop, festival: Festival, organizer: httpx.Client
) -> None:
    for year in (1, 1970, 9999):
        # Within one boot its other clock would tell how much time really passed.
        laptop.begin_anew()
        laptop.check_in(festival.serial(), datetime(year, 6, 1, tzinfo=UTC))
        assert states(laptop.push()) == ["recorded"]
    listed = made(organizer.get(festival.path("check-ins")), 200)["items"]
    assert [item["at"][:4] for item in listed] == ["9999", "1970", "0001"]


def test_fields_and_kinds_of_a_later_program_are_kept_whole(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    fields = json.loads(laptop.check_in(festival.serial()).raw) | {"colour": {"of": ["the", "band"]}}
    later = facts.reread(json.dumps(fields).encode())
    laptop.facts = [later]
    unknown = laptop.stamp(NOON) | {"kind": "badge_printed"}
    laptop.facts.append(facts.reread(msgspec.json.encode(unknown | {"v": 1})))
    answer = laptop.push()
    assert (states(answer), answer.head.seq) == (["recorded", "recorded"], 2)
    assert [(row["raw"], row["kind"]) for row in stored(sql)] == [
        (laptop.facts[0].raw, "check_in"),
        (laptop.facts[1].raw, "badge_printed"),
    ]


def test_a_body_that_is_too_large_is_turned_away_before_it_is_read(laptop: Laptop) -> None:
    refused(laptop.ask("POST", "/sync/push", b" " * 9_000_000), 413, "body_too_large")


def test_a_push_that_cannot_be_understood_is_a_problem(laptop: Laptop) -> None:
    refused(laptop.ask("POST", "/sync/push", b""), 422, "invalid")
    refused(laptop.ask("POST", "/sync/push", b"\xed\xa0\x80"), 422, "invalid")
    refused(laptop.ask("POST", "/sync/push", b'{"protocol": 2}'), 409, "other_protocol")


def test_a_fact_about_a_list_and_a_gate_that_are_gone_is_recorded(laptop: Laptop, festival: Festival) -> None:
    gone = {"list": new_id(), "gate": new_id()}
    laptop.append(CheckIn(**laptop.stamp(NOON) | gone, serial=UNKNOWN))
    assert states(laptop.push()) == ["recorded"]
