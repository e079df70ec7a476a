"""What devices bring: every fact once, whatever happens on the way, and never lost."""

import random
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core import facts
from eventreg_core.facts import CheckIn, Recorded
from eventreg_core.wire import Head, ReceiptState
from server.clock import new_id
from tests.integration.arrange import made, refused
from tests.integration.conftest import Rows
from tests.integration.laptop import EMPTY, NOON, Festival, Laptop, make_festival, pushed, states, stored

UNKNOWN = "00000000000000aa"


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=2)


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival)


def journal_of(sql: Rows, laptop: Laptop) -> dict[str, Any]:
    row = sql.execute("SELECT * FROM journals WHERE journal = %s", [laptop.journal]).fetchone()
    assert row is not None
    return row


def test_a_fact_is_kept_as_its_exact_bytes_with_its_columns(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    recorded = laptop.check_in(festival.serial())
    answer = laptop.push()
    [row] = stored(sql)
    assert (row["raw"], row["hash"].hex(), row["id"]) == (recorded.raw, recorded.hash, recorded.fact.id)
    assert (row["kind"], row["told"], row["attested"], row["held"]) == ("check_in", "admitted", "device", False)
    assert (row["serial"].hex(), row["at"], row["device_id"]) == (festival.serial(), NOON, laptop.id)
    assert (answer.head.seq, answer.head.hash) == (1, recorded.hash)
    assert answer.receipts[0].revision == row["revision"]


def test_the_same_facts_again_hear_the_same_and_change_nothing(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    laptop.check_in(festival.serial(0))
    laptop.refuse(festival.serial(0))
    laptop.exit(festival.serial(0))
    first = laptop.push()
    before = (stored(sql), journal_of(sql, laptop), sql.execute("SELECT * FROM changes").fetchall())
    again = laptop.push()
    assert (again.receipts, again.head) == (first.receipts, first.head)
    assert (stored(sql), journal_of(sql, laptop), sql.execute("SELECT * FROM changes").fetchall()) == before


def test_a_refusal_is_kept_but_is_no_news_for_other_doors(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    laptop.refuse(festival.serial())
    [receipt] = laptop.push().receipts
    assert (receipt.state, receipt.revision) == (ReceiptState.RECORDED, None)
    assert sql.execute("SELECT * FROM changes WHERE entity = 'fact'").fetchall() == []


def test_in_whatever_order_and_parts_a_journal_comes_the_state_is_the_same(
    laptop: Laptop, festival: Festival, sql: Rows
) -> None:
    for number in range(12):
        laptop.check_in(festival.serial(number % 2), NOON + timedelta(minutes=number))
    parts = [laptop.facts[at : at + 3] for at in range(0, 12, 3)]
    random.Random(7).shuffle(parts)
    answers = [laptop.push(part) for part in (*parts, parts[0])]
    assert answers[-1].head == Head(12, laptop.facts[-1].hash)
    assert [row["hash"].hex() for row in stored(sql)] == [one.hash for one in laptop.facts]
    assert not journal_of(sql, laptop)["forked"]
    revisions = sorted(row["revision"] for row in stored(sql))
    assert revisions == list(range(revisions[0], revisions[0] + 12))
    conflicts = sql.execute("SELECT fact_ids FROM conflicts").fetchall()
    assert [len(conflict["fact_ids"]) for conflict in conflicts] == [6, 6]


def test_a_gap_keeps_the_head_back_until_it_is_filled(laptop: Laptop, festival: Festival) -> None:
    for _ in range(4):
        laptop.check_in(festival.serial())
    assert laptop.push(laptop.facts[:1]).head.seq == 1
    assert laptop.push(laptop.facts[2:]).head == Head(1, laptop.facts[0].hash)
    assert laptop.push(laptop.facts[1:2]).head == Head(4, laptop.facts[3].hash)


def test_one_id_with_other_bytes_is_kept_twice_and_flagged(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    first = laptop.check_in(festival.serial(0))
    laptop.push()
    laptop.append(CheckIn(**laptop.stamp(NOON) | {"id": first.fact.id}, serial=festival.serial(1)))
    answer = laptop.push()
    assert states(answer) == ["recorded", "recorded"]
    assert [row["id"] for row in stored(sql)] == [first.fact.id, first.fact.id]
    assert journal_of(sql, laptop)["forked"]


def test_two_facts_with_one_number_are_both_kept_and_shown_as_a_fork(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, sql: Rows
) -> None:
    start = laptop.check_in(festival.serial(0))
    lost = laptop.check_in(festival.serial(1))
    laptop.push()
    laptop.facts = [start]
    laptop.check_in(festival.serial(1), NOON + timedelta(hours=1))
    longest = laptop.check_in(festival.serial(1), NOON + timedelta(hours=2))
    answer = laptop.push(laptop.facts[1:])
    assert (states(answer), answer.head) == (["recorded", "recorded"], Head(3, longest.hash))
    assert [row["seq"] for row in stored(sql)] == [1, 2, 2, 3]
    assert laptop.push([start, lost]).head == Head(3, longest.hash)
    assert journal_of(sql, laptop)["forked"]
    assert made(organizer.get(festival.path("devices")), 200)["items"][0]["forked"]


def test_a_broken_chain_is_recorded_all_the_same_and_flagged(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    first = laptop.check_in(festival.serial(0))
    laptop.append(CheckIn(**laptop.stamp(NOON) | {"prev": "ab" * 32}, serial=festival.serial(1)))
    answer = laptop.push()
    assert (states(answer), answer.head) == (["recorded", "recorded"], Head(1, first.hash))
    assert journal_of(sql, laptop)["forked"]


def test_a_head_that_nobody_signed_records_nothing(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    recorded = laptop.check_in(festival.serial())
    text, head = recorded.raw.decode(), Head(1, recorded.hash)
    refused(laptop.push_texts([text], head, signature="00" * 64), 422, "bad_head")
    refused(laptop.push_texts([text], Head(1, "ab" * 32)), 422, "bad_head")
    assert stored(sql) == []
    assert states(laptop.push()) == ["recorded"]


def test_the_head_alone_may_be_signed_at_the_end_of_a_shift(laptop: Laptop, festival: Festival) -> None:
    laptop.check_in(festival.serial())
    laptop.push()
    answer = pushed(laptop.push_texts([], Head(1, laptop.facts[0].hash)))
    assert (answer.receipts, answer.head.seq) == ([], 1)
    other = new_id()
    fresh = laptop.key.sign(facts.head_message(other, 0, EMPTY.hash)).hex()
    assert pushed(laptop.push_texts([], EMPTY, journal=other, signature=fresh)).head == EMPTY


def test_what_a_revoked_device_brings_is_held_and_no_news(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, sql: Rows
) -> None:
    laptop.check_in(festival.serial())
    before = laptop.push()
    laptop.check_in(festival.serial(), NOON + timedelta(hours=1))
    made(organizer.post(f"/devices/{laptop.id}/revoke"), 200)
    answer = laptop.push()
    assert states(answer) == ["recorded", "held"]
    assert answer.receipts[0] == before.receipts[0]
    assert answer.receipts[1].why
    assert [(row["held"], row["revision"] is None) for row in stored(sql)] == [(False, False), (True, True)]
    assert laptop.push().receipts == answer.receipts
    [held] = made(organizer.get(festival.path("conflicts")), 200)["items"]
    assert (held["class"], held["fact_ids"]) == ("held_device", [str(laptop.facts[1].fact.id)])
    assert made(organizer.get(festival.path("check-ins")), 200)["total"] == 1


def test_a_laptop_that_enrols_again_brings_its_older_journal_as_a_courier(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, sql: Rows
) -> None:
    laptop.check_in(festival.serial(0))
    laptop.push()
    before = laptop.id
    laptop.check_in(festival.serial(1))
    laptop.key = Ed25519PrivateKey.generate()
    code = made(organizer.post(festival.path("devices")))["enrol_code"]
    laptop.id = made(laptop.enrol(code))["device"]
    answer = laptop.push()
    assert (states(answer), answer.head.seq) == (["recorded", "recorded"], 2)
    rows = stored(sql, "device_id, brought_by::text AS brought_by, seq, hash")
    assert [(row["device_id"], row["brought_by"]) for row in rows] == [(before, None), (before, laptop.id)]


def test_a_courier_brings_what_the_other_laptops_key_vouches_for(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, anonymous: httpx.Client
) -> None:
    laptop.check_in(festival.serial(0))
    laptop.push()
    brought = laptop.check_in(festival.serial(1))
    courier = Laptop(anonymous, organizer, festival)
    head = Head(2, brought.hash)
    vouched = laptop.key.sign(facts.head_message(laptop.journal, 2, brought.hash)).hex()
    sent = [one.raw.decode() for one in laptop.facts]
    answer = pushed(courier.push_texts(sent, head, journal=laptop.journal, signature=vouched))
    assert (states(answer), answer.head) == (["recorded", "recorded"], head)


def test_a_journal_that_goes_on_from_another_says_so_once(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    recorded = laptop.check_in(festival.serial())
    before, head = new_id(), Head(1, recorded.hash)
    for named in (before, None, new_id()):
        pushed(laptop.push_texts([recorded.raw.decode()], head, continues=named))
    assert journal_of(sql, laptop)["continues"] == before


def test_facts_of_the_same_push_twice_count_once(laptop: Laptop, festival: Festival, sql: Rows) -> None:
    recorded: Recorded = laptop.check_in(festival.serial())
    text = recorded.raw.decode()
    answer = pushed(laptop.push_texts([text, text], Head(1, recorded.hash)))
    assert answer.receipts[0] == answer.receipts[1]
    assert len(stored(sql)) == 1
