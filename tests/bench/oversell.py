"""More buyers than places, all at once, over several server processes: exactly the places are sold, and how fast.

    python -m tests.bench.oversell [--buyers 1000] [--places 500] [--processes 4] [--rounds 3] [--json]

In the same run a control that looks and then buys, without a lock, sells too many. `tight`: two ticket types whose
quotas and the event's capacity all bind, buyers with companions, and an organizer who cancels meanwhile.
Floors: registering on a hot event (one server process, 1,000 connections) does five times what one locked row at a time
does (the same work without HTTP, 32 connections in as many processes as there are servers), and 1,000 a second: a
hundred times the 10 orders a second that pretix 2026.8 does.
"""

import argparse
import asyncio
import json
import random
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from uuid import UUID

import httpx
import msgspec
import psycopg

from tests.bench._controls import sell_naively, sell_one_by_one
from tests.bench._load import Clients, Load, Told, clients
from tests.bench._stage import Stage, stage
from tests.integration.arrange import Json, made, make_event, make_type

PRETIX_PER_S = 10.0
FLOOR_PRETIX, FLOOR_FOR_UPDATE = 100.0, 5.0
HOT_CONNECTIONS, TIGHT_CONNECTIONS = 1000, 128
WITHIN_S = 120


class Tight(msgspec.Struct, frozen=True):
    """Places in the end: by the tickets themselves, by the event's head, by its types; and how many were cancelled."""

    held: int
    head: int
    types: list[int]
    cancelled: int
    bought: int
    refused: int


class Result(msgspec.Struct, frozen=True):
    """Tickets sold in each round; rates are registrations a second, ratios are of one run."""

    buyers: int
    places: int
    processes: int
    sold: list[int]
    answered: list[int]
    naive: list[int]
    tight: list[Tight]
    gathered_per_s: float
    for_update_per_s: float
    vs_for_update: float
    vs_pretix: float

    @property
    def exact(self) -> bool:
        """Whether nothing was oversold and nothing kept back, and the control shows that this can go wrong."""
        whole = [min(self.buyers, self.places)] * len(self.sold)
        tight = all(
            one.held == one.head == sum(one.types) <= self.places and max(one.types) <= quota_of(self.places)
            for one in self.tight
        )
        return self.sold == self.answered == whole and tight and all(sold > self.places for sold in self.naive)

    @property
    def well(self) -> bool:
        """Whether the floors hold too."""
        return self.exact and self.vs_for_update >= FLOOR_FOR_UPDATE and self.vs_pretix >= FLOOR_PRETIX


def quota_of(places: int) -> int:
    """Of each of the two types of a tight event."""
    return places * 3 // 5


def measure(buyers: int, places: int, processes: int, rounds: int, hot: int) -> Result:
    """Run everything on a database and servers of its own."""
    with clients() as sender, stage(0, processes) as place, _api(place) as api:
        sold, answered, naive, tight = [], [], [], []
        for _ in range(rounds):
            event = make_event(api, max_capacity=places)
            make_type(api, event)
            told = _buy(place, sender, event, [{} for _ in range(buyers)], buyers)
            sold.append(_held(place, event))
            answered.append(told.statuses.get(201, 0))
            naive.append(_naive(place, api, buyers, places))
            tight.append(_tight(place, sender, api, buyers, places))
            print(f"sold {sold[-1]}, naively {naive[-1]}, tight {tight[-1]}", file=sys.stderr, flush=True)
        gathered, one_by_one = _rates(place, sender, api, processes, hot)
    return Result(
        buyers=buyers,
        places=places,
        processes=processes,
        sold=sold,
        answered=answered,
        naive=naive,
        tight=tight,
        gathered_per_s=round(gathered, 1),
        for_update_per_s=round(one_by_one, 1),
        vs_for_update=round(gathered / one_by_one, 1),
        vs_pretix=round(gathered / PRETIX_PER_S, 1),
    )


def _naive(place: Stage, api: httpx.Client, buyers: int, places: int) -> int:
    # Of any number of places: only the buyers themselves count.
    event = make_event(api)
    ticket_type = make_type(api, event)
    return asyncio.run(sell_naively(place.url, UUID(event["id"]), UUID(ticket_type["id"]), buyers, places))


def _rates(place: Stage, sender: Clients, api: httpx.Client, processes: int, hot: int) -> tuple[float, float]:
    # By one process: more of them gather less, and the control has all cores too.
    place = replace(place, ports=place.ports[:1])
    event = make_event(api)
    make_type(api, event)
    _buy(place, sender, event, [{} for _ in range(HOT_CONNECTIONS)], HOT_CONNECTIONS)
    told = _buy(place, sender, event, [{} for _ in range(hot)], HOT_CONNECTIONS)
    assert told.statuses == {201: hot}, told.statuses
    other = make_event(api)
    make_type(api, other)
    keys = place.settings.data_keys
    one_by_one = sell_one_by_one(place.url, keys, UUID(other["id"]), min(max(hot // 8, 32), 400), processes)
    return hot / told.seconds, one_by_one


def _tight(place: Stage, sender: Clients, api: httpx.Client, buyers: int, places: int) -> Tight:
    event = make_event(api, max_capacity=places)
    types = [
        make_type(api, event, name=name, quota=quota_of(places), companions_allowed=2) for name in ("Day", "Night")
    ]
    dice = random.Random(places)
    asks = [
        {"ticket_type_id": dice.choice(types)["id"], "companions": ["Companion"] * dice.randrange(3)}
        for _ in range(buyers)
    ]
    with _cancelling(place, api, event) as cancelled:
        told = _buy(place, sender, event, asks, min(buyers, TIGHT_CONNECTIONS))
    with psycopg.connect(place.url) as connection:
        head = connection.execute("SELECT sold FROM event_heads WHERE event_id = %s", [event["id"]]).fetchone()
        sold = connection.execute("SELECT sold FROM ticket_types WHERE event_id = %s ORDER BY number", [event["id"]])
        assert head is not None
        return Tight(
            held=_held(place, event),
            head=head[0],
            types=[row[0] for row in sold],
            cancelled=len(cancelled),
            bought=told.statuses.get(201, 0),
            refused=told.statuses.get(409, 0),
        )


@contextmanager
def _cancelling(place: Stage, api: httpx.Client, event: Json) -> Iterator[list[str]]:
    """Cancel registrations of the event, one after the other, as long as the block runs; which ones."""
    cancelled: list[str] = []
    over = threading.Event()
    found = "SELECT id::text FROM registrations WHERE event_id = %s AND status = 'active' ORDER BY random() LIMIT 1"

    def cancel() -> None:
        with psycopg.connect(place.url, autocommit=True) as connection:
            while not over.is_set():
                row = connection.execute(found, [event["id"]]).fetchone()
                if row is not None:
                    assert api.delete(f"/registrations/{row[0]}").status_code == 204
                    cancelled.append(row[0])

    thread = threading.Thread(target=cancel)
    thread.start()
    try:
        yield cancelled
    finally:
        over.set()
        thread.join()


_NUMBERS = count()


def _buy(place: Stage, sender: Clients, event: Json, asks: Sequence[Json], connections: int) -> Told:
    """One request for each of these, by as many buyers at once."""
    head = f"POST /api/v1/events/{event['id']}/registrations HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    requests = []
    for ask in asks:
        number = next(_NUMBERS)
        body = json.dumps({"user_email": f"buyer{number}@example.org", "full_name": f"Buyer {number}"} | ask)
        requests.append(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    return sender.send(Load(place.ports, connections, requests, WITHIN_S))


def _held(place: Stage, event: Json) -> int:
    with psycopg.connect(place.url) as connection:
        counted = "SELECT count(*) FROM tickets WHERE event_id = %s AND status IN ('valid', 'blocked')"
        row = connection.execute(counted, [event["id"]]).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def _api(place: Stage) -> Iterator[httpx.Client]:
    def sign(request: httpx.Request) -> httpx.Request:
        # Anew each time: a token is good for five minutes.
        request.headers["Authorization"] = f"Bearer {place.access_token()}"
        return request

    with httpx.Client(base_url=f"http://127.0.0.1:{place.ports[0]}/api/v1", auth=sign, timeout=60) as client:
        assert made(client.get("/events"), 200)
        yield client


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nothing was oversold and the floors hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--buyers", type=int, default=1000)
    parser.add_argument("--places", type=int, default=500)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hot", type=int, default=8000, help="registrations whose rate is measured")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    result = measure(told.buyers, told.places, told.processes, told.rounds, told.hot)
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        print(f"{result.buyers} buyers, {result.places} places: sold {result.sold}; without a lock {result.naive}")
        print(f"tight, while others cancel: {[one.held for one in result.tight]} of at most {result.places}")
        print(f"registered on a hot event   {result.gathered_per_s}/s  ({result.vs_pretix}× pretix, floor 100×)")
        print(f"one locked row at a time    {result.for_update_per_s}/s  ({result.vs_for_update}×, floor 5×)")
    return 0 if result.well else 1


if __name__ == "__main__":
    sys.exit(main())
