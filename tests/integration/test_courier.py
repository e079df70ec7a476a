"""Another laptop of the event carries a journal to the server: whose it is stays known, and no more comes with it."""

from dataclasses import dataclass, replace
from uuid import UUID

import httpx
import msgspec
import pytest

from eventreg_core.facts import CheckIn, Recorded, record
from eventreg_core.wire import PullAnswer, PushAnswer, PushRequest, encode
from eventreg_desktop.sync import courier
from tests.integration.arrange import refused
from tests.integration.carrying import file_of
from tests.integration.conftest import Rows
from tests.integration.laptop import EMPTY, Festival, Laptop, make_festival, pushed, states, stored


@dataclass
class Carrier:
    """The server as the laptop that carries a file meets it."""

    laptop: Laptop

    def push(self, request: PushRequest) -> PushAnswer:
        return pushed(self.laptop.ask("POST", "/sync/push", encode(request)))

    def pull(self, *_: object) -> PullAnswer:
        raise AssertionError("a courier asks for nothing")


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
    both: tuple[Laptop, Laptop], sql: Rows, organizer: httpx.Client
) -> None:
    lonely, carrier = both
    server = UUID(lonely.enrolled["server"])
    [brought] = courier.bring(Carrier(carrier), file_of(lonely, signed=2), server)
    assert (brought.recorded, brought.held, brought.left) == (2, 0, 1)
    [brought] = courier.bring(Carrier(carrier), file_of(lonely), server)
    assert (brought.recorded, brought.left) == (3, 0)
    rows = stored(sql, "device_id, brought_by, held")
    assert rows == [{"device_id": lonely.id, "brought_by": carrier.id, "held": False}] * 3
    # its own laptop comes back and hears that all is here
    assert lonely.push().head == lonely.head()
    listed = organizer.get(lonely.festival.path("devices")).json()["items"]
    assert {one["name"]: one["facts"] for one in listed} == {"Lonely": 3, "Courier": 0}


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
