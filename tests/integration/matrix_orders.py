"""Good requests for the rows of the matrix of access that are about orders and the waiting list."""

from collections.abc import Callable
from uuid import UUID

from server.clock import new_id
from server.waiting.letters import waiting_token
from tests.integration.arrange import Json, made, make_type
from tests.integration.matrix_asking import Asking, Sent, a_guest, fresh_email
from tests.integration.served import API


def _order(asking: Asking) -> Json:
    return {"buyer": {"email": fresh_email(), "name": "Ana"}, "items": [a_guest() | {"ticket_type_id": _free(asking)}]}


def _free(asking: Asking) -> str:
    return str(asking.side.type["id"])


def an_order(asking: Asking) -> Json:
    """An order of the side's draft that is paid in part: it can be read, paid and refunded again and again."""
    return _kept(asking, "partly paid", _partly_paid)


def _kept(asking: Asking, name: str, make: Callable[[Asking], Json]) -> Json:
    orders, key = asking.world.orders, f"{name} {asking.side.id}"
    if key not in orders:
        orders[key] = make(asking)
    return orders[key]


def _dear(asking: Asking) -> Json:
    draft, organizer = asking.side.draft, asking.side.organizer
    dear = _kept(asking, "type", lambda _: make_type(organizer, draft, name="Dear", price_minor=1_000_000))
    item = a_guest() | {"ticket_type_id": dear["id"]}
    return made(organizer.post(f"/events/{draft['id']}/orders", json=_order(asking) | {"items": [item]}))


def _partly_paid(asking: Asking) -> Json:
    order = _dear(asking)
    paying = {"method": "cash", "amount_minor": 1_000}
    made(asking.side.organizer.post(f"/orders/{order['id']}/payments", json=paying))
    return order


def _by_order_token(asking: Asking) -> Sent:
    order = an_order(asking)
    return Sent(path={"order_id": order["id"]}, headers={"Link-Token": order["token"]})


def _cancelling(asking: Asking) -> Sent:
    return Sent(path={"order_id": _kept(asking, "to be cancelled", _dear)["id"]})


def _cancelling_by_token(asking: Asking) -> Sent:
    order = _kept(asking, "to be cancelled by its buyer", _dear)
    return Sent(path={"order_id": order["id"]}, headers={"Link-Token": order["token"]})


def _order_of_draft(asking: Asking) -> Sent:
    item = a_guest() | {"ticket_type_id": asking.side.draft_type}
    return Sent(path={"event_id": asking.side.draft["id"]}, json=_order(asking) | {"items": [item]})


def _joining(asking: Asking) -> Sent:
    # There are places: whoever may join the line is told so.
    return Sent(json=a_guest() | {"ticket_type_id": _free(asking)}, done=frozenset({409}))


def _joining_of_draft(asking: Asking) -> Sent:
    body = a_guest() | {"ticket_type_id": asking.side.draft_type}
    return Sent(path={"event_id": asking.side.draft["id"]}, json=body, done=frozenset({409}))


def in_line(asking: Asking) -> UUID:
    """Somebody who waits."""
    waiting_id = new_id()
    asking.world.sql.execute(
        "INSERT INTO waiting (id, event_id, ticket_type_id, user_email, full_name) VALUES (%s, %s, %s, %s, 'Ana')",
        [waiting_id, asking.side.id, _free(asking), fresh_email()],
    )
    return waiting_id


def _by_waiting_token(asking: Asking) -> Sent:
    waiting_id = in_line(asking)
    token = waiting_token(asking.world.server.settings, waiting_id)
    return Sent(path={"waiting_id": waiting_id}, headers={"Link-Token": token})


def _taking(asking: Asking) -> Sent:
    # Nothing was offered: whoever may take it is told so.
    waiting_id = in_line(asking)
    token = waiting_token(asking.world.server.settings, waiting_id)
    return Sent(path={"waiting_id": waiting_id}, json={"token": token}, done=frozenset({409}))


NO_LINK = Sent(path={"order_id": "none", "waiting_id": "none"}, done=frozenset({410}))
"""Without the token of its mail a page shows nothing, to nobody."""

ORDER_REQUESTS: dict[str, Callable[[Asking], Sent]] = {
    "GET /orders/{order_id}": lambda asking: NO_LINK,
    "POST /orders/{order_id}": lambda asking: NO_LINK,
    "GET /waiting/{waiting_id}": lambda asking: NO_LINK,
    "POST /waiting/{waiting_id}": lambda asking: NO_LINK,
    f"POST {API}/events/{{event_id}}/orders": lambda asking: Sent(json=_order(asking)),
    f"POST {API}/events/{{event_id}}/orders · a draft": _order_of_draft,
    f"POST {API}/events/{{event_id}}/orders · at the box office": lambda asking: Sent(
        json=_order(asking) | {"box_office": True}
    ),
    f"GET {API}/orders/{{order_id}} · its token": _by_order_token,
    f"POST {API}/orders/{{order_id}}/cancel": _cancelling,
    f"POST {API}/orders/{{order_id}}/cancel · its token": _cancelling_by_token,
    f"POST {API}/orders/{{order_id}}/payments": lambda asking: Sent(json={"method": "cash", "amount_minor": 2}),
    f"POST {API}/orders/{{order_id}}/refunds": lambda asking: Sent(json={"amount_minor": 1, "reason": "Ill"}),
    f"POST {API}/events/{{event_id}}/waiting": _joining,
    f"POST {API}/events/{{event_id}}/waiting · a draft": _joining_of_draft,
    f"DELETE {API}/waiting/{{waiting_id}} · its token": _by_waiting_token,
    f"POST {API}/waiting/{{waiting_id}}/take": _taking,
}
"""What each row's request holds beyond its path, by the row's name."""
