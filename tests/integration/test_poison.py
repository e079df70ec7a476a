"""Poison: what is held before cameras, what clocks believe, what is deleted, spoilt or reused."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from eventreg_core.admission import Reason
from eventreg_core.facts import digest
from eventreg_core.wire import Head
from eventreg_desktop.store.db import transaction
from eventreg_desktop.sync.state import Connection
from tests.integration.arrange import made
from tests.integration.conftest import Rows
from tests.integration.desktops import Desktop, desktop, hands
from tests.integration.laptop import NOON, Festival, Laptop, make_festival, pushed, states
from tests.integration.served import Served
from tests.sync.laptop import told

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
GUESTS = 6


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=GUESTS)


def poison(token: str) -> dict[str, str]:
    """What a camera or scanner may read, by what is wrong with it."""
    return {
        "a NUL alone": "\x00",
        "a NUL in words": "tick\x00et",
        "a ticket and a NUL": f"{token}\x00",
        "half a character": "\ud800",
        "both halves the wrong way round": "\udc00\ud800",
        "half a character in a ticket": f"{token[:60]}\ud83d{token[61:]}",
        "four thousand characters": "Z" * 4000,
        "four thousand of them beyond the BMP": "\U0001f3ab" * 4000,
        "an escape of a terminal": "\x1b]0;owned\x07",
        "nothing": "",
        "what would end a statement": "'; DROP TABLE facts; --",
    }


def gate_of(organizer: httpx.Client, festival: Festival, name: str) -> UUID:
    made_gate = made(
        organizer.post(festival.path("gates"), json={"name": name, "list_id": festival.check_in_list["id"]})
    )
    return UUID(made_gate["id"])


def spoil(door: Desktop, seq: int) -> None:
    """The disk changes a fact's bytes: a NUL, and no JSON any more."""
    with transaction(door.stores.journal):
        changed = door.stores.journal.execute("UPDATE facts SET raw = 'spoilt ' || char(0) WHERE seq = ?", (seq,))
    assert changed.rowcount == 1


def test_a_door_that_is_fed_poison_in_1970_delivers_every_good_fact_once_and_shows_the_bad_one_on_both_sides(
    organizer: httpx.Client, server: Served, festival: Festival, sql: Rows, tmp_path: Path
) -> None:
    poisoned = desktop(tmp_path / "poisoned", organizer, festival, server.url, hands(LONG_AGO))
    healthy = desktop(tmp_path / "healthy", organizer, festival, server.url, hands())
    with poisoned as door, healthy as other:
        assert abs((other.clock().wall - door.clock().wall).days) > 20_000, "half a century apart"
        gone = gate_of(organizer, festival, "Gone")
        door.door = replace(door.door, gate=gone)
        assert told(door.scan(festival.tokens[0])) is None
        for what, text in poison(festival.tokens[1]).items():
            assert told(door.scan(text)) is Reason.UNREADABLE, what
        assert told(door.scan(festival.tokens[1])) is None
        assert organizer.delete(festival.path(f"gates/{gone}")).status_code == 204
        assert told(door.scan(festival.tokens[2])) is None
        spoil(door, len(door.facts()))
        assert told(other.scan(festival.tokens[3])) is None
        good = [row[0] for row in door.stores.journal.execute("SELECT CAST(raw AS BLOB) FROM facts ORDER BY seq")]
        bad = good.pop()

        state = door.sync()
        assert (state.connection, state.unsent, state.quarantined) == (Connection.ONLINE, 0, 1)
        assert door.sync().quarantined == 1, "it is shown for as long as it is there"
        assert other.sync().unsent == 0
        by_device = "SELECT raw FROM facts WHERE device_id = %s ORDER BY seq"
        kept = [row["raw"] for row in sql.execute(by_device, [door.enrolled.device.id]).fetchall()]
        assert kept == good
        assert [row["raw"] for row in sql.execute("SELECT raw FROM quarantine").fetchall()] == [bad]
        [shown] = made(organizer.get(festival.path("quarantine")), 200)["items"]
        assert (shown["by"], shown["text"][:6]) == ("poisoned", "spoilt")
        placed = sql.execute("SELECT at FROM facts").fetchall()
        assert all(row["at"] > NOON - timedelta(days=365) for row in placed), "the server's clock counts"

        # and the other door hears of all who came in, and goes on
        other.sync()
        for token in festival.tokens[:2]:
            assert told(other.scan(token)) is Reason.ALREADY_USED
        assert told(other.scan(festival.tokens[4])) is None
        assert other.sync().unsent == 0


def poisoned(laptop: Laptop, serial: str) -> dict[str, str]:
    """Facts that cannot be, as another program might send them, by what is wrong with each."""
    fields = json.loads(laptop.facts[0].raw) | {"serial": serial}
    changes: dict[str, dict[str, Any]] = {
        "a NUL in a word": {"operator": "a\u0000b"},
        "half a character": {"operator": "\ud800"},
        "four thousand characters": {"operator": "x" * 4000},
        "no list": {"list": "everywhere"},
        "a time that is none": {"wall": "1970-13-01T00:00:00Z"},
        "a number beyond all": {"mono_ns": 2**70},
    }
    bad = {what: json.dumps(fields | change) for what, change in changes.items()}
    for escape in (r"a\u0000b", r"\ud800"):
        bad[f"{escape} in a field that nobody knows"] = f'{json.dumps(fields)[:-1]}, "new": {{"a": "{escape}"}}}}'
    for deep in (300, 1600):
        bad[f"{deep} lists in one another"] = f'{json.dumps(fields)[:-1]}, "new": {"[" * deep}{"]" * deep}}}'
    return bad


def test_among_any_poison_in_one_push_each_good_fact_is_recorded_once_and_a_reused_id_is_kept_and_flagged(
    anonymous: httpx.Client, organizer: httpx.Client, festival: Festival, sql: Rows
) -> None:
    laptop, other = (Laptop(anonymous, organizer, festival, name) for name in ("Poisoned", "Healthy"))
    first = laptop.check_in(festival.serial(0), LONG_AGO)
    bad = poisoned(laptop, festival.serial(1))
    gone = {"list": str(festival.check_in_list["id"]), "gate": str(UUID(int=7))}
    deleted_gate = json.dumps(json.loads(laptop.check_in(festival.serial(2)).raw) | gone)
    reused = json.dumps(json.loads(first.raw) | {"serial": festival.serial(3)})
    texts = [first.raw.decode(), *bad.values(), "<html>\x00</html>", reused, deleted_gate]
    head = Head(2, digest(deleted_gate.encode()))

    answer = pushed(laptop.push_texts(texts, head))
    assert made(organizer.get(festival.path("devices/completeness")), 200)["facts"] == 3, "nothing chokes on it"
    what = ["a good one", *bad, "no fact at all", "an id that was used", "a gate that is no more"]
    said = dict(zip(what, states(answer), strict=True))
    assert {each for each, state in said.items() if state != "quarantined"} == {what[0], *what[-2:]}
    assert set(said.values()) == {"quarantined", "recorded"}
    assert pushed(laptop.push_texts(texts, head)).receipts == answer.receipts, "the same again hears the same"
    kept = [bytes(row["raw"]).decode() for row in sql.execute("SELECT raw FROM facts").fetchall()]
    assert sorted(kept) == sorted([first.raw.decode(), deleted_gate, reused])
    shown = made(organizer.get(festival.path("quarantine")), 200)["items"]
    assert len(shown) == len(bad) + 1
    assert all(one["why"] and one["by"] == "Poisoned" for one in shown)
    classes = {one["class"] for one in made(organizer.get(festival.path("conflicts")), 200)["items"]}
    assert "forked_journal" in classes, "two facts that claim one number are shown"

    other.check_in(festival.serial(4), NOON + timedelta(hours=1))
    assert states(other.push()) == ["recorded"]
    assert "Healthy" not in {one["by"] for one in shown}
