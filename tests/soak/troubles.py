"""What goes on at an event while its doors scan: its organizer edits, its public registers, a long list comes in."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.bench._stage import Stage
from tests.bench.imports import guest_list

LOOK_EVERY_S = 0.25
PATIENCE_S = 60.0


@dataclass(slots=True)
class Troubles:
    """How much of it there was: `rows` of lists brought in, `undone` again; a list comes after the former's undoing."""

    edits: int = 0
    registered: int = 0
    rows: int = 0
    undone: int = 0
    lists: int = 0


@asynccontextmanager
async def troubles(place: Stage, rows: int) -> AsyncIterator[Troubles]:
    """All of them at once as long as the block runs, in which each must have happened; raises what they raise."""
    told = Troubles()
    kinds: list[Callable[[Stage, Troubles, httpx.AsyncClient], Coroutine[Any, Any, None]]] = [
        _edit,
        _register,
        lambda place, told, http: _import(place, told, http, rows),
    ]
    limits = httpx.Limits(max_connections=len(kinds))
    address = f"http://127.0.0.1:{place.ports[-1]}/api/v1"
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_S, limits=limits, auth=_Signed(place)) as http:
        running = [asyncio.create_task(kind(place, told, http)) for kind in kinds]
        try:
            while told.rows == 0:
                await _pause(running)
            yield told
        finally:
            for one in running:
                one.cancel()
            outcomes = await asyncio.gather(*running, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


class _Signed(httpx.Auth):
    """Signed in as the organizer for as long as it takes."""

    def __init__(self, place: Stage) -> None:
        self._place = place

    def auth_flow(self, request: httpx.Request) -> Any:
        """Each request carries a token of its own."""
        request.headers["Authorization"] = f"Bearer {self._place.access_token()}"
        yield request


async def _pause(running: list[asyncio.Task[None]]) -> None:
    done, _ = await asyncio.wait(running, timeout=LOOK_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
    for one in done:
        one.result()


async def _edit(place: Stage, told: Troubles, http: httpx.AsyncClient) -> None:
    """Change the event, its list and its ticket type by turns."""
    event = f"/events/{place.festival.id}"
    listed = place.festival.path(f"check-in-lists/{place.festival.check_in_list['id']}")
    types = (await http.get(place.festival.path("ticket-types"))).raise_for_status().json()
    sold = place.festival.path(f"ticket-types/{(types['items'] if isinstance(types, dict) else types)[0]['id']}")
    while True:
        number = told.edits
        turns = [(event, {"description": f"Version {number}"}), (listed, {"name": f"Main {number}"})]
        turns.append((sold, {"name": f"Day pass {number}"}))
        path, body = turns[number % len(turns)]
        (await http.put(path, json=body)).raise_for_status()
        told.edits += 1


async def _register(place: Stage, told: Troubles, http: httpx.AsyncClient) -> None:
    """Let one after the other register."""
    while True:
        guest = {"user_email": f"late{told.registered}@example.org", "full_name": "Late"}
        (await http.post(place.festival.path("registrations"), json=guest)).raise_for_status()
        told.registered += 1


async def _import(place: Stage, told: Troubles, http: httpx.AsyncClient, rows: int) -> None:
    """Bring a list in, undo it, and bring it in again."""
    while True:
        brought = await http.post(place.festival.path("registrations/import"), content=guest_list(rows))
        path = place.festival.path(f"imports/{brought.raise_for_status().json()['import']['id']}")
        told.lists += 1
        before = told.rows
        (await http.post(f"{path}/start", json={})).raise_for_status()
        async for now in _until(http, path, "done"):
            told.rows = before + now["done"]
        (await http.post(f"{path}/undo", json={})).raise_for_status()
        async for now in _until(http, path, "undone"):
            told.undone = before + now["problems"].get("undone", 0)


async def _until(http: httpx.AsyncClient, path: str, status: str) -> AsyncIterator[Any]:
    """The import now and then, the last time with this status; raises TimeoutError where nothing moves any more."""
    now: dict[str, Any] = {"status": None}
    moved = time.monotonic()
    while now["status"] != status:
        await asyncio.sleep(LOOK_EVERY_S)
        before, now = now, (await http.get(path)).raise_for_status().json()
        moved = time.monotonic() if now != before else moved
        if time.monotonic() > moved + PATIENCE_S:
            raise TimeoutError(f"the import is no longer worked at: {now}")
        yield now
