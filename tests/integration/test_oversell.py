"""The bench of overselling, small: buyers at once get the places that there are, and without a lock they get more."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx

from tests.bench._controls import sell_naively
from tests.integration.arrange import make_event, make_type
from tests.integration.conftest import Rows
from tests.integration.served import Served

BUYERS, PLACES = 60, 20


def test_sixty_buyers_at_once_get_twenty_places_and_whoever_takes_no_lock_sells_more(
    server: Served, organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    event = make_event(organizer, max_capacity=PLACES)
    make_type(organizer, event)

    def buy(number: int) -> int:
        body = {"user_email": f"buyer{number}@example.org", "full_name": f"Buyer {number}"}
        return anonymous.post(f"/events/{event['id']}/registrations", json=body).status_code

    with ThreadPoolExecutor(BUYERS) as crowd:
        statuses = list(crowd.map(buy, range(BUYERS)))
    assert (statuses.count(201), statuses.count(409)) == (PLACES, BUYERS - PLACES)
    held = sql.execute("SELECT count(*) AS held FROM tickets WHERE event_id = %s", [event["id"]]).fetchone()
    assert held == {"held": PLACES}

    other = make_event(organizer)
    ticket_type = make_type(organizer, other)
    naively = sell_naively(server.database_url, UUID(other["id"]), UUID(ticket_type["id"]), BUYERS, PLACES)
    assert asyncio.run(naively) > PLACES
