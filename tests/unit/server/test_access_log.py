import asyncio
import json
import logging
from io import StringIO

import pytest

from server.clock import utc_now
from server.metrics.access_log import Answered, JsonLines, log, tell


class Counted(StringIO):
    """A stream that counts its writes."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)


def answered(number: int) -> Answered:
    return Answered("answered", str(number), "GET", "/api/v1/events", 200, 1.5, "visitor", None, "info", utc_now())


def kept_by(*handlers: logging.Handler) -> None:
    """As `log.configure` does; what was before comes back after the test."""
    log.handlers, log.propagate = list(handlers), not handlers
    log.setLevel(logging.INFO)


def test_the_lines_of_one_turn_of_the_loop_are_one_write_in_their_order() -> None:
    async def run() -> None:
        for turn in range(3):
            for number in range(4):
                tell(answered(4 * turn + number))
            await asyncio.sleep(0)

    stream = Counted()
    kept_by(JsonLines(stream))
    asyncio.run(run())
    assert [json.loads(line)["request"] for line in stream.getvalue().splitlines()] == [str(n) for n in range(12)]
    assert stream.writes == 3


def test_lines_that_wait_when_the_program_ends_are_written_then() -> None:
    async def run() -> None:
        tell(answered(1))
        assert not stream.getvalue()
        logging.getLogger(log.name).handlers[0].flush()

    stream = StringIO()
    kept_by(JsonLines(stream))
    asyncio.run(run())
    assert json.loads(stream.getvalue())["request"] == "1"


def test_a_log_that_cannot_be_written_stops_nobody() -> None:
    async def run() -> None:
        tell(answered(1))
        await asyncio.sleep(0)

    stream = StringIO()
    stream.close()
    kept_by(JsonLines(stream))
    asyncio.run(run())
    assert stream.closed


def test_for_people_the_line_goes_the_way_of_all_others(caplog: pytest.LogCaptureFixture) -> None:
    kept_by()
    with caplog.at_level(logging.INFO, logger=log.name):
        tell(answered(1))
    assert caplog.messages == ["200 GET /api/v1/events 1.5 ms visitor"]
