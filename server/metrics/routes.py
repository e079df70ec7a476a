"""GET /metrics, for whoever runs this server."""

import hmac
from ipaddress import ip_address

from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import Response

from server.auth.access import require_role
from server.callers import callers
from server.db import database_of
from server.metrics import queries
from server.metrics.instruments import metrics_of
from server.metrics.text import exposition
from server.settings import settings_of
from server.users.models import UserRole

router = APIRouter(tags=["operation"])
FORWARDED = frozenset({"forwarded", "x-forwarded-for", "x-real-ip", "via"})


class Exposition(Response):
    """Prometheus' text."""

    media_type = CONTENT_TYPE_PLAIN_0_0_4


async def check_may_watch(request: Request) -> None:
    """With METRICS_TOKEN set: that token. Without it: this machine itself. And an admin, always.

    Raises 401 or 403 as every route for admins does.
    """
    token = settings_of(request).metrics_token
    if token is None and _is_from_here(request):
        return
    if token is not None and hmac.compare_digest(_bearer(request).encode(), token.encode()):
        return
    await require_role(UserRole.ADMIN)(request)


@router.get(
    "/metrics",
    summary="Numbers of this node, for Prometheus",
    response_class=Exposition,
    dependencies=[Depends(check_may_watch)],
    openapi_extra=callers("operator", "admin"),
)
async def metrics(request: Request) -> Response:
    """Also while the database is away: then without what only it knows."""
    database = database_of(request)
    counted = await queries.count(database)
    return Exposition(exposition(metrics_of(request), database.pooled(), counted))


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _is_from_here(request: Request) -> bool:
    # A proxy on this machine comes from here too; it says for whom it asks.
    if request.client is None or FORWARDED & set(request.headers):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
