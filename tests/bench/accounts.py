"""A storm of logins beside a loop that must not stall, and what it costs to know who sent a request.

    python -m tests.bench.accounts [--logins 120] [--requests 3000] [--json]

Floor: the event loop's lag has a p99 of at most 20 ms while 120 people sign in at once. Everything runs as it does in
production: a real server with its own PostgreSQL; the clients are a process of their own.
"""

import argparse
import asyncio
import json
import logging
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec
import psycopg
import uvicorn

from server import log
from server.app import create_app
from server.auth import tokens
from server.auth.passwords import hash_now
from server.auth.revoked import Revoked
from server.auth.tokens import Caller
from server.auth.verified import AccessTokens
from server.clock import new_id, utc_now
from server.ready import ready_database
from server.settings import Settings, read_settings
from server.users.models import UserRole
from tests.bench.door import quantile
from tests.integration.folders import forget

FLOOR_MS = 20.0
EACH_S = 0.005
PASSWORD = "a phrase for the bench"
CONNECTIONS = 8


class Result(msgspec.Struct, frozen=True):
    """Lags in milliseconds, costs in microseconds of the server's CPU; ratios are of one run.

    `known_us`, `checked_us`: to know a token again and to check its signature; `request_us`: a whole GET /users/me.
    """

    logins: int
    signed_in: int
    seconds: float
    idle_lag_p99: float
    lag_p50: float
    lag_p99: float
    lag_max: float
    known_us: float
    checked_us: float
    known_ratio: float
    request_us: float
    known_share: float

    @property
    def well(self) -> bool:
        """Whether the floor holds."""
        return self.lag_p99 <= FLOOR_MS and self.signed_in == self.logins


def measure(settings: Settings, logins: int, requests: int) -> Result:
    """Serve in this process and let another one sign in and ask."""
    known_us, checked_us = _costs_of_a_token(settings.secret_key)
    idle, storm, told, request_us = asyncio.run(_serve(settings, logins, requests))
    return Result(
        logins=logins,
        signed_in=int(told["signed_in"]),
        seconds=told["seconds"],
        idle_lag_p99=quantile(idle, 0.99),
        lag_p50=quantile(storm, 0.5),
        lag_p99=quantile(storm, 0.99),
        lag_max=quantile(storm, 1),
        known_us=known_us,
        checked_us=checked_us,
        known_ratio=round(checked_us / known_us, 1),
        request_us=request_us,
        known_share=round(known_us / request_us, 4),
    )


class _Announcing(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


async def _serve(
    settings: Settings, logins: int, requests: int
) -> tuple[list[float], list[float], dict[str, float], float]:
    config = uvicorn.Config(create_app(settings), port=0, log_config=None, access_log=False, timeout_keep_alive=120)
    server = _Announcing(config)
    serving = asyncio.create_task(server.serve())
    await server.ready.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    async with _lags() as idle:
        await asyncio.sleep(1)
    async with _lags() as storm:
        told = await _clients("storm", port, logins)
    asked = await _clients("ask", port, requests)
    server.should_exit = True
    await serving
    return idle, storm, told, asked["server_cpu_us"]


@asynccontextmanager
async def _lags() -> AsyncIterator[list[float]]:
    """How many milliseconds too late the loop comes, looked at all the time."""
    late: list[float] = []

    async def look() -> None:
        while True:
            due = time.perf_counter() + EACH_S
            await asyncio.sleep(EACH_S)
            late.append((time.perf_counter() - due) * 1000)

    task = asyncio.create_task(look())
    yield late
    task.cancel()


async def _clients(what: str, port: int, count: int) -> dict[str, float]:
    """Run the clients; how much CPU this process used from their first request to their last goes with their answer."""
    line = [sys.executable, "-m", "tests.bench.accounts", "--clients", what, "--port", str(port), "--count", str(count)]
    process = await asyncio.create_subprocess_exec(*line, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    # Ready: the program is loaded and connected.
    await process.stdout.readline()
    before = time.process_time()
    process.stdin.write(b"go\n")
    answer = await process.stdout.readline()
    cpu = time.process_time() - before
    await process.wait()
    told: dict[str, float] = json.loads(answer)
    return told | {"server_cpu_us": round(cpu / count * 1e6, 1)}


async def _storm(port: int, count: int) -> dict[str, float]:
    limits = httpx.Limits(max_connections=count, max_keepalive_connections=count)
    async with httpx.AsyncClient(base_url=_api(port), timeout=120, limits=limits) as client:
        await asyncio.gather(*(client.get("/events") for _ in range(count)))
        _go()
        began = time.perf_counter()
        bodies = ({"email": f"user{number}@example.org", "password": PASSWORD} for number in range(count))
        answers = await asyncio.gather(*(client.post("/auth/login", json=body) for body in bodies))
    return {
        "signed_in": sum(answer.status_code == 200 for answer in answers),
        "seconds": round(time.perf_counter() - began, 2),
    }


async def _ask(port: int, count: int) -> dict[str, float]:
    async with httpx.AsyncClient(base_url=_api(port), timeout=120) as client:
        body = {"email": "user0@example.org", "password": PASSWORD}
        pair = (await client.post("/auth/login", json=body)).json()
        client.headers["Authorization"] = f"Bearer {pair['access_token']}"
        _go()

        async def some() -> int:
            answers = [await client.get("/users/me") for _ in range(count // CONNECTIONS)]
            return sum(answer.status_code == 200 for answer in answers)

        answered = sum(await asyncio.gather(*(some() for _ in range(CONNECTIONS))))
    return {"answered": answered}


def _go() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def _api(port: int) -> str:
    return f"http://127.0.0.1:{port}/api/v1"


def _costs_of_a_token(secret: bytes, rounds: int = 20_000) -> tuple[float, float]:
    """Microseconds to know an access token again, and to check one."""
    token = tokens.access_token(secret, Caller(new_id(), UserRole.ADMIN, new_id()), utc_now())
    access, now = AccessTokens(secret, Revoked()), time.time()
    access.caller(token, now)
    began = time.process_time()
    for _ in range(rounds):
        access.caller(token, now)
    known = (time.process_time() - began) / rounds
    began = time.process_time()
    for _ in range(rounds // 10):
        tokens.read_access_token(secret, token)
    checked = (time.process_time() - began) / (rounds // 10)
    return round(known * 1e6, 3), round(checked * 1e6, 2)


def _people(url: str, count: int) -> None:
    password_hash = hash_now(PASSWORD)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        rows = [(f"user{number}@example.org", password_hash) for number in range(count)]
        cursor.executemany("INSERT INTO users (email, password_hash) VALUES (%s, %s)", rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the floor holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--logins", type=int, default=120)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--clients", choices=["storm", "ask"], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    if told.clients is not None:
        print(json.dumps(asyncio.run((_storm if told.clients == "storm" else _ask)(told.port, told.count))))
        return 0
    log.configure(readable=False)
    logging.getLogger("server").setLevel(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="eventreg-bench-"))
    folder.chmod(0o711)
    try:
        settings = read_settings({"EVENTREG_DATA": str(folder)})
        with ready_database(settings, alone=True) as url:
            _people(url, told.logins)
            result = measure(replace(settings, database_url=url, direct_url=url), told.logins, told.requests)
    finally:
        forget(folder)
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        print(f"{result.signed_in} of {result.logins} signed in at once within {result.seconds} s")
        print(f"loop lag meanwhile   p50 {result.lag_p50} ms  p99 {result.lag_p99} ms  (floor {FLOOR_MS} ms)")
        print(f"loop lag when idle   p99 {result.idle_lag_p99} ms")
        print(f"a token known again  {result.known_us} µs; checked {result.checked_us} µs ({result.known_ratio}×)")
        print(f"GET /users/me        {result.request_us} µs of the server's CPU")
    return 0 if result.well else 1


if __name__ == "__main__":
    sys.exit(main())
