"""POST /sync/push and GET /events/{id}/sync/pull: plain routes, for devices."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from eventreg_core.problems import MalformedText
from eventreg_core.wire import START, Cursor, PullAnswer, PushAnswer, PushRequest, cursor_of
from server.bodies import decode_spoken, json_answer, read_body
from server.callers import plain
from server.clock import utc_now
from server.db import database_of
from server.devices.access import claimed_signature, signing_device
from server.errors import ApiProblem, invalid
from server.metrics.instruments import metrics_of
from server.settings import settings_of
from server.sync.service import DeviceSync
from server.sync.slots import Turn, slots_of

router = APIRouter(tags=["sync"])
MOST_BYTES = 8 * 1024 * 1024
"""Of a push: a thousand facts of the largest size, as JSON strings within JSON."""


@plain(
    callers=("device",),
    summary="Bring facts; each gets its receipt",
    takes=PushRequest,
    gives=PushAnswer,
    problems=[409, 429],
)
async def push(request: Request) -> Response:
    """200 after the commit, also for facts that were here already; a revoked device's facts are held."""
    async with device_sync(request, MOST_BYTES, Turn.PUSH) as (sync, body):
        answer = await sync.push(decode_spoken(body, PushRequest))
    metrics_of(request).pushed(answer)
    return json_answer(answer)


@plain(
    callers=("device",),
    summary="Changes of an event after `cursor` (EPOCH.REVISION) with its `check`",
    gives=PullAnswer,
    query=("cursor", "check", "journal"),
    problems=[410, 429],
)
async def pull(request: Request) -> Response:
    """A page of at most 2,000 changes, or `reset`; `journal` names the device's own, whose head is told."""
    async with device_sync(request, 0, Turn.PULL) as (sync, _):
        event = event_of(request)
        journal = _uuid("journal", request.query_params.get("journal", ""))
        return json_answer(await sync.pull(event, _cursor(request), journal))


router.add_route("/sync/push", push, methods=["POST"])
router.add_route("/events/{event_id}/sync/pull", pull, methods=["GET"])


@asynccontextmanager
async def device_sync(request: Request, most_bytes: int, turn: Turn) -> AsyncIterator[tuple[DeviceSync, bytes]]:
    """The sync interface for the device that signed this request, and its body; holds a slot for the block.

    Raises ApiProblem 401, 413 or 429.
    """
    signature = claimed_signature(request, utc_now())
    # Read before a slot is taken: a slow line holds up nobody else.
    body = await read_body(request, most_bytes)
    async with slots_of(request).taken(turn):
        device = await signing_device(request, signature, body)
        yield DeviceSync(database_of(request), device, utc_now, settings_of(request).data_keys), body


def event_of(request: Request) -> UUID:
    """The event of the path; raises ApiProblem 422 `invalid`."""
    return _uuid("event_id", request.path_params["event_id"])


def _cursor(request: Request) -> Cursor:
    text = request.query_params.get("cursor")
    if not text:
        return START
    try:
        return cursor_of(text, request.query_params.get("check", ""))
    except MalformedText as error:
        raise ApiProblem(422, error.code, error.sentence, field="cursor") from error


def _uuid(field: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise invalid(field, f"{field} must be a UUID.") from error
