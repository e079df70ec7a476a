"""What watching costs: CPU of the application for one request, with and without the layer; one JSON object with --json.

    python -m tests.bench.metrics [--count 20000] [--json]

The application below answers nothing, so the difference is the layer's: counting alone, and counting with its line in
the log (written to nowhere).
"""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import time
from collections.abc import Iterator, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.draining import Draining
from server.metrics.access_log import ACCESS, JsonLines
from server.metrics.instruments import Metrics
from server.metrics.layer import Watch

TIMES = 5


async def nothing(scope: Scope, _receive: Receive, send: Send) -> None:
    """An application that answers 200 at once."""
    scope["endpoint"] = nothing
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def cost_us(app: ASGIApp, count: int) -> float:
    """Microseconds of this thread's CPU for one request; the best of some tries, since others use the machine too."""

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_message: Message) -> None:
        return None

    best = float("inf")
    for _ in range(TIMES):
        began = time.thread_time()
        for _ in range(count // TIMES):
            await app({"type": "http", "method": "GET", "state": {"request_id": "x" * 36}}, receive, send)
        best = min(best, (time.thread_time() - began) / (count // TIMES))
    return round(best * 1e6, 2)


@contextlib.contextmanager
def logging_to_nowhere() -> Iterator[None]:
    """While the block runs each request is written as in production, into the null device."""
    access = logging.getLogger(ACCESS)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        lines = JsonLines(nowhere)
        access.addHandler(lines)
        access.setLevel(logging.INFO)
        access.propagate = False
        try:
            yield
        finally:
            access.removeHandler(lines)
            access.setLevel(logging.NOTSET)
            access.propagate = True


async def measured(count: int) -> dict[str, float]:
    """Microseconds of CPU for a request, by what is done with it."""
    watched = Watch(nothing, Metrics(), Draining(), {nothing: "/api/v1/events/{event_id}"})
    bare, counted = await cost_us(nothing, count), await cost_us(watched, count)
    with logging_to_nowhere():
        logged = await cost_us(watched, count)
    return {"counted_us": round(counted - bare, 2), "counted_and_logged_us": round(logged - bare, 2)}


def main(arguments: Sequence[str] | None = None) -> int:
    """0; there is no floor."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    found = asyncio.run(measured(told.count))
    if told.json:
        print(json.dumps({"bench": "metrics", **found}))
    else:
        for name, value in found.items():
            print(f"{name:<24} {value:>8} µs")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
