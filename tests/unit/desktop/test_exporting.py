"""A laptop's journals as a file, and what the server's command says of it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core import journal_file
from eventreg_core.journal_proof import Complete, prove
from eventreg_core.wire import Certificate
from eventreg_desktop.__main__ import main as eventreg
from eventreg_desktop.door.end import end_shift
from eventreg_desktop.store import device, exporting, journal
from eventreg_desktop.store.device import Device
from eventreg_desktop.store.exporting import CannotWrite, NoJournal, export
from eventreg_desktop.store.stores import begin_journal, prepare_journal, sync_stores
from eventreg_desktop.sync.courier import fragments
from server.__main__ import main as eventreg_server
from tests.sync.festival import EVENT, SERVER, Festival, serial
from tests.sync.laptop import KEY, Laptop, small

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
OFFICE = Ed25519PrivateKey.from_private_bytes(b"office".ljust(32))
OFFICE_KEY = OFFICE.public_key().public_bytes_raw().hex()


def enrolled(door: Laptop) -> Device:
    """What the laptop was enrolled as."""
    public = door.signing.public_key().public_bytes_raw().hex()
    text = msgspec.json.encode(Certificate(device=door.id, public_key=public, events=(EVENT,), expires=NOON)).decode()
    return Device(
        id=door.id,
        name="North",
        event=EVENT,
        url="http://127.0.0.1:9",
        pin="",
        server=SERVER,
        server_key=OFFICE_KEY,
        certificate=text,
        signature=OFFICE.sign(text.encode()).hex(),
    )


def work_a_shift(door: Laptop, festival: Festival, guests: int = 5) -> None:
    for number in range(1, guests + 1):
        door.scan(festival.text(serial(number)))


def test_a_journal_is_exported_whole_and_the_server_says_complete_or_names_what_was_changed(
    door: Laptop,
    festival: Festival,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exporting, "EVERY", 2)
    work_a_shift(door, festival)
    to, known = tmp_path / "north.jsonl", enrolled(door)
    assert export(door.folder, known, door.signing, to, NOON).signed == 5
    [chain] = journal_file.read(to.read_bytes()).chains
    assert list(chain.facts) == [one.raw for one in door.facts()]
    assert [each.head.seq for each in chain.heads] == [2, 4, 5]
    key = door.signing.public_key().public_bytes_raw()
    assert [len(facts) for facts, _ in fragments(chain, key)] == [2, 2, 1]

    assert eventreg_server(["verify-journal", str(to), "--server-key", OFFICE_KEY]) == 0
    said = capsys.readouterr().out
    assert f"{chain.id}: complete. 5 facts, signed up to 5." in said
    assert "certificate is this server's" in said
    lines = to.read_bytes().splitlines(keepends=True)
    for broken, verdict in (
        (lines[:4] + lines[5:], "gap at 3"),
        ([*lines[:4], lines[4].replace(b"boot-1", b"boot-2"), *lines[5:]], "changed at 3"),
        ([*lines[:5], lines[4].replace(b"boot-1", b"boot-2"), *lines[5:]], "fork at 3"),
        (lines[:6], "gap at 5"),
    ):
        to.write_bytes(b"".join(broken))
        assert eventreg_server(["verify-journal", str(to), "--json"]) == 1
        told = json.loads(capsys.readouterr().out)
        assert (told["ok"], told["vouched"], told["journals"][0]["verdict"]) == (False, "named", verdict)


def test_without_a_keyring_and_beside_an_open_door_the_export_vouches_up_to_the_last_end_of_a_shift(
    door: Laptop, festival: Festival, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work_a_shift(door, festival, 3)
    end_shift(door.stores, door.signing)
    door.scan(festival.text(serial(4)))
    device.keep(door.folder, enrolled(door))
    to = tmp_path / "north.jsonl"
    assert eventreg(["journal", "export", str(to), "--data", str(door.folder.path)]) == 0
    assert "4 facts of 1 journals" in capsys.readouterr().out
    assert eventreg_server(["verify-journal", str(to)]) == 0
    said = capsys.readouterr().out
    assert "complete. 4 facts, signed up to 3. Nobody signed the end of it." in said
    assert "name the true one with --server-key" in said
    assert eventreg_server(["verify-journal", str(to), "--server-key", "00" * 32]) == 1
    assert "do not believe" in capsys.readouterr().out
    assert eventreg(["journal", "bring", str(to), "--data", str(door.folder.path)]) == 2
    assert "Enrol it first" in capsys.readouterr().err


def test_journals_of_an_earlier_enrolment_and_facts_that_the_disk_has_spoilt_are_exported_too(
    door: Laptop, festival: Festival, tmp_path: Path
) -> None:
    work_a_shift(door, festival, 2)
    end_shift(door.stores, Ed25519PrivateKey.generate())
    first = journal.get_current(door.stores.journal).id
    begin_journal(door.stores.journal, SERVER)
    work_a_shift(door, festival, 2)
    door.stores.journal.execute("UPDATE facts SET raw = X'FF00' WHERE seq = 1 AND journal = ?", [str(first)])
    to = tmp_path / "north.jsonl"
    assert export(door.folder, enrolled(door), door.signing, to, NOON).facts == 4
    spoilt, whole = journal_file.read(to.read_bytes()).chains
    assert (spoilt.facts[0], whole.continues) == (b"\xff\x00", first)
    key = door.signing.public_key().public_bytes_raw()
    assert str(prove(spoilt, key).verdict) == "changed at 1"
    assert prove(whole, key).verdict == Complete()


def test_of_a_journal_that_was_damaged_and_kept_aside_what_can_be_read_is_exported(
    door: Laptop, festival: Festival, tmp_path: Path
) -> None:
    work_a_shift(door, festival, 80)
    file = door.stores.journal
    whole, current = door.facts(), journal.get_current(file).id
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    size = file.execute("PRAGMA page_size").fetchone()[0]
    door.stores.close()
    content = bytearray(door.folder.journal.read_bytes())
    middle = content.index(whole[40].raw) // size * size
    content[middle : middle + size] = bytes(size)
    aside = door.folder.path / f"journal-damaged-{uuid4()}.db"
    aside.write_bytes(content)
    (door.folder.path / "journal-damaged-noise.db").write_bytes(b"noise" * 999)
    door.folder.journal.unlink()
    assert prepare_journal(door.folder) is False
    door.stores = sync_stores(door.folder, KEY)

    to = tmp_path / "north.jsonl"
    export(door.folder, enrolled(door), door.signing, to, NOON)
    [rescued] = journal_file.read(to.read_bytes()).chains
    assert (rescued.id, rescued.server) == (current, SERVER)
    assert set(rescued.facts) < {one.raw for one in whole}
    assert (rescued.facts[0], rescued.facts[-1]) == (whole[0].raw, whole[-1].raw)
    assert len(rescued.facts) > 60
    assert str(prove(rescued, None).verdict).startswith("gap at ")
    assert aside.read_bytes() == content


def test_an_export_that_cannot_be_says_what_to_do(
    door: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NoJournal, match="--data"):
        export(small(tmp_path / "nothing"), None, None, tmp_path / "file", NOON)
    with pytest.raises(CannotWrite, match="folder"):
        export(door.folder, None, None, tmp_path / f"{uuid4()}" / "file", NOON)
    (tmp_path / "cat.jpg").write_bytes(b"\xff\xd8\xff")
    for command in (["verify-journal", str(tmp_path / "cat.jpg")], ["verify-journal", str(tmp_path / "none")]):
        assert eventreg_server(command) == 1
    assert eventreg_server(["verify-journal", str(tmp_path / "cat.jpg"), "--server-key", "what"]) == 1
    said = capsys.readouterr().err
    assert said.count("journal export FILE") == 2
    assert "cannot be read" in said
