"""Real laptops reach a real server through a proxy that misbehaves: what doors told is stored, each fact once."""

import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from eventreg_core.admission import Kind, Reason
from eventreg_core.wire import PushRequest
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.sync.cycle import sync_once
from eventreg_desktop.sync.http import HttpSyncApi
from eventreg_desktop.sync.state import Connection
from tests.integration import bad_proxy
from tests.integration.bad_proxy import Mischief, Proxy, proxy
from tests.integration.conftest import Rows
from tests.integration.desktops import Desktop, desktop
from tests.integration.laptop import Festival, make_festival
from tests.integration.served import Served
from tests.sync.laptop import told

SHARES = (0.0, 0.02, 0.3, 0.6, 0.97)
MISCHIEFS: dict[str, Mischief] = {
    **{f"the request is cut after {share:.0%}": bad_proxy.cuts_request(share) for share in SHARES},
    **{f"the answer is cut after {share:.0%}": bad_proxy.cuts_answer(share) for share in SHARES},
    "the request ends with a reset": bad_proxy.cuts_request(0.8, rudely=True),
    "the answer ends with a reset": bad_proxy.cuts_answer(0.5, rudely=True),
    "the request comes twice": bad_proxy.doubles,
    "an old request comes again": bad_proxy.brings_up_the_first_push,
    "the answer is that to another request": bad_proxy.answers_with_the_answer_before,
    "the answer comes byte by byte": bad_proxy.drips(1),
    "404 of a proxy": bad_proxy.says(404),
    "413 of a proxy": bad_proxy.says(413),
    "502 of a proxy": bad_proxy.says(502),
    "502 of a proxy although it was done": bad_proxy.says_though_done(502),
    "504 as JSON": bad_proxy.says(504, b'{"error": "upstream"}', "application/json"),
    "a problem of somebody else's": bad_proxy.says(403, b'{"type": "about:blank"}', "application/problem+json"),
    "a hotel's page": bad_proxy.says(200),
    "a hotel's page that calls itself JSON": bad_proxy.says(200, kind="application/json"),
    "nothing, as JSON": bad_proxy.says(200, b"{}", "application/json"),
    "no content": bad_proxy.says(204, b""),
    "sent elsewhere": bad_proxy.says(307, b"", Location="http://127.0.0.1:9/portal"),
    "a password is asked for": bad_proxy.says(407, Proxy_Authenticate="Basic"),
    "what is no HTTP": bad_proxy.babbles,
}
WHILE_PULLING = (
    "the answer is cut after 30%",
    "the answer is cut after 97%",
    "the answer is that to another request",
    "502 of a proxy",
    "a hotel's page that calls itself JSON",
    "nothing, as JSON",
)


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=2, entry="reentry")


@pytest.fixture
def between(server: Served) -> Iterator[Proxy]:
    with proxy(server.port) as one:
        yield one


@pytest.fixture
def door(between: Proxy, organizer: httpx.Client, festival: Festival, tmp_path: Path) -> Iterator[Desktop]:
    with desktop(tmp_path / "door", organizer, festival, between.url) as one:
        yield one


def stored(sql: Rows) -> list[bytes]:
    """The facts at the server, byte for byte, in the order of their numbers."""
    return [row["raw"] for row in sql.execute("SELECT raw FROM facts ORDER BY seq, hash").fetchall()]


def pass_by(door: Desktop, text: str) -> None:
    """In and out: each of them is a light and a fact."""
    for way in (Kind.ENTRY, Kind.EXIT):
        door.works(kind=way)
        assert told(door.scan(text)) is None


def agree(door: Desktop, sql: Rows) -> None:
    """Everything that the door told is at the server once, and nothing else is; nobody was set aside or complained."""
    state = door.sync()
    assert (state.connection, state.unsent, state.quarantined) == (Connection.ONLINE, 0, 0)
    assert stored(sql) == [fact.raw for fact in door.facts()]
    assert sql.execute("SELECT 1 FROM conflicts UNION ALL SELECT 1 FROM quarantine").fetchall() == []
    heads = sql.execute("SELECT head_seq, head_hash FROM journals WHERE head_seq > 0").fetchall()
    last = door.facts()[-1]
    assert [(row["head_seq"], row["head_hash"].hex()) for row in heads] == [(last.fact.seq, last.hash)]


def test_whatever_a_proxy_does_each_fact_is_stored_once_and_no_light_changes(
    door: Desktop, between: Proxy, festival: Festival, sql: Rows
) -> None:
    plans = [(f"pushing, {name}", [mischief]) for name, mischief in MISCHIEFS.items()]
    plans += [(f"pulling, {name}", [bad_proxy.passes, MISCHIEFS[name]]) for name in WHILE_PULLING]
    for name, plan in plans:
        pass_by(door, festival.tokens[0])
        between.plan = plan
        state = door.sync()
        assert state.connection in (Connection.ONLINE, Connection.OFFLINE), name
        assert state.quarantined == 0, name
        kept, ours = stored(sql), [fact.raw for fact in door.facts()]
        assert kept == ours[: len(kept)], name
        assert len(ours) - state.unsent <= len(kept), f"{name}: a fact counts as sent that the server has not"
        between.plan = []
    agree(door, sql)
    door.works(kind=Kind.ENTRY)
    assert told(door.scan(festival.tokens[1])) is None
    assert told(door.scan(festival.tokens[1])) is Reason.ALREADY_INSIDE


def test_an_answer_that_is_cut_at_any_byte_leaves_nothing_half_believed(
    door: Desktop, between: Proxy, festival: Festival, sql: Rows
) -> None:
    pass_by(door, festival.tokens[0])
    between.plan = [bad_proxy.cuts_answer(0.0)]
    door.sync()
    [push] = between.pushes()
    whole = between.ask(push)
    # Every byte is tried by `dev.py soak proxy`; here those around the borders and some between.
    body = whole.index(b"\r\n\r\n") + 4
    chosen = {1, 12, body - 3, body - 1, body, body + 1, len(whole) - 2, len(whole) - 1}
    for byte in sorted(chosen | set(random.Random(5).sample(range(len(whole)), 6))):
        between.plan = [bad_proxy.cuts_answer_at(byte)]
        state = door.sync()
        assert (state.connection, state.unsent) == (Connection.OFFLINE, 2), f"cut before byte {byte}"
    agree(door, sql)


def test_a_long_queue_passes_a_narrow_proxy_in_smaller_parts_and_goes_on_where_its_line_broke(
    door: Desktop, between: Proxy, festival: Festival, sql: Rows
) -> None:
    for _ in range(60):
        pass_by(door, festival.tokens[0])
    narrow, most = [bad_proxy.lets_through(20_000)] * 3, 20_000
    between.plan = [*narrow, bad_proxy.passes, bad_proxy.cuts_answer(0.9)]
    state = door.sync()
    sizes = [_facts_of(raw) for raw in between.pushes()]
    assert sizes[:2] == [120, 60], "half as many where a proxy finds them too many"
    passed = [size for size, raw in zip(sizes, between.pushes(), strict=True) if len(raw) < most]
    assert (state.connection, state.unsent) == (Connection.OFFLINE, 120 - sum(passed[:-1]))
    assert len(stored(sql)) == sum(passed), "what was lost is the answer, not the facts"
    between.kept.clear()
    agree(door, sql)
    again = [_facts_of(raw) for raw in between.pushes()]
    assert sum(again) == state.unsent, "only what had no receipt is sent again"


def _facts_of(raw: bytes) -> int:
    body = raw.partition(b"\r\n\r\n")[2]
    return len(msgspec.json.decode(body, type=PushRequest).facts)


def test_a_proxy_that_lets_through_a_byte_now_and_then_is_given_up(
    door: Desktop, between: Proxy, festival: Festival, sql: Rows
) -> None:
    pass_by(door, festival.tokens[0])
    known = door.enrolled
    # So slow that the whole answer would take a minute, while each of its bytes comes soon enough.
    between.plan = [bad_proxy.drips(1, 0.1)]
    with HttpSyncApi(known.device, known.secrets.signing, laptop_clock(), longest_s=0.5) as api:
        state = sync_once(door.stores, api, known.party, door.clock)
    assert (state.connection, state.unsent) == (Connection.OFFLINE, 2)
    agree(door, sql)
