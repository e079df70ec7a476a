"""What `serve` says once it is reachable: where it is and, in a local network, how a laptop becomes a device."""

import asyncio
import sys
from io import StringIO
from typing import Any

from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode
from sqlalchemy import select

from eventreg_core.enrolment import Enrolment
from server.audit.author import Author
from server.clock import utc_now
from server.db import Database, open_database
from server.devices import service as devices
from server.events.models import Event
from server.settings import Settings


def greeting(settings: Settings, url: str) -> str:
    """The lines to print. With a certificate of our own and exactly one event, they invite one laptop to it."""
    lines = [f"EventReg is at {url}"]
    if settings.certificate_pin is not None:
        lines.append(f"Certificate pin: {settings.certificate_pin}")
        # The loop that psycopg can use on every system.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            enrolment = runner.run(_invited(settings, url))
        if enrolment is not None:
            lines += ["To make one laptop a device, scan or copy this within 24 hours:", *drawn(str(enrolment))]
    return "\n".join([*lines, "Press Ctrl-C to stop."])


def drawn(text: str) -> list[str]:
    """The text and, where the terminal has the blocks for it, its QR code, light on dark."""
    code: QRCode[Any] = QRCode(error_correction=ERROR_CORRECT_L, border=2)
    code.add_data(text)
    picture = StringIO()
    code.print_ascii(out=picture, invert=True)
    try:
        picture.getvalue().encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return [text]
    return [*picture.getvalue().splitlines(), text]


async def _invited(settings: Settings, url: str) -> Enrolment | None:
    assert settings.database_url is not None, "the database is there before the greeting"
    database = open_database(settings.database_url)
    try:
        return await _invite_to_the_only_event(database, settings, url)
    finally:
        await database.close()


async def _invite_to_the_only_event(database: Database, settings: Settings, url: str) -> Enrolment | None:
    async with database.sessions.begin() as session:
        events = (await session.scalars(select(Event).limit(2))).all()
        # Without an organizer nobody could answer for the invitation.
        if len(events) != 1 or events[0].created_by is None:
            return None
        event, author = events[0], Author("user", events[0].created_by, data_keys=settings.data_keys)
        invited = await devices.invite(session, author, event.id, "", settings.secret_key, utc_now())
    return Enrolment(settings.public_url or url, invited.code, settings.certificate_pin or "")
