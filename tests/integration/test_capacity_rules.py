"""What counts against capacity and quotas, over HTTP: companions, reserved places, sale windows, cancellations."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import Rows


def path_of(event: Json) -> str:
    return f"/events/{event['id']}/registrations"


def guest(name: str, **fields: object) -> Json:
    return {"user_email": f"{name}@example.org", "full_name": name.title()} | fields


def set_event(sql: Rows, event: Json, **columns: object) -> None:
    for column, value in columns.items():
        sql.execute(f"UPDATE events SET {column} = %s WHERE id = %s", [value, event["id"]])


def set_type(sql: Rows, type_: Json, **columns: object) -> None:
    for column, value in columns.items():
        sql.execute(f"UPDATE ticket_types SET {column} = %s WHERE id = %s", [value, type_["id"]])


def counters(sql: Rows, event: Json) -> tuple[int, int, int]:
    """Sold tickets by the event's head, by its types, and by the tickets themselves."""
    row = sql.execute(
        "SELECT sold, (SELECT sum(sold) FROM ticket_types WHERE event_id = head.event_id)::int AS of_types,"
        " (SELECT count(*) FROM tickets WHERE event_id = head.event_id AND status IN ('valid', 'blocked')) AS held"
        " FROM event_heads AS head WHERE event_id = %s",
        [event["id"]],
    ).fetchone()
    assert row is not None
    return row["sold"], row["of_types"], row["held"]


def test_a_family_gets_a_ticket_each_or_none_at_all(
    organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer, max_capacity=4)
    set_type(sql, make_type(organizer, event), companions_allowed=2)
    family = made(anonymous.post(path_of(event), json=guest("ana", companions=["Bo", "Cem"])))
    assert counters(sql, event) == (3, 3, 3)
    assert made(organizer.get(f"/registrations/{family['id']}"), 200) == family
    held = sql.execute("SELECT place, holder_name FROM tickets ORDER BY place").fetchall()
    assert [(row["place"], row["holder_name"]) for row in held] == [(0, None), (1, "Bo"), (2, "Cem")]

    no = refused(anonymous.post(path_of(event), json=guest("dana", companions=["Eli"])), 409, "sold_out")
    assert no["waiting_list"] is True
    refused(anonymous.post(path_of(event), json=guest("f", companions=["G", "H", "I"])), 422, "too_many_companions")
    assert counters(sql, event) == (3, 3, 3)

    assert organizer.delete(f"/registrations/{family['id']}").status_code == 204
    assert counters(sql, event) == (0, 0, 0)
    made(anonymous.post(path_of(event), json=guest("dana", companions=["Eli"])))
    assert counters(sql, event) == (2, 2, 2)


def test_the_box_office_has_the_reserved_places_and_sells_what_is_not_on_sale(
    organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer, max_capacity=2)
    type_ = make_type(organizer, event)
    set_event(sql, event, reserved_places=1, has_waiting_list=False)
    made(anonymous.post(path_of(event), json=guest("ana")))
    no = refused(anonymous.post(path_of(event), json=guest("bo")), 409, "sold_out")
    assert no["waiting_list"] is False
    refused(anonymous.post(path_of(event), json=guest("bo", box_office=True)), 401, "not_signed_in")
    set_type(sql, type_, sale_until="2026-01-01T00:00:00Z")
    refused(organizer.post(path_of(event), json=guest("bo")), 409, "sale_closed")
    made(organizer.post(path_of(event), json=guest("bo", box_office=True)))
    refused(organizer.post(path_of(event), json=guest("cem", box_office=True)), 409, "sold_out")


def test_who_comes_too_early_hears_when_the_sale_begins(
    organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer)
    type_ = make_type(organizer, event)
    set_type(sql, type_, sale_from="2199-12-31T23:30:00+01:00")
    no = refused(anonymous.post(path_of(event), json=guest("ana")), 409, "sale_closed")
    assert (no["sale_from"], no["sale_until"], no["field"]) == ("2199-12-31T22:30:00Z", None, "ticket_type_id")
    assert counters(sql, event) == (0, 0, 0)


def test_who_cancelled_comes_back_only_if_there_is_a_place(
    organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer, max_capacity=1)
    make_type(organizer, event)
    ana = register(anonymous, event)
    refused(anonymous.post(path_of(event), json=guest("ana")), 409, "duplicate_registration")
    assert organizer.delete(f"/registrations/{ana['id']}").status_code == 204
    bo = made(anonymous.post(path_of(event), json=guest("bo")))
    refused(anonymous.post(path_of(event), json=guest("ana")), 409, "sold_out")
    assert organizer.delete(f"/registrations/{bo['id']}").status_code == 204
    back = made(anonymous.post(path_of(event), json=guest("ana")))
    assert (back["id"], back["version"] > ana["version"]) == (ana["id"], True)
    assert counters(sql, event) == (1, 1, 1)


def test_a_tight_event_stays_within_its_bounds_while_people_come_and_go(
    organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer, max_capacity=12)
    crew = make_type(organizer, event, name="Crew", quota=5)
    day = make_type(organizer, event, name="Day", quota=9)
    for type_ in (crew, day):
        set_type(sql, type_, companions_allowed=2)
    dice = random.Random(7)
    asks = [
        guest(
            f"guest{number}",
            ticket_type_id=dice.choice([crew, day])["id"],
            companions=["A", "B"][: dice.randrange(3)],
        )
        for number in range(60)
    ]

    def come_and_perhaps_go(ask: Json) -> str:
        answer = anonymous.post(path_of(event), json=ask)
        if answer.status_code == 201 and int(ask["user_email"][5:-12]) % 3 == 0:
            assert organizer.delete(f"/registrations/{answer.json()['id']}").status_code == 204
            return "gone"
        return str(answer.json().get("code", answer.status_code))

    with ThreadPoolExecutor(16) as crowd:
        outcomes = Counter(crowd.map(come_and_perhaps_go, asks))
    assert set(outcomes) <= {"201", "gone", "sold_out"}
    assert outcomes["sold_out"]
    sold, of_types, held = counters(sql, event)
    assert sold == of_types == held <= 12
    full = sql.execute("SELECT bool_and(sold <= quota) AS held FROM ticket_types").fetchone()
    assert full == {"held": True}


def test_one_request_sent_many_times_at_once_is_done_once(
    organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    key = {"Idempotency-Key": "one-and-the-same-request"}

    def ask(_: int) -> tuple[int, str]:
        answer = anonymous.post(path_of(event), json=guest("ana"), headers=key)
        return answer.status_code, answer.json().get("code") or answer.json()["id"]

    with ThreadPoolExecutor(16) as crowd:
        outcomes = set(crowd.map(ask, range(32)))
    assert {status for status, _ in outcomes} <= {201, 409}
    assert {told for status, told in outcomes if status == 409} <= {"request_in_flight"}
    assert len({told for status, told in outcomes if status == 201}) == 1
    assert counters(sql, event) == (1, 1, 1)
