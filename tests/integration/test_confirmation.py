"""Who registers is told by mail, with the ticket in it; the picture of the ticket follows what happens to it."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import cv2
import httpx
import numpy as np
import pytest
import zxingcpp

from server.settings import Settings
from server.tasks import TASKS
from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import Rows
from tests.integration.doing import doing, until, waiting


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer)


def mails(settings: Settings, sql: Rows) -> list[EmailMessage]:
    """All mails so far, in the order in which they were deferred."""
    with doing(settings, TASKS):
        until(lambda: waiting(sql) == 0)
    files = sorted((settings.data / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def shown_by(png: bytes) -> list[str]:
    """The texts of the QR codes in a picture."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def token_of(client: httpx.Client, registration: Json) -> str:
    return str(made(client.get(f"/registrations/{registration['id']}/ticket"), 200)["token"])


def test_a_registration_is_confirmed_with_its_ticket_and_short_code_in_the_guests_language(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, sql: Rows
) -> None:
    make_type(organizer, event)
    anonymous.headers["Accept-Language"] = "de-AT, en;q=0.5"
    registration = register(anonymous, event, full_name="Ana Müller")

    (mail,) = mails(settings, sql)

    assert (mail["To"], mail["Subject"]) == ("ana@example.org", "Sie sind angemeldet: Lindenhof Festival")
    assert "Samstag, 28. November 2099, 17:00 Uhr (Europe/Berlin)" in text_of(mail)
    assert registration["short_code"] in text_of(mail)
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    token = token_of(organizer, registration)
    assert picture["Content-ID"] == "<ticket>"
    assert shown_by(picture.get_payload(decode=True)) == [token]  # type: ignore[arg-type]
    kept = settings.data / "files" / "qr" / f"{registration['id']}.png"
    assert shown_by(kept.read_bytes()) == [token]


def test_companions_come_with_tickets_of_their_own_in_the_mail_of_the_guest_whom_they_come_with(
    settings: Settings, organizer: httpx.Client, event: Json, sql: Rows
) -> None:
    make_type(organizer, event, companions_allowed=2)
    registration = register(organizer, event, companions=["Zoë", "Ben"])
    ben = registration["companions"][1]

    (mail,) = mails(settings, sql)

    assert f"- Ben: {ben['short_code']}" in text_of(mail)
    path = f"/registrations/{registration['id']}/ticket"
    told = [made(organizer.get(path, params={"place": place}), 200) for place in (0, 1, 2)]
    assert [each["short_code"] for each in told] == [
        registration["short_code"],
        *(each["short_code"] for each in registration["companions"]),
    ]
    pictures = {part["Content-ID"]: part for part in mail.walk() if part.get_content_type() == "image/png"}
    assert list(pictures) == ["<ticket>", "<ticket-1>", "<ticket-2>"]
    for picture, ticket in zip(pictures.values(), told, strict=True):
        assert shown_by(picture.get_payload(decode=True)) == [ticket["token"]]  # type: ignore[arg-type]
    refused(organizer.get(path, params={"place": 3}), 404, "ticket_not_found")


def test_a_ticket_that_is_not_paid_is_sent_and_drawn_once_it_is(
    settings: Settings, organizer: httpx.Client, event: Json, sql: Rows
) -> None:
    make_type(organizer, event, price_minor=2500, currency="EUR")
    registration = register(organizer, event)
    kept = settings.data / "files" / "qr" / f"{registration['id']}.png"
    (promise,) = mails(settings, sql)
    assert "as soon as it is paid" in text_of(promise)
    assert not kept.exists()

    made(organizer.put(f"/registrations/{registration['id']}", json={"payment_status": "PAID"}), 200)

    _, ticket = mails(settings, sql)
    assert "Show it at the door" in text_of(ticket)
    assert shown_by(kept.read_bytes()) == [token_of(organizer, registration)]

    made(organizer.put(f"/registrations/{registration['id']}", json={"payment_status": "REFUNDED"}), 200)
    assert len(mails(settings, sql)) == 2
    assert not kept.exists()


def test_a_new_ticket_is_sent_and_a_cancelled_one_is_no_longer_kept(
    settings: Settings, organizer: httpx.Client, event: Json, sql: Rows
) -> None:
    make_type(organizer, event)
    registration = register(organizer, event)
    first = token_of(organizer, registration)
    mails(settings, sql)

    made(organizer.post(f"/registrations/{registration['id']}/reissue"), 200)

    assert len(mails(settings, sql)) == 2
    kept = settings.data / "files" / "qr" / f"{registration['id']}.png"
    (second,) = shown_by(kept.read_bytes())
    assert first != second == token_of(organizer, registration)

    assert organizer.delete(f"/registrations/{registration['id']}").status_code == 204
    assert len(mails(settings, sql)) == 2
    assert not kept.exists()


def test_who_cancelled_before_the_mail_left_gets_none(
    settings: Settings, organizer: httpx.Client, event: Json, sql: Rows
) -> None:
    make_type(organizer, event)
    registration = register(organizer, event)
    assert organizer.delete(f"/registrations/{registration['id']}").status_code == 204

    assert mails(settings, sql) == []


def test_who_gets_no_place_gets_no_mail(settings: Settings, organizer: httpx.Client, event: Json, sql: Rows) -> None:
    make_type(organizer, event, quota=0)
    body = {"user_email": "late@example.org", "full_name": "Too Late"}

    assert organizer.post(f"/events/{event['id']}/registrations", json=body).status_code == 409
    assert sql.execute("SELECT * FROM jobs").fetchall() == []
    assert mails(settings, sql) == []
