"""Hands mails over: to a mail server by SMTP, or, where none is set, to a folder with one file for each."""

import asyncio
import os
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import aiosmtplib

from eventreg_core.problems import Problem
from server.settings import BadSetting, Settings

TIMEOUT_S = 20.0
"""For a whole delivery: the transaction of the job that sends is open meanwhile."""
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
NAME = "EventReg"


class BadAddress(Problem):
    """This is not one e-mail address; it is not repeated."""

    def __init__(self) -> None:
        super().__init__("bad_address", "The mail's address is not an e-mail address. Correct it, then try again.")


class MailRefused(Problem):
    """The mail server did not take a mail; `status` is its SMTP code, 0 where there was none."""

    def __init__(self, kind: str, status: int) -> None:
        sentence = f"The mail server did not take the mail ({kind}, {status}). Check SMTP_URL and the mail server."
        super().__init__("mail_refused", sentence)


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG shown within a mail, as `cid:NAME`."""

    name: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person. `id` makes its Message-ID, so that a second delivery can be told from a second mail."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    pictures: Sequence[Picture] = ()


def message_of(mail: Mail, sender: Address, now: datetime) -> EmailMessage:
    """The mail as RFC 5322 says it, text part first. Raises BadAddress."""
    to = address_of(mail.to)
    message = EmailMessage(policy=SMTP if to.addr_spec.isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = to
    # One line, whatever was put into the template.
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(mail.id, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    # Now that it has parts: setting content drops what was said of content before.
    message["Content-Language"] = mail.language
    html = message.get_payload(1)
    assert isinstance(html, EmailMessage), "the second alternative"
    for picture in mail.pictures:
        html.add_related(
            picture.png,
            "image",
            "png",
            cid=f"<{picture.name}>",
            filename=f"{picture.name}.png",
            disposition="inline",
        )
    return message


def message_id(id_: str, sender: Address) -> str:
    """The Message-ID of a mail: the same whenever the same mail is sent again."""
    return f"<{id_}@{sender.domain}>"


def address_of(text: str) -> Address:
    """One address; nothing in it can end the line it stands in. Raises BadAddress."""
    local, _, domain = text.strip().rpartition("@")
    try:
        if not local or not re.fullmatch(r"[^\s\x00-\x1f\x7f<>,;:\"()\[\]\\]+", local + domain):
            raise BadAddress
        return Address(username=local, domain=domain.encode("idna").decode())
    except (ValueError, HeaderParseError, IndexError) as error:
        raise BadAddress from error


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Keeps each mail as a file that mail programs open."""

    folder: Path
    sender: Address

    async def send(self, message: EmailMessage) -> None:
        """Write the mail; whoever sees the file sees the whole mail."""
        await asyncio.to_thread(self._write, message)

    def _write(self, message: EmailMessage) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Named by its Message-ID: sent again it replaces itself.
        path = self.folder / (re.sub(r"[^A-Za-z0-9.-]", "", message["Message-ID"].partition("@")[0]) + ".eml")
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(message.as_bytes())
        draft.replace(path)


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Hands mails to a mail server.

    `tls`: "always" from the first byte, "starttls" before anything is said, "offered" where the server offers it, "no".
    """

    host: str
    port: int
    user: str | None
    password: str | None
    tls: str
    sender: Address

    async def send(self, message: EmailMessage) -> None:
        """Return once the mail server took the mail. Raises MailRefused."""
        context = None if self.tls == "no" else ssl.create_default_context()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await aiosmtplib.send(
                    message,
                    hostname=self.host,
                    port=self.port,
                    username=self.user,
                    password=self.password,
                    use_tls=self.tls == "always",
                    start_tls={"starttls": True, "offered": None}.get(self.tls, False),
                    tls_context=context,
                    timeout=TIMEOUT_S,
                )
        except (aiosmtplib.SMTPException, OSError) as error:
            # What they say may quote addresses.
            raise MailRefused(type(error).__name__, getattr(error, "code", 0)) from None


Mailer = FolderMailer | SmtpMailer


def mailer_of(settings: Settings) -> Mailer:
    """Where this server's mails go: `SMTP_URL`, else the folder `mail` of its data.

    smtps:// is TLS from the start; smtp:// asks for STARTTLS and goes no further without, except to this machine;
    `?tls=no` says that a plain connection is meant. `?from=` names the sender. Raises BadSetting.
    """
    if settings.smtp_url is None:
        return FolderMailer(settings.data / "mail", _sender(None, settings.public_url))
    try:
        url = urlsplit(settings.smtp_url)
        options = {name: values[-1] for name, values in parse_qs(url.query, strict_parsing=bool(url.query)).items()}
        return _smtp_mailer(url, options, settings.public_url)
    except (ValueError, KeyError, BadAddress) as error:
        advice = "must look like smtps://user:password@host:465/?from=tickets@example.org (special signs as %XX)."
        raise BadSetting("SMTP_URL", advice) from error


def _smtp_mailer(url: SplitResult, options: dict[str, str], public_url: str | None) -> SmtpMailer:
    if url.scheme not in {"smtp", "smtps"} or not url.hostname or options.keys() - {"from", "tls"}:
        raise ValueError("not an SMTP address")
    tls = "offered" if url.hostname in LOCAL else "starttls"
    if url.scheme == "smtps":
        tls = "always"
    elif "tls" in options:
        tls = {"no": "no", "starttls": "starttls"}[options["tls"]]
    return SmtpMailer(
        host=url.hostname,
        port=url.port or (465 if tls == "always" else 587),
        user=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        tls=tls,
        sender=_sender(options.get("from"), public_url),
    )


def _sender(told: str | None, public_url: str | None) -> Address:
    host = urlsplit(public_url or "").hostname or "localhost"
    plain = address_of(told or f"eventreg@{host}")
    return Address(NAME, plain.username, plain.domain)
