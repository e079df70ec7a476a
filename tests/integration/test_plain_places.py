"""Most places of a night hold one entry that was due: they are judged together, and one that was not is still found."""

from datetime import timedelta

import httpx

from server.checking.conflicts import CONFLICTS
from server.conflicts.replaying import replayed
from server.db import Database
from server.settings import Settings
from tests.integration.conftest import Rows
from tests.integration.laptop import NOON, Festival, Laptop, make_festival
from tests.integration.opened import with_database

OPENS_LATER = (
    "UPDATE list_states SET policy = jsonb_set(policy, '{opens}', to_jsonb("
    "(SELECT at FROM facts WHERE facts.list_id = list_states.list_id ORDER BY at OFFSET 1 LIMIT 1)))"
)
FOR_NOBODY = "UPDATE list_states SET policy = jsonb_set(policy, '{types}', '{}')"
OWED = "UPDATE registrations SET payment_status = 'PENDING' WHERE id = %s"
FORGET = "DELETE FROM former_tickets"


def places_replayed(settings: Settings, festival: Festival, *, all_places: bool) -> int:
    """Of how many places `check`, or whoever wants them all, replays the facts."""

    async def run(database: Database) -> int:
        async with database.begin() as connection:
            return len([one async for one in replayed(connection, festival.id, all_places=all_places)])

    return with_database(settings.database_url or "", run)


def found(settings: Settings) -> list[str]:
    """What `check` says of conflicts."""

    async def run(database: Database) -> list[str]:
        async with database.begin() as connection:
            return [one.sentence async for one in CONFLICTS.find(connection)]

    return with_database(settings.database_url or "", run)


def test_entries_that_were_due_are_judged_together_and_one_that_was_not_is_found(
    anonymous: httpx.Client, organizer: httpx.Client, settings: Settings, sql: Rows
) -> None:
    festival = make_festival(organizer, guests=5)
    laptop = Laptop(anonymous, organizer, festival)
    for guest in range(4):
        laptop.check_in(festival.serial(guest), NOON + timedelta(minutes=guest))
    laptop.exit(festival.serial(3), NOON + timedelta(minutes=10))
    laptop.push()
    assert places_replayed(settings, festival, all_places=True) == 4
    assert places_replayed(settings, festival, all_places=False) == 1
    assert found(settings) == []

    # A payment that nobody noted speaks against one ticket alone; the other kinds of entry were due all the same.
    sql.execute(OWED, [festival.registrations[1]["id"]])
    sql.execute(FORGET)
    owed = "It was admitted when it was void or not paid, and there is no conflict."
    assert found(settings) == [owed]
    assert places_replayed(settings, festival, all_places=False) == 2

    wrong = "What it was told contradicts what was due (wrong_list), and there is no conflict."
    sql.execute(OPENS_LATER)
    assert sorted(found(settings)) == [owed, wrong]
    sql.execute(FOR_NOBODY)
    assert found(settings).count(wrong) == 3
