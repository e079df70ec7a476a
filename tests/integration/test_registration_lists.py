"""Lists of registrations: searching, filtering, sorting, paging, and what each costs the database."""

import json
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from server.clock import new_id
from server.registrations import asking
from server.registrations.asking import After, Asked, Sort, Typed
from tests.integration.arrange import Json, made, make_event, make_type, refused, register
from tests.integration.conftest import Rows
from tests.integration.laptop import make_festival, scan_of, scanned

GUESTS = ("Zoë Müller", "Łukasz O'Brien", "李 小龙", "100% Bo_b", "Ana García Márquez", "ana Abel")


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    event = make_event(organizer)
    make_type(organizer, event)
    return event


@pytest.fixture
def guests(organizer: httpx.Client, event: Json) -> list[Json]:
    return [
        register(organizer, event, f"guest{number}@example.org", full_name=name) for number, name in enumerate(GUESTS)
    ]


def page(client: httpx.Client, event: Json, **asked: Any) -> Json:
    return made(client.get(f"/events/{event['id']}/registrations", params=asked), 200)


def names(client: httpx.Client, event: Json, **asked: Any) -> list[str]:
    return [each["full_name"] for each in page(client, event, **asked)["items"]]


def walked(client: httpx.Client, event: Json, **asked: Any) -> list[str]:
    """The names on all pages, one page after the other."""
    seen: list[str] = []
    while True:
        found = page(client, event, **asked)
        seen += [each["full_name"] for each in found["items"]]
        if found["next_cursor"] is None:
            return seen
        asked["cursor"] = found["next_cursor"]


def test_guests_are_found_by_parts_of_their_names_in_any_order_whatever_the_accents(
    organizer: httpx.Client, event: Json, guests: list[Json]
) -> None:
    for typed, found in {
        "muller": [0],
        "MÜLLER zoe": [0],
        "lukasz": [1],
        "小": [2],
        "garcia ana": [4],
        "marq ANA": [4],
        "guest3@": [3],
        "%": [3],
        "_": [3],
        "\\": [],
        guests[1]["short_code"].lower(): [1],
    }.items():
        assert names(organizer, event, q=typed) == [GUESTS[number] for number in found], typed
    assert page(organizer, event, q="ana", count=True)["total"] == 2


def test_a_name_typed_with_a_mistake_is_found_where_nothing_is_written_so(
    organizer: httpx.Client, event: Json, guests: list[Json]
) -> None:
    for typed, first in {"zoe mueler": 0, "lukasz obrain": 1, "garzia": 4, "marqes ana": 4}.items():
        assert names(organizer, event, q=typed)[0] == GUESTS[first], typed
    found = page(organizer, event, q="garzia", count=True)
    assert (found["total"], found["next_cursor"]) == (len(found["items"]), None)
    assert names(organizer, event, q="nobody like that", status="active") == []


def test_a_mistake_is_forgiven_in_every_script(organizer: httpx.Client, event: Json) -> None:
    mistyped = {
        "Наталья Кузнецова": "кузницова",
        "Ελένη Παπαδοπούλου": "παπαδοπουλο",
        "عبد الرحمن": "الرحمان",
        "שרה כהנוביץ": "כהנוביצ",
        "สมชาย ใจดี": "สมชยา",
        "渡辺 麻里子": "渡辺 麻理子",
    }
    for number, name in enumerate(mistyped):
        register(organizer, event, f"guest{number}@example.org", full_name=name)
    for name, typed in mistyped.items():
        assert names(organizer, event, q=typed)[:1] == [name], typed
        assert names(organizer, event, q=name.split()[-1]) == [name], name


def test_a_list_is_sorted_by_name_or_age_in_either_direction_and_pages_follow_one_another(
    organizer: httpx.Client, event: Json, guests: list[Json]
) -> None:
    twins = [register(organizer, event, f"twin{number}@example.org", full_name="Ana Abel") for number in range(3)]
    by_name = ["100% Bo_b", "Ana Abel", "Ana Abel", "Ana Abel", "Ana García Márquez"]
    assert sorted(walked(organizer, event, sort="name", limit=2)[:5], key=str.lower) == sorted(
        ["ana Abel", *by_name[:4]], key=str.lower
    )
    both = walked(organizer, event, sort="name", limit=2), walked(organizer, event, sort="-name", limit=3)
    assert both[0] == both[1][::-1]
    assert both[0][-1] == "李 小龙"
    made_in_order = [*GUESTS, *(twin["full_name"] for twin in twins)]
    assert walked(organizer, event, limit=4) == made_in_order
    assert walked(organizer, event, sort="-created", limit=4) == made_in_order[::-1]
    cursor = page(organizer, event, sort="name", limit=1)["next_cursor"]
    path = f"/events/{event['id']}/registrations"
    refused(organizer.get(path, params={"sort": "-name", "cursor": cursor}), 422, "invalid")
    refused(organizer.get(path, params={"sort": "age"}), 422, "invalid")


def test_a_list_is_filtered_by_what_is_known_of_a_registration(organizer: httpx.Client, event: Json) -> None:
    paid = make_type(organizer, event, name="Backstage", price_minor=4500)
    free = made(organizer.get(f"/events/{event['id']}/ticket-types"), 200)["items"][0]
    register(organizer, event, "free@example.org", full_name="Free", ticket_type_id=free["id"])
    pending = register(organizer, event, "paid@example.org", full_name="Paid", ticket_type_id=paid["id"])
    gone = register(organizer, event, "gone@example.org", full_name="Gone", ticket_type_id=free["id"])
    organizer.delete(f"/registrations/{gone['id']}")
    assert names(organizer, event, status="cancelled") == ["Gone"]
    assert names(organizer, event, payment_status="PENDING") == ["Paid"]
    assert names(organizer, event, ticket_type_id=free["id"], status="active") == ["Free"]
    assert names(organizer, event, order_id=pending["id"]) == []
    assert names(organizer, event, import_id=pending["id"]) == []
    assert page(organizer, event, limit=1, count=True)["total"] == 3
    assert page(organizer, event)["total"] is None


def test_a_list_tells_who_is_checked_in_and_an_annulled_check_in_does_not_count(organizer: httpx.Client) -> None:
    festival = make_festival(organizer, guests=3)
    scans = [scan_of(festival, guest) for guest in (0, 1)]
    for scan in scans:
        assert scanned(organizer, festival, scan)["verdict"] == "admitted"
    made(organizer.post(f"/check-ins/{scans[1]['id']}/annul"), 200)

    def emails(checked_in: bool) -> list[str]:
        return [each["user_email"] for each in page(organizer, festival.event, checked_in=checked_in)["items"]]

    assert emails(checked_in=True) == ["guest0@example.org"]
    assert emails(checked_in=False) == ["guest1@example.org", "guest2@example.org"]


def test_no_list_sorts_or_reads_the_whole_table(sql: Rows, database_url: str, organizer: httpx.Client) -> None:
    event = make_event(organizer)
    type_id = make_type(organizer, event)["id"]
    sql.execute(
        """
        INSERT INTO registrations (id, event_id, ticket_type_id, user_email, full_name)
        SELECT gen_random_uuid(), %s, %s, 'guest' || n || '@example.org', md5(CAST(n AS text)) || ' Smith'
        FROM generate_series(1, 5000) AS n
        """,
        [event["id"], type_id],
    )
    sql.execute("VACUUM (ANALYZE) registrations")
    asked = {sort: Asked(event["id"], 50, sort=sort) for sort in Sort}
    after = {sort: Asked(event["id"], 50, sort=sort, after=After(new_id(), "m")) for sort in Sort}
    for each in (*asked.values(), *after.values()):
        nodes = plan(database_url, asking.page_of(each))
        assert not {"Sort", "Seq Scan", "Incremental Sort"} & {node for node, _ in nodes}, (each.sort, nodes)
    typed = Asked(event["id"], 50, typed=Typed(("a3f9c2", "smith"), None))
    for statement in (asking.page_of(typed), asking.alike_of(typed)):
        used = {index for _, index in plan(database_url, statement)}
        assert "idx_registrations_event_id_search" in used


def plan(database_url: str, statement: Any) -> list[tuple[str, str | None]]:
    """The nodes of a statement's plan, each with its index."""
    dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
    shown = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).replace("%%", "%")
    with psycopg.connect(database_url) as connection:
        row = connection.execute(f"EXPLAIN (FORMAT JSON) {shown}").fetchone()
    assert row is not None
    return list(_nodes(json.loads(row[0])[0]["Plan"] if isinstance(row[0], str) else row[0][0]["Plan"]))


def _nodes(node: Json) -> list[tuple[str, str | None]]:
    below = [one for child in node.get("Plans", ()) for one in _nodes(child)]
    return [(node["Node Type"], node.get("Index Name")), *below]
