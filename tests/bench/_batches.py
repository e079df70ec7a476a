"""Whether batches on one connection stay as fast as the first ones: a generic plan would make them quadratic."""

import asyncio
import statistics
import time
from uuid import UUID

from eventreg_core.scan_api import ScanRequest
from server.auth.tokens import Caller
from server.checkins.desk import AskedScan
from server.checkins.keyring import Keyring
from server.checkins.redeeming import redeem_batch
from server.clock import new_id, utc_now
from server.db import open_database
from server.users.models import UserRole
from tests.bench._stage import Stage

FIRST = 5


def later_batches(place: Stage, first: int, batches: int, size: int) -> float:
    """How much longer a batch of scans takes after the first five on one connection; fresh guests from `first` on."""
    scans = [
        AskedScan(
            ScanRequest(id=new_id(), token=token, list_id=UUID(place.festival.check_in_list["id"])),
            Caller(place.organizer, UserRole.ORGANIZER, new_id()),
        )
        for token in place.crowd.tokens[first : first + batches * size]
    ]
    # The loop that psycopg can use on every system.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        took = runner.run(_times(place, [scans[at : at + size] for at in range(0, len(scans), size)]))
    return round(statistics.median(took[FIRST:]) / statistics.median(took[:FIRST]), 2)


async def _times(place: Stage, batches: list[list[AskedScan]]) -> list[float]:
    database, keyring, took = open_database(place.url, pool_size=1), Keyring(place.settings.data_keys), []
    try:
        for batch in batches:
            began = time.perf_counter()
            async with database.begin() as connection:
                told = await redeem_batch(connection, keyring, place.settings, place.festival.id, batch, utc_now())
            took.append(time.perf_counter() - began)
            assert all(getattr(one, "verdict", None) == "admitted" for one in told), told[0]
    finally:
        await database.close()
    return took
