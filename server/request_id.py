"""Every request has an id: in its answer, and in every line logged for it."""

import re
from time import perf_counter

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.clock import new_id

HEADER = "X-Request-ID"
ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
log = structlog.get_logger("server.requests")


class RequestId:
    """ASGI layer that takes the balancer's request id or makes one, and logs one line a request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = Headers(scope=scope).get(HEADER, "")
        request_id = told if ACCEPTABLE.fullmatch(told) else str(new_id())
        begun = perf_counter()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            finally:
                ms = round((perf_counter() - begun) * 1000, 1)
                log.debug("answered", method=scope["method"], path=scope["path"], status=status, ms=ms)
