"""An administrator takes in a laptop's journal from a file: everything once, nothing lost, however damaged it is."""

from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace as changed

from eventreg_core.facts import CheckIn, record
from eventreg_core.journal_file import JournalFile
from server.clock import new_id
from tests.integration.arrange import Json, made, refused
from tests.integration.carrying import bytes_of, file_of
from tests.integration.conftest import Rows
from tests.integration.laptop import Festival, Laptop, make_festival, stored


@pytest.fixture
def lonely(anonymous: httpx.Client, organizer: httpx.Client) -> Laptop:
    """A laptop that never reached the server since it was enrolled, with five facts."""
    one = Laptop(anonymous, organizer, make_festival(organizer, guests=2), "Lonely")
    for guest in (0, 1):
        one.check_in(one.festival.serial(guest))
    one.refuse(one.festival.serial())
    one.exit(one.festival.serial())
    one.annul(one.facts[1])
    return one


def taken_in(admin: httpx.Client, file: JournalFile, **params: bool) -> Json:
    """What became of the file's only journal."""
    answer = made(admin.post("/journals/import", content=bytes_of(file), params=params), 200)
    [journal] = answer["journals"]
    assert answer["dry_run"] == params.get("dry_run", False)
    of_journal: Json = journal
    return of_journal


def tally(journal: Json) -> tuple[int, ...]:
    return tuple(journal[name] for name in ("new", "recorded", "held", "quarantined"))


def chain_with(file: JournalFile, *facts: bytes) -> JournalFile:
    """The file with these facts instead."""
    return replace(file, chains=(replace(file.chains[0], facts=facts),))


def test_a_dry_run_says_what_would_become_of_it_and_the_import_does_it_once(
    admin: httpx.Client, lonely: Laptop, sql: Rows
) -> None:
    told = taken_in(admin, file_of(lonely), dry_run=True)
    assert (told["verdict"], told["signed_to"], told["device"]) == ("complete", 5, str(lonely.id))
    assert tally(told) == (5, 5, 0, 0)
    assert stored(sql) == []
    assert taken_in(admin, file_of(lonely)) == told
    assert taken_in(admin, file_of(lonely)) == told | {"new": 0}
    assert {(row["device_id"], row["brought_by"]) for row in stored(sql)} == {(lonely.id, None)}
    # the laptop itself comes back, and all of it is here
    assert lonely.push().head == lonely.head()
    assert len(stored(sql)) == 5
    audited = made(admin.get("/audit", params={"object": str(lonely.journal)}), 200)["items"]
    assert [(row["action"], row["after"]["facts"]) for row in audited] == [("journal.imported", 5)]


def test_what_nobody_vouches_for_is_held_unless_the_administrator_does(
    admin: httpx.Client, lonely: Laptop, sql: Rows
) -> None:
    told = taken_in(admin, file_of(lonely, signed=2))
    assert (told["verdict"], told["signed_to"], tally(told)) == ("complete", 2, (5, 2, 3, 0))
    other = lonely
    other.begin_anew()
    other.check_in(other.festival.serial())
    assert tally(taken_in(admin, file_of(other, signed=0), accept=True)) == (1, 1, 0, 0)
    # a laptop that has lost all that it was: nobody knows it, and yet nothing of it is lost
    other.begin_anew()
    other.check_in(other.festival.serial())
    told = taken_in(admin, replace(file_of(other), voucher=None))
    assert (told["device"], told["signed_to"], tally(told)) == (None, 0, (1, 0, 1, 0))
    assert [row["held"] for row in stored(sql, "held, journal") if row["journal"] == other.journal] == [True]
    told = taken_in(admin, replace(file_of(other), voucher=None), accept=True)
    assert (told["device"], tally(told)) == (None, (0, 1, 0, 0))
    assert [row["held"] for row in stored(sql, "held, journal") if row["journal"] == other.journal] == [False]


def test_of_a_damaged_journal_every_good_fact_is_taken_in_and_the_bad_one_kept(
    admin: httpx.Client, lonely: Laptop, sql: Rows
) -> None:
    file = file_of(lonely)
    first, second, *rest = file.chains[0].facts
    told = taken_in(admin, chain_with(file, first, b"\xff\xfe", *rest))
    assert (told["verdict"], told["why"]) == ("changed at 2", "It cannot be read as a fact of this journal.")
    # what leads to the signed head counts; the one before the damage has nobody's word
    assert tally(told) == (4, 3, 1, 1)
    told = taken_in(admin, chain_with(file, first, *rest))
    assert (told["verdict"], tally(told)) == ("gap at 2", (0, 3, 1, 0))
    forked = changed(lonely.facts[1].fact, serial="ab" * 8)
    assert isinstance(forked, CheckIn)
    told = taken_in(admin, chain_with(file, first, second, record(forked).raw, *rest))
    assert (told["verdict"], tally(told)) == ("fork at 2", (2, 4, 2, 0))
    [aside] = sql.execute("SELECT raw, seq, journal FROM quarantine").fetchall()
    assert (aside["raw"], aside["seq"], aside["journal"]) == (b"\xff\xfe", 2, lonely.journal)
    assert len(stored(sql)) == 6


def test_a_cut_file_gives_what_is_there_and_a_revoked_laptops_journal_is_proven_and_held(
    admin: httpx.Client, organizer: httpx.Client, lonely: Laptop
) -> None:
    content = bytes_of(file_of(lonely))
    cut = content[: content.index(b'{"is":"head"')]
    answer = made(admin.post("/journals/import", content=cut), 200)
    [journal] = answer["journals"]
    assert (answer["whole"], journal["verdict"], tally(journal)) == (False, "gap at 6", (5, 0, 5, 0))
    organizer.post(f"/devices/{lonely.id}/revoke")
    told = taken_in(admin, file_of(lonely))
    assert (told["verdict"], told["signed_to"], tally(told)) == ("complete", 5, (0, 0, 5, 0))


def test_what_is_for_another_server_or_event_or_is_no_journal_changes_nothing(
    admin: httpx.Client, organizer: httpx.Client, lonely: Laptop, sql: Rows
) -> None:
    file = file_of(lonely)
    told = taken_in(admin, replace(file, chains=(replace(file.chains[0], server=new_id()),)))
    assert (told["elsewhere"], tally(told)) == (True, (0, 0, 0, 0))
    lonely.festival = Festival({"id": str(new_id())}, {"id": str(new_id())}, {"id": str(new_id())}, [], [])
    lonely.begin_anew()
    lonely.check_in("00" * 8)
    assert tally(taken_in(admin, file_of(lonely), dry_run=True)) == (0, 0, 0, 1)
    for content in (b"", b"%PDF-1.7", b'{"is":"file"}\n'):
        assert refused(admin.post("/journals/import", content=content), 422, "bad_journal_file")["field"] == "file"
    refused(organizer.post("/journals/import", content=bytes_of(file)), 403, "forbidden")
    assert stored(sql) == []
    assert UUID(told["journal"]) == file.chains[0].id
