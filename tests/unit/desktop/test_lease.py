"""Names are lent: without the server for three days, or once revoked, they go, and tickets scan on."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from eventreg_core.wire import Cursor, PullAnswer
from eventreg_desktop.store import db, device, lease, mirror
from eventreg_desktop.store.db import StoreDamaged
from eventreg_desktop.store.device import Secrets
from eventreg_desktop.store.lease import Wiped
from eventreg_desktop.store.stores import Stores, sync_stores
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.answers import ServerRefused
from eventreg_desktop.sync.others import Others, end_leases
from eventreg_desktop.sync.state import Connection
from eventreg_desktop.ui.door import wording
from eventreg_desktop.work.laptop import find_enrolled
from tests.sync.festival import EVENT, NAMES, Festival, serial
from tests.sync.laptop import KEY, Laptop, told
from tests.sync.memory_server import MemoryApi, MemoryServer
from tests.unit.desktop.test_exporting import enrolled

DAY_S = 24 * 3600


@pytest.fixture
def complete(door: Laptop, server: MemoryServer) -> tuple[Laptop, MemoryApi]:
    """A laptop that has just heard everything."""
    api = door.at(server)
    assert door.sync(api).connection is Connection.ONLINE
    return door, api


def names(door: Laptop) -> set[str]:
    """Everybody whom the mirror can name."""
    file = door.stores.mirror
    query = "SELECT name FROM guests UNION SELECT email FROM guests UNION SELECT name FROM companions"
    holders = "SELECT holder FROM tickets WHERE holder IS NOT NULL"
    return {row[0] for row in file.execute(f"{query} UNION {holders}")}


def test_names_go_after_three_days_without_the_server_and_come_back_with_it(
    complete: tuple[Laptop, MemoryApi], festival: Festival
) -> None:
    door, api = complete
    api.fail = ["unreachable"] * 3
    door.clock.wait(3 * DAY_S - 60)
    assert door.sync(api).wiped is None
    assert NAMES[0] in names(door)
    door.clock.wait(120)
    state = door.sync(api)
    assert (state.connection, state.wiped) == (Connection.OFFLINE, Wiped.LEASE)
    assert wording.connection_line(state).text.startswith("No names: three days without the server.")
    assert names(door) == set()
    outcome = door.scan(festival.text(serial(1)))
    assert (told(outcome), outcome.name) == (None, None)
    assert told(door.scan(festival.text(serial(1)))) is not None
    door.sync(api)
    state = door.sync(api)
    assert (state.connection, state.wiped, state.unsent) == (Connection.ONLINE, None, 0)
    assert NAMES[0] in names(door)


def test_names_of_the_other_events_go_with_it_and_a_file_that_cannot_be_opened_is_no_reason_to_stop(
    complete: tuple[Laptop, MemoryApi],
) -> None:
    door, _ = complete
    broken, second = uuid4(), uuid4()

    def open_at(event: UUID) -> Stores:
        if event == broken:
            raise StoreDamaged
        return sync_stores(door.folder, KEY)

    others = Others((EVENT, broken, second), open_at, lambda _: None)
    end_leases(others, EVENT, door.clock())
    assert NAMES[0] in names(door)
    door.clock.wait(3 * DAY_S)
    end_leases(others, EVENT, door.clock())
    assert names(door) == set()


@pytest.mark.parametrize("set_back_s", [0, 30 * DAY_S])
def test_a_restart_and_a_clock_that_was_set_back_do_not_lengthen_the_lease(
    complete: tuple[Laptop, MemoryApi], set_back_s: int
) -> None:
    door, api = complete
    door.clock.wait(3 * DAY_S + 60)
    door.clock.boot, door.clock.mono_ns = "boot-2", int((3 * DAY_S + 30) * 1e9)
    door.clock.wall -= timedelta(seconds=set_back_s)
    api.fail = ["unreachable"]
    assert door.sync(api).wiped is Wiped.LEASE


def test_a_mirror_that_was_never_complete_has_nothing_to_lend(door: Laptop, server: MemoryServer) -> None:
    assert lease.without_contact(mirror.state(door.stores.mirror), door.clock()) is None
    api = door.at(server)
    api.fail = ["unreachable"]
    assert door.sync(api).wiped is None


class Revoking(MemoryApi):
    """The server of a laptop that was revoked: it takes what comes, and tells nothing."""

    def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        raise ServerRefused("device_revoked", "This laptop was revoked and gets no guest list any more.")


def test_a_revoked_laptop_has_no_names_in_the_same_cycle_and_still_delivers(
    complete: tuple[Laptop, MemoryApi], festival: Festival, server: MemoryServer
) -> None:
    door, api = complete
    door.scan(festival.text(serial(2)))
    state = door.sync(Revoking(server, api.device))
    assert (state.connection, state.wiped, state.unsent) == (Connection.REFUSED, Wiped.REVOKED, 0)
    assert names(door) == set()
    assert len(server.facts) == 1
    assert wording.connection_line(state).text.startswith("This laptop was revoked")


def kept(door: Laptop) -> Vault:
    """The enrolment and the secrets of this laptop, as its next start finds them."""
    vault = Vault(None)
    device.keep(door.folder, enrolled(door))
    device.keep_secrets(vault, door.id, Secrets(door.signing, KEY))
    return vault


def test_at_the_next_start_the_key_under_which_names_lay_is_destroyed(
    complete: tuple[Laptop, MemoryApi], festival: Festival
) -> None:
    door, _ = complete
    vault = kept(door)
    before = find_enrolled(door.folder, vault)
    assert before is not None
    assert before.secrets.mirror == KEY
    lease.wipe(door.stores.mirror, Wiped.LEASE)
    door.stores.close()
    another, strange = (door.folder.path / f"guests-{name}.db" for name in ("another-event", "of-another-key"))
    another.write_bytes(door.folder.guests.read_bytes())
    strange.write_bytes(b"\x01" * 8192)
    after = find_enrolled(door.folder, vault)
    assert after is not None
    assert after.notices == ()
    assert after.secrets.mirror != KEY
    with pytest.raises(StoreDamaged):
        db.connect(door.folder.guests, KEY)
    with closing(db.connect(another, after.secrets.mirror)) as file:
        assert mirror.list_gates(file)
    assert strange.read_bytes() == b"\x01" * 8192
    door.stores = sync_stores(door.folder, after.secrets.mirror)
    assert told(door.scan(festival.text(serial(3)))) is None
    again = find_enrolled(door.folder, vault)
    assert again is not None
    assert again.secrets.mirror == after.secrets.mirror


@pytest.mark.parametrize("steps", [0, 1])
def test_a_guest_list_that_a_kill_left_half_made_is_no_reason_not_to_start(
    complete: tuple[Laptop, MemoryApi], steps: int
) -> None:
    door, _ = complete
    vault = kept(door)
    with closing(db.connect(door.folder.path / f"guests-{uuid4()}.db", KEY)) as begun:
        for step in range(steps):
            begun.execute("CREATE TABLE state (one INTEGER PRIMARY KEY)")
            begun.execute(f"PRAGMA user_version = {step + 1}")
    started = find_enrolled(door.folder, vault)
    assert started is not None
    assert started.secrets.mirror == KEY, "nothing was wiped"


def test_no_guest_can_be_read_in_any_file_of_the_profile_and_the_search_would_see_one(
    complete: tuple[Laptop, MemoryApi], festival: Festival
) -> None:
    door, api = complete
    door.scan(festival.text(serial(1)))
    door.choose(serial(2))
    door.scan("https://menu.example.org/Anna")
    door.sync(api)
    assert readable(door.folder.path) == set()
    # the same mirror without its seal: the search finds them
    with closing(db.connect(door.folder.path / "plain.db")) as plain:
        plain.execute("CREATE TABLE guests (name TEXT)")
        plain.executemany("INSERT INTO guests VALUES (?)", [(name,) for name in names(door)])
    assert len(readable(door.folder.path)) > 3


def readable(folder: Path) -> set[bytes]:
    """Names, parts of names and addresses that some file holds as text, in any of the usual encodings.

    Of five bytes and more: fewer stand somewhere in a sealed file by chance.
    """
    words = {part for name in NAMES for part in (name, *name.split()) if len(part) > 4} | {"@example.org"}
    needles = {word.encode(coding) for word in words for coding in ("utf-8", "utf-16-le")}
    contents = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    return {needle for needle in needles for content in contents if needle in content}


@pytest.mark.parametrize(
    ("set_s", "said"),
    [
        pytest.param(3 * 3600, "This computer's clock was set by +3 h.", id="forward"),
        pytest.param(-600, "This computer's clock was set by −10 min.", id="back"),
        pytest.param(-60, "Working offline", id="a little"),
    ],
)
def test_a_clock_that_is_set_during_a_shift_is_said_and_scans_keep_their_times(
    complete: tuple[Laptop, MemoryApi], festival: Festival, set_s: int, said: str
) -> None:
    door, api = complete
    door.clock.wait(60)
    before = door.scan(festival.text(serial(4))).at
    door.clock.wait(5)
    door.clock.wall += timedelta(seconds=set_s)
    assert (door.scan(festival.text(serial(5))).at - before).total_seconds() == 5
    api.fail = ["unreachable"]
    assert wording.connection_line(door.sync(api)).text.startswith(said)
    state = door.sync(api)
    assert (state.connection, state.clock_jump_ms) == (Connection.ONLINE, None)


def test_after_a_restart_without_the_server_a_clock_that_went_back_is_said_by_the_newest_fact(
    door: Laptop, festival: Festival, server: MemoryServer
) -> None:
    api = door.at(server)
    api.fail = ["unreachable"] * 2
    assert door.sync(api).clock_jump_ms is None
    door.scan(festival.text(serial(1)))
    door.clock.boot, door.clock.mono_ns = "boot-2", 10**9
    door.clock.wall -= timedelta(days=2)
    assert door.sync(api).clock_jump_ms == -2 * DAY_S * 1000


def test_a_damaged_newest_fact_says_nothing_about_the_clock(door: Laptop, festival: Festival) -> None:
    door.scan(festival.text(serial(1)))
    door.stores.journal.execute("UPDATE facts SET raw = X'00'")
    api = MemoryApi(MemoryServer(), door.id, fail=["unreachable"])
    assert door.sync(api).clock_jump_ms is None
