"""A laptop is stolen and revoked: what it brings from then on is kept and proves itself, and nothing of it counts."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unicodedata import normalize

import httpx
import pytest
import structlog

from eventreg_core.journal_proof import Complete, prove
from eventreg_desktop import log
from eventreg_desktop.door import operators
from eventreg_desktop.door.directory import Directory
from eventreg_desktop.door.door import Allowed, Scanned
from eventreg_desktop.door.end import end_shift
from eventreg_desktop.door.lookup import find
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store.exporting import export
from eventreg_desktop.store.lease import Wiped
from eventreg_desktop.store.roster import Roster
from server.clock import utc_now
from server.journals.proving import verify_file
from tests.integration.arrange import made, register
from tests.integration.carrying import file_of
from tests.integration.conftest import Rows
from tests.integration.desktops import Desktop, desktop
from tests.integration.laptop import NOON, Laptop, cursor_after, make_festival, states
from tests.integration.served import Served
from tests.sync.laptop import told

FORGED = 5_000
PEOPLE = ("Xaverine Ünverwechselbar", "Łucja Brzęczyszczykiewicz", "Quirinius Zwetschgenknödel", "李小龍敏")
ADDRESS = "xaverine.unverwechselbar@example.org"
TRACES = {part for name in (*PEOPLE, ADDRESS) for part in (name, *name.split()) if len(part.encode()) >= 8}
"""What would tell who came, too long to come up by chance; the last of the people is somebody's companion."""


def test_five_thousand_back_dated_admissions_of_a_stolen_laptop_are_held_and_no_door_hears_of_them(
    anonymous: httpx.Client, organizer: httpx.Client, sql: Rows
) -> None:
    festival = make_festival(organizer)
    stolen = Laptop(anonymous, organizer, festival, "Stolen")
    honest = Laptop(anonymous, organizer, festival, "North")
    cursor = cursor_after(honest.pull_all()[-1])
    stolen.check_in(festival.serial())
    assert states(stolen.push()) == ["recorded"]
    made(organizer.post(f"/devices/{stolen.id}/revoke"), 200)
    for number in range(FORGED):
        stolen.check_in(f"{number:016x}", NOON - timedelta(hours=1, seconds=number))
    for begun in range(1, FORGED, 1000):
        assert set(states(stolen.push(stolen.facts[begun : begun + 1000]))) == {"held"}

    kept = sql.execute("SELECT held, count(*) AS n FROM facts GROUP BY held ORDER BY held").fetchall()
    assert kept == [{"held": False, "n": 1}, {"held": True, "n": FORGED}]
    [told] = honest.pull_all(cursor)
    assert [row.serial for row in told.page.facts] == [festival.serial()]
    # and yet its journal is whole, and vouched for
    proof = prove(file_of(stolen).chains[0], bytes.fromhex(stolen.public_key))
    assert (proof.verdict, proof.signed_to) == (Complete(), FORGED + 1)


@contextmanager
def logging_to(folder: Path) -> Iterator[None]:
    """The program's log is a file of the profile, as at a door."""
    root, ours = logging.getLogger(), logging.getLogger("eventreg")
    handlers, level, our_level, configured = root.handlers, root.level, ours.level, structlog.get_config()
    log.write_to(folder)
    try:
        yield
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers = handlers
        root.setLevel(level)
        ours.setLevel(our_level)
        structlog.configure(**configured)


def readable(folder: Path) -> set[str]:
    """Which names or addresses some file holds as text: in any usual encoding, normal form and case."""
    contents = [file.read_bytes().lower() for file in folder.rglob("*") if file.is_file()]
    found = set()
    for trace in TRACES:
        written = {normalize(form, case) for form in ("NFC", "NFD", "NFKD") for case in (trace, trace.lower())}
        codes = {each.encode(code).lower() for each in written for code in ("utf-8", "utf-16-le", "utf-16-be")}
        if any(code in content for code in codes for content in contents):
            found.add(trace)
    return found


def work_a_shift(door: Desktop, tokens: list[str]) -> None:
    """Everything at a door in which people's names come up."""
    roster = Roster(door.enrolled.folder.path / "operators.sealed", bytes(32))
    operators.add(roster, PEOPLE[2], "4711", supervisor=True)
    directory = Directory()
    assert find(door.stores, directory, door.door, "xaverine", door.clock()).exact
    assert find(door.stores, directory, door.door, "unverwechselbr", door.clock()).alike
    assert told(door.scan(tokens[0])) is None
    assert told(door.scan(tokens[0])) is not None
    allowed = Allowed("supervisor", f"She is {PEOPLE[0]}, I saw the passport")
    redeem(door.stores, door.door, Scanned(tokens[0]), door.clock(), allowed)
    door.scan(f"BEGIN:VCARD\nFN:{PEOPLE[1]}\nEMAIL:{ADDRESS}\nEND:VCARD")
    end_shift(door.stores, door.enrolled.secrets.signing)


def test_no_file_of_a_stolen_laptop_names_a_guest_whether_revoked_or_not_and_its_journal_verifies(
    organizer: httpx.Client, server: Served, sql: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    festival = make_festival(organizer)
    of_type = festival.path(f"ticket-types/{festival.registrations[0]['ticket_type_id']}")
    made(organizer.put(of_type, json={"companions_allowed": 1}), 200)
    first, *_ = (
        register(organizer, festival.event, address, full_name=name, companions=with_them)
        for address, name, with_them in (
            (ADDRESS, PEOPLE[0], []),
            ("b@example.org", PEOPLE[1], []),
            ("c@example.org", PEOPLE[2], [PEOPLE[3]]),
        )
    )
    token = made(organizer.get(f"/registrations/{first['id']}/ticket"), 200)["token"]
    profile = tmp_path / "stolen"
    with desktop(profile, organizer, festival, server.url) as door, logging_to(profile):
        door.door = replace(door.door, server_key=bytes.fromhex(door.enrolled.device.server_key))
        work_a_shift(door, [token])
        assert door.sync().unsent == 0
        assert readable(profile) == set(), "while it is at work, its side files too"
        made(organizer.post(f"/devices/{door.enrolled.device.id}/revoke"), 200)
        assert told(door.scan(festival.tokens[0])) is None, "a door does not stop, whatever it has not heard"
        state = door.sync()
        assert (state.wiped, state.unsent) == (Wiped.REVOKED, 0)
        assert find(door.stores, Directory(), door.door, "xaverine", door.clock()).candidates == ()
        assert (profile / "door.log").stat().st_size > 0, "the log is among them"
        assert readable(profile) == set()
        enrolled, facts = door.enrolled, len(door.facts())
    held = sql.execute("SELECT held, count(*) AS n FROM facts GROUP BY held ORDER BY held").fetchall()
    assert held == [{"held": False, "n": facts - 1}, {"held": True, "n": 1}]
    export(enrolled.folder, enrolled.device, enrolled.secrets.signing, profile / "journal.export", utc_now())
    assert verify_file(profile / "journal.export", enrolled.device.server_key, as_json=True)
    assert '"complete"' in capsys.readouterr().out
    assert readable(profile) == set()
    (profile / "control").write_bytes(normalize("NFD", f"… {PEOPLE[1]} …").encode("utf-16-be"))
    assert PEOPLE[1] in readable(profile), "the search finds what is there"
