"""The short way of hot routes answers as the long one does: same headers, same refusals, same numbers."""

import logging

import httpx
import pytest

from tests.integration.arrange import made, refused
from tests.integration.conftest import People
from tests.integration.doing import until
from tests.integration.laptop import Festival, make_festival, scan_of
from tests.integration.served import Served

LONG_WAY = {"X-Request-ID": "balancer-7"}
"""With a request id of a balancer's a request goes through every layer."""


@pytest.fixture
def festival(organizer: httpx.Client, people: People) -> Festival:
    return make_festival(organizer, guests=2)


def headers_of(answer: httpx.Response) -> dict[str, str]:
    mine = {"x-request-id", "content-length", "date"}
    return {name: value for name, value in answer.headers.items() if name not in mine}


def counted(server: Served) -> list[float]:
    """How many scans were asked for, and how many of them met a mistake of ours."""
    until(lambda: server.app.state.metrics.in_flight == 0, "the requests before are counted, behind their answers")
    of_scans = 'route="/api/v1/events/{event_id}/check-ins"'
    lines = httpx.get(f"{server.url}/metrics").text.splitlines()
    wanted = [f'requests_total{{method="POST",{of_scans}}}', f'requests_errors_total{{{of_scans},status="500"}}']
    told = dict(line.rsplit(" ", 1) for line in lines)
    return [float(told.get(name, 0)) for name in wanted]


def test_both_ways_say_the_same(organizer: httpx.Client, festival: Festival) -> None:
    path, scans = festival.path("check-ins"), [scan_of(festival, guest) for guest in (0, 1)]
    short, long = organizer.post(path, json=scans[0]), organizer.post(path, json=scans[1], headers=LONG_WAY)
    assert (made(short, 200)["verdict"], made(long, 200)["verdict"]) == ("admitted", "admitted")
    assert headers_of(short) == headers_of(long)
    assert len(short.headers["X-Request-ID"]) == 32
    assert long.headers["X-Request-ID"] == "balancer-7"
    for body, status in [
        (b"{", 422),
        (b"[]", 422),
        (b" " * 70_000, 413),
        (b" " * 2_000_000, 413),
    ]:
        answers = [organizer.post(path, content=body, headers=headers) for headers in ({}, LONG_WAY)]
        assert [answer.status_code for answer in answers] == [status, status]
        assert answers[0].json() == answers[1].json()
        assert headers_of(answers[0]) == headers_of(answers[1])
    bodies = [organizer.post(festival.path("registrations"), json={}, headers=one).json() for one in ({}, LONG_WAY)]
    assert bodies[0] == bodies[1]
    assert bodies[0]["code"] == "invalid"


def test_both_ways_are_counted_and_a_mistake_of_ours_is_told_and_logged(
    server: Served,
    organizer: httpx.Client,
    festival: Festival,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake")

    path, before = festival.path("check-ins"), counted(server)
    with caplog.at_level(logging.ERROR), monkeypatch.context() as patch:
        patch.setattr("server.checkins.redeeming.answer_of", broken)
        answers = [organizer.post(path, json=scan_of(festival), headers=headers) for headers in ({}, LONG_WAY)]
    assert {refused(answer, 500, "unexpected")["code"] for answer in answers} == {"unexpected"}
    assert headers_of(answers[0]) == headers_of(answers[1])
    made(organizer.post(path, json=scan_of(festival)), 200)
    after = counted(server)
    assert [now - then for then, now in zip(before, after, strict=True)] == [3, 2]
