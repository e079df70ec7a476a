"""Selling to walk-ins: an event, a laptop's blanks, what it says of them, and what becomes of that."""

import asyncio
from base64 import b64encode

import httpx
import msgspec

from eventreg_core import asides
from eventreg_core.blanks import Blank, Stock
from eventreg_core.facts import PayMethod, Recorded, WalkIn
from eventreg_core.wire import Aside
from server.blanks.selling import settle_walk_in
from server.db import open_database
from server.jobs.tasks import Work
from server.settings import Settings
from server.storage.opened import open_storage
from tests.integration.arrange import Json, made, make_event, make_type, register
from tests.integration.conftest import Rows
from tests.integration.laptop import NOON, Festival, Laptop, pushed

PLACES = 8


def begin_selling(organizer: httpx.Client) -> Festival:
    """An event where one guest is registered; seven places are free, of which the type keeps one for the box office."""
    event = make_event(organizer, max_capacity=PLACES, reserved_places=1)
    kind = make_type(organizer, event, price_minor=1500, currency="EUR")
    path = f"/events/{event['id']}"
    main = made(organizer.post(f"{path}/check-in-lists", json={"name": "Main"}))
    gate = made(organizer.post(f"{path}/gates", json={"name": "North", "list_id": main["id"]}))
    guest = register(organizer, event, payment_status="FREE")
    return Festival(event | {"type": kind}, main, gate, [guest], [])


def give(organizer: httpx.Client, laptop: Laptop, count: int) -> httpx.Response:
    """Let this laptop sell so many."""
    wanted = {"ticket_type_id": laptop.festival.event["type"]["id"], "count": count}
    return organizer.post(laptop.festival.path(f"devices/{laptop.id}/blanks"), json=wanted)


def stock(laptop: Laptop) -> list[Blank]:
    """What this laptop may sell."""
    answer = laptop.ask("GET", laptop.festival.path("sync/blanks"))
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Stock).blanks


def tell_sold(laptop: Laptop, blank: Blank, minor: int = 1500, **fields: object) -> Recorded:
    """Write down that this blank was sold."""
    money = {"amount_minor": minor, "currency": "EUR", "method": PayMethod.CASH} if minor else {}
    return laptop.append(WalkIn(**(laptop.stamp(NOON) | money | fields), serial=blank.serial))


def push_named(laptop: Laptop, names: dict[str, bytes]) -> None:
    """Push everything with what stands beside it."""
    key = bytes.fromhex(laptop.enrolled["server_key"])
    beside = [Aside(hash=each, sealed=b64encode(asides.seal(key, text)).decode()) for each, text in names.items()]
    pushed(laptop.push_texts([one.raw.decode() for one in laptop.facts], laptop.head(), asides=beside))


def held_by(organizer: httpx.Client, laptop: Laptop) -> tuple[int, int, int]:
    """How many a laptop may sell, has sold, and that are void."""
    items = made(organizer.get(laptop.festival.path("blanks")), 200)["items"]
    [mine] = [one for one in items if one["device_id"] == str(laptop.id)]
    return mine["left"], mine["sold"], mine["void"]


def guests(organizer: httpx.Client, festival: Festival) -> dict[str, Json]:
    """Who is registered, by id; the one who registered is left out."""
    items = made(organizer.get(festival.path("registrations")), 200)["items"]
    return {one["id"]: one for one in items if one["id"] != festival.registrations[0]["id"]}


def settle(settings: Settings, sql: Rows) -> None:
    """Do what waits for walk-ins, here and now and in the order in which it came."""
    url = settings.database_url
    assert url is not None
    waiting = "SELECT id, data FROM jobs WHERE type = 'settle-walk-in' AND done_at IS NULL ORDER BY created_at, id"

    async def work() -> None:
        database = open_database(url)
        try:
            for row in sql.execute(waiting).fetchall():
                async with database.sessions.begin() as session:
                    work = Work(row["id"], session, settings, open_storage(settings), database)
                    await settle_walk_in.perform(work, row["data"])
                sql.execute("UPDATE jobs SET done_at = now() WHERE id = %s", [row["id"]])
        finally:
            await database.close()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(work())
