"""Registrations that leave as a file, and come back as one."""

import asyncio
import csv
import io
from typing import Any
from uuid import UUID

import httpx
import openpyxl
import pytest

from server.audit.author import system
from server.db import open_database
from server.imports import exporting
from server.registrations.asking import Asked
from server.settings import Settings
from server.tasks import TASKS
from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import People, Rows
from tests.integration.doing import doing, until
from tests.integration.laptop import make_festival, scan_of, scanned
from tests.integration.served import Served

GUESTS = (
    "Name,E-mail,Phone,Ticket,Paid,Companions,Notes,vegetarian,=Remarks\n"
    '"Müller, Jörg",joerg@example.org,+49 30 1,VIP,yes,"Bo; Al, Jr.",=1+1,yes,-1\n'
    "@li,ali@example.org,0049,Day,no,,two words,no,\n"
    "李 小龙,lee@example.org,,Day,,,,,\n"
)


def exported(client: httpx.Client, event: Json, **asked: Any) -> httpx.Response:
    answer = client.get(f"/events/{event['id']}/registrations/export", params=asked)
    assert answer.status_code == 200, answer.text
    return answer


def table(answer: httpx.Response, delimiter: str = ",") -> list[dict[str, str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def bring_in(client: httpx.Client, event: Json, content: bytes) -> Json:
    report = made(client.post(f"/events/{event['id']}/registrations/import", content=content))
    path = f"/events/{event['id']}/imports/{report['import']['id']}"
    made(client.post(f"{path}/start", json={}), 202)
    until(lambda: made(client.get(path), 200)["status"] == "done")
    return made(client.get(path), 200)


def with_types(client: httpx.Client) -> Json:
    event = make_event(client)
    make_type(client, event, name="Day", price_minor=100)
    make_type(client, event, name="VIP", companions_allowed=3)
    for label, kind in (("Vegetarian?", "yes_no"), ("=Remarks", "text")):
        made(client.post(f"/events/{event['id']}/questions", json={"label": label, "kind": kind}))
    return event


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_what_was_exported_can_be_imported_into_another_event_and_is_the_same(
    organizer: httpx.Client, server: Served, format: str
) -> None:
    first, second = with_types(organizer), with_types(organizer)
    with doing(server.settings, TASKS):
        assert bring_in(organizer, first, GUESTS.encode())["failed"] == 0
        file = exported(organizer, first, format=format).content
        assert bring_in(organizer, second, file)["problems"] == {}
    columns = ("Name", "E-mail", "Phone", "Ticket type", "Status", "Payment", "Companions", "Notes")
    answers = ("Vegetarian?", "'=Remarks")
    before, after = (
        [[row[name] for name in (*columns, *answers)] for row in table(exported(organizer, each))]
        for each in (first, second)
    )
    assert before == after
    # Guarded against programs that would work them out.
    assert [row[0] for row in before] == ["Müller, Jörg", "'@li", "李 小龙"]
    assert before[0][2:] == ["'+49 30 1", "VIP", "active", "PAID", "Bo\nAl, Jr.", "'=1+1", "yes", "'-1"]
    assert [row[5] for row in before] == ["PAID", "PENDING", "PENDING"]


def test_a_csv_is_as_the_program_at_hand_likes_it(organizer: httpx.Client) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    register(organizer, event)
    answer = exported(organizer, event)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="registrations.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbfCode,Name,")
    plain = exported(organizer, event, bom=False, delimiter="semicolon")
    assert plain.content.startswith(b"Code;Name;")
    assert table(plain, ";") == table(answer)


def test_a_workbook_holds_texts_and_nothing_to_work_out(organizer: httpx.Client) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    register(organizer, event, full_name="=HYPERLINK(1)", phone="0049 30")
    answer = exported(organizer, event, format="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    header, row = sheet.iter_rows(values_only=True)
    cells = dict(zip(header, row, strict=True))
    assert (cells["Name"], cells["Phone"]) == ("'=HYPERLINK(1)", "0049 30")
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "inlineStr"}


def test_filters_choose_what_leaves_and_cancelled_registrations_stay_unless_they_are_asked_for(
    organizer: httpx.Client, server: Served
) -> None:
    event = make_event(organizer)
    day, crew = make_type(organizer, event, name="Day", price_minor=100), make_type(organizer, event, name="Crew")
    for number, each in enumerate((day, day, crew)):
        register(organizer, event, f"g{number}@example.org", full_name=f"G{number}", ticket_type_id=each["id"])
    gone = register(organizer, event, "gone@example.org", ticket_type_id=crew["id"])
    organizer.delete(f"/registrations/{gone['id']}")

    def names(**asked: Any) -> list[str]:
        return [row["Name"] for row in table(exported(organizer, event, **asked))]

    assert names() == ["G0", "G1", "G2"]
    assert names(status="all") == ["G0", "G1", "G2", "Ana Müller"]
    assert names(status="cancelled") == ["Ana Müller"]
    assert names(ticket_type_id=crew["id"]) == ["G2"]
    assert names(payment_status="PENDING") == ["G0", "G1"]
    assert names(q="g1@") == ["G1"]
    assert names(checked_in="true") == []
    refused(organizer.get(f"/events/{event['id']}/registrations/export?format=pdf"), 422, "invalid")


def test_it_says_when_a_guest_was_first_admitted(organizer: httpx.Client) -> None:
    festival = make_festival(organizer, guests=2)
    scanned(organizer, festival, scan_of(festival))
    rows = table(exported(organizer, festival.event))
    assert [bool(row["First admitted"]) for row in rows].count(True) == 1


def test_the_audit_says_who_took_which_data_and_not_what_was_searched(
    organizer: httpx.Client, people: People, sql: Rows
) -> None:
    event = make_event(organizer)
    exported(organizer, event, format="xlsx", status="all", q="Ana Secret")
    rows = sql.execute("SELECT * FROM audit WHERE action = 'registrations.exported'").fetchall()
    assert [(row["author_id"], row["object_id"], row["after"]) for row in rows] == [
        (people.organizer.id, event["id"], {"format": "xlsx"})
    ]


def test_a_thousand_and_more_leave_page_by_page_each_once(organizer: httpx.Client, server: Served) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    lines = "\n".join(["Name,E-mail", *(f"G{number},g{number}@example.org" for number in range(1_201))])
    with doing(server.settings, TASKS):
        assert bring_in(organizer, event, lines.encode())["done"] == 1_201
    assert [row["Name"] for row in table(exported(organizer, event))] == [f"G{number}" for number in range(1_201)]

    assert [len(part) for part in parts_of(server.settings, UUID(event["id"]))] == [1, *[200] * 6, 1]


def parts_of(settings: Settings, event_id: UUID) -> list[list[bytes]]:
    """The lines of each part of an export: so many are opened and written before anybody else gets a turn."""
    assert settings.database_url is not None
    url = settings.database_url

    async def run() -> list[list[bytes]]:
        database = open_database(url)
        try:
            async with database.sessions.begin() as session:
                asked = Asked(event_id=event_id, limit=exporting.AT_ONCE)
                export = await exporting.begin(session, system(settings.data_keys), asked, None, {})
            parts = exporting.as_csv(database, export, "comma", marked=False)
            return [part.splitlines() async for part in parts]
        finally:
            await database.close()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(run())
