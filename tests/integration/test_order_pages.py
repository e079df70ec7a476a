"""The pages where mails about orders and places lead, as a browser without scripts uses them."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from server.mail.sealed import open_context
from server.settings import Settings
from server.web.order_wording import ORDER_WORDS
from server.web.wording import WORDS
from tests.integration.arrange import Json, made, make_event, make_type, register, reread
from tests.integration.buying import buy_for, order_now, pay
from tests.integration.conftest import Rows
from tests.integration.served import Served
from tests.integration.test_web import Page


@pytest.fixture
def visitor(server: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as client:
        yield client


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer, max_capacity=1)


def link_in(settings: Settings, sql: Rows, template: str) -> str:
    """Path and query of the link in the newest mail of this template that has not left yet."""
    row = sql.execute("SELECT data FROM jobs WHERE data ->> 'template' = %s ORDER BY id DESC", [template]).fetchone()
    assert row is not None
    link = urlsplit(open_context(settings.data_keys, row["data"])["link"])
    return f"{link.path}?{link.query}"


def send(visitor: httpx.Client, folder: str, page: Page, **typed: str) -> Page:
    """Press a button of the page, which stands in this folder."""
    return Page(visitor.post(f"/{folder}/{page.action}", data=page.fields | typed))


def test_the_buyer_sees_the_order_by_its_link_and_cancels_it_until_it_is_paid(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, visitor: httpx.Client, event: Json, sql: Rows
) -> None:
    day = make_type(organizer, event, price_minor=2500)
    order = buy_for(anonymous, event, day, "a@example.org")
    link = link_in(settings, sql, "order-placed")
    shown = Page(visitor.get(link))
    assert all(word in shown.text for word in (order["code"], "Ana Müller", "Still to pay: 25.00 EUR"))
    assert "Noch zu zahlen: 25,00 EUR" in Page(visitor.get(link, headers={"Accept-Language": "de"})).text
    for broken in (link[:-3], link.replace(order["id"], event["id"]), "/orders/none?token=none"):
        answer = visitor.get(broken)
        assert (answer.status_code, WORDS["en"]["over"] in Page(answer).text) == (410, True)

    path = f"/events/{event['id']}"
    made(organizer.put(path, json={"status": "archived"}), 200)
    assert "Your places are kept until" in send(visitor, "orders", shown).text
    made(organizer.put(path, json={"status": "published"}), 200)

    cancelled = send(visitor, "orders", shown)

    assert ORDER_WORDS["en"]["order_cancelled"] in cancelled.text
    assert order_now(organizer, order)["status"] == "cancelled"
    again = buy_for(anonymous, event, day, "b@example.org")
    made(pay(organizer, again))
    paid = Page(visitor.get(link_in(settings, sql, "order-paid")))
    assert ORDER_WORDS["en"]["order_ask"] in paid.text
    assert paid.fields == {}


def test_who_waits_takes_the_place_by_its_link_once_the_questions_are_answered(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client, visitor: httpx.Client, event: Json, sql: Rows
) -> None:
    day = make_type(organizer, event, companions_allowed=1)
    guest = register(organizer, event)
    body = {"full_name": "Bo", "ticket_type_id": day["id"]}
    for name in ("first", "second"):
        made(anonymous.post(f"/events/{event['id']}/waiting", json=body | {"user_email": f"{name}@example.org"}))
    link = link_in(settings, sql, "waiting")
    waits = Page(visitor.get(link))
    assert "Before you: 1" in waits.text
    assert visitor.post(link.partition("?")[0], data=waits.fields | {"do": "take"}).status_code == 409
    assert ORDER_WORDS["en"]["wait_left"] in send(visitor, "waiting", waits, do="leave").text

    questions: tuple[tuple[str, list[str]], ...] = (("yes_no", []), ("choice", ["S", "M"]), ("text", []))
    asked = [
        made(
            organizer.post(
                f"/events/{event['id']}/questions",
                json={"kind": kind, "label": f"{kind}?", "choices": choices, "required": True},
            )
        )["id"]
        for kind, choices in questions
    ]
    sql.execute("UPDATE event_heads SET sold = 0, offered = 2, capacity = 2")
    sql.execute("UPDATE ticket_types SET sold = 0, offered = 2")
    sql.execute("UPDATE registrations SET status = 'cancelled' WHERE id = %s", [guest["id"]])
    first = sql.execute(
        "UPDATE waiting SET status = 'offered', places = 2, offered_until = now() + interval '1 hour'"
        " WHERE user_email = 'first@example.org' RETURNING id"
    ).fetchone()
    assert first is not None
    mail = link_in_first(settings, sql)
    offered = Page(visitor.get(mail))
    assert "choice?" in offered.text
    wrong = send(visitor, "waiting", offered, do="take")
    assert ORDER_WORDS["en"]["wrong_answer"] in wrong.text
    answers = dict(zip((f"answer-{one}" for one in asked), ("yes", "M", "Nuts"), strict=True))

    taken = send(visitor, "waiting", wrong, do="take", **answers, **{"companion-1": " Zoë\x00\x1b \nÜbel "})

    assert ORDER_WORDS["en"]["wait_taken"] in taken.text
    row = sql.execute("SELECT registration_id AS id FROM waiting WHERE status = 'taken'").fetchone()
    assert row is not None
    registered = reread(organizer, row)
    assert registered["answers"] == dict(zip(asked, (True, "M", "Nuts"), strict=True))
    assert [each["full_name"] for each in registered["companions"]] == ["Zoë Übel"]


def link_in_first(settings: Settings, sql: Rows) -> str:
    rows = sql.execute("SELECT data FROM jobs WHERE data ->> 'template' = 'waiting'").fetchall()
    (row,) = [row for row in rows if row["data"]["to"] == "first@example.org"]
    link = urlsplit(open_context(settings.data_keys, row["data"])["link"])
    return f"{link.path}?{link.query}"


def test_the_pages_say_the_same_in_every_language() -> None:
    assert ORDER_WORDS["de"].keys() == ORDER_WORDS["en"].keys()
    assert not ORDER_WORDS["en"].keys() & WORDS["en"].keys()
