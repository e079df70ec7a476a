"""A real mail server for tests (aiosmtpd), in a thread; it keeps what it takes."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from server.lan import Certificate

USER, PASSWORD = "mailer", "p@ss:word"


@dataclass
class Letterbox:
    """What the mail server took, and how it came; `refuse` is what it says instead of taking so many mails, or all."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    ciphers: list[bool] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)
    refuse: str | None = None
    refused_at_most: int | None = None
    connections: list[asyncio.BaseTransport] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        """Whether nobody is on the line."""
        return all(connection.is_closing() for connection in self.connections)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, as aiosmtpd asks."""
        if self.refuse is not None and self.refused_at_most != 0:
            if self.refused_at_most is not None:
                self.refused_at_most -= 1
            return self.refuse
        mail = message_from_bytes(envelope.content or b"", policy=default)  # type: ignore[arg-type]
        assert isinstance(mail, EmailMessage)
        self.envelopes.append((envelope.mail_from or "", [*envelope.rcpt_tos]))
        self.ciphers.append(server.transport is not None and server.transport.get_extra_info("cipher") is not None)
        self.mails.append(mail)
        return "250 taken"

    def login(self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, told: Any) -> AuthResult:
        """Let in whoever knows the password."""
        assert isinstance(told, LoginPassword)
        right = (told.login, told.password) == (USER.encode(), PASSWORD.encode())
        if right:
            self.users.append(told.login)
        return AuthResult(success=right)


class _Listening(SMTP):
    """Remembers its connections."""

    def __init__(self, connections: list[asyncio.BaseTransport], handler: Letterbox, **options: Any) -> None:
        self._connections = connections
        super().__init__(handler, **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._connections[:] = [each for each in self._connections if not each.is_closing()] + [transport]
        super().connection_made(transport)


class _FreePort(Controller):
    """Listens on a free port and knows which; leaves no connection open, as aiosmtpd's own does."""

    def factory(self) -> SMTP:
        """What talks to one client."""
        return _Listening(self.handler.connections, self.handler, **self.SMTP_kwargs)

    def stop(self, no_assert: bool = False) -> None:
        """Hang up, and return when nobody listens any more."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result()
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        for connection in self.handler.connections:
            if isinstance(connection, asyncio.WriteTransport):
                connection.abort()
        # One turn to lose the connection, one more for what lay above it.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(
    certificate: Certificate | None = None,
    *,
    at_once: bool = False,
    login: bool = False,
    box: Letterbox | None = None,
) -> Iterator[Letterbox]:
    """A mail server on a free port: plain, with STARTTLS (`certificate`), or TLS from the start (`at_once`)."""
    box = box or Letterbox()
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.certificate, certificate.key)
    options: dict[str, Any] = {"require_starttls": context is not None and not at_once}
    if context is not None and not at_once:
        options["tls_context"] = context
    if login:
        # aiosmtpd knows of TLS only where it began with STARTTLS.
        options |= {"authenticator": box.login, "auth_required": not at_once, "auth_require_tls": not at_once}
    controller = _FreePort(box, hostname="127.0.0.1", port=0, ssl_context=context if at_once else None, **options)
    controller.start()
    try:
        box.port = controller.port
        yield box
    finally:
        controller.stop()
