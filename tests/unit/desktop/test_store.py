"""What the disk may do to a door, and what the door does then."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from eventreg_core.problems import Problem
from eventreg_core.wire import START
from eventreg_desktop.config import config_of
from eventreg_desktop.door.annul import Annulled, annul
from eventreg_desktop.store import db, journal, mirror
from eventreg_desktop.store.ballast import Ballast
from eventreg_desktop.store.stores import (
    JOURNAL_KEPT_ASIDE,
    MIRROR_DISCARDED,
    FolderHeld,
    door_stores,
    held,
    prepare,
)
from tests.sync.festival import EVENT, SERVER, Festival, serial
from tests.sync.laptop import KEY, Laptop, laptop, small, told


def test_names_on_the_disk_are_sealed_and_the_journal_has_none(door: Laptop, festival: Festival) -> None:
    door.scan(festival.text(serial(1)))
    db.checkpoint(door.stores.mirror)
    db.checkpoint(door.stores.journal)
    everything = b"".join(file.read_bytes() for file in door.folder.path.iterdir())
    assert "Müller".encode() not in everything
    assert b"guest1@example.org" not in everything
    assert b"check_in" in door.folder.journal.read_bytes()


def test_a_commit_is_made_to_survive_a_power_cut(door: Laptop) -> None:
    def ask(question: str) -> list[object]:
        return [each.execute(f"PRAGMA {question}").fetchone()[0] for each in (door.stores.mirror, door.stores.journal)]

    assert (ask("journal_mode"), ask("synchronous"), ask("fullfsync")) == (["wal", "wal"], [2, 2], [1, 1])


def test_a_door_cannot_write_the_mirror(door: Laptop) -> None:
    stores = door_stores(door.folder, KEY)
    with pytest.raises(db.StoreUnwritable), db.transaction(stores.mirror):
        mirror.reset(stores.mirror)
    stores.close()


def test_a_mirror_under_another_key_is_discarded_and_the_journal_kept(door: Laptop, festival: Festival) -> None:
    door.scan(festival.text(serial(1)))
    door.stores.close()
    assert prepare(door.folder, bytes(32), SERVER) == (MIRROR_DISCARDED,)
    stores = door_stores(door.folder, bytes(32))
    assert mirror.find_event(stores.mirror, EVENT) is None
    assert journal.counts(stores.journal).facts == 1
    stores.close()


def test_a_damaged_mirror_is_discarded(door: Laptop) -> None:
    db.checkpoint(door.stores.mirror)
    door.stores.close()
    raw = bytearray(door.folder.guests.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    door.folder.guests.write_bytes(raw)
    assert prepare(door.folder, KEY, SERVER) == (MIRROR_DISCARDED,)
    assert prepare(door.folder, KEY, SERVER) == ()


@pytest.mark.parametrize("size", [0, 40, 100_000])
def test_a_damaged_journal_is_kept_aside_and_a_new_one_begun(door: Laptop, festival: Festival, size: int) -> None:
    door.scan(festival.text(serial(1)))
    before = journal.get_current(door.stores.journal).id
    door.stores.close()
    rubbish = b"not a database " * (size // 15 + 1)
    door.folder.journal.write_bytes(rubbish)
    assert prepare(door.folder, KEY, SERVER) == (JOURNAL_KEPT_ASIDE,)
    (aside,) = door.folder.path.glob("journal-damaged-*.db")
    assert aside.read_bytes() == rubbish
    stores = door_stores(door.folder, KEY)
    assert journal.get_current(stores.journal).id != before
    stores.close()


def test_files_of_a_newer_program_are_left_alone(door: Laptop) -> None:
    door.stores.journal.execute("PRAGMA user_version = 99")
    door.stores.close()
    with pytest.raises(db.StoreTooNew, match="newer version"):
        prepare(door.folder, KEY, SERVER)
    assert door.folder.journal.exists()


def test_a_mirror_of_an_older_program_keeps_its_tickets_and_is_told_everything_once_more(tmp_path: Path) -> None:
    first = resources.files("eventreg_desktop.store").joinpath("migrations", "mirror", "0001_first.sql")
    with closing(db.connect(tmp_path / "guests.db", KEY)) as older:
        for statement in first.read_text("utf-8").split(";\n"):
            older.execute(statement)
        older.execute("INSERT INTO tickets VALUES (?, 1, 'valid', 1, NULL, 0, 'AB-1', 'AB1')", (serial(1),))
        older.execute("UPDATE state SET epoch = 'e', revision = 7, check_value = 'c'")
        older.execute("PRAGMA user_version = 1")
        db.migrate(older, "mirror")
        assert mirror.state(older).cursor == START
        assert older.execute("SELECT serial, holder FROM tickets").fetchall() == [(serial(1), None)]


def test_a_second_copy_of_the_program_is_told_to_use_the_first(tmp_path: Path) -> None:
    with held(small(tmp_path)), pytest.raises(FolderHeld, match="already runs"), held(small(tmp_path)):
        pytest.fail("two at once")
    with held(small(tmp_path)):
        assert (tmp_path / "held.db").exists()


def test_a_copy_of_the_program_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from eventreg_desktop.store.stores import Folder, held\n"
        "with held(Folder(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(FolderHeld), held(small(tmp_path)):
            pytest.fail("two at once")
        other.kill()
        other.wait()
    with held(small(tmp_path)):
        assert other.returncode != 0


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(db.StoreUnwritable, match="permissions"):
        prepare(small(tmp_path / "file" / "below"), KEY, SERVER)


def problem_at(door: Laptop, text: str) -> str:
    try:
        door.scan(text)
    except Problem as problem:
        return problem.sentence
    return ""


def test_a_disk_that_stays_full_is_said_and_the_door_goes_on_when_there_is_room(
    door: Laptop, festival: Festival
) -> None:
    db.checkpoint(door.stores.journal)
    pages = door.stores.journal.execute("PRAGMA page_count").fetchone()[0]
    door.stores.journal.execute(f"PRAGMA max_page_count = {pages}")
    assert door.folder.ballast.path.exists()
    number, sentence = 0, ""
    for number in range(40):
        sentence = problem_at(door, festival.text(serial(100 + number)))
        if sentence:
            break
    assert "Free some space" in sentence
    assert not door.folder.ballast.path.exists()
    assert len(door.facts()) == number
    door.stores.journal.execute("PRAGMA max_page_count = 1000000")
    assert told(door.scan(festival.text(serial(100 + number)))) is None


def fill_the_disk(door: Laptop) -> None:
    """Let the journal's file take no page more, until the ballast goes."""
    file = door.stores.journal

    class Room(Ballast):
        """A ballast on a disk that has room again once it is given up."""

        def free(self) -> bool:
            file.execute("PRAGMA max_page_count = 1000000")
            return super().free()

    door.stores = replace(door.stores, ballast=Room(door.folder.ballast.path))
    file.execute(f"PRAGMA max_page_count = {file.execute('PRAGMA page_count').fetchone()[0]}")


def test_a_full_disk_takes_the_ballast_and_nobody_waits(door: Laptop, festival: Festival) -> None:
    fill_the_disk(door)
    words = [told(door.scan(festival.text(serial(100 + number)))) for number in range(40)]
    assert words == [None] * 40
    assert not door.folder.ballast.path.exists()
    assert len(door.facts()) == 40


def test_undoing_on_a_full_disk_takes_the_ballast_too(door: Laptop, festival: Festival) -> None:
    entered = [door.scan(festival.text(serial(100 + number))).fact for number in range(40)]
    fill_the_disk(door)
    for fact in entered:
        assert fact is not None
        assert isinstance(annul(door.stores, door.door, fact, door.clock()), Annulled)
    assert not door.folder.ballast.path.exists()
    assert len(door.facts()) == 80


def test_the_ballast_takes_its_room_once_and_gives_it_up_once(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", 3_000_000)
    assert ballast.lay()
    assert ballast.lay()
    assert ballast.path.stat().st_size == 3_000_000
    assert (ballast.free(), ballast.free()) == (True, False)


def test_a_ballast_that_finds_no_room_is_done_without(tmp_path: Path) -> None:
    assert not Ballast(tmp_path / "missing" / "ballast", 10).lay()


def test_a_mistake_in_our_own_sql_is_not_dressed_up_as_the_worlds(door: Laptop) -> None:
    with pytest.raises(Exception, match="no such table"), db.transaction(door.stores.journal):
        door.stores.journal.execute("SELECT 1 FROM nowhere")


def test_what_raises_in_a_transaction_leaves_nothing_behind(door: Laptop) -> None:
    def half() -> None:
        with db.transaction(door.stores.mirror):
            mirror.reset(door.stores.mirror)
            raise Problem("stop", "Stop.")

    with pytest.raises(Problem):
        half()
    assert mirror.find_event(door.stores.mirror, EVENT) is not None


def test_an_upgrade_keeps_what_is_there(tmp_path: Path, festival: Festival) -> None:
    with laptop(tmp_path / "one") as first:
        first.holds(festival.setting())
    with laptop(tmp_path / "one") as again:
        assert mirror.find_event(again.stores.mirror, EVENT) is not None


def test_the_data_folder_is_the_users_own_unless_another_is_named() -> None:
    assert config_of({"EVENTREG_DATA": "elsewhere"}).data == Path("elsewhere")
    assert config_of({}).data.name == "eventreg"
