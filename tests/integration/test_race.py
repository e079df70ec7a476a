"""One ticket at two servers of one database at once; `dev.py soak race` does this a thousand times."""

import asyncio

import httpx

from tests.integration.conftest import Rows
from tests.integration.laptop import make_festival
from tests.integration.served import Served
from tests.soak.race import ONE_ADMITTED, doors, rush

ROUNDS = 3


def test_sixty_four_scans_of_one_ticket_at_two_servers_let_in_exactly_one(
    server: Served, organizer: httpx.Client, sql: Rows
) -> None:
    festival = make_festival(organizer, guests=ROUNDS)
    token = organizer.headers["Authorization"].removeprefix("Bearer ")
    second = Served(server.settings)

    async def race() -> list[dict[str, int]]:
        async with doors([server.port, second.port]) as opened:
            scans = [{"token": ticket, "list_id": festival.check_in_list["id"]} for ticket in festival.tokens]
            return [await rush(opened, festival.path("check-ins"), token, scan) for scan in scans]

    second.start()
    try:
        assert asyncio.run(race()) == [ONE_ADMITTED] * ROUNDS
    finally:
        second.stop()
    counted = sql.execute("SELECT told, count(*) AS n FROM facts GROUP BY told ORDER BY told").fetchall()
    assert [(row["told"], row["n"]) for row in counted] == [("admitted", ROUNDS), ("refused", ROUNDS * 63)]
