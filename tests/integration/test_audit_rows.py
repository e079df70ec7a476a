"""Every changing route leaves a row in the audit, in the transaction of the change; who may read them reads them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from server.auth.passwords import hash_now
from server.settings import read_settings
from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import PASSWORD, People, Postgres, Rows
from tests.integration.laptop import Laptop, make_festival, scan_of, scanned
from tests.integration.matrix import YES, Row, read_rows
from tests.integration.matrix_asking import Asking, Sent
from tests.integration.matrix_requests import REQUESTS, request_of
from tests.integration.matrix_world import World, inhabited
from tests.integration.served import Served

API = "/api/v1"
ANOTHER_TRACE = {
    f"POST {API}/events/{{event_id}}/check-ins": "the fact",
    f"POST {API}/events/{{event_id}}/check-ins · override": "the fact",
    f"POST {API}/sync/push": "the facts",
    f"POST {API}/auth/login": "the session",
    f"POST {API}/auth/refresh": "the session",
    "POST /confirm-email": "nothing: this link is no good",
    "POST /reset-password": "nothing: this link is no good",
    "POST /orders/{order_id}": "nothing: this link is no good",
    "POST /waiting/{waiting_id}": "nothing: this link is no good",
    f"POST {API}/auth/confirm-email": "nothing: this link is no good",
    f"POST {API}/auth/password-reset/confirm": "nothing: this link is no good",
    f"POST {API}/auth/password-reset": "nothing: nobody has this e-mail",
    f"POST {API}/events/{{event_id}}/waiting": "nothing: there are places",
    f"POST {API}/events/{{event_id}}/waiting · a draft": "nothing: there are places",
    f"POST {API}/waiting/{{waiting_id}}/take": "nothing: no place was offered",
    f"POST {API}/events/{{event_id}}/imports/{{import_id}}/check": "nothing: a report on what would be",
    f"POST {API}/events/{{event_id}}/imports/{{import_id}}/stop": "nothing: this import does not run",
    f"POST {API}/registrations/{{registration_id}}/unblock": "nothing: this ticket is not blocked",
    f"POST {API}/journals/import": "nothing: this file holds no fact",
    f"POST {API}/persons/erase": "nothing: nobody has this e-mail",
}
"""Rows of the matrix whose request leaves none in the audit, and what remains of it instead."""
CHANGING = [row for row in read_rows() if row.method != "GET"]


@pytest.fixture(scope="module")
def world(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    owner_url = postgres.fresh()
    folder = str(tmp_path_factory.mktemp("audit") / "server")
    server = Served(read_settings({"DATABASE_URL": postgres.serving(owner_url), "EVENTREG_DATA": folder}))
    server.start()
    try:
        with inhabited(server, owner_url, hash_now(PASSWORD)) as made_:
            yield made_
    finally:
        server.stop()
        postgres.drop(owner_url)


@pytest.mark.parametrize("row", CHANGING, ids=lambda row: row.name)
def test_a_change_leaves_its_row(world: World, row: Row) -> None:
    kind = next(kind for kind in ("visitor", "admin", "device") if row.cells[kind].own == YES)
    asking = Asking(world, kind, "own")
    sent = REQUESTS[row.name](asking) if row.name in REQUESTS else Sent()
    request = request_of(row, asking, sent)
    before = world.sql.execute("SELECT coalesce(max(number), 0) AS last FROM audit").fetchone()
    assert before is not None

    answer = world.send(kind, request)

    assert answer.status_code in sent.done, answer.text
    rows = world.sql.execute("SELECT * FROM audit WHERE number > %(last)s", before).fetchall()
    if row.name in ANOTHER_TRACE:
        assert rows == []
        return
    assert rows, f"{row.name} changed something and left no row: call audit.write() in its use case"
    authors = {"visitor": ("visitor", None), "admin": ("user", world.users["admin"]), "device": ("device", None)}
    assert {(one["author_kind"], one["author_id"]) for one in rows} == {authors[kind]}
    assert {one["address"] for one in rows} == {"127.0.0.0/24"}
    assert {one["request_id"] for one in rows} == {answer.headers["X-Request-ID"]}


def test_what_leaves_no_row_is_a_route_that_exists() -> None:
    assert ANOTHER_TRACE.keys() - {row.name for row in CHANGING} == set()


def rows_of(client: httpx.Client, event: Json, **params: str) -> list[Json]:
    items: list[Json] = made(client.get(f"/events/{event['id']}/audit", params=params), 200)["items"]
    return items


def actions(rows: list[Json]) -> list[str]:
    return [row["action"] for row in rows]


def test_an_organizer_reads_who_changed_what_of_an_event_newest_first(organizer: httpx.Client, people: People) -> None:
    event = make_event(organizer)
    made(organizer.put(f"/events/{event['id']}", json={"venue": "Park"}), 200)

    [changed, granted, created] = rows_of(organizer, event)

    assert (created["action"], created["before"], created["after"]["name"]) == ("event.created", None, event["name"])
    assert granted["after"] == {"role": "organizer"}
    assert changed["action"] == "event.changed"
    assert changed["before"] == {"venue": "Lindenhof", "version": 1}
    assert changed["after"] == {"venue": "Park", "version": 2}
    assert (changed["author"]["kind"], changed["author"]["id"]) == ("user", str(people.organizer.id))


def test_the_life_of_a_registration_is_read_from_its_rows_and_its_guest_can_be_named(organizer: httpx.Client) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    guest = register(organizer, event, "ana@example.org", phone="+49 30 1234")
    path = f"/registrations/{guest['id']}"
    made(organizer.put(path, json={"full_name": "Ana Möller", "phone": "+49 30 9999"}), 200)
    for action in ("block", "unblock", "reissue"):
        made(organizer.post(f"{path}/{action}"), 200)
    assert organizer.delete(path).status_code == 204
    register(organizer, event, "ana@example.org")

    rows = rows_of(organizer, event, object=guest["id"])

    steps = ["created", "changed", "blocked", "unblocked", "reissued", "cancelled", "revived"]
    assert actions(rows) == [f"registration.{step}" for step in reversed(steps)]
    created, changed = rows[-1], rows[-2]
    assert (created["after"]["user_email"], created["after"]["phone"]) == ("ana@example.org", "+49 30 1234")
    assert changed["before"] == {"full_name": "Ana Müller", "phone": "+49 30 1234", "version": 1}
    assert changed["after"] == {"full_name": "Ana Möller", "phone": "+49 30 9999", "version": 2}


def test_a_change_that_fails_leaves_no_row(organizer: httpx.Client) -> None:
    event = make_event(organizer)
    register_path = f"/events/{event['id']}/registrations"
    before = rows_of(organizer, event)

    refused(organizer.put(f"/events/{event['id']}", json={"end_date": "2020-01-01T00:00:00Z"}), 422, "invalid")
    refused(
        organizer.post(register_path, json={"user_email": "a@example.org", "full_name": "A"}), 409, "nothing_on_sale"
    )

    assert rows_of(organizer, event) == before


def test_devices_and_annulments_are_in_the_audit_and_scans_are_their_own(
    organizer: httpx.Client, anonymous: httpx.Client
) -> None:
    festival = make_festival(organizer)
    laptop = Laptop(anonymous, organizer, festival)
    scan = scan_of(festival)
    scanned(organizer, festival, scan)
    made(organizer.post(f"/check-ins/{scan['id']}/annul"), 200)
    made(organizer.post(f"/check-ins/{scan['id']}/annul"), 200)
    made(organizer.post(f"/devices/{laptop.id}/revoke"), 200)

    rows = rows_of(organizer, festival.event)

    assert actions(rows)[:4] == ["device.revoked", "check_in.annulled", "device.enrolled", "device.invited"]
    assert rows[1]["object_id"] == scan["id"]
    assert (rows[2]["author"]["kind"], rows[2]["before"]["enrolled_at"]) == ("visitor", None)
    assert "public_key" not in rows[2]["after"]


def test_an_admin_reads_what_became_of_an_event_that_was_deleted(
    admin: httpx.Client, organizer: httpx.Client, people: People
) -> None:
    event = make_event(organizer)
    assert admin.delete(f"/events/{event['id']}").status_code == 204

    rows = made(admin.get("/audit", params={"object": event["id"]}), 200)["items"]

    assert actions(rows) == ["event.deleted", "event.created"]
    assert (rows[0]["before"]["name"], rows[0]["after"]) == (event["name"], None)
    assert rows[0]["author"]["id"] == str(people.admin.id)


def test_the_audit_comes_in_pages_and_a_damaged_cursor_is_named(organizer: httpx.Client) -> None:
    event = make_event(organizer)
    for number in range(4):
        make_type(organizer, event, name=f"Type {number}")
    path = f"/events/{event['id']}/audit"

    whole = rows_of(organizer, event)
    seen: list[Any] = []
    page = made(organizer.get(path, params={"limit": 4}), 200)
    while True:
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        page = made(organizer.get(path, params={"limit": 4, "cursor": page["next_cursor"]}), 200)

    assert seen == whole
    assert len(whole) == 6
    assert refused(organizer.get(path, params={"cursor": "nonsense"}), 422, "invalid")["field"] == "cursor"


def test_no_name_no_address_and_no_secret_lies_readable_in_the_audit(organizer: httpx.Client, sql: Rows) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    guest = register(organizer, event, "ana@example.org", phone="+49 30 1234")
    made(organizer.put(f"/registrations/{guest['id']}", json={"user_email": "bo@example.org"}), 200)

    stored = sql.execute("SELECT string_agg(row_to_json(audit)::text, ' ') AS text FROM audit").fetchone()

    assert stored is not None
    assert "registration.changed" in stored["text"]
    # None of these stands there by chance: not in an id, a time or what is sealed.
    for secret in ("ana@", "bo@", "Müller", "+49 30", "password", "qr_code", guest["qr_code"]):
        assert secret not in stored["text"]
