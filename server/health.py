"""GET /health, /health/live and /health/ready: what balancers and supervisors ask."""

from datetime import UTC, datetime
from time import monotonic
from typing import Any

import psutil
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from server.callers import callers
from server.clock import utc_now
from server.draining import draining_of
from server.probe import Unanswered, probe_of

router = APIRouter()


@router.get(
    "/health",
    summary="Whether this node can work",
    responses={503: {"description": "It cannot: `error` says why"}},
    openapi_extra=callers("public"),
)
async def health(request: Request) -> JSONResponse:
    """200 while the database answers, else 503 with a sentence that names no host and no secret."""
    now = iso(utc_now())
    answer = await probe_of(request).ask()
    if isinstance(answer, Unanswered):
        return JSONResponse({"status": "unhealthy", "timestamp": now, "error": answer.sentence}, 503)
    return JSONResponse(
        {
            "status": "healthy",
            "timestamp": now,
            "uptime": round(monotonic() - request.app.state.started, 3),
            "memory": _memory(),
            "database": "connected",
        }
    )


@router.get("/health/live", summary="Whether this process answers", openapi_extra=callers("public"))
async def live() -> JSONResponse:
    """200 whatever else is wrong: a new start would not mend the database."""
    return JSONResponse({"status": "alive"})


@router.get(
    "/health/ready",
    summary="Whether to send requests here",
    responses={503: {"description": "Not now: `reasons` says why"}},
    openapi_extra=callers("public"),
)
async def ready(request: Request) -> JSONResponse:
    """200, or 503 with reasons: `draining`, `database_unreachable`, `not_migrated`."""
    reasons = ["draining"] if draining_of(request).begun else []
    reasons += await _schema_problems(request)
    if reasons:
        return JSONResponse({"status": "not_ready", "reasons": reasons}, 503)
    return JSONResponse({"status": "ready", "reasons": []})


def iso(moment: datetime) -> str:
    """RFC 3339 in UTC, with milliseconds and a Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def _schema_problems(request: Request) -> list[str]:
    answer = await probe_of(request).ask()
    if isinstance(answer, Unanswered):
        return ["database_unreachable"]
    # While a new version is rolled out, its migrations run before the last old node has left.
    current: str = request.app.state.schema
    return [] if answer.schema is not None and answer.schema >= current else ["not_migrated"]


def _memory() -> dict[str, Any]:
    """Bytes of this process, bytes of this machine, and the one in per cent of the other."""
    used, total = psutil.Process().memory_info().rss, psutil.virtual_memory().total
    return {"used": used, "total": total, "percentage": round(100 * used / total, 2)}
