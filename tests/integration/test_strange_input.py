"""Whatever people send, the answer is a sentence and never a bug."""

from base64 import b64encode
from typing import Any

import httpx
import pytest

from tests.integration.arrange import made, make_event, make_type, refused

EVENT: dict[str, Any] = {"name": "Gala", "date": "2026-12-05T18:00:00Z", "venue": "Mill"}
STRANGE = ("a\x00b", "two\nlines", "\x1b[31m", "bell\x07")


@pytest.mark.parametrize("text", STRANGE)
def test_names_hold_no_control_characters(organizer: httpx.Client, text: str) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    path = f"/events/{event['id']}"
    for field in ("name", "venue"):
        assert refused(organizer.post("/events", json=EVENT | {field: text}), 422, "invalid")["field"] == field
    refused(organizer.post("/events", json=EVENT | {"categories": [text]}), 422, "invalid")
    refused(organizer.post(f"{path}/ticket-types", json={"name": text}), 422, "invalid")
    refused(organizer.post(f"{path}/check-in-lists", json={"name": text}), 422, "invalid")
    guest = {"user_email": "a@example.org", "full_name": "A"}
    for field in ("user_email", "full_name", "phone"):
        refused(organizer.post(f"{path}/registrations", json=guest | {field: text}), 422, "invalid")
    refused(organizer.post(f"{path}/members", json={"email": text, "role": "staff"}), 422, "invalid")


@pytest.mark.parametrize("asked", ["%00", "a%00b"])
def test_a_search_for_what_no_database_holds_is_refused(organizer: httpx.Client, asked: str) -> None:
    event = make_event(organizer)
    refused(organizer.get(f"/events?q={asked}"), 422, "invalid")
    refused(organizer.get(f"/events/{event['id']}/registrations?q={asked}"), 422, "invalid")


@pytest.mark.parametrize("keys", ['["\\u0000"]', '["\\ud800"]', "[" * 740, '["a", "b"]', "{}", "1"], ids=range(6))
def test_a_cursor_that_no_list_made_is_refused(admin: httpx.Client, organizer: httpx.Client, keys: str) -> None:
    cursor = b64encode(keys.encode()).decode()
    assert refused(admin.get("/users", params={"cursor": cursor}), 422, "invalid")["field"] == "cursor"
    assert refused(admin.get("/audit", params={"cursor": cursor}), 422, "invalid")["field"] == "cursor"
    names = '["name", "\\u0000", "018f0000-0000-7000-8000-000000000000"]'
    path = f"/events/{make_event(organizer)['id']}/registrations"
    refused(organizer.get(path, params={"sort": "name", "cursor": b64encode(names.encode()).decode()}), 422, "invalid")


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "tomorrow", "2026-13-01"])
def test_a_date_beyond_the_calendar_is_refused(organizer: httpx.Client, date: str) -> None:
    assert refused(organizer.post("/events", json=EVENT | {"date": date}), 422, "invalid")["field"] == "date"
    refused(organizer.get("/events", params={"from": date}), 422, "invalid")


def test_a_description_may_have_many_lines_and_a_name_any_script(organizer: httpx.Client) -> None:
    event = make_event(organizer, name="مهرجان 音楽祭 Łąka 🎪", description="One.\n\tTwo.")
    read = made(organizer.get(f"/events/{event['id']}"), 200)
    assert (read["name"], read["description"]) == ("مهرجان 音楽祭 Łąka 🎪", "One.\n\tTwo.")


@pytest.mark.parametrize("path", ["/events/x", "/registrations/1", "/events/x/gates", "/registrations/'--/ticket"])
def test_an_id_that_is_none_is_refused(organizer: httpx.Client, path: str) -> None:
    refused(organizer.get(path), 422, "invalid")
