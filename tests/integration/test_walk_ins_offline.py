"""Real laptops that sell while there is no network."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from eventreg_core.admission import Reason
from eventreg_core.facts import PayMethod
from eventreg_desktop.door.annul import Annulled, annul
from eventreg_desktop.door.counts import attach, count
from eventreg_desktop.door.door import Taken
from eventreg_desktop.door.walk_in import NoneLeft, Sale, Sold, sell
from server.settings import Settings
from tests.integration.arrange import made
from tests.integration.conftest import Rows
from tests.integration.desktops import Desktop, desktop
from tests.integration.laptop import Festival
from tests.integration.selling import begin_selling, settle
from tests.integration.served import Served
from tests.integration.test_held import assert_sound
from tests.sync.laptop import told


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return begin_selling(organizer)


def test_real_laptops_sell_without_a_network_and_afterwards_both_sides_count_the_same(
    tmp_path: Path, festival: Festival, organizer: httpx.Client, server: Served, settings: Settings, sql: Rows
) -> None:
    number = 1
    with (
        desktop(tmp_path / "north", organizer, festival, server.url) as north,
        desktop(tmp_path / "south", organizer, festival, server.url) as south,
    ):
        for one in (north, south):
            wanted = {"ticket_type_id": festival.event["type"]["id"], "count": 2}
            made(organizer.post(festival.path(f"devices/{one.enrolled.device.id}/blanks"), json=wanted))
            one.door = replace(one.door, server_key=bytes.fromhex(one.enrolled.device.server_key))
        north.sync()
        south.sync()
        paid = Taken(1500, "EUR", PayMethod.CARD)
        zoe = sell(north.stores, north.door, Sale("Zoë Übel", number, paid), north.clock())
        cem = sell(north.stores, north.door, Sale("Cem", number), north.clock())
        bo = sell(south.stores, south.door, Sale("Bo", number, paid, admit=False), south.clock())
        assert isinstance(zoe, Sold)
        assert isinstance(cem, Sold)
        assert isinstance(bo, Sold)
        assert sell(north.stores, north.door, Sale("Ayşe", number), north.clock()) == NoneLeft()
        assert {zoe.serial, cem.serial}.isdisjoint({bo.serial})
        assert told(north.scan(bo.token)) is None, "another laptop's guest, whom nobody has told of yet"
        assert isinstance(annul(north.stores, north.door, cem.fact, north.clock()), Annulled)
        for one in (north, south):
            assert one.sync().unsent == 0
        settle(settings, sql)
        for one in (north, south):
            one.sync()
        assert [told(one.scan(zoe.token)) for one in (north, south)] == [Reason.ALREADY_USED] * 2
        assert south.scan(bo.token).name == "Bo", "the guest list knows them by now"
        assert told(south.scan(cem.token)) is Reason.CANCELLED
        for one in (north, south):
            one.sync()
        counts = made(organizer.get(festival.path("counts")), 200)["items"][0]
        here = [counted(one) for one in (north, south)]
    assert here == [(counts["inside"], counts["admitted"], counts["expected"])] * 2 == [(2, 2, 3)] * 2
    methods = sql.execute("SELECT method, kind FROM payments ORDER BY method").fetchall()
    assert [tuple(row.values()) for row in methods] == [("card_terminal", "payment")] * 2
    assert made(organizer.get(festival.path("conflicts")), 200)["items"] == []
    assert_sound(server)


def counted(one: Desktop) -> tuple[int, int, int]:
    """Inside, admitted, expected, as a laptop counts them."""
    with closing(one.enrolled.door_stores()) as stores:
        attach(stores)
        found = count(stores, one.door, one.clock())
    return found.inside, found.admitted, found.expected
