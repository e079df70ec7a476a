"""GET /health, /health/live and /health/ready: what balancers and supervisors ask."""

import asyncio
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import psutil
import structlog
from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse

from server.callers import callers
from server.clock import utc_now
from server.db import Database, database_of
from server.draining import draining_of

ANSWER_WITHIN_S = 4.0
"""Less than the five seconds after which a balancer gives up."""

router = APIRouter()
log = structlog.get_logger("server.health")


@router.get(
    "/health",
    summary="Whether this node can work",
    responses={503: {"description": "It cannot: `error` says why"}},
    openapi_extra=callers("public"),
)
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
    reasons += await _schema_problems(database_of(request), request.app.state.schema)
    if reasons:
        return JSONResponse({"status": "not_ready", "reasons": reasons}, 503)
    return JSONResponse({"status": "ready", "reasons": []})


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


async def _schema_problems(database: Database, schema: str) -> list[str]:
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S), database.engine.connect() as connection:
            present = (await connection.execute(_SCHEMA)).scalar_one_or_none()
    except ProgrammingError:
        return ["not_migrated"]
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        log.warning("database unreachable", kind=type(error).__name__)
        return ["database_unreachable"]
    # While a new version is rolled out, its migrations run before the last old node has left.
    return [] if present is not None and present >= schema else ["not_migrated"]


_SCHEMA = text("SELECT version_num FROM alembic_version")


def _memory() -> dict[str, Any]:
    """Bytes of this process, bytes of this machine, and the one in per cent of the other."""
    used, total = psutil.Process().memory_info().rss, psutil.virtual_memory().total
    return {"used": used, "total": total, "percentage": round(100 * used / total, 2)}
