"""One thing done to many registrations: what becomes of each, and that it is one transaction."""

from typing import Any

import httpx
import pytest

from tests.integration.arrange import Json, made, make_event, make_type, refused, register, reread
from tests.integration.conftest import Rows

NOBODY = "018f0000-0000-7000-8000-000000000000"


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    event = make_event(organizer)
    make_type(organizer, event, price_minor=4500)
    return event


@pytest.fixture
def guests(organizer: httpx.Client, event: Json) -> list[Json]:
    return [register(organizer, event, f"guest{number}@example.org") for number in range(4)]


def bulk(client: httpx.Client, event: Json, action: str, *ids: str, **asked: Any) -> list[str]:
    """What became of each, in order."""
    body = {"action": action, "ids": ids} if not asked else {"action": action} | asked
    answer = made(client.post(f"/events/{event['id']}/registrations/bulk", json=body), 200)
    return [each["outcome"] for each in answer["items"]]


def test_each_registration_has_its_outcome_and_each_change_its_row_in_the_audit(
    organizer: httpx.Client, event: Json, guests: list[Json], sql: Rows
) -> None:
    ids = [guest["id"] for guest in guests]
    organizer.delete(f"/registrations/{ids[3]}")
    assert bulk(organizer, event, "mark_paid", *ids, NOBODY, ids[0]) == [
        *("done", "done", "done"),
        *("registration_cancelled", "not_found"),
    ]
    assert bulk(organizer, event, "mark_paid", ids[0]) == ["unchanged"]
    assert bulk(organizer, event, "block", *ids[:2]) == ["done", "done"]
    assert bulk(organizer, event, "block", *ids[:3]) == ["unchanged", "unchanged", "done"]
    assert bulk(organizer, event, "unblock", ids[2]) == ["done"]
    assert bulk(organizer, event, "reissue", *ids[:2]) == ["done", "done"]
    assert bulk(organizer, event, "cancel", *ids) == ["done", "done", "done", "unchanged"]
    assert bulk(organizer, event, "resend", ids[0]) == ["registration_cancelled"]
    assert bulk(organizer, event, "cancel") == []

    first = reread(organizer, guests[0])
    assert (first["status"], first["ticket_status"], first["payment_status"]) == ("cancelled", "cancelled", "PAID")
    assert (first["version"], made(organizer.get(f"/events/{event['id']}"), 200)["sold"]) == (5, 0)
    rows = sql.execute("SELECT action FROM audit WHERE object_id = %s ORDER BY number", [ids[0]]).fetchall()
    assert [row["action"].removeprefix("registration.") for row in rows] == [
        *("created", "changed", "blocked"),
        *("reissued", "cancelled"),
    ]


def test_tickets_are_signed_voided_and_told_to_doors_as_if_done_one_by_one(
    organizer: httpx.Client, event: Json, guests: list[Json], sql: Rows
) -> None:
    ids = [guest["id"] for guest in guests]
    last = sql.execute("SELECT max(revision) AS last FROM changes").fetchone()
    assert last is not None
    bulk(organizer, event, "mark_paid", *ids)
    paid = [reread(organizer, guest) for guest in guests]
    assert len({each["qr_code"] for each in paid}) == 4
    assert [each["short_code"] for each in paid] == [each["short_code"] for each in guests]
    bulk(organizer, event, "block", ids[0])
    bulk(organizer, event, "reissue", *ids[:2])
    again = [reread(organizer, guest) for guest in guests]
    assert [each["ticket_status"] for each in again] == ["blocked", "valid", "valid", "valid"]
    assert [old["qr_code"] == new["qr_code"] for old, new in zip(paid, again, strict=True)] == [
        *(False, False),
        *(True, True),
    ]
    told = sql.execute("SELECT entity FROM changes WHERE revision > %s ORDER BY revision", [last["last"]]).fetchall()
    assert [row["entity"] for row in told] == [*["ticket"] * 4, *["guest"] * 4, "ticket", *["ticket"] * 4]


def test_mails_of_many_wait_behind_all_others(
    organizer: httpx.Client, event: Json, guests: list[Json], sql: Rows
) -> None:
    sql.execute("DELETE FROM procrastinate_jobs")
    assert bulk(organizer, event, "resend", *(guest["id"] for guest in guests)) == ["done"] * 4
    mails = sql.execute("SELECT priority FROM procrastinate_jobs WHERE task_name = 'send-email'").fetchall()
    assert [mail["priority"] for mail in mails] == [-10] * 4


def test_a_filter_finds_whom_its_list_finds_five_hundred_at_a_time(
    organizer: httpx.Client, event: Json, guests: list[Json], sql: Rows
) -> None:
    type_id = guests[0]["ticket_type_id"]
    sql.execute(
        """
        INSERT INTO registrations (id, event_id, ticket_type_id, user_email, full_name, payment_status)
        SELECT gen_random_uuid(), %s, %s, 'many' || n || '@example.org', 'Many', 'FAILED'
        FROM generate_series(1, 501) AS n
        """,
        [event["id"], type_id],
    )
    path = f"/events/{event['id']}/registrations/bulk"
    body: Json = {"action": "mark_paid", "filter": {"payment_status": "FAILED", "ticket_type_id": type_id}}
    first = made(organizer.post(path, json=body), 200)
    second = made(organizer.post(path, json=body | {"cursor": first["next_cursor"]}), 200)
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (500, 1, None)
    paid = sql.execute("SELECT count(*) AS n FROM registrations WHERE payment_status = 'PAID'").fetchone()
    assert paid == {"n": 501}
    assert bulk(organizer, event, "cancel", filter={"payment_status": "FREE"}) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"action": "cancel"}, id="neither ids nor a filter"),
        pytest.param({"action": "cancel", "ids": [], "filter": {}}, id="both"),
        pytest.param({"action": "delete", "ids": []}, id="an action that is none"),
        pytest.param({"action": "cancel", "ids": [NOBODY] * 501}, id="too many"),
        pytest.param({"action": "cancel", "filter": {"name": "Ana"}}, id="a filter that is none"),
        pytest.param({"action": "cancel", "filter": {}, "cursor": "WyJhIl0"}, id="a damaged cursor"),
    ],
)
def test_what_cannot_be_done_to_many_is_refused(organizer: httpx.Client, event: Json, body: Json) -> None:
    refused(organizer.post(f"/events/{event['id']}/registrations/bulk", json=body), 422, "invalid")
