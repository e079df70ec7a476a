"""The layer every request goes through: it is counted, measured, and written to the log as one line."""

import logging
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.clock import utc_now
from server.draining import Draining
from server.metrics.access_log import Answered, log, tell
from server.metrics.instruments import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER_METHOD = "OTHER"
NO_ROUTE = "none"
"""The route of an address where there is nothing: the address itself is the asker's to choose, and never a label."""


class Watch:
    """ASGI layer; `templates` names the whole path template of each endpoint."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, draining: Draining, templates: Mapping[Callable[..., Any], str]
    ) -> None:
        self.app, self.metrics, self.draining, self.templates = app, metrics, draining, templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; what goes wrong below goes on outwards, counted as 500."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = ended = perf_counter()
        status = 500
        scope.setdefault("state", {})

        async def watched(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status, ended = message["status"], perf_counter()
                if self.draining.begun:
                    # The client's next request shall find another node.
                    MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        self.metrics.in_flight += 1
        try:
            await self.app(scope, receive, watched)
        finally:
            self.metrics.in_flight -= 1
            route = self.templates.get(scope.get("endpoint"), NO_ROUTE)  # type: ignore[arg-type]
            if not scope["state"].get("stays"):
                # Who stays to listen had their answer when it began.
                ended = perf_counter()
            note(self.metrics, scope, route, status, (ended - began) * 1000)


def note(metrics: Metrics, scope: Scope, route: str, status: int, ms: float) -> None:
    """Count one answered request, and write its line; `route` is its template."""
    method = scope["method"] if scope["method"] in METHODS else OTHER_METHOD
    metrics.answered(method, route, status, ms)
    if log.isEnabledFor(logging.INFO):
        state: Mapping[str, Any] = scope["state"]
        kind, caller = state.get("caller", ("visitor", None))
        request = state.get("request_id", "")
        tell(Answered("answered", request, method, route, status, round(ms, 2), kind, caller, "info", utc_now()))
