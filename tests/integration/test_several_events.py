"""One laptop at several events: a guest list for each, one journal for all, and no event stands in another's way."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import pytest

from eventreg_core.admission import Admitted
from eventreg_core.enrolment import enrolment_of
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.door.door import Door, Scanned
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.places import Everywhere
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.cycle import sync_once
from eventreg_desktop.sync.others import sync_others
from eventreg_desktop.sync.state import Connection, SyncState
from eventreg_desktop.ui.setup.state import PlacePicked
from eventreg_desktop.work.laptop import Enrolled, NothingFetched, become_enrolled, find_enrolled, get_all_places
from tests.integration.arrange import made, refused
from tests.integration.conftest import Rows
from tests.integration.laptop import Festival, Laptop, make_festival
from tests.integration.served import Served
from tests.sync.laptop import small

CLOCK = laptop_clock()


class Roving:
    """A laptop with real files that enrolled for the first of some festivals."""

    def __init__(self, path: Path, organizer: httpx.Client, festivals: list[Festival]) -> None:
        self.folder, self.vault, self.organizer = small(path), Vault(None), organizer
        self.home, *self.others = festivals
        invited = made(organizer.post(self.home.path("devices"), json={"name": "Roving"}))
        self.enrolled = become_enrolled(self.folder, self.vault, enrolment_of(invited["enrolment"]), "Roving")

    def lend(self, festival: Festival) -> None:
        """Let it work there too."""
        made(self.organizer.put(festival.path(f"devices/{self.enrolled.device.id}")), 200)

    def sync(self, enrolled: Enrolled) -> tuple[SyncState, frozenset[UUID]]:
        """One cycle of the event where it works, then of its others; it remembers which there are."""
        with closing(enrolled.sync_stores()) as stores, enrolled.api(CLOCK) as api:
            state = sync_once(stores, api, enrolled.party, CLOCK)
            others = enrolled.others()
            others.keep(state.events or others.known)
            well = sync_others(others, api, enrolled.party, state.events or others.known, CLOCK)
        again = find_enrolled(self.folder, self.vault)
        assert again is not None
        self.enrolled = again
        return state, well

    def admits(self, enrolled: Enrolled, festival: Festival) -> bool:
        """Whether the first guest's ticket passes its door at this festival."""
        [there] = [places for one, places in get_all_places(self.enrolled, CLOCK) if one.event == enrolled.event]
        with closing(enrolled.door_stores()) as stores:
            door = Door(enrolled.event, there.lists[0].id, None)
            return isinstance(redeem(stores, door, Scanned(festival.tokens[0]), CLOCK()).verdict, Admitted)


@pytest.fixture
def roving(tmp_path: Path, organizer: httpx.Client, server: Served) -> Roving:
    return Roving(tmp_path / "roving", organizer, [make_festival(organizer) for _ in range(3)])


def test_a_laptop_that_is_lent_to_another_event_scans_there_with_a_list_and_keys_of_its_own(
    roving: Roving, sql: Rows
) -> None:
    second = roving.others[0]
    roving.lend(second)
    state, well = roving.sync(roving.enrolled)
    assert set(state.events) == {roving.home.id, second.id}
    assert well == {second.id}
    there = roving.enrolled.at(second.id)
    assert roving.admits(roving.enrolled, roving.home)
    assert not roving.admits(roving.enrolled, second), "another event's ticket"
    assert roving.admits(there, second)
    assert not roving.admits(there, roving.home)
    everywhere = Everywhere(get_all_places(roving.enrolled, CLOCK))
    choices = {each.name: each for each in everywhere.choices()}
    names = [f"{festival.event['name']}: Main" for festival in (roving.home, second)]
    assert [each.name for each in everywhere.choices()] == names
    picked = PlacePicked(everywhere.choices()[1].id, choices[names[1]].gates[0].id)
    here = everywhere.here(picked)
    assert (here.enrolled.event, here.list_name, here.gate_name) == (second.id, "Main", "North")
    state, _ = roving.sync(there)
    assert (state.connection, state.unsent) == (Connection.ONLINE, 0)
    rows = sql.execute("SELECT event_id, count(*) AS n FROM facts WHERE told = 'admitted' GROUP BY 1").fetchall()
    assert {row["event_id"]: row["n"] for row in rows} == {roving.home.id: 1, second.id: 1}


def test_an_event_that_is_taken_away_stops_no_other_and_its_list_goes(roving: Roving) -> None:
    for festival in roving.others:
        roving.lend(festival)
    roving.sync(roving.enrolled)
    second, third = (roving.enrolled.at(festival.id) for festival in roving.others)
    assert roving.admits(second, roving.others[0])
    assert second.folder.guests.exists()

    gone = roving.others[0].path(f"devices/{roving.enrolled.device.id}")
    assert roving.organizer.delete(gone).status_code == 204
    refused(roving.organizer.delete(gone), 404, "device_not_found")
    with closing(second.sync_stores()) as stores, second.api(CLOCK) as api:
        state = sync_once(stores, api, second.party, CLOCK)
        assert (state.connection, state.events) == (Connection.REFUSED, ())
        well = sync_others(second.others(), api, second.party, second.events, CLOCK)
    assert well == {roving.home.id, third.event}, "the others go on, also for who stands at the forbidden one"
    _, well = roving.sync(roving.enrolled)
    assert well == {third.event}
    assert not second.folder.guests.exists()
    assert [one.event for one, _ in get_all_places(roving.enrolled, CLOCK)] == [roving.home.id, third.event]


def test_an_archived_event_and_a_damaged_list_are_their_own_trouble(roving: Roving) -> None:
    second, third = roving.others
    for festival in (second, third):
        roving.lend(festival)
    roving.sync(roving.enrolled)
    roving.enrolled.at(second.id).folder.guests.write_bytes(b"damaged" * 1000)
    made(roving.organizer.put(f"/events/{third.id}", json={"status": "archived"}), 200)
    _, well = roving.sync(roving.enrolled)
    assert well == {second.id, third.id}, "the damaged one was fetched again, the archived one can still be read"
    assert roving.admits(roving.enrolled.at(second.id), second)


def test_a_laptop_is_not_called_back_from_the_event_that_it_enrolled_for(roving: Roving) -> None:
    home = roving.home.path(f"devices/{roving.enrolled.device.id}")
    refused(roving.organizer.delete(home), 409, "home_event")
    made(roving.organizer.put(home), 200)
    state, _ = roving.sync(roving.enrolled)
    assert state.events == (roving.home.id,)


def test_without_any_list_it_is_said_so(roving: Roving) -> None:
    nowhere = msgspec.structs.replace(roving.enrolled.device, url="http://127.0.0.1:1")
    with pytest.raises(NothingFetched):
        get_all_places(replace(roving.enrolled, device=nowhere), CLOCK)


def test_a_laptop_that_is_lent_is_known_by_its_name_in_report_and_conflicts(
    anonymous: httpx.Client, organizer: httpx.Client
) -> None:
    home, second = make_festival(organizer), make_festival(organizer)
    laptop = Laptop(anonymous, organizer, home, "Roving")
    made(organizer.put(second.path(f"devices/{laptop.id}")), 200)
    devices = made(organizer.get(second.path("report")), 200)["devices"]
    assert [(one["device"], one["check_ins"]) for one in devices] == [("Roving", 0)], "it has told nothing yet"
    laptop.festival = second
    for _ in range(2):
        laptop.check_in(second.serial())
    laptop.push()
    devices = made(organizer.get(second.path("report")), 200)["devices"]
    assert [(one["device"], one["check_ins"]) for one in devices] == [("Roving", 2)]
    assert organizer.delete(second.path(f"devices/{laptop.id}")).status_code == 204
    [found] = made(organizer.get(second.path("conflicts")), 200)["items"]
    steps = made(organizer.get(f"/conflicts/{found['id']}"), 200)["steps"]
    assert [step["device"] for step in steps] == ["Roving", "Roving"], "also when it was called back since"
    [journal] = made(organizer.get(second.path("devices/completeness")), 200)["journals"]
    assert (journal["name"], journal["facts"], journal["state"]) == ("Roving", 2, "complete")


def test_what_a_laptop_of_another_event_says_undoes_nothing_here(
    anonymous: httpx.Client, organizer: httpx.Client
) -> None:
    here, elsewhere = make_festival(organizer), make_festival(organizer)
    laptop, stranger = (Laptop(anonymous, organizer, each) for each in (here, elsewhere))
    for _ in range(2):
        laptop.check_in(here.serial())
    laptop.push()
    stranger.annul(laptop.facts[1])
    stranger.push()
    laptop.refuse(here.serial())
    laptop.push()
    [found] = made(organizer.get(here.path("conflicts")), 200)["items"]
    assert found["undue"] == [str(laptop.facts[1].fact.id)]
    steps = made(organizer.get(f"/conflicts/{found['id']}"), 200)["steps"]
    assert not any(step["undone"] for step in steps)
