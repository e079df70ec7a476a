"""Doors and server judge by one rule: also after money was taken at a door, and where a list empties at night."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.admission import Admitted, Kind, Reason
from eventreg_core.facts import PayMethod
from eventreg_desktop.door.door import Scanned, Taken
from eventreg_desktop.door.redeem import redeem
from server.audit.author import system
from server.check_in_lists.closing import empty, list_emptying
from server.clock import utc_now
from server.settings import Settings
from tests.integration import laptop as server_side
from tests.integration.arrange import Json, made, make_event, make_type, register
from tests.integration.at_work import AtWork, at_work
from tests.integration.buying import work_off
from tests.integration.conftest import Rows
from tests.integration.doing import in_session
from tests.integration.laptop import Festival, make_festival
from tests.integration.test_truth import no_finding
from tests.sync.laptop import told

HOUR = timedelta(hours=1)


def open_conflicts(organizer: httpx.Client, festival: Festival) -> list[str]:
    items: list[Json] = made(organizer.get(festival.path("conflicts")), 200)["items"]
    return [one["class"] for one in items]


def counted(organizer: httpx.Client, festival: Festival) -> tuple[int, int, int]:
    [listed] = made(organizer.get(festival.path("counts")), 200)["items"]
    return listed["inside"], listed["admitted"], listed["expected"]


def passes(door: AtWork, code: str, kind: Kind = Kind.ENTRY) -> Reason | None:
    """Why somebody is refused who comes half a minute later; None when admitted."""
    door.desktop.works(door.desktop.door.list, kind)
    door.desktop.clock.wait(30)
    return told(door.desktop.scan(code))


def unpaid_festival(organizer: httpx.Client) -> Festival:
    """One guest who pays at the door, and leaves and comes as they like."""
    event = make_event(organizer, takes_money_at_door=True)
    make_type(organizer, event, price_minor=1500, currency="EUR")
    path = f"/events/{event['id']}"
    main = made(organizer.post(f"{path}/check-in-lists", json={"name": "Main", "entry": "reentry"}))
    gate = made(organizer.post(f"{path}/gates", json={"name": "North", "list_id": main["id"]}))
    guest = register(organizer, event, "cem@example.org")
    return Festival(
        event, main, gate, [guest], [made(organizer.get(f"/registrations/{guest['id']}/ticket"), 200)["token"]]
    )


def test_who_paid_at_the_door_is_not_unpaid_when_what_happened_is_replayed(
    anonymous: httpx.Client, organizer: httpx.Client, settings: Settings, sql: Rows, tmp_path: Path
) -> None:
    festival = unpaid_festival(organizer)
    [code] = festival.tokens
    with at_work(tmp_path / "n", server_side.Laptop(anonymous, organizer, festival), festival) as north:
        north.wire.ahead = -HOUR  # all of it was long before the money is booked
        north.sync()
        assert passes(north, code) is Reason.UNPAID
        money = Taken(1500, "EUR", PayMethod.CASH)
        desktop = north.desktop
        paid = redeem(desktop.stores, desktop.door, Scanned(code), desktop.clock(), taken=money)
        assert isinstance(paid.verdict, Admitted)
        assert passes(north, code, Kind.EXIT) is None
        assert passes(north, code) is None
        north.sync()
        # The money is not booked yet: the payment itself says that they had paid.
        assert sql.execute("SELECT payment_status FROM registrations").fetchone() == {"payment_status": "PENDING"}
        assert (open_conflicts(organizer, festival), no_finding(settings)) == ([], True)
        work_off(settings, sql)
        assert sql.execute("SELECT payment_status FROM registrations").fetchone() == {"payment_status": "PAID"}
        assert passes(north, code, Kind.EXIT) is None
        north.sync()
        assert (open_conflicts(organizer, festival), no_finding(settings)) == ([], True)
        assert north.figures() == counted(organizer, festival) == (0, 1, 1)
        # Without the payment the same scans would be admissions that were not due.
        sql.execute("ALTER TABLE facts DISABLE TRIGGER USER")
        sql.execute("DELETE FROM facts WHERE kind = 'payment'")
        sql.execute("ALTER TABLE facts ENABLE TRIGGER USER")
        assert not no_finding(settings)


def test_doors_and_server_agree_on_a_list_that_empties_also_one_that_was_cut_off_meanwhile(
    anonymous: httpx.Client, organizer: httpx.Client, settings: Settings, tmp_path: Path
) -> None:
    evening = utc_now()
    closes = (evening + 2 * HOUR).astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M")
    festival = make_festival(organizer, guests=4, entry="reentry", empties_at=closes)
    first, second = (server_side.Laptop(anonymous, organizer, festival, name) for name in ("North", "South"))
    codes = festival.tokens
    with at_work(tmp_path / "n", first, festival) as north, at_work(tmp_path / "s", second, festival) as south:
        for door in (north, south):
            door.sync()
        assert [passes(north, code) for code in codes[:2]] == [None, None]
        assert passes(north, codes[1], Kind.EXIT) is None
        assert passes(south, codes[2]) is None  # who is not heard of before the morning
        north.sync()
        assert emptied(settings, evening + 3 * HOUR) == 1

        for door in (north, south):
            door.wire.ahead = 4 * HOUR
            door.desktop.clock.wait((4 * HOUR).total_seconds())
        assert passes(south, codes[2]) is Reason.ALREADY_INSIDE  # nobody has told this laptop that the house was empty
        north.sync()
        assert passes(north, codes[0]) is None
        for door in (north, south):
            door.sync()
        assert emptied(settings, evening + 4 * HOUR) == 1
        assert open_conflicts(organizer, festival) == ["turned_away"]
        for door in (north, south):
            door.sync()
        assert north.figures() == south.figures() == counted(organizer, festival) == (1, 3, 4)

        assert passes(south, codes[2]) is None
        for door in (south, north):
            door.sync()
        assert (open_conflicts(organizer, festival), no_finding(settings)) == ([], True)
        assert north.figures() == south.figures() == counted(organizer, festival) == (2, 3, 4)


def emptied(settings: Settings, now: datetime) -> int:
    """How many have gone by the server's own exits, when the job runs at this time."""

    async def run(session: AsyncSession) -> int:
        [emptying] = await list_emptying(session)
        return await empty(session, system(settings.data_keys), emptying, now)

    return int(in_session(settings, run))
