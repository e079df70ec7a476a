"""The application: every slice's routes, one database, problem+json for every "no"."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from time import monotonic
from typing import Any

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

import server
from server import errors, health, migrations
from server.api_tokens import routes as api_tokens
from server.audit import routes as audit
from server.auth import account_routes
from server.auth import routes as auth
from server.auth.passwords import Passwords
from server.auth.programs import Programs
from server.auth.revoked import Revoked
from server.auth.verified import AccessTokens
from server.auth.watching import watching
from server.blanks import routes as blanks
from server.callers import Described, describe
from server.check_in_lists import count_routes as counts
from server.check_in_lists import gate_routes as gates
from server.check_in_lists import routes as check_in_lists
from server.checkins import routes as checkins
from server.checkins.door import ServerDoor
from server.completeness import routes as completeness
from server.conflicts import routes as conflicts
from server.db import open_database
from server.devices import held_routes as held
from server.devices import routes as devices
from server.draining import Draining
from server.erasure import routes as persons
from server.erasure.service import Keeping, apply_list
from server.events import image_routes as event_images
from server.events import looking_routes as looking_at_events
from server.events import routes as events
from server.events.popular import Popular
from server.hot_lane import HotLane, hot_routes
from server.imports import export_routes as exports
from server.imports import routes as imports
from server.jobs import routes as jobs
from server.jobs.worker import Pace, working
from server.journals import routes as journals
from server.limits import LimitVisitors, open_limits
from server.mailer import mailer_of
from server.members import routes as members
from server.metrics import loop_lag
from server.metrics import routes as metrics
from server.metrics.instruments import Metrics
from server.metrics.layer import Watch
from server.openapi import document
from server.orders import routes as orders
from server.probe import Probe
from server.protection import BodyLimit, SecurityHeaders
from server.questions import routes as questions
from server.registrations import acting_routes as acting_on_registrations
from server.registrations import bulk_routes as bulk
from server.registrations import list_routes as list_of_registrations
from server.registrations import own_routes as own_registrations
from server.registrations import registering_routes as registering
from server.registrations import routes as registrations
from server.registrations.registrar import Registrar
from server.remembered import Remembered
from server.reports import routes as reports
from server.request_id import HEADER as REQUEST_ID
from server.request_id import RequestId
from server.settings import Settings
from server.short_way import short_routes
from server.signpost import Signpost, whole_routes
from server.sms import sms_of
from server.storage import images as pictures
from server.storage import open_storage
from server.storage import routes as files
from server.sync import blank_routes as stocks
from server.sync import nudge_routes as nudges
from server.sync import routes as sync
from server.sync import snapshot_routes as snapshots
from server.sync.nudges import Nudges, nudging
from server.sync.slots import Slots
from server.sync.snapshots import Snapshots
from server.tasks import TASKS
from server.ticket_types import routes as ticket_types
from server.tickets import routes as tickets
from server.users import routes as users
from server.waiting import routes as waiting
from server.web import order_routes as order_pages
from server.web import routes as web
from server.web import waiting_routes as waiting_pages

API = "/api/v1"
SENT_BY_PAGES = (
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "Idempotency-Key",
    "Link-Token",
    "Range",
    "If-Range",
)
"""Headers that pages of other origins may send, where they may ask at all."""

ROUTERS: tuple[tuple[str, APIRouter], ...] = (
    ("", health.router),
    ("", metrics.router),
    (API, auth.router),
    (API, account_routes.router),
    (API, users.router),
    (API, looking_at_events.router),
    (API, events.router),
    (API, event_images.router),
    (API, members.router),
    (API, ticket_types.router),
    (API, check_in_lists.router),
    (API, gates.router),
    (API, registering.router),
    (API, registrations.router),
    (API, questions.router),
    (API, own_registrations.router),
    (API, orders.router),
    (API, waiting.router),
    (API, list_of_registrations.router),
    (API, bulk.router),
    (API, acting_on_registrations.router),
    (API, imports.router),
    (API, exports.router),
    (API, tickets.router),
    (API, devices.router),
    (API, blanks.router),
    (API, held.router),
    (API, api_tokens.router),
    (API, sync.router),
    (API, snapshots.router),
    (API, stocks.router),
    (API, nudges.router),
    (API, checkins.router),
    (API, conflicts.router),
    (API, completeness.router),
    (API, counts.router),
    (API, reports.router),
    (API, journals.router),
    (API, persons.router),
    (API, jobs.router),
    (API, files.router),
    (API, audit.router),
    ("", web.router),
    ("", order_pages.router),
    ("", waiting_pages.router),
)
"""Every slice's router below its prefix. Plain Starlette routes are added to their slice's router."""


def create_app(settings: Settings, pace: Pace | None = None) -> FastAPI:
    """Build the application; it connects to its database when it starts, not here.

    With a `pace` it does jobs too, beside the requests; without, somebody else must.
    """
    app = FastAPI(
        title="EventReg",
        version=server.__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        # The numbers are ours (server/metrics); to look for others' takes as long as a layer.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.started = monotonic()
    app.state.pace = pace
    app.state.storage = open_storage(settings)
    # A wrong address is said now, and not by a failed job.
    mailer_of(settings)
    sms_of(settings)
    app.state.schema = migrations.newest()
    app.state.metrics = Metrics()
    app.state.draining = Draining(settings.drain_s)
    app.state.popular = Popular()
    app.state.remembered = Remembered()
    app.state.painting = CapacityLimiter(1)
    errors.install(app)
    _add_layers(app, settings)
    app.router.routes.append(Signpost(whole_routes(ROUTERS)))
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    _add_hot_lane(app, settings)
    return app


def _add_layers(app: FastAPI, settings: Settings) -> None:
    # The last one added is the outermost: it sees every answer, also those of the layers within.
    app.add_middleware(LimitVisitors)
    app.add_middleware(BodyLimit, larger=_larger_bodies())
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=[*SENT_BY_PAGES, REQUEST_ID],
            expose_headers=["ETag", "Idempotent-Replay", "Retry-After", REQUEST_ID],
        )
    app.add_middleware(Watch, metrics=app.state.metrics, draining=app.state.draining, templates=_templates())
    app.add_middleware(RequestId)
    app.add_middleware(SecurityHeaders, by_tls=_by_tls(settings))


def _add_hot_lane(app: FastAPI, settings: Settings) -> None:
    # Before all layers, FastAPI's own too: what it answers needs none of them.
    layers = app.build_middleware_stack()
    hot = hot_routes(_plain_routes(), _larger_bodies()) + short_routes(whole_routes(ROUTERS))
    numbers, draining = app.state.metrics, app.state.draining
    app.middleware_stack = HotLane(layers, routes=hot, metrics=numbers, draining=draining, by_tls=_by_tls(settings))


def _by_tls(settings: Settings) -> bool:
    return (settings.public_url or "").startswith("https://")


def _larger_bodies() -> dict[str, int]:
    """Paths that take more than others, and how many bytes."""
    return {
        f"{API}/sync/push": sync.MOST_BYTES,
        f"{API}/events/{{event_id}}/image": pictures.MOST_BYTES,
        f"{API}/events/{{event_id}}/registrations/import": imports.MOST_BYTES,
        f"{API}/journals/import": journals.MOST_BYTES,
    }


def list_routes() -> list[Described]:
    """Every method and path with its callers; the whole surface of the server."""
    return [one for prefix, router in ROUTERS for one in describe(router, prefix)]


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    if settings.database_url is None:
        raise RuntimeError("the application is started with the address of a database")
    app.state.database = open_database(settings.database_url)
    app.state.probe = Probe(settings.database_url)
    app.state.door = ServerDoor(app.state.database, settings)
    app.state.registrar = Registrar(app.state.database, settings)
    app.state.passwords = Passwords()
    pace: Pace | None = app.state.pace
    jobs_too = nullcontext() if pace is None else working(settings, TASKS, pace)
    revoked, programs = Revoked(), Programs()
    app.state.limits = open_limits(settings)
    app.state.slots = Slots()
    app.state.nudges = Nudges(settings.direct_url or settings.database_url, app.state.draining)
    app.state.snapshots = Snapshots(app.state.database, app.state.storage, settings.data_keys)
    app.state.reading_files = CapacityLimiter(imports.READ_AT_ONCE)
    app.state.access_tokens = AccessTokens(settings.secret_key, revoked, programs)
    try:
        await apply_list(Keeping(app.state.database, app.state.storage), settings.data_keys)
        measuring = loop_lag.measuring(app.state.metrics.lag.observe)
        async with jobs_too, measuring, watching(settings, revoked, programs), nudging(app.state.nudges):
            yield
    finally:
        await app.state.door.close()
        await app.state.registrar.close()
        await app.state.snapshots.close()
        app.state.passwords.close()
        await app.state.limits.close()
        await app.state.probe.close()
        await app.state.database.close()


def _plain_routes() -> list[Route]:
    """The plain Starlette routes, the hot ones, below their whole paths."""
    return [route for route in whole_routes(ROUTERS) if not isinstance(route, APIRoute)]


def _templates() -> dict[Any, str]:
    """The whole path template of every endpoint."""
    return {
        route.endpoint: prefix + route.path
        for prefix, router in ROUTERS
        for route in router.routes
        if isinstance(route, Route)
    }


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = document(app, ROUTERS)
    return app.openapi_schema
