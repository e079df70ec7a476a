"""The waiting list: in the order of coming, for a while each, and never more places than there are."""

from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import httpx
import pytest

from server.settings import Settings
from server.tasks import TASKS
from tests.integration.arrange import Json, made, make_event, make_type, refused, register, reread
from tests.integration.buying import buy_for, let_time_pass
from tests.integration.conftest import Rows
from tests.integration.doing import doing, until, waiting


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer, max_capacity=2)


@pytest.fixture
def day(organizer: httpx.Client, event: Json) -> Json:
    return make_type(organizer, event)


@pytest.fixture
def guests(organizer: httpx.Client, event: Json, day: Json) -> list[Json]:
    """Everybody who has a place: the event is full."""
    return [register(organizer, event, f"guest{number}@example.org", ticket_type_id=day["id"]) for number in range(2)]


def asking(day: Json, email: str, **fields: object) -> Json:
    return {"user_email": email, "full_name": "Ana Müller", "ticket_type_id": day["id"]} | fields


def join(client: httpx.Client, event: Json, day: Json, email: str, **fields: object) -> Json:
    return made(client.post(f"/events/{event['id']}/waiting", json=asking(day, email, **fields)))


def take(client: httpx.Client, one: Json, **fields: object) -> httpx.Response:
    return client.post(f"/waiting/{one['id']}/take", json={"token": one["token"]} | fields)


def work_off(settings: Settings, sql: Rows) -> None:
    """Do all jobs that wait, and what they cause; what is periodic is done at least once."""
    sql.execute("DELETE FROM jobs WHERE key LIKE 'expire-offers@%' AND done_at IS NOT NULL")
    with doing(settings, TASKS):
        done = "SELECT 1 FROM jobs WHERE key LIKE 'expire-offers@%' AND done_at IS NOT NULL"
        until(lambda: sql.execute(done).fetchone() is not None and waiting(sql) == 0)


def mails(settings: Settings) -> list[EmailMessage]:
    files = sorted((settings.data / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


def standing(sql: Rows) -> dict[str, str]:
    """Who stands how, by e-mail."""
    rows = sql.execute("SELECT user_email, status FROM waiting ORDER BY id").fetchall()
    return {row["user_email"]: row["status"] for row in rows}


def let_offers_end(sql: Rows) -> None:
    sql.execute("UPDATE waiting SET offered_until = now() - interval '1 second' WHERE status = 'offered'")


def counted(sql: Rows) -> tuple[int, int]:
    row = sql.execute("SELECT sold, offered FROM event_heads").fetchone()
    assert row is not None
    return row["sold"], row["offered"]


def test_a_freed_place_is_offered_to_the_first_in_line_who_takes_it_with_the_token_of_the_mail(
    settings: Settings,
    organizer: httpx.Client,
    anonymous: httpx.Client,
    event: Json,
    day: Json,
    guests: list[Json],
    sql: Rows,
) -> None:
    anonymous.headers["Accept-Language"] = "de"
    first, second = (join(anonymous, event, day, f"{name}@example.org") for name in ("first", "second"))
    assert (first["status"], first["ahead"], second["ahead"]) == ("waiting", 0, 1)
    refused(take(anonymous, first), 409, "offer_over")
    assert organizer.delete(f"/registrations/{guests[0]['id']}").status_code == 204

    work_off(settings, sql)

    assert standing(sql) == {"first@example.org": "offered", "second@example.org": "waiting"}
    assert counted(sql) == (1, 1)
    body = {"user_email": "quick@example.org", "full_name": "Quick"}
    refused(anonymous.post(f"/events/{event['id']}/registrations", json=body), 409, "sold_out")
    (mail,) = [one for one in mails(settings) if one["To"] == "first@example.org" and "frei für Sie" not in str(one)][
        1:
    ]
    assert mail["Subject"] == "Ein Platz ist für Sie frei: Lindenhof Festival"
    text = mail.get_body(("plain",))
    assert text is not None
    assert f"/waiting/{first['id']}?token={first['token']}" in text.get_content()
    refused(take(anonymous, first | {"token": second["token"]}), 404, "waiting_not_found")
    refused(take(anonymous, first, companions=["Cy"]), 422, "too_many_companions")

    registration = made(take(anonymous, first))

    assert (registration["user_email"], registration["payment_status"]) == ("first@example.org", "FREE")
    assert made(take(anonymous, first))["id"] == registration["id"]
    assert reread(organizer, registration)["ticket_status"] == "valid"
    assert counted(sql) == (2, 0)
    listed = made(organizer.get(f"/events/{event['id']}/waiting", params={"status": "taken"}), 200)["items"]
    assert [one["registration_id"] for one in listed] == [registration["id"]]
    rows = sql.execute("SELECT action, author_kind FROM audit WHERE object_id = %s ORDER BY number", [first["id"]])
    assert [tuple(row.values()) for row in rows] == [
        ("waiting.joined", "visitor"),
        ("waiting.offered", "system"),
        ("waiting.taken", "visitor"),
    ]


def test_nobody_waits_where_there_are_places_or_no_list_nor_twice(
    organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json, sql: Rows
) -> None:
    path = f"/events/{event['id']}/waiting"
    refused(anonymous.post(path, json=asking(day, "a@example.org")), 409, "places_left")
    known, _ = (register(organizer, event, f"{name}@example.org") for name in ("known", "other"))
    join(anonymous, event, day, "a@example.org")
    again = refused(anonymous.post(path, json=asking(day, "A@example.org")), 409, "waiting_already")
    assert again["field"] == "user_email"
    refused(anonymous.post(path, json=asking(day, known["user_email"])), 409, "duplicate_registration")
    refused(anonymous.post(path, json=asking(event, "b@example.org")), 422, "unknown_ticket_type")
    refused(anonymous.post(path, json=asking(day, "b@example.org", places=2)), 422, "too_many_companions")
    sql.execute("UPDATE events SET has_waiting_list = false")
    refused(anonymous.post(path, json=asking(day, "b@example.org")), 409, "no_waiting_list")
    sql.execute("UPDATE events SET has_waiting_list = true, date = now() - interval '1 minute'")
    refused(anonymous.post(path, json=asking(day, "b@example.org")), 409, "no_waiting_list")


def test_an_offer_that_is_over_goes_to_the_next_one_and_who_left_is_skipped(
    settings: Settings,
    organizer: httpx.Client,
    anonymous: httpx.Client,
    event: Json,
    day: Json,
    guests: list[Json],
    sql: Rows,
) -> None:
    names = ("sleeps", "leaves", "gone", "comes")
    line = {name: join(anonymous, event, day, f"{name}@example.org") for name in names}
    leaving = {"Link-Token": line["gone"]["token"]}
    assert anonymous.delete(f"/waiting/{line['gone']['id']}", headers=leaving).status_code == 204
    assert organizer.delete(f"/registrations/{guests[0]['id']}").status_code == 204
    work_off(settings, sql)
    assert standing(sql)["sleeps@example.org"] == "offered"

    let_offers_end(sql)
    refused(take(anonymous, line["sleeps"]), 409, "offer_over")
    work_off(settings, sql)

    assert standing(sql) == {
        "sleeps@example.org": "expired",
        "leaves@example.org": "offered",
        "gone@example.org": "left",
        "comes@example.org": "waiting",
    }
    leaving = {"Link-Token": line["leaves"]["token"]}
    assert anonymous.delete(f"/waiting/{line['leaves']['id']}", headers=leaving).status_code == 204
    assert anonymous.delete(f"/waiting/{line['leaves']['id']}", headers=leaving).status_code == 204
    work_off(settings, sql)
    assert standing(sql)["comes@example.org"] == "offered"
    assert counted(sql) == (1, 1)
    assert organizer.delete(f"/waiting/{line['comes']['id']}").status_code == 204
    assert counted(sql) == (1, 0)


def test_nobody_is_faster_than_the_line_and_what_it_cannot_use_is_for_everybody(
    settings: Settings,
    organizer: httpx.Client,
    anonymous: httpx.Client,
    event: Json,
    day: Json,
    guests: list[Json],
    sql: Rows,
) -> None:
    first = join(anonymous, event, day, "first@example.org")
    assert organizer.delete(f"/registrations/{guests[0]['id']}").status_code == 204
    quick = {"user_email": "quick@example.org", "full_name": "Quick"}
    refused(anonymous.post(f"/events/{event['id']}/registrations", json=quick), 409, "sold_out")
    join(anonymous, event, day, "second@example.org")
    work_off(settings, sql)
    made(take(anonymous, first))

    sql.execute("UPDATE waiting SET places = 2 WHERE status = 'waiting'")
    assert organizer.delete(f"/registrations/{guests[1]['id']}").status_code == 204
    made(anonymous.post(f"/events/{event['id']}/registrations", json=quick))
    assert counted(sql) == (2, 0)


def test_who_wants_more_than_there_is_waits_on_and_a_larger_event_offers_the_rest(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json, sql: Rows
) -> None:
    sql.execute("UPDATE ticket_types SET companions_allowed = 2")
    order = buy_for(anonymous, event, make_type(organizer, event, name="Paid", price_minor=100), "p@x.org", "q@x.org")
    three = join(anonymous, event, day, "three@example.org", places=3)
    one = join(anonymous, event, day, "one@example.org")
    work_off(settings, sql)
    let_time_pass(sql, order)
    work_off(settings, sql)
    assert standing(sql) == {"three@example.org": "waiting", "one@example.org": "offered"}
    assert counted(sql) == (0, 1)

    made(organizer.put(f"/events/{event['id']}", json={"max_capacity": 4}), 200)
    work_off(settings, sql)

    assert standing(sql)["three@example.org"] == "offered"
    assert counted(sql) == (0, 4)
    made(take(anonymous, three, companions=["Cy"]))
    made(take(anonymous, one))
    assert counted(sql) == (3, 0)


def test_hundreds_who_want_more_than_there_is_hide_nobody_behind_them(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json, sql: Rows
) -> None:
    guests = [register(organizer, event, f"guest{number}@example.org") for number in range(2)]
    sql.execute(
        "INSERT INTO waiting (id, event_id, ticket_type_id, user_email, full_name, places)"
        " SELECT CAST(lpad(to_hex(number), 32, '0') AS uuid), %s, %s, number || '@example.org', 'Ana Müller', 2"
        " FROM generate_series(1, 500) AS number",
        [event["id"], day["id"]],
    )
    join(anonymous, event, day, "last@example.org")
    assert organizer.delete(f"/registrations/{guests[0]['id']}").status_code == 204
    refused(anonymous.post(f"/events/{event['id']}/registrations", json=asking(day, "x@example.org")), 409, "sold_out")

    work_off(settings, sql)

    assert standing(sql)["last@example.org"] == "offered"


def test_however_many_take_and_leave_and_register_at_once_nothing_is_oversold(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, event: Json, day: Json, sql: Rows
) -> None:
    made(organizer.put(f"/events/{event['id']}", json={"max_capacity": 10}), 200)
    guests = [register(organizer, event, f"g{number}@example.org") for number in range(10)]
    line = [join(anonymous, event, day, f"w{number}@example.org") for number in range(12)]

    def act(number: int) -> int:
        if number % 3 == 0:
            return organizer.delete(f"/registrations/{guests[number // 3]['id']}").status_code
        if number % 3 == 1:
            return take(anonymous, line[number // 3]).status_code
        body = {"user_email": f"n{number}@example.org", "full_name": "New"}
        return anonymous.post(f"/events/{event['id']}/registrations", json=body).status_code

    with doing(settings, TASKS), ThreadPoolExecutor(6) as together:
        codes = set(together.map(act, range(30)))
    work_off(settings, sql)
    with ThreadPoolExecutor(6) as together:
        codes |= {answer.status_code for answer in together.map(lambda one: take(anonymous, one), line)}

    assert codes <= {201, 204, 409}
    rows = sql.execute("SELECT count(*) AS active FROM registrations WHERE status = 'active'").fetchone()
    assert rows is not None
    assert counted(sql) == (rows["active"], 0)
    assert rows["active"] == 10
    order = [one["user_email"] for one in line]
    taken = [email for email, status in standing(sql).items() if status == "taken"]
    assert taken == order[: len(taken)]
