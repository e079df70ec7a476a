import asyncio
from collections.abc import AsyncIterator, Iterable

import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from server.one_write import OneWrite

ASKED = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"


class Line(asyncio.Transport):
    """A transport that keeps every write, and whether it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.writes.append(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def connected(app: ASGIApp, protocol: type[HttpToolsProtocol] = OneWrite) -> tuple[HttpToolsProtocol, Line]:
    config = uvicorn.Config(app, log_config=None, access_log=False, date_header=False, server_header=False)
    config.load()
    made, line = protocol(config, ServerState(), {}), Line()
    made.connection_made(line)
    return made, line


async def heard(protocol: HttpToolsProtocol, line: Line, *requests: bytes) -> list[bytes]:
    for request in requests or [b""]:
        protocol.data_received(request)
        await asyncio.gather(*protocol.tasks)
        # What is held leaves with this turn.
        await asyncio.sleep(0)
    protocol.connection_lost(None)
    return line.writes


def test_an_answer_leaves_in_one_write_where_it_took_two() -> None:
    async def run(protocol: type[HttpToolsProtocol]) -> list[bytes]:
        return await heard(*connected(PlainTextResponse("good evening"), protocol), ASKED, ASKED)

    ours, theirs = asyncio.run(run(OneWrite)), asyncio.run(run(HttpToolsProtocol))
    assert (len(ours), len(theirs)) == (2, 4)
    assert b"".join(ours) == b"".join(theirs)
    assert all(one.startswith(b"HTTP/1.1 200") and one.endswith(b"good evening") for one in ours)


def test_an_answer_that_is_the_last_one_is_sent_before_the_line_is_closed() -> None:
    async def run() -> Line:
        protocol, line = connected(PlainTextResponse("good night"))
        await heard(protocol, line, LAST)
        return line

    line = asyncio.run(run())
    assert line.closed
    assert b"".join(line.writes).endswith(b"good night")


def test_a_part_of_a_stream_does_not_wait_for_the_next_one() -> None:
    async def run() -> None:
        more = asyncio.Event()

        async def parts() -> AsyncIterator[str]:
            yield "first"
            await more.wait()
            yield "second"

        protocol, line = connected(StreamingResponse(parts()))
        protocol.data_received(ASKED)
        for _ in range(100):
            await asyncio.sleep(0)
        assert b"".join(line.writes).endswith(b"5\r\nfirst\r\n")
        more.set()
        await heard(protocol, line)
        assert b"second" in b"".join(line.writes)

    asyncio.run(run())


@given(parts=st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.booleans()), max_size=12))
def test_a_stream_is_the_same_bytes_in_the_same_order(parts: list[tuple[bytes, bool]]) -> None:
    async def told() -> AsyncIterator[bytes]:
        for part, pauses in parts:
            yield part
            if pauses:
                await asyncio.sleep(0)

    async def run(protocol: type[HttpToolsProtocol]) -> bytes:
        return b"".join(await heard(*connected(StreamingResponse(told()), protocol), ASKED))

    assert asyncio.run(run(OneWrite)) == asyncio.run(run(HttpToolsProtocol))
