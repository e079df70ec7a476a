"""GET /events/{id}/sync/snapshot: the whole guest list in one file, which can be fetched in parts."""

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from eventreg_core.snapshot import MEDIA_TYPE
from server.callers import plain
from server.errors import ApiProblem
from server.sync.pulling import check_rights
from server.sync.routes import device_sync, event_of
from server.sync.slots import Turn
from server.sync.snapshots import Whole, snapshots_of

router = APIRouter(tags=["sync"])
_FROM = re.compile(r"bytes=([0-9]{1,12})-")


@plain(
    callers=("device",),
    summary="The whole guest list in one file; `Range: bytes=N-` with `If-Range` fetches the rest of one",
    gives=MEDIA_TYPE,
    also=(206,),
    headers=("Range", "If-Range"),
    problems=[416],
)
async def snapshot(request: Request) -> Response:
    """The file of `eventreg_core.snapshot`, at most 5,000 changes old; its ETag is its SHA-256."""
    async with device_sync(request, 0, Turn.SNAPSHOT) as (sync, _):
        event = event_of(request)
        check_rights(sync.device, event)
    # Without a slot: who waits for a snapshot keeps away nobody who brings facts.
    return _part(request, await snapshots_of(request).get(event))


router.add_route("/events/{event_id}/sync/snapshot", snapshot, methods=["GET"])


def _part(request: Request, whole: Whole) -> Response:
    tag, size = f'"{whole.digest}"', len(whole.content)
    headers = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-store"}
    asked = _FROM.fullmatch(request.headers.get("Range", ""))
    if asked is None or request.headers.get("If-Range", tag) != tag:
        return Response(whole.content, media_type=MEDIA_TYPE, headers=headers)
    start = int(asked[1])
    if start >= size:
        sentence = "The guest list is shorter than that. Fetch it from the start."
        raise ApiProblem(416, "range_not_satisfiable", sentence, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
    return Response(whole.content[start:], 206, media_type=MEDIA_TYPE, headers=headers)
