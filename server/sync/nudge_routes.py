"""GET /events/{id}/sync/nudges: a stream that says when there is something to pull."""

import asyncio
import re
from collections.abc import AsyncIterator
from random import random
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import StreamingResponse

from server.callers import plain
from server.errors import invalid
from server.sync.nudges import Listener, Nudges, nudges_of
from server.sync.pulling import check_rights
from server.sync.routes import device_sync, event_of
from server.sync.slots import Turn

router = APIRouter(tags=["sync"])
MEDIA_TYPE = "text/event-stream"
HEARTBEAT_S = 15.0
STAYS_S = 300.0
"""Then a device asks again, and whether it still may is looked at again."""
SPREAD_S = 0.1
"""Doors of one event do not all pull in the same moment."""


@plain(
    callers=("device",),
    summary="Revisions of an event as they come, as server-sent events",
    gives=MEDIA_TYPE,
    query=("stays",),
    streams=True,
)
async def nudges(request: Request) -> StreamingResponse:
    """`data: REVISION`, the present one first and at most four a second; comments in between keep the line open.

    `stays`: seconds after which the stream ends, 300 if nothing is said, which is also the most.
    """
    async with device_sync(request, 0, Turn.PULL) as (sync, _):
        event = event_of(request)
        check_rights(sync.device, event)
        stays_s = _stays_s(request.query_params.get("stays"))
    listened = nudges_of(request)
    listened.check_room()
    request.state.stays = True
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(listened, event, stays_s), media_type=MEDIA_TYPE, headers=headers)


router.add_route("/events/{event_id}/sync/nudges", nudges, methods=["GET"])


def _stays_s(told: str | None) -> float:
    if told is None:
        return STAYS_S * (0.8 + 0.2 * random())  # doors that came together do not come again together
    if not re.fullmatch("[0-9]{1,3}", told):
        raise invalid("stays", "stays must be a whole number of seconds, at most 300.")
    return min(STAYS_S, float(told))


async def _told(nudges: Nudges, event: UUID, stays_s: float) -> AsyncIterator[str]:
    async with nudges.listening(event) as listener:
        yield ": hello\n\n"
        ends = asyncio.get_running_loop().time() + stays_s
        while asyncio.get_running_loop().time() < ends:
            news = await _next(listener)
            if listener.over:
                return
            yield news


async def _next(listener: Listener) -> str:
    if not await listener.heard(HEARTBEAT_S):
        return ": still here\n\n"
    await asyncio.sleep(SPREAD_S * random())
    return f"data: {listener.take()}\n\n"
