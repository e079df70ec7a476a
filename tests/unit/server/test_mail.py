"""What mails say, in which language, and that nobody can put a line of their own into them."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

import pytest
from jinja2 import UndefinedError

from server.mail.moments import in_words
from server.mail.rendering import LANGUAGES, TEMPLATES, NoTemplate, language_of, render
from server.mailer import Mail, Picture, message_of

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
SENDER = Address("EventReg", "tickets", "example.org")
MAIL = Mail("0193", "ana@example.org", "Hello", "Hello Ana\n", "<p>Hello Ana</p>", "en")
ORDER = {
    "name": "Ana Müller",
    "event": "Lindenhof Festival",
    "venue": "Lindenhof",
    "when": "Saturday 28 November 2026, 16:00",
    "zone": "Europe/Berlin",
    "code": "ABCD234567",
    "link": "https://x.example/orders/1?token=2",
}
CONTEXTS: dict[str, dict[str, Any]] = {
    "confirm-email": {"link": "https://x.example/c"},
    "password-reset": {"link": "https://x.example/r"},
    "password-changed": {},
    "registration-confirmation": {
        "name": "Ana Müller",
        "event": "Lindenhof Festival",
        "venue": "Lindenhof",
        "date": datetime(2026, 11, 28, 16, 0, tzinfo=UTC),
        "zone": "Europe/Berlin",
        "short_code": "ABCD2345",
        "has_ticket": True,
        "companions": [{"name": "Zoë", "short_code": "WXYZ2345", "picture": "ticket-1"}],
    },
    "order-placed": ORDER | {"total": "25.00 EUR", "until": "Saturday 28 November 2026, 17:00"} | {"status": "held"},
    "order-paid": ORDER | {"amount": "25.00 EUR"},
    "order-expired": {name: ORDER[name] for name in ("name", "event", "code", "link")},
    "order-cancelled": {name: ORDER[name] for name in ("name", "event", "code", "link")} | {"amount": "25.00 EUR"},
    "order-refunded": {name: ORDER[name] for name in ("name", "event", "code", "link")}
    | {"amount": "25.00 EUR", "status": ""},
    "waiting": {name: word for name, word in ORDER.items() if name != "code"},
    "place-offered": {name: word for name, word in ORDER.items() if name != "code"}
    | {"until": "Saturday 28 November 2026, 17:00"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", CONTEXTS)
def test_every_mail_is_written_in_every_language_with_all_of_its_words(template: str, language: str) -> None:
    written = render(template, language, CONTEXTS[template])

    assert written.language == language
    assert written.subject
    assert "\n" not in written.subject
    assert f'<html lang="{language}">' in written.html
    for word in CONTEXTS[template].values():
        if isinstance(word, str) and word not in ("Europe/Berlin", "held"):
            assert word in written.text + written.subject
            assert word in written.html


def test_every_template_has_a_subject_a_text_and_html_in_every_language() -> None:
    names = {language: {path.name for path in (TEMPLATES / language).iterdir()} for language in LANGUAGES}
    wanted = {f"{name}.{part}.j2" for name in CONTEXTS for part in ("subject", "txt", "html")}

    assert names["en"] == names["de"] >= wanted


def test_a_ticket_that_may_not_be_shown_yet_is_promised_and_not_shown() -> None:
    written = render("registration-confirmation", "en", CONTEXTS["registration-confirmation"] | {"has_ticket": False})

    assert "as soon as it is paid" in written.text
    assert "cid:ticket" not in written.html


@pytest.mark.parametrize(
    ("wished", "language"),
    [("de", "de"), ("de-AT", "de"), ("fr", "en"), ("fr, de;q=0.8, en;q=0.5", "de"), ("", "en"), ("../../etc", "en")],
)
def test_the_language_is_the_first_that_we_write_else_english(wished: str, language: str) -> None:
    assert language_of(wished) == language
    assert render("password-changed", wished, {}).language == language


@pytest.mark.parametrize("template", ["no-such-mail", "../layout", "en/password-changed", ""])
def test_a_mail_without_a_template_is_a_bug(template: str) -> None:
    with pytest.raises(NoTemplate):
        render(template, "en", {})


def test_a_word_that_is_missing_is_a_bug_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        render("confirm-email", "en", {})


def test_what_guests_call_themselves_is_text_and_never_markup() -> None:
    context = CONTEXTS["registration-confirmation"] | {"name": '<a href="https://evil.example">Ana</a>'}
    written = render("registration-confirmation", "en", context)

    assert "<a href" not in written.html
    assert "&lt;a href" in written.html
    assert '<a href="https://evil.example">' in written.text


def test_no_subject_can_bring_a_header_of_its_own() -> None:
    context = CONTEXTS["registration-confirmation"] | {"event": "Fair\r\nBcc: all@example.org\r\n\r\nbody"}
    subject = render("registration-confirmation", "en", context).subject
    message = message_of(Mail("1", "ana@example.org", subject, "x", "x", "en"), SENDER, NOW)

    assert message["Bcc"] is None
    assert message["Subject"] == "You are registered: Fair Bcc: all@example.org body"
    assert message.as_bytes().count(b"\r\nBcc:") == 0


def test_a_picture_is_shown_within_the_mail_and_is_no_attachment_beside_it() -> None:
    mail = Mail("1", "ana@example.org", "x", "x", '<img src="cid:ticket">', "en", [Picture("ticket", b"\x89PNG")])
    message = message_of(mail, SENDER, NOW)

    related = message.get_payload(1)
    assert isinstance(related, EmailMessage)
    _, picture = related.iter_parts()
    assert related.get_content_type() == "multipart/related"
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<ticket>", "inline")
    assert list(message.iter_attachments()) == []


def test_times_are_those_that_the_clocks_at_the_event_show() -> None:
    moment = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)

    assert in_words(moment, "Europe/Berlin", "en") == "Sunday 29 November 2026, 00:30"
    assert in_words(moment, "Europe/Berlin", "de") == "Sonntag, 29. November 2026, 00:30 Uhr"
