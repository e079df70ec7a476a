"""The picture of an event: whose it is, who sees it, and what is kept of it."""

from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from server.clock import new_id
from server.db import Database
from server.events.jobs import forget_unused_picture
from server.jobs.tasks import Work
from server.settings import Settings
from server.storage import open_storage
from tests.integration.arrange import Json, made, make_event, refused
from tests.integration.conftest import Rows
from tests.integration.opened import with_database
from tests.integration.pictures import picture


def files_of(settings: Settings, event: Json) -> list[Path]:
    return list((settings.data / "files" / "images" / event["id"]).glob("*"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_picture_of_an_event_is_seen_by_everybody_and_asked_for_once(
    organizer: httpx.Client, anonymous: httpx.Client, kind: str
) -> None:
    event = make_event(organizer)
    path = f"/events/{event['id']}/image"
    assert event["image_url"] is None
    refused(anonymous.get(path), 404, "no_image")
    changed = made(organizer.put(path, content=picture(kind)), 200)
    assert changed["version"] == event["version"] + 1
    shown = httpx.get(f"{anonymous.base_url.copy_with(path='/')}{changed['image_url'].lstrip('/')}")
    assert shown.headers["content-type"] == f"image/{kind.lower()}"
    assert Image.open(BytesIO(shown.content)).size == (40, 40)
    assert shown.headers["cache-control"] == "public, max-age=3600"
    again = anonymous.get(path, headers={"If-None-Match": shown.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_picture_has_a_new_address_and_the_old_file_is_gone(organizer: httpx.Client, settings: Settings) -> None:
    event = make_event(organizer)
    path = f"/events/{event['id']}/image"
    urls = [made(organizer.put(path, content=picture("PNG", side)), 200)["image_url"] for side in (20, 30)]
    assert urls[0] != urls[1]
    assert len(files_of(settings, event)) == 1
    assert Image.open(BytesIO(organizer.get(path).content)).size == (30, 30)
    for _ in range(2):
        assert organizer.delete(path).status_code == 204
    assert files_of(settings, event) == []
    assert made(organizer.get(f"/events/{event['id']}"), 200)["image_url"] is None


def test_the_picture_of_a_draft_is_its_members_alone(organizer: httpx.Client, anonymous: httpx.Client) -> None:
    path = f"/events/{make_event(organizer, status='draft')['id']}/image"
    made(organizer.put(path, content=picture("PNG")), 200)
    assert organizer.get(path).headers["cache-control"] == "private, no-cache"
    refused(anonymous.get(path), 404, "event_not_found")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        pytest.param(b"<svg onload='alert(1)'/>", 422, "not_an_image", id="a program"),
        pytest.param(b"", 422, "not_an_image", id="nothing"),
        pytest.param(b"\0" * 10_000_001, 413, "body_too_large", id="too much"),
    ],
)
def test_what_is_no_picture_is_not_kept(
    organizer: httpx.Client, settings: Settings, content: bytes, status: int, code: str
) -> None:
    event = make_event(organizer)
    refused(organizer.put(f"/events/{event['id']}/image", content=content), status, code)
    assert files_of(settings, event) == []


def test_an_archived_event_keeps_its_picture(organizer: httpx.Client) -> None:
    event = make_event(organizer)
    path = f"/events/{event['id']}/image"
    made(organizer.put(path, content=picture("PNG")), 200)
    made(organizer.put(f"/events/{event['id']}", json={"status": "archived"}), 200)
    refused(organizer.put(path, content=picture("PNG")), 409, "event_archived")
    refused(organizer.delete(path), 409, "event_archived")
    assert organizer.get(path).status_code == 200


def test_the_picture_goes_with_its_event(organizer: httpx.Client, admin: httpx.Client, settings: Settings) -> None:
    event = make_event(organizer)
    made(organizer.put(f"/events/{event['id']}/image", content=picture("PNG")), 200)
    assert admin.delete(f"/events/{event['id']}").status_code == 204
    assert files_of(settings, event) == []


def test_a_picture_whose_server_died_before_its_commit_does_not_stay_for_ever(
    organizer: httpx.Client, settings: Settings, sql: Rows
) -> None:
    kept, left = make_event(organizer), make_event(organizer)
    for event in (kept, left):
        made(organizer.put(f"/events/{event['id']}/image", content=picture("PNG")), 200)
    # As if the server had died between the file and the commit.
    sql.execute("UPDATE events SET image_key = NULL WHERE id = %s", [left["id"]])
    jobs = sql.execute("SELECT data FROM jobs WHERE type = 'forget-unused-picture'").fetchall()
    assert len(jobs) == 2

    async def do(database: Database) -> None:
        async with database.sessions.begin() as session:
            work = Work(new_id(), session, settings, open_storage(settings), database)
            for job in jobs:
                await forget_unused_picture.perform(work, job["data"])

    assert settings.database_url is not None
    with_database(settings.database_url, do)
    assert (len(files_of(settings, kept)), files_of(settings, left)) == (1, [])
