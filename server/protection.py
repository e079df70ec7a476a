"""What every answer says to browsers, and how much of a request is read at all: layers around the application."""

import re
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import errors
from server.bodies import BodyTooLarge, too_large

MOST_BYTES = 1024 * 1024
"""Of a request's body, where a route does not allow more."""
HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What an answer says unless its route says something else: answers of the API are shown and kept by nobody."""
ONLY_BY_TLS = "max-age=31536000"


class SecurityHeaders:
    """ASGI layer that adds what is missing of HEADERS; over TLS also that this host is asked by TLS alone.

    `by_tls`: the public address begins with https, also where a balancer ends TLS before us.
    """

    def __init__(self, app: ASGIApp, *, by_tls: bool) -> None:
        self.app = app
        self.by_tls = by_tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.by_tls or scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", ONLY_BY_TLS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimit:
    """ASGI layer that reads at most so many bytes of a body: what says it is longer is not read at all (413).

    `larger` names the paths that take more than MOST_BYTES, such as `/events/{event_id}/image`, and how much.
    """

    def __init__(self, app: ASGIApp, *, larger: Mapping[str, int]) -> None:
        self.app = app
        self.larger = [(re.compile(re.sub(r"{\w+}", "[^/]+", path)), most) for path, most in larger.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = next((most for path, most in self.larger if path.fullmatch(scope["path"])), MOST_BYTES)
        told = Headers(scope=scope).get("Content-Length", "0")
        if not told.isdecimal() or int(told) > most:
            await errors.answer(too_large(most))(scope, receive, send)
            return
        read = 0

        async def receive_counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise BodyTooLarge(most)
            return message

        await self.app(scope, receive_counted, send)
