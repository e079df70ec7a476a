"""An archived event is only read: what was begun before rests, and money can be given back."""

import httpx

from server.settings import Settings
from server.tasks import TASKS
from tests.integration.arrange import made, make_event, make_type, refused, reread
from tests.integration.buying import buy_for, pay, sold, unbalanced
from tests.integration.doing import doing
from tests.integration.served import Served
from tests.integration.test_imports import ended, guests, imported, many


def test_of_an_archived_event_only_money_is_given_back(
    settings: Settings, organizer: httpx.Client, anonymous: httpx.Client
) -> None:
    event = make_event(organizer, max_capacity=2)
    order = buy_for(anonymous, event, make_type(organizer, event, price_minor=2500), "a@example.org", "b@example.org")
    first, second = order["registrations"]
    path, whole = f"/orders/{order['id']}/refunds", {"amount_minor": 5000, "reason": "Rain"}
    made(pay(organizer, order))
    made(organizer.put(f"/events/{event['id']}", json={"status": "archived"}), 200)
    refused(organizer.post(path, json=whole | {"registration_ids": [first["id"]]}), 409, "event_archived")
    now = made(organizer.post(path, json=whole))
    assert (now["status"], now["refundable_minor"], now["owed_minor"]) == ("paid", 0, 0)
    for seat in (first, second):
        now = reread(organizer, seat)
        assert (now["status"], now["payment_status"]) == ("active", "PAID")
    assert sold(organizer, event) == 2
    assert unbalanced(settings) == []


def test_nothing_is_undone_at_an_event_that_is_archived_also_while_it_goes_on(
    server: Served, organizer: httpx.Client
) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    with doing(server.settings, TASKS):
        path, _ = imported(organizer, event, many(3))
    become = f"/events/{event['id']}"
    made(organizer.put(become, json={"status": "archived"}), 200)
    refused(organizer.post(f"{path}/undo"), 409, "event_archived")
    made(organizer.put(become, json={"status": "published"}), 200)
    made(organizer.post(f"{path}/undo"), 202)
    made(organizer.put(become, json={"status": "archived"}), 200)
    with doing(server.settings, TASKS):
        assert ended(organizer, path, "stopped")["done"] == 3
        assert len(guests(organizer, event)) == 3
        made(organizer.put(become, json={"status": "published"}), 200)
        made(organizer.post(f"{path}/undo"), 202)
        assert ended(organizer, path, "undone")["problems"] == {"undone": 3}
