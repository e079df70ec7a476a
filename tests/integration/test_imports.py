"""Guest lists that come as files: looked at, brought in, stopped, undone, and sent their tickets."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from server.tasks import TASKS
from tests.integration.arrange import Json, made, make_event, make_type, refused, register, reread
from tests.integration.conftest import Rows
from tests.integration.doing import doing, until, waiting
from tests.integration.served import Served

EXCEL = (
    "Vorname;Name;E-Mail-Adresse;Telefon;Ticketart;Bezahlt;Begleitung;Bemerkung;Sitz\r\n"
    "Jörg;Müller;Joerg@Example.org;0049 30 1;Tageskarte;ja;;VIP;A1\r\n"
    "Zoë;Weiß;zoe@example.org;;Tageskarte;nein;Bo Weiß;;A2\r\n"
    ";;;;;;;;\r\n"
    "Al;Alt;al at example.org;;Tageskarte;ja;;;\r\n"
    "Cy;Neu;cy@example.org;;Goldkarte;ja;;;\r\n"
    "Jörg;Nochmal;joerg@example.org;;Tageskarte;ja;;;\r\n"
)


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    return make_event(organizer)


@pytest.fixture
def day(organizer: httpx.Client, event: Json) -> Json:
    return make_type(organizer, event, name="Tageskarte", price_minor=500, companions_allowed=2)


@pytest.fixture
def working(server: Served) -> Iterator[None]:
    with doing(server.settings, TASKS):
        yield


def bring(client: httpx.Client, event: Json, content: str | bytes, **how: str) -> httpx.Response:
    body = content.encode() if isinstance(content, str) else content
    return client.post(f"/events/{event['id']}/registrations/import", content=body, params=how)


def brought(client: httpx.Client, event: Json, content: str | bytes, **how: str) -> str:
    report = made(bring(client, event, content, **how))
    return f"/events/{event['id']}/imports/{report['import']['id']}"


def ended(client: httpx.Client, path: str, status: str = "done") -> Json:
    """The import once it has this status."""
    until(lambda: made(client.get(path), 200)["status"] == status, f"the import is {status}")
    return made(client.get(path), 200)


def imported(client: httpx.Client, event: Json, content: str | bytes, **plan: Any) -> tuple[str, Json]:
    path = brought(client, event, content)
    made(client.post(f"{path}/start", json=plan), 202)
    return path, ended(client, path)


def guests(client: httpx.Client, event: Json, **asked: Any) -> list[Json]:
    items: list[Json] = made(client.get(f"/events/{event['id']}/registrations", params=asked), 200)["items"]
    return items


def many(count: int, first: int = 0) -> str:
    lines = (f"Guest {number},g{number}@example.org" for number in range(first, first + count))
    return "\n".join(["Name,E-mail", *lines])


def test_the_report_says_what_would_become_of_each_line_and_nothing_has_changed(
    organizer: httpx.Client, event: Json, day: Json
) -> None:
    report = made(bring(organizer, event, EXCEL.encode("cp1252"), name="Gäste.csv"))
    assert (report["import"]["file_name"], report["import"]["status"]) == ("Gäste.csv", "ready")
    assert (report["source"], report["import"]["total"], report["missing"]) == ("cp1252, ;", 5, [])
    assert [(column["name"], column["field"]) for column in report["columns"]][-3:] == [
        ("Begleitung", "companions"),
        ("Bemerkung", "notes"),
        ("Sitz", None),
    ]
    assert report["columns"][1]["sample"][:2] == ["Müller", "Weiß"]
    assert (report["good"], report["updates"]) == (2, 0)
    assert [(each["number"], each["code"], each["field"]) for each in report["findings"]] == [
        (5, "email_invalid", "user_email"),
        (6, "unknown_ticket_type", "ticket_type"),
        (7, "duplicate_in_file", "user_email"),
    ]
    assert all(each["sentence"] for each in report["findings"])
    assert guests(organizer, event) == []


def test_started_it_registers_the_good_lines_and_gives_the_others_back_to_be_mended(
    organizer: httpx.Client, event: Json, day: Json, working: None, sql: Rows
) -> None:
    path, done = imported(organizer, event, EXCEL.encode("cp1252"))
    assert (done["done"], done["failed"]) == (2, 3)
    joerg, zoe = guests(organizer, event)
    assert (joerg["full_name"], joerg["user_email"], joerg["phone"]) == (
        "Jörg Müller",
        "joerg@example.org",
        "0049 30 1",
    )
    assert (joerg["payment_status"], joerg["notes"], joerg["import_id"]) == ("PAID", "VIP", done["id"])
    assert (zoe["payment_status"], [each["full_name"] for each in zoe["companions"]]) == ("PENDING", ["Bo Weiß"])
    assert made(organizer.get(f"/events/{event['id']}"), 200)["sold"] == 3
    problems = made(organizer.get(f"{path}/problems", params={"limit": 2}), 200)
    assert [each["number"] for each in problems["items"]] == [5, 6]
    rest = made(organizer.get(f"{path}/problems", params={"cursor": problems["next_cursor"]}), 200)
    assert [each["code"] for each in rest["items"]] == ["duplicate_in_file"]
    kept = sql.execute("SELECT count(*) AS n FROM import_rows WHERE row_sealed IS NOT NULL").fetchone()
    assert kept == {"n": 3}
    # Nobody was asked to be sent anything.
    assert (mails(sql), waiting_for(sql, "send-imported")) == (0, 0)

    to_mend = organizer.get(f"{path}/lines-to-mend")
    assert to_mend.headers["content-type"] == "text/csv; charset=utf-8"
    text = to_mend.content.decode("utf-8-sig")
    mended = text.replace("al at example.org", "al@example.org").replace("Goldkarte", "Tageskarte")
    _, again = imported(organizer, event, mended)
    assert (again["done"], again["problems"]) == (2, {"duplicate_registration": 1})


def test_a_workbook_is_brought_in_by_another_plan_than_the_proposed_one(
    organizer: httpx.Client, event: Json, day: Json, working: None
) -> None:
    crew = make_type(organizer, event, name="Crew")
    path = brought(organizer, event, b"Who,Where,Stage name\nAna Lee,ana@example.org,DJ A\nBo,bo@example.org,\n")
    refused(organizer.post(f"{path}/start", json={}), 422, "mapping_incomplete")
    plan = {"mapping": {"Where": "user_email", "Who": "full_name", "Stage name": "notes"}}
    assert made(organizer.post(f"{path}/check", json=plan), 200)["problems"] == {"ticket_type_needed": 2}
    plan["ticket_type_id"] = crew["id"]
    report = made(organizer.post(f"{path}/check", json=plan), 200)
    assert (report["good"], report["columns"][2]["field"]) == (2, "notes")
    for wrong in ({"Nowhere": "notes"}, {"Who": "full_name", "Where": "full_name"}):
        assert refused(organizer.post(f"{path}/check", json={"mapping": wrong}), 422, "invalid")["field"] == "mapping"
    nowhere = plan | {"ticket_type_id": event["id"]}
    refused(organizer.post(f"{path}/start", json=nowhere), 422, "unknown_ticket_type")
    made(organizer.post(f"{path}/start", json=plan), 202)
    assert ended(organizer, path)["done"] == 2
    assert [(each["notes"], each["payment_status"]) for each in guests(organizer, event)] == [
        ("DJ A", "FREE"),
        (None, "FREE"),
    ]
    refused(organizer.post(f"{path}/start", json=plan), 409, "import_started")
    refused(organizer.post(f"{path}/check", json=plan), 409, "import_started")


def test_a_full_event_takes_as_many_as_it_has_places_for(organizer: httpx.Client, working: None) -> None:
    event = make_event(organizer, max_capacity=3)
    make_type(organizer, event)
    assert made(bring(organizer, event, many(5)))["problems"] == {"sold_out": 2}
    _, done = imported(organizer, event, many(5))
    assert (done["done"], done["problems"]) == (3, {"sold_out": 2})
    assert len(made(organizer.get(f"/events/{event['id']}/imports"), 200)["items"]) == 1


def test_guests_who_are_there_already_are_left_or_changed(
    organizer: httpx.Client, event: Json, day: Json, working: None
) -> None:
    there = register(organizer, event, "g0@example.org", full_name="Old Name", phone="1")
    _, skipped = imported(organizer, event, many(2))
    assert (skipped["done"], skipped["problems"]) == (1, {"duplicate_registration": 1})
    content = "Name,E-mail,Paid,Notes\nNew Name,g0@example.org,yes,came by phone\n"
    assert made(bring(organizer, event, content))["problems"] == {"duplicate_registration": 1}
    path, updated = imported(organizer, event, content, on_duplicate="update")
    assert (updated["done"], updated["failed"]) == (1, 0)
    now = next(each for each in guests(organizer, event) if each["id"] == there["id"])
    assert (now["full_name"], now["phone"], now["payment_status"]) == ("New Name", "1", "PAID")
    assert now["notes"] == "came by phone"
    made(organizer.post(f"{path}/undo"), 202)
    assert ended(organizer, path, "undone")["problems"] == {"updated_not_made": 1}
    assert reread(organizer, there)["status"] == "active"


def test_an_import_is_undone_as_one_action_but_for_whom_somebody_changed_or_scanned(
    organizer: httpx.Client, event: Json, working: None, sql: Rows
) -> None:
    make_type(organizer, event)
    path, _ = imported(organizer, event, many(5))
    changed, scanned, cancelled, *others = guests(organizer, event)
    made(organizer.put(f"/registrations/{changed['id']}", json={"full_name": "Somebody Else"}), 200)
    organizer.delete(f"/registrations/{cancelled['id']}")
    sql.execute(
        "INSERT INTO facts (id, hash, raw, event_id, kind, serial, told, at)"
        " SELECT gen_random_uuid(), '', '', event_id, 'check_in', serial, 'admitted', now()"
        " FROM tickets WHERE registration_id = %s",
        [scanned["id"]],
    )
    made(organizer.post(f"{path}/undo"), 202)
    undone = ended(organizer, path, "undone")
    assert undone["problems"] == {"undone": 3, "changed_since": 1, "scanned_since": 1}
    assert [each["id"] for each in guests(organizer, event, status="active")] == [changed["id"], scanned["id"]]
    assert made(organizer.get(f"/events/{event['id']}"), 200)["sold"] == 2
    assert reread(organizer, others[0])["ticket_status"] == "cancelled"
    assert made(organizer.post(f"{path}/undo"), 202)["status"] == "undone"
    refused(organizer.post(f"{path}/send"), 409, "import_not_started")
    # The same file brings them back.
    _, again = imported(organizer, event, many(5))
    assert (again["done"], again["problems"]) == (3, {"duplicate_registration": 2})


def test_tickets_are_sent_once_to_everyone_imported_however_often_it_is_asked(
    organizer: httpx.Client, event: Json, server: Served, sql: Rows
) -> None:
    make_type(organizer, event)
    with doing(server.settings, [task for task in TASKS if task.type != "send-email"]):
        path, _ = imported(organizer, event, many(3), send_tickets=True, language="de")
        for _ in range(2):
            made(organizer.post(f"{path}/send"), 202)
        until(lambda: mails(sql) == 3 and waiting_for(sql, "send-imported") == 0)
    rows = sql.execute("SELECT data->>'to' AS whom, data->>'language' AS language FROM jobs WHERE type = 'send-email'")
    told = {(row["whom"], row["language"]) for row in rows}
    assert told == {(f"g{number}@example.org", "de") for number in range(3)}


def mails(sql: Rows) -> int:
    return len(sql.execute("SELECT FROM jobs WHERE type = 'send-email'").fetchall())


def waiting_for(sql: Rows, task: str) -> int:
    return len(sql.execute("SELECT FROM procrastinate_jobs WHERE task_name = %s", [task]).fetchall())


def test_a_stopped_import_rests_goes_on_and_does_no_line_twice(
    organizer: httpx.Client, event: Json, server: Served, sql: Rows
) -> None:
    make_type(organizer, event)
    path = brought(organizer, event, many(450))
    made(organizer.post(f"{path}/start", json={}), 202)
    refused(organizer.post(f"{path}/undo"), 409, "import_running")
    assert made(organizer.post(f"{path}/stop"), 200)["status"] == "stopped"
    with doing(server.settings, TASKS):
        # The job that was waiting finds nothing to do.
        until(lambda: waiting(sql) == 0)
    assert guests(organizer, event) == []
    # Nobody is at work meanwhile: however fast, the import would be done before it is stopped.
    for _ in range(2):
        made(organizer.post(f"{path}/start", json={"on_duplicate": "update"}), 202)
        made(organizer.post(f"{path}/stop"), 200)
    made(organizer.post(f"{path}/start", json={}), 202)
    with doing(server.settings, TASKS):
        done = ended(organizer, path)
    assert (done["done"], done["failed"], done["plan"]["on_duplicate"]) == (450, 0, "skip")
    assert made(organizer.get(f"/events/{event['id']}"), 200)["sold"] == 450


def test_what_was_brought_and_never_started_goes_when_its_author_brings_another(
    organizer: httpx.Client, admin: httpx.Client, event: Json, day: Json, sql: Rows
) -> None:
    first, of_admin = brought(organizer, event, many(1)), brought(admin, event, many(1))
    second = brought(organizer, event, many(2))
    refused(organizer.get(first), 404, "import_not_found")
    assert [made(organizer.get(path), 200)["total"] for path in (of_admin, second)] == [1, 2]
    assert made(organizer.post(f"{second}/stop"), 200)["status"] == "ready"
    refused(organizer.post(f"{second}/undo"), 409, "import_not_started")
    actions = [row["action"] for row in sql.execute("SELECT action FROM audit WHERE object_kind = 'import'")]
    assert actions == ["import.brought"] * 3
    assert "g0@example.org" not in str(sql.execute("SELECT * FROM import_rows, imports, audit").fetchall())


def test_nobody_is_brought_to_an_event_that_was_cancelled(organizer: httpx.Client, event: Json, day: Json) -> None:
    path = brought(organizer, event, many(1))
    made(organizer.put(f"/events/{event['id']}", json={"status": "cancelled"}), 200)
    refused(organizer.post(f"{path}/start", json={}), 409, "event_not_on_sale")
    refused(bring(organizer, event, many(1)), 409, "event_not_on_sale")


@pytest.mark.parametrize(
    ("content", "how", "code"),
    [
        (b"", {}, "empty_file"),
        (b"%PDF-1.7", {}, "unreadable_file"),
        (b'Name\n"Bo', {}, "open_quote"),
        (b"Name\nBo", {"encoding": "klingon"}, "unknown_encoding"),
        (b"Name\nBo", {"name": "a\nb"}, "invalid"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_what_to_do(
    organizer: httpx.Client, event: Json, content: bytes, how: dict[str, str], code: str
) -> None:
    refused(bring(organizer, event, content, **how), 422, code)


def test_a_file_may_be_larger_than_other_bodies_but_not_endless(organizer: httpx.Client, event: Json) -> None:
    make_type(organizer, event)
    large = "Name,E-mail,Notes\n" + "\n".join(f"G,g{n}@example.org,{'x' * 3000}" for n in range(500))
    assert made(bring(organizer, event, large))["good"] == 500
    refused(bring(organizer, event, b"x" * (20 * 1024 * 1024 + 1)), 413, "body_too_large")
