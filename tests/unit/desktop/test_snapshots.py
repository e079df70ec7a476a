"""A device that is far behind: one file instead of many pages, whatever the network does, while its door goes on."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import uuid4

import httpx
import pytest

from eventreg_core import snapshot
from eventreg_core.admission import Reason, Status
from eventreg_core.problems import Problem
from eventreg_core.snapshot import MEDIA_TYPE, BadSnapshot
from eventreg_core.wire import FactRow, Page
from eventreg_desktop.store import loading, mirror
from eventreg_desktop.sync.answers import NoAnswer
from eventreg_desktop.sync.download import Download
from eventreg_desktop.sync.state import Connection
from tests.sync.festival import MAIN, Festival, guests, serial, ticket_row
from tests.sync.laptop import Laptop, Make, told
from tests.sync.memory_server import NOON, MemoryServer

FESTIVAL = Festival()
CONTENT = bytes(range(256)) * 40
TAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.fixture
def laptop(make: Make) -> Laptop:
    return make("north")


@pytest.fixture
def server() -> MemoryServer:
    server = MemoryServer()
    server.publish(FESTIVAL.setting())
    server.publish(guests(20))
    return server


def test_a_device_below_the_floor_takes_a_snapshot_and_pulls_what_came_since(
    laptop: Laptop, server: MemoryServer
) -> None:
    server.floor = len(server.feed)
    api = laptop.at(server)
    assert laptop.sync(api).connection is Connection.ONLINE
    assert api.calls == ["pull", "snapshot", "pull"]
    assert told(laptop.scan(FESTIVAL.text(serial(3)))) is None
    assert laptop.sync(api).unsent == 0
    server.publish(Page(tickets=[ticket_row(4, status=Status.BLOCKED)]))
    server.floor = len(server.feed)
    assert laptop.sync(api).connection is Connection.ONLINE
    assert told(laptop.scan(FESTIVAL.text(serial(4)))) is Reason.BLOCKED
    assert told(laptop.scan(FESTIVAL.text(serial(3)))) is Reason.ALREADY_USED
    assert mirror.state(laptop.stores.mirror).cursor.revision == len(server.feed)


def test_a_passage_that_stands_no_more_is_gone_with_the_next_snapshot(laptop: Laptop, server: MemoryServer) -> None:
    api = laptop.at(server)
    entered = FactRow(id=uuid4(), kind="check_in", list=MAIN, at=NOON, serial=serial(5).hex())
    server.publish(Page(facts=[entered]))
    laptop.sync(api)
    assert told(laptop.scan(FESTIVAL.text(serial(5)))) is Reason.ALREADY_USED
    server.feed.pop()
    loading.load(laptop.stores.mirror, snapshot.read(server.snapshot()))
    assert told(laptop.scan(FESTIVAL.text(serial(5)))) is None


def test_after_a_restore_a_passage_that_the_server_forgot_still_stands(laptop: Laptop, server: MemoryServer) -> None:
    backup = server.copied()
    api = laptop.at(server)
    server.publish(Page(facts=[FactRow(id=uuid4(), kind="check_in", list=MAIN, at=NOON, serial=serial(5).hex())]))
    laptop.sync(api)
    laptop.scan(FESTIVAL.text(serial(6)))
    assert laptop.sync(api).unsent == 0
    restored = backup.restored()
    restored.floor = len(restored.feed)
    again = laptop.at(restored)
    again.fail = ["", "", "", "unreachable"]
    laptop.sync(again)
    assert laptop.sync(again).unsent == 0, "what the restored server lost was brought again"
    assert [fact.fact.serial for fact in restored.facts.values()] == [serial(6).hex()]  # type: ignore[union-attr]
    assert told(laptop.scan(FESTIVAL.text(serial(5)))) is Reason.ALREADY_USED


@pytest.mark.parametrize("trouble", ["unreachable", "lost", "refused"])
def test_without_a_snapshot_that_is_needed_the_door_goes_on_with_what_it_has(
    laptop: Laptop, server: MemoryServer, trouble: str
) -> None:
    api = laptop.at(server)
    laptop.sync(api)
    server.publish(guests(40))
    server.floor = len(server.feed)
    api.fail = ["", trouble]
    assert laptop.sync(api).connection is not Connection.ONLINE
    assert told(laptop.scan(FESTIVAL.text(serial(3)))) is None
    laptop.sync(api)
    assert told(laptop.scan(FESTIVAL.text(serial(40)))) is None


def test_a_snapshot_of_columns_that_do_not_fit_each_other_changes_nothing(laptop: Laptop, server: MemoryServer) -> None:
    laptop.sync(laptop.at(server))
    whole = snapshot.read(server.snapshot())
    packed = dict(whole.packed) | {"tickets.guest": whole.packed["tickets.place"]}
    packed["guests.registration"] = (packed["guests.registration"][0], b"")
    for damaged in (packed, dict(whole.packed) | {"tickets.place": whole.packed["facts.at"]}):
        with pytest.raises(BadSnapshot):
            loading.load(laptop.stores.mirror, snapshot.Snapshot(whole.header, damaged))
    assert told(laptop.scan(FESTIVAL.text(serial(3)))) is None


Part = Callable[[dict[str, str]], httpx.Response]


def asked(*answers: Part) -> Callable[[dict[str, str]], AbstractContextManager[httpx.Response]]:
    """A server that gives these answers, in turn."""
    left = list(answers)

    @contextmanager
    def ask(headers: dict[str, str]) -> Iterator[httpx.Response]:
        yield left.pop(0)(headers)

    return ask


def a_file(content: bytes = CONTENT, cut: int | None = None, tag: str = TAG) -> Part:
    """The file, or its rest where that is asked for; the line is cut after so many bytes."""

    def parts(of: bytes) -> Iterator[bytes]:
        yield of[:cut]
        if cut is not None:
            raise httpx.ReadError("cut")

    def answer(headers: dict[str, str]) -> httpx.Response:
        start = int(headers["Range"].removeprefix("bytes=").rstrip("-")) if headers.get("If-Range") == tag else 0
        more = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        told = {"Content-Type": MEDIA_TYPE, "ETag": tag} | more
        return httpx.Response(206 if start else 200, headers=told, content=parts(content[start:]))

    return answer


def never() -> bool:
    return False


def test_a_line_that_is_cut_again_and_again_costs_only_what_was_not_here_yet() -> None:
    seen: list[dict[str, str]] = []

    def noted(part: Part) -> Part:
        def noting(headers: dict[str, str]) -> httpx.Response:
            seen.append(headers)
            return part(headers)

        return noting

    download = Download(MEDIA_TYPE)
    ask = asked(noted(a_file(cut=1000)), noted(a_file(cut=2000)), noted(a_file()))
    for _ in range(2):
        with pytest.raises(httpx.ReadError):
            download.fetch(ask, never)
    assert download.fetch(ask, never) == CONTENT
    assert [headers.get("Range") for headers in seen] == [None, "bytes=1000-", "bytes=3000-"]


def test_another_file_meanwhile_is_fetched_from_its_start() -> None:
    other = CONTENT[::-1]
    tag = f'"{hashlib.sha256(other).hexdigest()}"'
    download = Download(MEDIA_TYPE)
    with pytest.raises(httpx.ReadError):
        download.fetch(asked(a_file(cut=1000)), never)
    assert download.fetch(asked(a_file(other, tag=tag)), never) == other


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(a_file(CONTENT[:-1]), id="shorter than it says"),
        pytest.param(a_file(CONTENT + b"x"), id="longer"),
        pytest.param(a_file(tag="none"), id="without a digest"),
        pytest.param(lambda _: httpx.Response(200, text="<html>Sign in</html>"), id="a hotel"),
        pytest.param(lambda _: httpx.Response(502, text="Bad gateway"), id="a proxy"),
        pytest.param(lambda _: httpx.Response(416, text="?"), id="no such part"),
    ],
)
def test_what_is_no_whole_file_is_no_answer_and_leaves_nothing_behind(answer: Part) -> None:
    download = Download(MEDIA_TYPE)
    with pytest.raises(NoAnswer):
        download.fetch(asked(answer), never)
    assert download.fetch(asked(a_file()), never) == CONTENT


def test_a_part_that_does_not_go_on_where_it_should_is_thrown_away() -> None:
    download = Download(MEDIA_TYPE)
    with pytest.raises(httpx.ReadError):
        download.fetch(asked(a_file(cut=1000)), never)
    wrong = {"Content-Type": MEDIA_TYPE, "ETag": TAG, "Content-Range": f"bytes 5-{len(CONTENT) - 1}/{len(CONTENT)}"}
    with pytest.raises(NoAnswer):
        download.fetch(asked(lambda _: httpx.Response(206, headers=wrong, content=CONTENT[5:])), never)
    assert download.fetch(asked(a_file()), never) == CONTENT


def test_the_servers_own_refusal_is_told_and_who_hangs_up_waits_for_nothing() -> None:
    said = {"type": "urn:eventreg:problem:other_event", "code": "other_event", "detail": "Not yours."}
    no = httpx.Response(403, json=said, headers={"Content-Type": "application/problem+json"})
    with pytest.raises(Problem, match=r"Not yours\."):
        Download(MEDIA_TYPE).fetch(asked(lambda _: no), never)
    with pytest.raises(NoAnswer):
        Download(MEDIA_TYPE).fetch(asked(a_file()), lambda: True)


def test_a_loading_that_was_cut_short_leaves_a_door_that_judges_and_is_made_whole_by_the_next(
    laptop: Laptop, server: MemoryServer
) -> None:
    told_now = snapshot.read(server.snapshot())
    cut = {name: column for name, column in told_now.packed.items() if name != "guests.name"}
    with pytest.raises(BadSnapshot):
        loading.load(laptop.stores.mirror, snapshot.Snapshot(told_now.header, cut))
    assert told(laptop.scan(FESTIVAL.text(serial(3)))) is None
    assert mirror.state(laptop.stores.mirror).cursor.revision == 0, "it will be fetched again"
    loading.load(laptop.stores.mirror, told_now)
    names = laptop.stores.mirror.execute("SELECT name FROM sqlite_master WHERE tbl_name = 'tickets' AND type = 'index'")
    assert {"idx_tickets_registration", "idx_tickets_folded_code"} <= {name for (name,) in names}
    assert mirror.state(laptop.stores.mirror).cursor.revision == len(server.feed)
