"""GET /events/{id}/sync/blanks: what the device that asks may sell to walk-ins."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from eventreg_core.blanks import Stock
from server.bodies import json_answer
from server.callers import plain
from server.sync.pulling import check_rights
from server.sync.routes import device_sync, event_of
from server.sync.slots import Turn

router = APIRouter(tags=["sync"])


@plain(callers=("device",), summary="The blanks that this very device may sell", gives=Stock, problems=[429])
async def stock(request: Request) -> Response:
    """All of them, with their signatures; nobody else is ever told those."""
    async with device_sync(request, 0, Turn.PULL) as (sync, _):
        event = event_of(request)
        check_rights(sync.device, event)
        return json_answer(await sync.blanks(event))


router.add_route("/events/{event_id}/sync/blanks", stock, methods=["GET"])
