"""Invite, enrol, sign, revoke: how a laptop becomes a device and ceases to be one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from eventreg_core.enrolment import enrolment_of
from eventreg_core.wire import Certificate
from tests.integration.arrange import made, make_event, refused
from tests.integration.conftest import People, Rows
from tests.integration.doing import until, waits_for_a_lock
from tests.integration.laptop import Festival, Laptop, make_festival, pulled
from tests.integration.served import Served


@pytest.fixture
def festival(organizer: httpx.Client) -> Festival:
    return make_festival(organizer)


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival, "North door")


def test_an_invitation_is_one_text_to_scan_and_good_for_a_day(
    server: Served, organizer: httpx.Client, festival: Festival
) -> None:
    invited = made(organizer.post(festival.path("devices")))
    enrolment = enrolment_of(invited["enrolment"])
    assert (enrolment.url, enrolment.code, enrolment.pin) == (server.url, invited["enrol_code"], "")
    assert (invited["url"], invited["pin"]) == (server.url, None)
    left = datetime.fromisoformat(invited["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)


def test_the_code_is_nowhere_in_the_database(organizer: httpx.Client, festival: Festival, sql: Rows) -> None:
    code = made(organizer.post(festival.path("devices")))["enrol_code"]
    row = sql.execute("SELECT devices::text AS stored FROM devices").fetchone()
    assert row is not None
    assert code not in row["stored"]
    assert code.replace("-", "").encode().hex() not in row["stored"]


def test_enrolling_gives_a_certificate_that_the_servers_key_signed(laptop: Laptop, festival: Festival) -> None:
    answer = laptop.enrolled
    server_key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(answer["server_key"]))
    server_key.verify(bytes.fromhex(answer["signature"]), answer["certificate"].encode())
    certificate = msgspec.json.decode(answer["certificate"], type=Certificate)
    assert (certificate.device, certificate.events) == (laptop.id, (festival.id,))
    assert certificate.public_key == laptop.key.public_key().public_bytes_raw().hex()
    assert (answer["name"], answer["protocol"]) == ("North door", 1)


def test_all_devices_hold_one_server_key_also_after_a_restart(
    server: Served, anonymous: httpx.Client, organizer: httpx.Client, festival: Festival, laptop: Laptop
) -> None:
    server.stop()
    server.start()
    second = Laptop(anonymous, organizer, festival)
    assert second.enrolled["server_key"] == laptop.enrolled["server_key"]
    assert second.enrolled["server"] == laptop.enrolled["server"]


def test_a_laptop_whose_answer_was_lost_asks_again_and_hears_the_same(laptop: Laptop, sql: Rows) -> None:
    again = made(laptop.enrol(laptop.invited["enrol_code"]))
    assert {**again, "server_time": None} == {**laptop.enrolled, "server_time": None}
    sql.execute("UPDATE devices SET enrolled_at = enrolled_at - interval '11 minutes'")
    refused(laptop.enrol(laptop.invited["enrol_code"]), 410, "enrol_code_used")


def test_a_code_may_be_typed_in_small_letters_with_blanks(
    organizer: httpx.Client, festival: Festival, laptop: Laptop
) -> None:
    code = made(organizer.post(festival.path("devices")))["enrol_code"]
    answer = made(laptop.enrol(f" {code.lower().replace('-', ' ')}"))
    assert answer["name"] == "ThinkPad"


def test_a_wrong_code_is_told_apart_from_a_used_and_one_that_is_over_or_taken_back(
    organizer: httpx.Client, festival: Festival, laptop: Laptop, sql: Rows
) -> None:
    refused(laptop.enrol("AAAAA-AAAAA"), 404, "enrol_code_unknown")
    used = laptop.invited["enrol_code"]
    laptop.key = Ed25519PrivateKey.generate()
    refused(laptop.enrol(used), 410, "enrol_code_used")
    old = made(organizer.post(festival.path("devices")))["enrol_code"]
    sql.execute("UPDATE devices SET enrol_expires_at = now() WHERE public_key IS NULL")
    refused(laptop.enrol(old), 410, "enrol_code_expired")
    taken_back = made(organizer.post(festival.path("devices")))
    made(organizer.post(f"/devices/{taken_back['id']}/revoke"), 200)
    refused(laptop.enrol(taken_back["enrol_code"]), 410, "enrol_code_expired")


def test_a_laptop_that_speaks_another_protocol_hears_so_whatever_else_it_sends(laptop: Laptop) -> None:
    answer = laptop.client.post("/devices/enrol", json={"protocol": 99, "greeting": "hello"})
    assert refused(answer, 409, "other_protocol")["protocol"] == 1


@pytest.mark.parametrize("body", [b"", b"{", b'{"code": 7}', b'\xff\xfe{"code"', b'{"code": "\\ud800"}'])
def test_a_body_that_cannot_be_read_is_a_problem_and_no_crash(laptop: Laptop, body: bytes) -> None:
    refused(laptop.client.post("/devices/enrol", content=body), 422, "invalid")


def test_only_organizers_of_the_event_invite_list_and_revoke(
    organizer: httpx.Client,
    staff: httpx.Client,
    anonymous: httpx.Client,
    festival: Festival,
    people: People,
    laptop: Laptop,
) -> None:
    refused(anonymous.post(festival.path("devices")), 401, "not_signed_in")
    refused(staff.post(festival.path("devices")), 404, "event_not_found")
    made(organizer.post(festival.path("members"), json={"email": people.staff.email, "role": "supervisor"}))
    refused(staff.post(festival.path("devices")), 403, "forbidden")
    refused(staff.get(festival.path("devices")), 403, "forbidden")
    refused(staff.post(f"/devices/{laptop.id}/revoke"), 403, "forbidden")


def test_the_list_of_devices_tells_who_is_enrolled_and_how_much_came(
    organizer: httpx.Client, festival: Festival, laptop: Laptop
) -> None:
    made(organizer.post(festival.path("devices"), json={"name": "South door"}))
    laptop.check_in(festival.serial())
    laptop.push()
    south, north = made(organizer.get(festival.path("devices")), 200)["items"]
    assert (south["name"], south["enrolled_at"], south["facts"]) == ("South door", None, 0)
    assert (north["name"], north["facts"], north["forked"], north["revoked_at"]) == ("North door", 1, False, None)
    assert north["enrolled_at"] is not None


def test_a_clock_five_minutes_off_hears_the_servers_time(laptop: Laptop, festival: Festival) -> None:
    path = f"/events/{festival.id}/sync/pull?cursor=.0&check=&journal={laptop.journal}"
    assert laptop.ask("GET", path, ahead=timedelta(minutes=-4)).status_code == 200
    problem = refused(laptop.ask("GET", path, ahead=timedelta(minutes=6)), 401, "device_clock")
    told = datetime.fromisoformat(problem["server_time"])
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_request_that_this_laptop_did_not_sign_is_refused(laptop: Laptop, festival: Festival) -> None:
    path = festival.path(f"sync/pull?journal={laptop.journal}")
    refused(laptop.client.get(path), 401, "not_a_device")
    broken = {"Authorization": "EventReg-Device id=?"}
    refused(laptop.client.get(path, headers=broken), 401, "not_a_device")
    own, laptop.key = laptop.key, Ed25519PrivateKey.generate()
    refused(laptop.ask("GET", path), 401, "bad_device_signature")
    laptop.key, laptop.id = own, laptop.journal
    refused(laptop.ask("GET", path), 401, "unknown_device")


def test_a_device_sees_its_own_event_only(organizer: httpx.Client, laptop: Laptop) -> None:
    other = make_event(organizer, name="Elsewhere")
    refused(laptop.pull(event=other["id"]), 403, "other_event")
    assert pulled(laptop.pull()).page.events[0].name == "Lindenhof Festival"


def test_of_two_who_revoke_at_once_the_first_says_since_when(
    organizer: httpx.Client, laptop: Laptop, sql: Rows
) -> None:
    with ThreadPoolExecutor(1) as threads:
        with sql.transaction():
            first = "UPDATE devices SET revoked_at = now() WHERE id = %s RETURNING revoked_at"
            since = sql.execute(first, [laptop.id]).fetchone()
            asked = threads.submit(organizer.post, f"/devices/{laptop.id}/revoke")
            until(lambda: waits_for_a_lock(sql), "the second one waits")
        assert made(asked.result(), 200)["revoked_at"] is not None
    assert sql.execute("SELECT revoked_at FROM devices WHERE id = %s", [laptop.id]).fetchone() == since


def test_a_revoked_device_pulls_no_more(organizer: httpx.Client, laptop: Laptop) -> None:
    revoked = made(organizer.post(f"/devices/{laptop.id}/revoke"), 200)
    assert revoked["revoked_at"] is not None
    assert made(organizer.post(f"/devices/{laptop.id}/revoke"), 200) == revoked
    refused(laptop.pull(), 403, "device_revoked")
