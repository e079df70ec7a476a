"""Another laptop of the event carries a journal to the server: whose it is stays known, and no more comes with it."""

from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import pytest

from eventreg_core.enrolment import enrolment_of
from eventreg_core.facts import CheckIn, Recorded, record
from eventreg_core.wire import PushAnswer, PushRequest, encode
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.journal_command import NotEnrolled, bring_file
from eventreg_desktop.store.stores import Folder
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync import courier
from eventreg_desktop.sync.enrol import enrol
from tests.integration.arrange import made, refused
from tests.integration.carrying import bytes_of, file_of
from tests.integration.conftest import Rows
from tests.integration.laptop import EMPTY, Festival, Laptop, make_festival, pushed, states, stored


@dataclass
class Carrier:
    """The server as the laptop that carries a file meets it."""

    laptop: Laptop

    def push(self, request: PushRequest) -> PushAnswer:
        return pushed(self.laptop.ask("POST", "/sync/push", encode(request)))


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer, guests=3)


@pytest.fixture
def both(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> tuple[Laptop, Laptop]:
    """One laptop that never reached the server since it was enrolled, and one that does."""
    lonely = Laptop(anonymous, organizer, festival, "Lonely")
    for guest in range(3):
        lonely.check_in(festival.serial(guest))
    return lonely, Laptop(anonymous, organizer, festival, "Courier")


def test_a_journal_that_was_never_pushed_is_brought_by_another_laptop_and_stays_its_own(
    both: tuple[Laptop, Laptop], sql: Rows, organizer: httpx.Client, tmp_path: Path
) -> None:
    lonely, carrier = both
    server = UUID(lonely.enrolled["server"])
    [brought] = courier.bring(Carrier(carrier), file_of(lonely, signed=2), server)
    assert (brought.recorded, brought.held, brought.left) == (2, 0, 1)
    file, folder, vault = tmp_path / "lonely.jsonl", Folder(tmp_path / "third", ballast_size=4096), Vault(None)
    file.write_bytes(bytes_of(file_of(lonely)))
    with pytest.raises(NotEnrolled):
        bring_file(folder, vault, file, laptop_clock())
    invited = made(organizer.post(lonely.festival.path("devices"), json={"name": "Third"}))
    third = enrol(folder, vault, enrolment_of(invited["enrolment"]), "Third")
    said = bring_file(folder, vault, file, laptop_clock())
    assert said == f"{lonely.journal}: 3 scans recorded, 0 held, 0 set aside."
    rows = stored(sql, "device_id, brought_by, held")
    assert {(row["device_id"], row["held"]) for row in rows} == {(lonely.id, False)}
    assert [row["brought_by"] for row in rows] == [carrier.id, carrier.id, third.id]
    # its own laptop comes back and hears that all is here
    assert lonely.push().head == lonely.head()
    listed = organizer.get(lonely.festival.path("devices")).json()["items"]
    assert {one["name"]: one["facts"] for one in listed} == {"Lonely": 3, "Courier": 0, "Third": 0}


def test_a_courier_adds_nothing_to_anothers_journal_that_counts_and_a_revoked_laptops_facts_are_held(
    both: tuple[Laptop, Laptop], organizer: httpx.Client, sql: Rows
) -> None:
    lonely, carrier = both
    forged = in_its_name(lonely)
    head = lonely.head()
    request = PushRequest(
        journal=lonely.journal,
        facts=[forged.raw.decode(), lonely.facts[-1].raw.decode()],
        head=head,
        signature=lonely.signed_head(head),
        certificate=lonely.enrolled["certificate"],
        certificate_signature=lonely.enrolled["signature"],
    )
    assert states(Carrier(carrier).push(request)) == ["held", "recorded"]
    organizer.post(f"/devices/{lonely.id}/revoke")
    [brought] = courier.bring(Carrier(carrier), file_of(lonely), UUID(lonely.enrolled["server"]))
    assert (brought.recorded, brought.held) == (1, 2)
    standing = sql.execute("SELECT count(*) AS n FROM facts WHERE revision IS NOT NULL").fetchone()
    assert standing == {"n": 1}


def in_its_name(laptop: Laptop) -> Recorded:
    """A fact in the name of a laptop that never wrote it."""
    fact = laptop.facts[1].fact
    assert isinstance(fact, CheckIn)
    return record(msgspec.structs.replace(fact, serial="ab" * 8))


def test_a_certificate_of_another_server_or_none_for_a_stranger_vouches_for_nobody(
    both: tuple[Laptop, Laptop], sql: Rows
) -> None:
    lonely, carrier = both
    head = lonely.head()
    request = PushRequest(journal=lonely.journal, facts=[], head=head, signature=lonely.signed_head(head))
    refused(carrier.ask("POST", "/sync/push", encode(request)), 422, "bad_head")
    forged = {"certificate": lonely.enrolled["certificate"], "certificate_signature": "00" * 64}
    refused(lonely.push_texts([], EMPTY, **forged), 422, "bad_certificate")
    damaged = {"certificate": "{}", "certificate_signature": lonely.enrolled["signature"]}
    refused(lonely.push_texts([], EMPTY, **damaged), 422, "bad_certificate")
    with pytest.raises(courier.NobodyVouches):
        courier.bring(Carrier(carrier), replace(file_of(lonely), voucher=None), UUID(int=0))
    assert stored(sql) == []
