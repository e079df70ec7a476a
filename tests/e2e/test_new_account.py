"""Somebody makes an account: a real server process, a real mail server, and the pages where its mails lead."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from tests.e2e.world import World
from tests.integration.arrange import made, make_event, refused
from tests.integration.conftest import PASSWORD, People
from tests.integration.doing import until
from tests.integration.served import API
from tests.integration.smtp import Letterbox, mail_server
from tests.integration.test_web import Page, send

ANA, NEWER = "ana@example.org", "a newer pass phrase"


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def mailing(
    database_url: str, people: People, box: Letterbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{box.port}?tls=no")
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    world = World(database_url, tmp_path, people.organizer.email)
    try:
        world.start_server()
        yield world
    finally:
        world.stop_server()


def mail(box: Letterbox, number: int) -> EmailMessage:
    until(lambda: len(box.mails) > number, "the mail comes")
    return box.mails[number]


def link_in(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return next(line.strip() for line in str(body.get_content()).splitlines() if "?token=" in line)


def test_a_new_account_from_the_first_mail_to_a_new_password(mailing: World, box: Letterbox) -> None:
    with mailing.organizer() as organizer:
        event = make_event(organizer)
    with (
        httpx.Client(base_url=mailing.url + API) as ana,
        httpx.Client(base_url=mailing.url) as browser,
    ):

        def login(password: str) -> httpx.Response:
            return ana.post("/auth/login", json={"email": ANA, "password": password})

        def refresh(token: str) -> httpx.Response:
            return ana.post("/auth/refresh", json={"refresh_token": token})

        # Register and confirm; until then it is no account.
        assert ana.post("/auth/register", json={"email": ANA, "password": PASSWORD}).status_code == 202
        refused(login(PASSWORD), 401, "wrong_credentials")
        link = link_in(mail(box, 0))
        assert link.startswith(f"{mailing.url}/confirm-email?token=")
        assert send(browser, Page(browser.get(link))).status_code == 200

        # Sign in and stay signed in; an answer that was lost on the way comes again.
        first = made(login(PASSWORD), 200)
        second = made(refresh(first["refresh_token"]), 200)
        lost = made(refresh(second["refresh_token"]), 200)
        third = made(refresh(second["refresh_token"]), 200)
        assert third["refresh_token"] == lost["refresh_token"]

        # Without a grant there are public events and what is one's own.
        bearer = {"Authorization": f"Bearer {third['access_token']}"}
        assert made(ana.get("/users/me/registrations", headers=bearer), 200)["items"] == []
        refused(ana.get(f"/events/{event['id']}/registrations", headers=bearer), 404, "event_not_found")
        refused(ana.post("/events", json={}, headers=bearer), 403, "forbidden")
        refused(ana.get("/users", headers=bearer), 403, "forbidden")

        # A new password ends what was begun with the old one.
        assert ana.post("/auth/password-reset", json={"email": ANA}).status_code == 202
        page = Page(browser.get(link_in(mail(box, 1))))
        assert send(browser, page, password=NEWER, again=NEWER).status_code == 200
        refused(login(PASSWORD), 401, "wrong_credentials")
        refused(refresh(third["refresh_token"]), 401, "session_ended")
        until(lambda: ana.get("/users/me", headers=bearer).status_code == 401, "the old access ends")
        made(login(NEWER), 200)
    assert "changed" in str(mail(box, 2)["Subject"])
    assert {address for _, to in box.envelopes for address in to} == {ANA}
