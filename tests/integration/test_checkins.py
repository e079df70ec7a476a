"""The server's own door: one scan over HTTP, told once and for all."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventreg_core import admission
from eventreg_core.admission import Reason, Refused
from eventreg_core.facts import CheckIn, RefusedScan, reread
from server import sealing
from server.clock import new_id, utc_now
from tests.integration.arrange import Json, made, make_event, refused
from tests.integration.conftest import People, Rows
from tests.integration.laptop import Festival, Laptop, cursor_after, make_festival, pulled, scan_of, scanned
from tests.integration.served import Served


@pytest.fixture
def festival(organizer: httpx.Client, people: People) -> Festival:
    made_here = make_festival(organizer, guests=2)
    made(organizer.post(made_here.path("members"), json={"email": people.staff.email, "role": "staff"}))
    return made_here


@pytest.fixture
def laptop(anonymous: httpx.Client, organizer: httpx.Client, festival: Festival) -> Laptop:
    return Laptop(anonymous, organizer, festival)


def fact_of(sql: Rows, scan: Json) -> dict[str, Any]:
    row = sql.execute("SELECT * FROM facts WHERE id = %s", [scan["id"]]).fetchone()
    assert row is not None
    return row


def test_a_good_ticket_is_admitted_once_and_the_second_hears_when_and_where(
    staff: httpx.Client, festival: Festival
) -> None:
    first = scanned(staff, festival, scan_of(festival))
    assert (first["verdict"], first["name"], first["ticket_type"]) == ("admitted", "Ana Müller", "Day pass")
    second = scanned(staff, festival, scan_of(festival))
    assert (second["verdict"], second["reason"], second["overridable"]) == ("refused", "already_used", True)
    assert (second["first_at"], second["first_gate"]) == (first["occurred_at"], "North")


def test_the_scan_is_a_fact_of_the_servers_own_and_news_for_devices(
    staff: httpx.Client, festival: Festival, people: People, laptop: Laptop, sql: Rows
) -> None:
    cursor = cursor_after(pulled(laptop.pull()))
    scan = scan_of(festival)
    scanned(staff, festival, scan)
    row = fact_of(sql, scan)
    assert (row["attested"], row["author"], row["journal"]) == ("server", f"user:{people.staff.id}", None)
    fact = reread(row["raw"]).fact
    assert isinstance(fact, CheckIn)
    assert (fact.attested, fact.operator, fact.serial) == ("server", row["author"], festival.serial())
    assert [told.id for told in pulled(laptop.pull(cursor)).page.facts] == [fact.id]


def test_the_same_request_hears_the_same_for_ever_whatever_changed_since(
    staff: httpx.Client, organizer: httpx.Client, festival: Festival, sql: Rows
) -> None:
    admitted, again = scan_of(festival), scan_of(festival)
    first, second = scanned(staff, festival, admitted), scanned(staff, festival, again)
    organizer.delete(f"/registrations/{festival.registrations[0]['id']}")
    made(organizer.post(f"/check-ins/{admitted['id']}/annul"), 200)
    path = festival.path(f"check-in-lists/{festival.check_in_list['id']}")
    made(organizer.put(path, json={"ticket_type_ids": []}), 200)
    assert scanned(staff, festival, admitted) == first
    assert scanned(staff, festival, again) == second
    assert sql.execute("SELECT count(*) AS n FROM facts").fetchall() == [{"n": 3}]


def test_an_id_with_another_content_is_refused_and_changes_nothing(
    staff: httpx.Client, festival: Festival, laptop: Laptop, sql: Rows
) -> None:
    scan = scan_of(festival)
    scanned(staff, festival, scan)
    other = scan | {"token": festival.tokens[1]}
    refused(staff.post(festival.path("check-ins"), json=other), 409, "id_reused")
    of_a_device = laptop.check_in(festival.serial(1)).fact.id
    laptop.push()
    refused(staff.post(festival.path("check-ins"), json=scan_of(festival, 1, id=str(of_a_device))), 409, "id_reused")
    assert sql.execute("SELECT count(*) AS n FROM facts").fetchall() == [{"n": 2}]


def test_forty_scans_of_one_ticket_at_once_admit_exactly_one(
    staff: httpx.Client, festival: Festival, sql: Rows
) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: scanned(staff, festival, scan_of(festival)), range(40)))
    assert Counter(answer["verdict"] for answer in answers) == {"admitted": 1, "refused": 39}
    rows = sql.execute("SELECT told, count(*) AS n FROM facts GROUP BY told ORDER BY told").fetchall()
    assert [(row["told"], row["n"]) for row in rows] == [("admitted", 1), ("refused", 39)]


def test_one_request_sent_by_eight_threads_at_once_is_one_fact(
    staff: httpx.Client, festival: Festival, sql: Rows
) -> None:
    scan = scan_of(festival)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: scanned(staff, festival, scan), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["verdict"] == "admitted"
    assert sql.execute("SELECT count(*) AS n FROM facts").fetchall() == [{"n": 1}]


def test_a_reissued_ticket_does_not_admit_twice(
    staff: httpx.Client, organizer: httpx.Client, festival: Festival
) -> None:
    scanned(staff, festival, scan_of(festival))
    registration = festival.registrations[0]["id"]
    answer = organizer.post(f"/registrations/{registration}/reissue")
    assert answer.status_code in {200, 201}, answer.text
    token = made(organizer.get(f"/registrations/{registration}/ticket"), 200)["token"]
    assert token != festival.tokens[0]
    assert scanned(staff, festival, scan_of(festival, token=token))["reason"] == "already_used"
    assert scanned(staff, festival, scan_of(festival))["reason"] == "revoked"


def test_what_is_no_ticket_of_this_event_is_refused_and_its_text_is_not_kept(
    staff: httpx.Client, organizer: httpx.Client, festival: Festival, sql: Rows
) -> None:
    elsewhere = make_festival(organizer)
    menu = "https://example.org/menu?table=7\x00"
    forged = festival.tokens[0][:-3] + ("000" if festival.tokens[0][-3:] != "000" else "100")
    expected = {menu: "unreadable", elsewhere.tokens[0]: "wrong_event", forged: "bad_signature", "": "unreadable"}
    scans = {text: scan_of(festival, token=text) for text in expected}
    answers = {text: scanned(staff, festival, scan) for text, scan in scans.items()}
    assert {text: answer["reason"] for text, answer in answers.items()} == expected
    assert [answer["name"] for answer in answers.values()] == [None] * 4
    assert scanned(staff, festival, scans[forged]) == answers[forged]
    rows = sql.execute("SELECT raw FROM facts").fetchall()
    assert len(rows) == 4
    assert not any(b"menu" in row["raw"] or festival.tokens[0][:40].encode() in row["raw"] for row in rows)


def test_the_server_never_guesses_a_ticket_that_it_does_not_hold_is_not_in_the_list(
    staff: httpx.Client, festival: Festival, sql: Rows
) -> None:
    sql.execute("DELETE FROM tickets WHERE serial = decode(%s, 'hex')", [festival.serial(0)])
    assert scanned(staff, festival, scan_of(festival))["reason"] == "not_in_list"


def test_an_exit_passes_and_lets_in_again_where_the_list_says_so(
    staff: httpx.Client, organizer: httpx.Client, festival: Festival
) -> None:
    path = festival.path(f"check-in-lists/{festival.check_in_list['id']}")
    made(organizer.put(path, json={"entry": "reentry"}), 200)
    assert scanned(staff, festival, scan_of(festival, kind="exit"))["notes"] == ["not_inside"]
    assert scanned(staff, festival, scan_of(festival))["verdict"] == "admitted"
    assert scanned(staff, festival, scan_of(festival))["reason"] == "already_inside"
    assert scanned(staff, festival, scan_of(festival, kind="exit"))["notes"] == []
    assert scanned(staff, festival, scan_of(festival))["verdict"] == "admitted"


def test_when_it_happened_serves_windows_and_may_not_lie_in_the_future(
    staff: httpx.Client, organizer: httpx.Client, festival: Festival
) -> None:
    now = utc_now()
    path = festival.path(f"check-in-lists/{festival.check_in_list['id']}")
    made(organizer.put(path, json={"opens_at": (now - timedelta(hours=1)).isoformat()}), 200)
    early = scan_of(festival, occurred_at=(now - timedelta(hours=2)).isoformat())
    assert scanned(staff, festival, early)["reason"] == "too_early"
    for future in ((now + timedelta(minutes=1)).isoformat(), "9999-12-31T23:59:59-14:00", "2026-11-22T12:00:00"):
        scan = scan_of(festival, occurred_at=future)
        assert refused(staff.post(festival.path("check-ins"), json=scan), 422, "invalid")["field"] == "occurred_at"
    scanned(staff, festival, scan_of(festival))
    before = scan_of(festival, occurred_at=(now - timedelta(minutes=5)).isoformat())
    assert scanned(staff, festival, before)["reason"] == "already_used"
    assert (
        scanned(staff, festival, scan_of(festival, 1, occurred_at="0001-01-01T00:00:00+14:00"))["reason"] == "too_early"
    )


def test_an_override_takes_a_supervisor_and_its_reason_is_sealed_beside_the_fact(
    server: Served, staff: httpx.Client, organizer: httpx.Client, festival: Festival, people: People, sql: Rows
) -> None:
    scanned(staff, festival, scan_of(festival))
    scan = scan_of(festival, override="Lost her bag, known to me")
    refused(staff.post(festival.path("check-ins"), json=scan), 403, "forbidden")
    made(organizer.post(festival.path("members"), json={"email": people.staff.email, "role": "supervisor"}))
    answer = scanned(staff, festival, scan)
    assert (answer["verdict"], answer["despite"]) == ("admitted", "already_used")
    fact = reread(fact_of(sql, scan)["raw"]).fact
    assert fact.aside is not None
    row = sql.execute("SELECT sealed FROM asides WHERE hash = %s", [bytes.fromhex(fact.aside)]).fetchone()
    assert row is not None
    plain = sealing.unseal(server.settings.data_keys, row["sealed"], b"aside")
    assert plain[16:].decode() == "Lost her bag, known to me"
    assert b"bag" not in fact_of(sql, scan)["raw"]
    assert made(organizer.get(festival.path("conflicts")), 200)["total"] == 0


def test_who_may_scan_and_what_a_scan_may_name(
    staff: httpx.Client, organizer: httpx.Client, anonymous: httpx.Client, festival: Festival, people: People
) -> None:
    path = festival.path("check-ins")
    refused(anonymous.post(path, json=scan_of(festival)), 401, "not_signed_in")
    other = make_festival(organizer)
    refused(staff.post(other.path("check-ins"), json=scan_of(other)), 404, "event_not_found")
    refused(staff.post(path, json=scan_of(festival, list_id=other.check_in_list["id"])), 404, "list_not_found")
    refused(staff.post(path, json=scan_of(festival, gate_id=other.gate["id"])), 404, "gate_not_found")
    refused(staff.post(path, json=scan_of(festival, colour="blue")), 422, "invalid")
    refused(staff.post(path, content=b'{"id": "\\ud800"}'), 422, "invalid")
    refused(staff.post("/events/7/check-ins", json=scan_of(festival)), 422, "invalid")
    refused(staff.post(path, content=b" " * 70_000), 413, "body_too_large")
    made(organizer.post(festival.path("members"), json={"email": people.staff.email, "role": "viewer"}))
    refused(staff.post(path, json=scan_of(festival)), 403, "forbidden")
    assert made(staff.get(path), 200) == {"items": [], "total": 0, "next_cursor": None}


def test_the_rule_alone_decides(
    staff: httpx.Client, festival: Festival, sql: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object) -> Refused:
        return Refused(Reason.BLOCKED)

    monkeypatch.setattr(admission, "decide", nobody)
    scan = scan_of(festival)
    assert scanned(staff, festival, scan)["reason"] == "blocked"
    assert isinstance(reread(fact_of(sql, scan)["raw"]).fact, RefusedScan)


def test_an_event_without_a_list_refuses_the_scan_with_a_sentence(organizer: httpx.Client) -> None:
    event = make_event(organizer)
    scan = {"id": str(new_id()), "token": "X", "list_id": str(new_id())}
    refused(organizer.post(f"/events/{event['id']}/check-ins", json=scan), 404, "list_not_found")
