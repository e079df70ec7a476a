"""Hands short messages over: to Twilio, or, where none is set, to a folder with one file for each."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from eventreg_core.problems import Problem
from server.jobs.tasks import Work, task
from server.settings import BadSetting, Settings

TIMEOUT_S = 15.0
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
"""E.164: plus, country, number; no spaces."""
LONGEST = 1600
"""What Twilio takes in one message."""


class BadNumber(Problem):
    """This is not a telephone number; it is not repeated."""

    def __init__(self) -> None:
        super().__init__("bad_number", "The number must begin with + and its country, such as +4930123456. Correct it.")


class MessageRefused(Problem):
    """Twilio did not take a message; `code` is Twilio's own, 0 where it did not answer."""

    def __init__(self, code: int) -> None:
        super().__init__("message_refused", f"The message was not taken ({code}). Check TWILIO_URL and the account.")


@dataclass(frozen=True, slots=True)
class FolderSms:
    """Keeps each message as a text file: its number, a line that is empty, what it says."""

    folder: Path

    async def send(self, id: UUID, number: str, text: str) -> None:
        """Write the message; sent again it replaces itself. Raises BadNumber."""
        await asyncio.to_thread(self._write, id, checked(number), text[:LONGEST])

    def _write(self, id: UUID, number: str, text: str) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f"{id}.draft"
        draft.write_text(f"{number}\n\n{text}\n", encoding="utf-8")
        draft.replace(self.folder / f"{id}.txt")


@dataclass(frozen=True, slots=True)
class TwilioSms:
    """Hands messages to Twilio by its own library, in a thread."""

    client: Any = field(repr=False)
    sender: str

    async def send(self, _id: UUID, number: str, text: str) -> None:
        """Return once Twilio took the message. Raises BadNumber, MessageRefused.

        Twilio has no idempotency keys: whoever dies between its answer and the commit sends the message again.
        """
        to = checked(number)
        try:
            await asyncio.to_thread(self.client.messages.create, to=to, from_=self.sender, body=text[:LONGEST])
        except (TwilioException, OSError) as error:
            code = error.code if isinstance(error, TwilioRestException) else 0
            # What they say quotes the number.
            raise MessageRefused(code or 0) from None


Sms = FolderSms | TwilioSms


def checked(number: str) -> str:
    """A telephone number without spaces, dashes and brackets. Raises BadNumber."""
    plain = re.sub(r"[\s().\-/]", "", number)
    if not NUMBER.fullmatch(plain):
        raise BadNumber
    return plain


def sms_of(settings: Settings) -> Sms:
    """Where this server's messages go: `TWILIO_URL`, else the folder `sms` of its data. Raises BadSetting.

    `https://SID:TOKEN@api.twilio.com/?from=%2B4930123456`; another host is a stand-in, http only on this machine.
    """
    if settings.twilio_url is None:
        return FolderSms(settings.data / "sms")
    try:
        url = urlsplit(settings.twilio_url)
        sender = checked(parse_qs(url.query, strict_parsing=True)["from"][-1])
        port = "" if url.port is None else f":{url.port}"
        safe = url.scheme == "https" or (url.scheme == "http" and url.hostname in LOCAL)
        if not (safe and url.hostname and url.username and url.password):
            raise ValueError("not Twilio's address")
    except (ValueError, KeyError, BadNumber) as error:
        advice = "must look like https://SID:TOKEN@api.twilio.com/?from=%2B4930123456 (special signs as %XX)."
        raise BadSetting("TWILIO_URL", advice) from error
    client = Client(
        unquote(url.username), unquote(url.password), http_client=TwilioHttpClient(timeout=TIMEOUT_S, max_retries=0)
    )
    client.api.base_url = f"{url.scheme}://{url.hostname}{port}"
    return TwilioSms(client, sender)


@task("send-sms")
async def send_sms(work: Work, data: dict[str, Any]) -> None:
    """Send `text` to the number `to`."""
    await sms_of(work.settings).send(work.job_id, data["to"], data["text"])
