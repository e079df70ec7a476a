"""Files in a folder and in S3 (moto's server: an emulator, not Amazon's own), behind the same four words."""

import asyncio
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from server.clock import utc_now
from server.settings import BadSetting, Settings
from server.storage import BadKey, NoSuchFile, Storage, open_storage
from server.storage.folder import FolderStorage
from server.storage.s3 import StorageAway
from tests.integration.arrange import refused
from tests.integration.served import Served

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="se/cret",
        region_name="eu-central-1",
    )
    client.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield f"s3://key:se%2Fcret@{host}:{port}/files?region=eu-central-1&tls=0"
    moto.stop()


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, settings: Settings) -> Storage:
    if request.param == "s3":
        settings = replace(settings, s3_url=request.getfixturevalue("s3_url"))
    return open_storage(settings)


def test_a_file_is_what_was_put_last_until_it_is_deleted(storage: Storage) -> None:
    async def use() -> bytes:
        await storage.put("qr/one.png", b"first")
        await storage.put("qr/one.png", b"second")
        kept = await storage.get("qr/one.png")
        await storage.delete("qr/one.png")
        await storage.delete("qr/one.png")
        return kept

    assert asyncio.run(use()) == b"second"
    with pytest.raises(NoSuchFile):
        asyncio.run(storage.get("qr/one.png"))


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../secret_key", "a/../b", "a//b", ".hidden", "a/.draft", "A.png", "a\\b", "ü", "a" * 401],
)
def test_a_key_never_leads_out_of_where_files_are_kept(storage: Storage, key: str) -> None:
    async def each() -> None:
        for attempt in (
            storage.put(key, b""),
            storage.get(key),
            storage.delete(key),
            storage.link(key, utc_now(), HOUR),
        ):
            with pytest.raises(BadKey):
                await attempt

    asyncio.run(each())


def test_whoever_has_a_link_to_s3_gets_the_file_from_there(settings: Settings, s3_url: str) -> None:
    storage = open_storage(replace(settings, s3_url=s3_url))

    async def linked() -> str:
        await storage.put("images/a.png", b"\x89PNG")
        return await storage.link("images/a.png", utc_now(), HOUR)

    url = asyncio.run(linked())
    answer = httpx.get(url)
    assert (answer.content, answer.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["3600"]


def test_a_bucket_or_a_server_that_is_not_there_is_said_in_a_sentence(settings: Settings, s3_url: str) -> None:
    missing = open_storage(replace(settings, s3_url=s3_url.replace("/files", "/nowhere")))
    silent = open_storage(replace(settings, s3_url="s3://key:secret@127.0.0.1:1/files?tls=0"))

    for storage in (missing, silent):
        with pytest.raises(StorageAway, match="Check S3_URL"):
            asyncio.run(storage.put("a.png", b""))


@pytest.mark.parametrize(
    "url", ["https://h/b", "s3://h/b", "s3://k:s@h", "s3://k:s@h:x/b", "s3://k:s@h/b?tls=maybe", "s3://k:s@h/b?x=1"]
)
def test_a_wrong_s3_url_is_said_in_a_sentence_without_its_secret(settings: Settings, url: str) -> None:
    with pytest.raises(BadSetting, match="S3_URL must look like"):
        open_storage(replace(settings, s3_url=url))


def test_s3_is_reached_by_tls_unless_told_otherwise(settings: Settings) -> None:
    storage = open_storage(replace(settings, s3_url="s3://key:secret@s3.example.org/files"))

    assert asyncio.run(storage.link("a.png", utc_now(), HOUR)).startswith("https://s3.example.org/files/a.png?")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_only_the_server_itself_can_read_the_folder(settings: Settings) -> None:
    asyncio.run(open_storage(settings).put("qr/one.png", b"x"))

    folder = settings.data / "files"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "qr", folder / "qr" / "one.png")]
    assert modes == [0o700, 0o700, 0o600]


def test_a_write_that_is_cut_short_leaves_the_file_that_was_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = open_storage(settings)
    asyncio.run(storage.put("a.png", b"old"))

    def full(_file: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        asyncio.run(storage.put("a.png", b"new"))

    assert asyncio.run(storage.get("a.png")) == b"old"
    assert [path.name for path in Path(settings.data / "files").iterdir()] == ["a.png"]


def test_a_link_gives_the_file_to_whoever_has_it_and_nobody_can_write_one(
    server: Served, settings: Settings, anonymous: httpx.Client
) -> None:
    storage = open_storage(settings)
    assert isinstance(storage, FolderStorage)
    asyncio.run(storage.put("images/a.png", b"\x89PNG"))
    asyncio.run(storage.put("page.html", b"<script>"))
    asyncio.run(storage.put("secret.txt", b"secret"))

    def link(key: str, now: datetime | None = None) -> str:
        return server.url + asyncio.run(storage.link(key, now or utc_now(), HOUR))

    answer = httpx.get(link("images/a.png"))
    assert (answer.content, answer.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert answer.headers["cache-control"] == "private, no-store"
    page = httpx.get(link("page.html"))
    assert (page.headers["content-disposition"], page.headers["x-content-type-options"]) == ("attachment", "nosniff")
    refused(httpx.get(link("images/a.png", utc_now() - 2 * HOUR)), 403, "link_not_good")
    refused(httpx.get(link("images/a.png").replace("images/a.png", "secret.txt")), 403, "link_not_good")
    refused(httpx.get(link("images/a.png").replace("expires=1", "expires=2")), 403, "link_not_good")
    refused(httpx.get(link("images/gone.png")), 404, "no_such_file")
    refused(anonymous.get("/files/../../secret_key", params={"expires": 1, "sig": "ü"}), 404, "not_found")
    refused(anonymous.get("/files/a.png", params={"expires": 1, "sig": "ü"}), 403, "link_not_good")


def test_with_s3_no_file_is_given_out_here(settings: Settings, s3_url: str) -> None:
    served = Served(replace(settings, s3_url=s3_url))
    served.start()
    with served.client() as client:
        refused(client.get("/files/a.png", params={"expires": 1, "sig": "x"}), 404, "no_such_file")
    served.stop()


def test_a_link_begins_with_the_address_that_guests_use(settings: Settings) -> None:
    storage = open_storage(replace(settings, public_url="https://tickets.example.org"))
    moment = datetime(2026, 11, 22, tzinfo=UTC)

    first, second = (asyncio.run(storage.link("a.png", moment, HOUR)) for _ in range(2))
    assert first == second
    assert first.startswith("https://tickets.example.org/api/v1/files/a.png?expires=1795309200&sig=")
