"""GET /health: what a balancer asks every half minute."""

import asyncio
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import psutil
import structlog
from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse

from server.callers import callers
from server.clock import utc_now
from server.db import Database, database_of

ANSWER_WITHIN_S = 4.0
"""Less than the five seconds after which a balancer gives up."""

router = APIRouter()
log = structlog.get_logger("server.health")


@router.get("/health", summary="Whether this node can work", openapi_extra=callers("public"))
async def health(request: Request) -> JSONResponse:
    """200 while the database answers, else 503 with a sentence that names no host and no secret."""
    now = iso(utc_now())
    problem = await _database_problem(database_of(request))
    if problem is not None:
        return JSONResponse({"status": "unhealthy", "timestamp": now, "error": problem}, 503)
    return JSONResponse(
        {
            "status": "healthy",
            "timestamp": now,
            "uptime": round(monotonic() - request.app.state.started, 3),
            "memory": _memory(),
            "database": "connected",
        }
    )


def iso(moment: datetime) -> str:
    """RFC 3339 in UTC, with milliseconds and a Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def _database_problem(database: Database) -> str | None:
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S), database.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except TimeoutError:
        return "The database did not answer in time."
    except (SQLAlchemyError, OSError) as error:
        log.warning("database unreachable", kind=type(error).__name__)
        return "The database cannot be reached."
    return None


def _memory() -> dict[str, Any]:
    """Bytes of this process, bytes of this machine, and the one in per cent of the other."""
    used, total = psutil.Process().memory_info().rss, psutil.virtual_memory().total
    return {"used": used, "total": total, "percentage": round(100 * used / total, 2)}
