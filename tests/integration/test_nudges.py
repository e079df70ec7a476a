"""Doors that listen hear of what is new, whoever wrote it and in whichever process, and cost no connection each."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from queue import Queue
from time import monotonic

import httpx
import pytest

from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.store.device import Device
from eventreg_desktop.sync.ear import Ear
from eventreg_desktop.sync.http import HttpSyncApi
from server.clock import new_id
from server.sync import nudges as server_nudges
from server.sync.nudges import EACH_S, Listener
from tests.integration.arrange import refused, register
from tests.integration.conftest import Rows
from tests.integration.doing import PATIENCE_S, until
from tests.integration.laptop import Festival, Laptop, make_festival, pulled
from tests.integration.served import Served

CONNECTIONS = "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'eventreg nudges'"


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer)


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival)


@contextmanager
def listening(laptop: Laptop, client: httpx.Client) -> Iterator[Iterator[int]]:
    """The revisions that this laptop hears of, in a stream of its own."""
    request = client.build_request("GET", laptop.festival.path("sync/nudges"))
    target = request.url.raw_path.decode()
    request.headers["Authorization"] = laptop.signature("GET", target, b"")
    response = client.send(request, stream=True)
    try:
        assert response.status_code == 200, response.read()
        assert response.headers["Content-Type"].startswith("text/event-stream")
        lines = response.iter_lines()
        yield (int(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
    finally:
        response.close()


@contextmanager
def another(server: Served) -> Iterator[Served]:
    """One more server on the same database."""
    one = Served(server.settings)
    one.start()
    try:
        yield one
    finally:
        one.stop()


def until_revision(heard: Iterator[int], revision: int) -> list[int]:
    """What is heard until this revision."""
    told = []
    for one in heard:
        told.append(one)
        if one >= revision:
            return told
    raise AssertionError("the stream ended")


def test_a_scan_at_one_door_is_heard_at_the_other_and_by_one_connection_for_all(
    laptop: Laptop, festival: Festival, anonymous: httpx.Client, organizer: httpx.Client, server: Served, sql: Rows
) -> None:
    other = Laptop(anonymous, organizer, festival)
    with ExitStack() as stack:
        listeners = [stack.enter_context(listening(other, stack.enter_context(server.client()))) for _ in range(5)]
        newest = pulled(other.pull()).newest
        assert [next(heard) for heard in listeners] == [newest] * 5, "where the event is, at once"
        laptop.check_in(festival.serial())
        laptop.push()
        assert [until_revision(heard, newest + 1) for heard in listeners] == [[newest + 1]] * 5
        until(lambda: sql.execute(CONNECTIONS).fetchone() == {"n": 1}, "one is left: of another test's none")
    until(lambda: sql.execute(CONNECTIONS).fetchone() == {"n": 0}, "nobody listens, nothing is held")


def test_another_process_is_heard_as_well(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, server: Served
) -> None:
    with another(server) as second, second.client() as client, listening(laptop, client) as heard:
        newest = next(heard)
        register(organizer, festival.event, "late@example.org")
        assert until_revision(heard, newest + 1)[-1] > newest


def test_a_busy_event_nudges_at_most_four_times_a_second(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, server: Served
) -> None:
    began = monotonic()
    with server.client() as client, listening(laptop, client) as heard, ThreadPoolExecutor(1) as pool:
        newest = next(heard)
        for number in range(12):
            register(organizer, festival.event, f"g{number}@example.org")
        last = pulled(laptop.pull()).newest
        told = pool.submit(until_revision, heard, last).result(PATIENCE_S)
    looks = (monotonic() - began) / EACH_S + 1
    assert told == sorted(set(told)), "each once, in order"
    assert newest < told[0] <= told[-1] == last
    assert len(told) <= looks


def test_what_comes_while_a_door_is_about_to_be_told_is_told_with_it_and_not_once_more() -> None:
    async def run() -> None:
        listener = Listener()
        listener.tell(7)
        assert await listener.heard(PATIENCE_S)
        listener.tell(8)
        assert listener.take() == 8
        assert not await listener.heard(0)

    asyncio.run(run())


def test_a_server_that_leaves_lets_its_listeners_go(laptop: Laptop, server: Served) -> None:
    with another(server) as leaving, leaving.client() as client, listening(laptop, client) as heard:
        next(heard)
        leaving.app.state.draining.begin(0.0)
        assert list(heard) == []


def test_who_finds_no_room_or_asks_strangely_is_told(
    laptop: Laptop, festival: Festival, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = festival.path("sync/nudges")
    assert laptop.ask("GET", f"{path}?stays=0").text == ": hello\n\n"
    refused(laptop.ask("GET", f"{path}?stays=ever"), 422, "invalid")
    monkeypatch.setattr(server_nudges, "MOST_LISTENERS", 0)
    refused(laptop.ask("GET", path), 503, "busy")


def test_a_database_that_was_away_is_heard_again(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, server: Served, sql: Rows
) -> None:
    with server.client() as client, listening(laptop, client) as heard:
        newest = next(heard)
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'eventreg nudges'"
        assert sql.execute(ended).fetchall()
        register(organizer, festival.event, "late@example.org")
        assert until_revision(heard, newest + 1)[-1] > newest


def test_a_desktop_hears_over_http_and_hangs_up_at_once(
    laptop: Laptop, festival: Festival, organizer: httpx.Client, server: Served
) -> None:
    device = Device(
        id=laptop.id, name="North", event=festival.id, url=server.url, pin="", server=new_id(), server_key="",
        certificate="", signature="",
    )  # fmt: skip
    ahead = laptop_clock()
    api = HttpSyncApi(device, laptop.key, lambda: replace(ahead(), wall=ahead().wall + timedelta(hours=2)))
    heard: Queue[int] = Queue()
    ear = Ear(api, festival.id, chance=lambda: -0.99)
    ear.start(heard.put, lambda: None)
    newest = heard.get(timeout=120)
    register(organizer, festival.event, "late@example.org")
    assert heard.get(timeout=120) > newest
    ear.stop()
    until(lambda: not server.app.state.nudges._listeners, "the server notices")
