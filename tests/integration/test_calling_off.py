"""An event is called off: who hears of it, in which language, how often."""

from email import message_from_bytes
from email.policy import default

import httpx
import pytest

from server.registrations import calling_off
from server.settings import Settings
from server.tasks import TASKS
from tests.integration.arrange import Json, made, make_event, make_type
from tests.integration.conftest import Rows
from tests.integration.doing import doing, until, waiting


def join(client: httpx.Client, event: Json, email: str, language: str, **fields: object) -> Json:
    body = {"user_email": email, "full_name": "Ana", "notify": False} | fields
    path = f"/events/{event['id']}/registrations"
    return made(client.post(path, json=body, headers={"Accept-Language": language}))


def told(settings: Settings) -> list[tuple[str, str, str]]:
    """To whom mails about a cancellation went, with subject and text, in the order of their addresses."""
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in (settings.data / "mail").glob("*.eml")]
    about = [mail for mail in mails if "Lindenhof" in mail["Subject"] and "You are" not in mail["Subject"]]
    texts = [(mail, mail.get_body(("plain",))) for mail in about]
    return sorted((mail["To"], mail["Subject"], text.get_content()) for mail, text in texts if text is not None)


def work_off(settings: Settings, sql: Rows) -> None:
    with doing(settings, TASKS):
        until(lambda: waiting(sql) == 0)


def test_everybody_with_a_place_is_told_once_in_their_own_language_and_what_becomes_of_their_money(
    settings: Settings, organizer: httpx.Client, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling_off, "AT_ONCE", 2)
    event = make_event(organizer)
    make_type(organizer, event)
    join(organizer, event, "a@example.org", "en")
    join(organizer, event, "b@example.org", "de", payment_status="PAID")
    join(organizer, event, "c@example.org", "de")
    gone = join(organizer, event, "d@example.org", "en")
    assert organizer.delete(f"/registrations/{gone['id']}").status_code == 204
    work_off(settings, sql)
    before = told(settings)

    made(organizer.put(f"/events/{event['id']}", json={"status": "cancelled"}), 200)
    made(organizer.put(f"/events/{event['id']}", json={"name": "Lindenhof, the festival"}), 200)
    work_off(settings, sql)

    mails = [mail for mail in told(settings) if mail not in before]
    assert [mail[0] for mail in mails] == ["a@example.org", "b@example.org", "c@example.org"]
    assert [mail[1].partition(":")[0] for mail in mails] == ["Cancelled", "Abgesagt", "Abgesagt"]
    assert ["gibt zurück" in mail[2] for mail in mails] == [False, True, False]
    assert "nothing to pay" in mails[0][2]
    assert all("Lindenhof" in mail[2] and "2099" in mail[2] for mail in mails)


def test_nobody_is_told_of_an_event_that_takes_place_after_all_and_a_second_cancellation_is_told_again(
    settings: Settings, organizer: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    join(organizer, event, "a@example.org", "en")
    work_off(settings, sql)
    for status in ("cancelled", "published"):
        made(organizer.put(f"/events/{event['id']}", json={"status": status}), 200)
    work_off(settings, sql)
    assert [mail for mail in told(settings) if mail[1].startswith("Cancelled")] == []
    for _ in range(2):
        for status in ("cancelled", "archived", "cancelled", "published"):
            made(organizer.put(f"/events/{event['id']}", json={"status": status}), 200)
            work_off(settings, sql)
    assert len([mail for mail in told(settings) if mail[1].startswith("Cancelled")]) == 2
