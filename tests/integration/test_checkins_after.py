"""What becomes of check-ins: listed, undone, counted beside those of devices."""

from datetime import UTC, datetime

import httpx
import pytest

from eventreg_core.wire import ReceiptState
from server.clock import new_id, utc_now
from tests.integration.arrange import made, refused
from tests.integration.conftest import People, Rows
from tests.integration.laptop import Festival, Laptop, make_festival, pulled, scan_of, scanned


@pytest.fixture
def festival(organizer: httpx.Client, people: People) -> Festival:
    made_here = make_festival(organizer, guests=2)
    made(organizer.post(made_here.path("members"), json={"email": people.staff.email, "role": "staff"}))
    return made_here


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival)


def test_what_a_device_told_counts_here_and_what_is_told_here_counts_for_its_conflicts(
    staff: httpx.Client, organizer: httpx.Client, festival: Festival, laptop: Laptop
) -> None:
    laptop.check_in(festival.serial(0), utc_now())
    laptop.push()
    assert scanned(staff, festival, scan_of(festival, 0))["reason"] == "already_used"
    scanned(staff, festival, scan_of(festival, 1))
    laptop.check_in(festival.serial(1), utc_now())
    laptop.push()
    [conflict] = made(organizer.get(festival.path("conflicts")), 200)["items"]
    assert {fact["device"] for fact in conflict["facts"]} == {None, "Laptop"}


def test_check_ins_are_listed_newest_first_page_by_page(
    staff: httpx.Client, festival: Festival, laptop: Laptop
) -> None:
    for number in range(5):
        laptop.check_in(festival.serial(0), datetime(2026, 11, 22, 12, number, tzinfo=UTC))
    laptop.refuse(festival.serial(0))
    laptop.push()
    first = made(staff.get(festival.path("check-ins"), params={"limit": 3}), 200)
    rest = made(staff.get(festival.path("check-ins"), params={"limit": 3, "cursor": first["next_cursor"]}), 200)
    assert [first["total"], rest["total"], rest["next_cursor"]] == [5, 5, None]
    minutes = [datetime.fromisoformat(item["at"]).minute for item in first["items"] + rest["items"]]
    assert minutes == [4, 3, 2, 1, 0]
    shown = first["items"][0]
    assert (shown["name"], shown["ticket_type"], shown["gate"]) == ("Ana Müller", "Day pass", "North")
    assert (shown["device"], shown["attested"]) == ("Laptop", "device")
    refused(staff.get(festival.path("check-ins"), params={"cursor": "rubbish"}), 422, "invalid")


def test_a_check_in_is_undone_by_a_new_fact_once(
    staff: httpx.Client, organizer: httpx.Client, festival: Festival, laptop: Laptop, sql: Rows
) -> None:
    scan = scan_of(festival)
    scanned(staff, festival, scan)
    refused(staff.post(f"/check-ins/{scan['id']}/annul"), 403, "forbidden")
    annulled = made(organizer.post(f"/check-ins/{scan['id']}/annul"), 200)
    assert annulled["target"] == scan["id"]
    assert made(organizer.post(f"/check-ins/{scan['id']}/annul"), 200) == annulled
    assert made(staff.get(festival.path("check-ins")), 200)["total"] == 0
    assert [row.kind for row in pulled(laptop.pull()).page.facts] == ["check_in", "annulment"]
    assert scanned(staff, festival, scan_of(festival))["verdict"] == "admitted"
    assert len(sql.execute("SELECT id FROM facts").fetchall()) == 3
    refused(organizer.post(f"/check-ins/{new_id()}/annul"), 404, "check_in_not_found")


def test_a_receipt_for_a_fact_told_before_names_its_revision(
    laptop: Laptop, festival: Festival, staff: httpx.Client
) -> None:
    laptop.check_in(festival.serial(0))
    [first] = laptop.push().receipts
    scanned(staff, festival, scan_of(festival, 1))
    laptop.check_in(festival.serial(1))
    second = laptop.push().receipts[-1]
    assert (first.state, second.state) == (ReceiptState.RECORDED, ReceiptState.RECORDED)
    assert (first.revision, second.revision) == (second.revision - 2 if second.revision else None, second.revision)
