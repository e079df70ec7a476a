"""Every request has an id: in its answer, also to a bug, and in every line logged for it."""

import os
import re

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import errors
from server.log import REQUEST

HEADER = "X-Request-ID"
ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BYTES = 16
log = structlog.get_logger("server.requests")


def new_request_id() -> str:
    """32 hexadecimal digits at random, as W3C's trace ids have."""
    return os.urandom(_BYTES).hex()


class RequestId:
    """ASGI layer that takes the balancer's request id or makes one; a bug below it is logged and answered here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = Headers(scope=scope).get(HEADER, "")
        request_id = told if ACCEPTABLE.fullmatch(told) else new_request_id()
        begun = False
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        REQUEST.set(request_id)
        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:
            log.error("unexpected", method=scope["method"], exc_info=error)
            if begun:
                raise
            await errors.unexpected()(scope, receive, send_with_id)
