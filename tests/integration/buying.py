"""What tests of orders do: buy, pay, let time pass, and look at the books."""

from email import message_from_bytes
from email.policy import default
from typing import Any

import httpx

from server.payments import ledger
from server.payments.ledger import Unbalanced
from server.settings import Settings
from server.tasks import TASKS
from tests.integration.arrange import Json, made
from tests.integration.conftest import Rows
from tests.integration.doing import doing, in_session, until, waiting


def item(email: str, ticket_type: Json, **fields: Any) -> Json:
    """One registration of an order."""
    return {"user_email": email, "full_name": "Ana Müller", "ticket_type_id": ticket_type["id"]} | fields


def ordering(*items: Json, **fields: Any) -> Json:
    """The body of an order by bo@example.org."""
    return {"buyer": {"email": "bo@example.org", "name": "Bo"}, "items": list(items)} | fields


def buy(client: httpx.Client, event: Json, *items: Json, **fields: Any) -> Json:
    """A new order."""
    return made(client.post(f"/events/{event['id']}/orders", json=ordering(*items, **fields)))


def buy_for(client: httpx.Client, event: Json, ticket_type: Json, *emails: str, **fields: Any) -> Json:
    """A new order for these people."""
    return buy(client, event, *(item(email, ticket_type) for email in emails), **fields)


def pay(client: httpx.Client, order: Json, **fields: Any) -> httpx.Response:
    """Record that cash was taken."""
    return client.post(f"/orders/{order['id']}/payments", json={"method": "cash"} | fields)


def order_now(client: httpx.Client, order: Json) -> Json:
    """The order as it is now."""
    return made(client.get(f"/orders/{order['id']}"), 200)


def sold(client: httpx.Client, event: Json) -> int:
    """Tickets that are sold for the event."""
    return int(made(client.get(f"/events/{event['id']}"), 200)["sold"])


def let_time_pass(sql: Rows, order: Json) -> None:
    """The fifteen minutes of a held order are over."""
    sql.execute("UPDATE orders SET holds_until = now() - interval '1 second' WHERE id = %s", [order["id"]])
    # What is periodic has been done for this minute, maybe; the next one is due.
    sql.execute("DELETE FROM jobs WHERE key LIKE 'release-held-orders@%' AND done_at IS NOT NULL")


def work_off(settings: Settings, sql: Rows) -> list[str]:
    """Do all jobs that wait, and what they cause; the subjects of all mails so far, in the order of their jobs."""
    with doing(settings, TASKS):
        until(lambda: _is_done(sql, "release-held-orders") and waiting(sql) == 0)
    files = sorted((settings.data / "mail").glob("*.eml"))
    return [str(message_from_bytes(file.read_bytes(), policy=default)["Subject"]) for file in files]


def _is_done(sql: Rows, type_: str) -> bool:
    found = sql.execute("SELECT 1 FROM jobs WHERE key LIKE %s AND done_at IS NOT NULL", [f"{type_}@%"]).fetchone()
    return found is not None


def unbalanced(settings: Settings) -> list[Unbalanced]:
    """Orders of the whole database that do not balance."""
    found: list[Unbalanced] = in_session(settings, ledger.list_unbalanced)
    return found
