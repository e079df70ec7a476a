"""The short way of hot routes: scans, pushes, pulls and what is read most pay for no layer that does nothing for them.

What the layers and FastAPI's router cost together is more than a whole scan. So a request of the usual form to a plain
Starlette route, or to one of FastAPI's that short_way.py makes fit, is answered here, with the same headers, numbers,
lines in the log and refusals; anything unusual goes the long way, to the same endpoint: a visitor without good
credentials, a page of another origin, a body of unknown length, a request id that a balancer gave.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from re import Pattern
from time import perf_counter

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from server import errors
from server.draining import Draining
from server.limits import visiting_address
from server.log import REQUEST
from server.metrics.instruments import Metrics
from server.metrics.layer import note
from server.protection import HEADERS, MOST_BYTES, ONLY_BY_TLS
from server.request_id import HEADER as REQUEST_ID
from server.request_id import new_request_id

Endpoint = Callable[[Request], Awaitable[Response]]
UNUSUAL = frozenset({b"origin", b"transfer-encoding", b"expect", REQUEST_ID.lower().encode()})
"""Headers that somebody further in must see."""
VARIES = "{}"
"""Instead of the last part of a path that is a parameter."""
_SAID_ALWAYS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_OVER_TLS = (b"strict-transport-security", ONLY_BY_TLS.encode())
_REQUEST_ID = REQUEST_ID.lower().encode()
log = structlog.get_logger("server.requests")


@dataclass(frozen=True, slots=True)
class HotRoute:
    """A route below its whole path; `most` bytes may be sent to it."""

    method: str
    path: Pattern[str]
    endpoint: Endpoint
    template: str
    most: int


class HotLane:
    """ASGI layer, the outermost: answers requests of the usual form to hot routes, and passes all others on."""

    def __init__(
        self, app: ASGIApp, *, routes: Sequence[HotRoute], metrics: Metrics, draining: Draining, by_tls: bool
    ) -> None:
        self.app, self.metrics, self.draining = app, metrics, draining
        self._by_tls = by_tls
        self._routes: dict[tuple[str, str], list[HotRoute]] = {}
        for route in routes:
            last = _last(route.template)
            self._routes.setdefault((route.method, VARIES if last.startswith("{") else last), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it pass."""
        route = self._route(scope) if scope["type"] == "http" else None
        if route is None or not _is_usual(scope, route.most):
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 500
        request = Request(scope, receive, send)
        if visiting_address(request) is not None:
            await self.app(scope, receive, send)
            return
        request_id = scope.setdefault("state", {})["request_id"] = new_request_id()
        REQUEST.set(request_id)
        self.metrics.in_flight += 1
        try:
            response = await _answer(route.endpoint, request)
            status = response.status_code
            headers = response.raw_headers + self._headers(scope, request_id)
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": response.body})
        finally:
            self.metrics.in_flight -= 1
            note(self.metrics, scope, route.template, status, (perf_counter() - began) * 1000)

    def _route(self, scope: Scope) -> HotRoute | None:
        method, path = scope["method"], scope["path"]
        # To try the patterns of all routes costs as much as to answer.
        for last in (_last(path), VARIES):
            for route in self._routes.get((method, last), ()):
                if found := route.path.match(path):
                    scope["path_params"] = found.groupdict()
                    scope["endpoint"] = route.endpoint
                    return route
        return None

    def _headers(self, scope: Scope, request_id: str) -> list[tuple[bytes, bytes]]:
        headers = [*_SAID_ALWAYS, (_REQUEST_ID, request_id.encode())]
        if self._by_tls or scope["scheme"] == "https":
            headers.append(_OVER_TLS)
        if self.draining.begun:
            headers.append((b"connection", b"close"))
        return headers


def hot_routes(routes: Sequence[Route], larger: Mapping[str, int]) -> list[HotRoute]:
    """Plain routes for the lane; `larger` names the paths that take more than MOST_BYTES, and how much."""
    return [
        HotRoute(method, route.path_regex, route.endpoint, route.path, larger.get(route.path, MOST_BYTES))
        for route in routes
        if not getattr(route.endpoint, "streams", False)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _is_usual(scope: Scope, most: int) -> bool:
    signed_in, length = False, b"0"
    for name, value in scope["headers"]:
        if name in UNUSUAL:
            return False
        if name == b"authorization":
            signed_in = True
        elif name == b"content-length":
            length = value
    return signed_in and length.isdigit() and int(length) <= most


async def _answer(endpoint: Endpoint, request: Request) -> Response:
    try:
        return await endpoint(request)
    except Exception as error:
        told = errors.answer_to(error)
        if told is None:
            log.error("unexpected", method=request.method, exc_info=error)
        return told or errors.unexpected()
