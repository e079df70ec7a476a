"""Mails: by a real mail server or into a folder, sent once, and what they say is said by nobody else."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import quote

import pytest

from server.clock import utc_now
from server.lan import own_certificate
from server.mailer import MailRefused, SmtpMailer, address_of, mailer_of, message_of
from server.settings import BadSetting, Settings
from server.tasks import TASKS
from tests.integration.conftest import Rows
from tests.integration.doing import defer, doing, until
from tests.integration.served import NOBODYS_PORT
from tests.integration.smtp import PASSWORD, USER, Letterbox, mail_server
from tests.unit.server.test_mail import MAIL

CHANGED = {"to": "ana@example.org", "template": "password-changed", "language": "en", "context": {}}


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def mailing(settings: Settings, box: Letterbox) -> Settings:
    return replace(settings, smtp_url=f"smtp://127.0.0.1:{box.port}/?from=tickets@example.org")


def idle(sql: Rows) -> bool:
    return sql.execute("SELECT 1 FROM procrastinate_jobs WHERE status <> 'failed'").fetchone() is None


def send(settings: Settings, box: Letterbox) -> None:
    async def send_and_hang_up() -> None:
        mailer = mailer_of(settings)
        try:
            await mailer.send(message_of(MAIL, mailer.sender, utc_now()))
        finally:
            # TLS takes leave after the last word, and this loop ends with it.
            await asyncio.to_thread(until, lambda: box.quiet)
            await asyncio.sleep(0)

    asyncio.run(send_and_hang_up())


def test_a_mail_arrives_with_a_text_part_first_and_its_message_id_is_its_jobs(
    mailing: Settings, box: Letterbox, sql: Rows
) -> None:
    link = "https://tickets.example.org/reset?token=a&b=<c>"
    job_id = defer(mailing, "send-email", CHANGED | {"template": "password-reset", "context": {"link": link}})
    with doing(mailing, TASKS):
        until(lambda: idle(sql))

    (mail,) = box.mails
    assert box.envelopes == [("tickets@example.org", ["ana@example.org"])]
    assert (mail["Subject"], mail["Message-ID"]) == ("Choose a new password", f"<{job_id}@example.org>")
    assert mail["From"] == "EventReg <tickets@example.org>"
    assert mail["Content-Language"] == "en"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert link in str(text.get_content())
    assert 'href="https://tickets.example.org/reset?token=a&amp;b=&lt;c&gt;"' in str(html.get_content())
    assert sql.execute("SELECT message_id, template FROM sent_mails").fetchall() == [
        {"message_id": f"<{job_id}@example.org>", "template": "password-reset"}
    ]
    assert sql.execute("SELECT * FROM jobs WHERE type = 'send-email'").fetchall() == []


def test_a_mail_that_the_server_does_not_take_is_sent_again_under_the_same_message_id(
    mailing: Settings, box: Letterbox, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.jobs.backoff.WAITS_S", (0.1, 0.1, 0.1))
    box.refuse, box.refused_at_most = "451 come back later", 2
    job_id = defer(mailing, "send-email", CHANGED, key="changed:1")
    with doing(mailing, TASKS):
        until(lambda: idle(sql))

    assert box.refused_at_most == 0

    assert [mail["Message-ID"] for mail in box.mails] == [f"<{job_id}@example.org>"]


def test_why_a_mail_was_refused_is_told_without_its_address(
    mailing: Settings, box: Letterbox, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.jobs.backoff.WAITS_S", ())
    box.refuse = "550 ana@example.org does not live here"
    defer(mailing, "send-email", CHANGED)
    with doing(mailing, TASKS):
        until(lambda: idle(sql))

    row = sql.execute("SELECT error FROM jobs WHERE type = 'send-email'").fetchone()
    assert row is not None
    assert "SMTPDataError, 550" in row["error"]
    assert "ana@example.org" not in row["error"]


@pytest.mark.parametrize(
    "to",
    ["ana@example.org\r\nBcc: all@example.org", "ana@example.org, bob@example.org", "<ana@example.org>", "ana", ""],
)
def test_a_mail_goes_to_one_address_or_nowhere(
    mailing: Settings, box: Letterbox, sql: Rows, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    monkeypatch.setattr("server.jobs.backoff.WAITS_S", ())
    defer(mailing, "send-email", CHANGED | {"to": to})
    with doing(mailing, TASKS):
        until(lambda: idle(sql))

    row = sql.execute("SELECT error FROM jobs WHERE type = 'send-email'").fetchone()
    assert row is not None
    assert "not an e-mail address" in row["error"]
    assert box.mails == []


def test_without_a_mail_server_each_mail_is_a_file(settings: Settings, sql: Rows) -> None:
    job_id = defer(settings, "send-email", CHANGED)
    with doing(settings, TASKS):
        until(lambda: idle(sql))

    (file,) = (settings.data / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    assert (file.name, mail["To"]) == (f"{job_id}.eml", "ana@example.org")
    assert mail["Subject"] == "Your password was changed"


@pytest.mark.parametrize(("scheme", "at_once"), [("smtps", True), ("smtp", False)], ids=["TLS at once", "STARTTLS"])
def test_a_password_goes_to_the_mail_server_only_through_tls(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, at_once: bool
) -> None:
    certificate = own_certificate(tmp_path, utc_now())
    with mail_server(certificate, at_once=at_once, login=True) as box:
        url = f"{scheme}://{USER}:{quote(PASSWORD, safe='')}@localhost:{box.port}/?from=tickets@example.org"
        if scheme == "smtp":
            url += "&tls=starttls"
        mailing = replace(settings, smtp_url=url)
        with pytest.raises(MailRefused, match="The mail server did not take the mail"):
            send(mailing, box)
        assert (box.mails, box.users) == ([], [])

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
        send(mailing, box)

    assert (box.ciphers, box.users) == ([True], [USER.encode()])


def test_a_server_without_starttls_gets_no_mail_where_tls_is_due(settings: Settings, box: Letterbox) -> None:
    due = replace(settings, smtp_url=f"smtp://localhost:{box.port}/?tls=starttls")
    with pytest.raises(MailRefused):
        send(due, box)

    assert box.mails == []


def test_a_mail_server_that_is_not_there_is_said_in_a_sentence(settings: Settings) -> None:
    with pytest.raises(MailRefused, match="Check SMTP_URL"):
        send(replace(settings, smtp_url=f"smtp://127.0.0.1:{NOBODYS_PORT}"), Letterbox())


@pytest.mark.parametrize(
    ("url", "tls", "port"),
    [
        ("smtps://mail.example.org", "always", 465),
        ("smtp://mail.example.org", "starttls", 587),
        ("smtp://mail.example.org:25/?tls=no", "no", 25),
        ("smtp://localhost:1025", "offered", 1025),
    ],
)
def test_tls_is_never_silently_off(settings: Settings, url: str, tls: str, port: int) -> None:
    mailer = mailer_of(replace(settings, smtp_url=url))

    assert isinstance(mailer, SmtpMailer)
    assert (mailer.tls, mailer.port) == (tls, port)


@pytest.mark.parametrize(
    "url",
    ["http://mail.example.org", "smtp://", "smtp://h:x", "smtp://h/?tls=maybe", "smtp://h/?from=a", "smtp://h/?x=1"],
)
def test_a_wrong_smtp_url_is_said_in_a_sentence_without_its_password(settings: Settings, url: str) -> None:
    with pytest.raises(BadSetting, match="SMTP_URL must look like"):
        mailer_of(replace(settings, smtp_url=url.replace("//h", "//user:geheim@h")))


def test_an_address_beyond_ascii_is_an_address() -> None:
    assert address_of("ana@bücher.example").domain == "xn--bcher-kva.example"
    assert address_of("jürgen@example.org").addr_spec == "jürgen@example.org"
