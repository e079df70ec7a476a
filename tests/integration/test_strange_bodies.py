"""Every field of every body, at, under and over its limits and as something else altogether: never a bug."""

from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from tests.integration.conftest import PASSWORD, People
from tests.integration.served import API, Served
from tests.soak.api import furnished
from tests.soak.bodies import VERY_LONG, walk


@pytest.fixture
def signed_in(server: Served, people: People) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client, server.client(people.admin.email, PASSWORD) as admin:
        client.headers["Authorization"] = admin.headers["Authorization"]
        yield client


@pytest.mark.soak
def test_no_field_of_any_body_finds_a_bug(server: Served, signed_in: httpx.Client) -> None:
    with furnished(server) as place:
        assert walk(place, signed_in, every=8) == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", ""])
def test_a_body_of_another_kind_is_refused(signed_in: httpx.Client, kind: str) -> None:
    event = b'{"name": "Gala", "date": "2026-12-05T18:00:00Z", "venue": "Mill"}'
    answer = signed_in.post(f"{API}/events", content=event, headers={"Content-Type": kind})
    assert answer.status_code in (415, 422), answer.text


def test_four_megabytes_are_not_read_where_nobody_needs_them(signed_in: httpx.Client) -> None:
    body = {"name": VERY_LONG, "date": "2026-12-05T18:00:00Z", "venue": "Mill"}
    assert signed_in.post(f"{API}/events", json=body).status_code == 413
    assert signed_in.post(f"{API}/devices/enrol", json={"code": VERY_LONG}).status_code == 413


def test_a_body_of_lists_in_lists_is_refused_before_anybody_is_known(signed_in: httpx.Client) -> None:
    deep = b'{"new":' + b"[" * 7_000 + b"]" * 7_000 + b"}"
    for path in ("/devices/enrol", f"/events/{UUID(int=0)}/check-ins"):
        answer = signed_in.post(f"{API}{path}", content=deep, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), path
    for path in ("/auth/login", f"/events/{UUID(int=0)}/registrations", "/events"):
        answer = signed_in.post(f"{API}{path}", content=deep, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), path
