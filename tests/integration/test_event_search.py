"""Finding events: by words, by what they are, page by page, and by how many come."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy.dialects.postgresql.psycopg import dialect

from server.db import open_database
from server.events.models import EventStatus
from server.events.popular import COUNT, KEPT_S, Popular
from server.events.queries import Asked
from server.events.search_statement import statement_of
from server.events.searching import Looking, alike, among_of, exactly
from server.glances import AVOIDED
from tests.integration.arrange import made, make_event, refused
from tests.integration.conftest import People, Rows

NAMES = {
    "Lindenhof Festival": "Lindenhof",
    "Łódź Street Art": "Piotrkowska",
    "Smørrebrød & Jazz": "København",
    "Müller's Sommernacht": "Schloß Bellevue",
    "مهرجان القاهرة": "دار الأوبرا",
    "春祭り大会": "東京ドーム",
    "Московская ночь": "Большой театр",
    "Φεστιβάλ Αθηνών": "Ηρώδειο",
    "Art fair": "Hall 7",
    "Artisan market": "Hall 7",
    "100% Konzert": "Harbour",
}


@pytest.fixture
def found(organizer: httpx.Client, anonymous: httpx.Client) -> Any:
    for number, (name, venue) in enumerate(NAMES.items()):
        make_event(organizer, name=name, venue=venue, date=f"2026-12-{number + 1:02}T18:00:00Z")
    make_event(
        organizer, name="Secret", venue="Yard", description="Everything about gardens", date="2027-01-01T18:00:00Z"
    )

    def names(q: str, **asked: Any) -> list[str]:
        return [event["name"] for event in made(anonymous.get("/events", params={"q": q} | asked), 200)["items"]]

    return names


def test_events_are_found_whatever_the_accents_and_the_script(found: Any) -> None:
    assert found("lodz") == found("ŁÓDŹ") == ["Łódź Street Art"]
    assert found("smorrebrod") == found("Smørrebrød") == ["Smørrebrød & Jazz"]
    assert found("muller") == found("müll") == ["Müller's Sommernacht"]
    assert found("schloss") == ["Müller's Sommernacht"]
    assert found("القاهرة") == ["مهرجان القاهرة"]
    assert found("春祭り") == found("祭り") == found("大") == ["春祭り大会"]
    assert found("東京") == ["春祭り大会"]
    assert found("МОСКОВСКАЯ") == found("театр") == ["Московская ночь"]
    assert found("αθηνών") == found("ΑΘΗΝ") == ["Φεστιβάλ Αθηνών"]


def test_events_are_found_by_beginnings_parts_several_words_and_the_description(found: Any) -> None:
    assert found("linden") == found("LINDEN") == found("festiv") == ["Lindenhof Festival"]
    assert found("nacht") == ["Müller's Sommernacht"]
    assert found("jazz københavn") == found("kobenhavn jazz") == ["Smørrebrød & Jazz"]
    assert found("gardens") == ["Secret"]
    assert found("hall jazz") == []
    assert found("100%") == ["100% Konzert"]


def test_the_best_come_first(found: Any) -> None:
    assert found("art") == ["Łódź Street Art", "Art fair", "Artisan market"]
    assert found("art fair") == ["Art fair"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lindenhoff", "Lindenhof Festival"),
        ("lidenhof", "Lindenhof Festival"),
        ("festivl", "Lindenhof Festival"),
        ("konzrt", "100% Konzert"),
        ("artisn", "Artisan market"),
        ("sommernaht", "Müller's Sommernacht"),
        ("kobnhavn jaz", "Smørrebrød & Jazz"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(found: Any, typed: str, meant: str) -> None:
    assert found(typed)[0] == meant


def test_a_slip_is_forgiven_in_every_script(found: Any) -> None:
    for typed in ("масковская", "болшой театр"):
        assert found(typed)[0] == "Московская ночь", typed
    assert found("φεστβαλ")[0] == "Φεστιβάλ Αθηνών"
    assert found("القاهزة")[0] == "مهرجان القاهرة"


@pytest.mark.parametrize("q", ["%", "!!!", "'", "\\", "a' | 'b", "ŉ", "½", "_", "zzzzzz", "&|!():*<->", "x" * 200])
def test_words_that_mean_something_to_a_database_are_only_looked_for(found: Any, q: str) -> None:
    assert set(found(q)) <= {"100% Konzert", "Müller's Sommernacht", "Art fair", "Artisan market", "Secret", *NAMES}


def test_pages_of_equals_follow_one_another_without_gap_or_repetition(
    organizer: httpx.Client, anonymous: httpx.Client
) -> None:
    for number in range(7):
        make_event(organizer, name=f"Evening {number}", venue="Garden")
    for q in ("", "evening", "evning"):
        seen: list[str] = []
        cursor: str | None = None
        while True:
            asked = {"limit": 2, "q": q} | ({"cursor": cursor} if cursor else {})
            page = made(anonymous.get("/events", params=asked), 200)
            seen += [event["name"] for event in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
            wrong = "" if q else "evening"
            refused(anonymous.get("/events", params={"q": wrong, "cursor": cursor}), 422, "invalid")
        assert sorted(seen) == [f"Evening {number}" for number in range(7)]


@pytest.mark.parametrize(
    "q", ["evening", "ning", "ha", "a", "evening hall", "hall 3", "evening 3", "evening d", "evning", "hal evning 3"]
)
def test_a_page_that_is_filled_by_the_best_alone_is_a_part_of_all_that_is_found(
    q: str, organizer: httpx.Client, sql: Rows
) -> None:
    many(sql, 130)

    def pages(limit: int) -> list[str]:
        ids, cursor = [], None
        while True:
            asked: dict[str, Any] = {"limit": limit, "q": q} | ({"cursor": cursor} if cursor else {})
            page = made(organizer.get("/events", params=asked), 200)
            ids += [event["id"] for event in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return ids

    # So many fill no page: all that match are ranked. A page of three is read from the words as far as they go.
    everything = pages(200)
    assert pages(3) == everything
    assert len(set(everything)) == len(everything) > 3


def test_an_event_is_found_by_its_words_of_now_at_its_date_of_now(
    organizer: httpx.Client, admin: httpx.Client, sql: Rows
) -> None:
    first, second = (make_event(organizer, name="Dawn & dusk", date=f"2026-12-0{day}T18:00:00Z") for day in (1, 2))
    gone = make_event(organizer, name="Dawn chorus")
    assert admin.delete(f"/events/{gone['id']}").status_code == 204

    def ids(q: str) -> list[str]:
        return [event["id"] for event in made(organizer.get("/events", params={"q": q, "limit": 1}), 200)["items"]]

    assert ids("dawn") == [first["id"]]
    made(organizer.put(f"/events/{first['id']}", json={"date": "2026-12-03T18:00:00Z"}), 200)
    assert ids("dawn") == [second["id"]]
    made(organizer.put(f"/events/{second['id']}", json={"name": "Noon"}), 200)
    assert ids("dawn") == [first["id"]]
    assert ids("noon") == ids("nooon") == [second["id"]]
    assert ids("chorus") == []
    assert told_words(sql) == {("dawn", 3), ("&", 3), ("dusk", 3), ("noon", 2), ("lindenhof", 3), ("lindenhof", 2)}


def told_words(sql: Rows) -> set[tuple[str, int]]:
    """The words of events, and on which day these take place."""
    rows = sql.execute("SELECT word, extract(day FROM date AT TIME ZONE 'UTC')::int AS day FROM event_words")
    return {(row["word"], row["day"]) for row in rows}


def test_lists_are_narrowed_by_category_venue_and_whose_they_are(
    organizer: httpx.Client, admin: httpx.Client, anonymous: httpx.Client, staff: httpx.Client, people: People
) -> None:
    mine = make_event(organizer, name="Mine", categories=["music", "outdoor"], venue="Park")
    make_event(admin, name="Theirs", categories=["music"], venue="Hall")

    def names(client: httpx.Client, **asked: Any) -> list[str]:
        return sorted(event["name"] for event in made(client.get("/events", params=asked), 200)["items"])

    assert names(anonymous, category="music") == ["Mine", "Theirs"]
    assert names(anonymous, category="outdoor") == names(anonymous, venue="Park") == ["Mine"]
    assert names(anonymous, category="music", venue="Park", q="mine") == ["Mine"]
    assert names(organizer, mine=True) == ["Mine"]
    assert names(staff, mine=True) == names(anonymous, mine=True) == []
    made(organizer.post(f"/events/{mine['id']}/members", json={"email": people.staff.email, "role": "viewer"}))
    assert names(staff, mine=True) == ["Mine"]


def many(sql: Rows, count: int) -> None:
    """Events, one a day, each third a draft; the later, the more tickets sold."""
    sql.execute(
        "INSERT INTO events (name, slug, description, date, venue, is_active)"
        " SELECT 'Evening ' || md5(n::text), 'e-' || n, md5((-n)::text), %s + n * interval '1 day', 'Hall ' || n %% 7,"
        " n %% 3 > 0 FROM generate_series(1, %s) AS n",
        [datetime(2026, 1, 1, tzinfo=UTC), count],
    )
    sql.execute("INSERT INTO event_heads (event_id, sold) SELECT id, substr(slug, 3)::int FROM events")
    sql.execute("ANALYZE events, event_heads")


def test_the_popular_events_are_ten_published_ones_counted_once_an_hour(database_url: str, sql: Rows) -> None:
    many(sql, 40)

    async def slugs() -> list[list[str]]:
        database = open_database(database_url, 1)
        popular = Popular()

        async def seen(now: float) -> list[str]:
            async with database.sessions() as session:
                return [listed.event.slug for listed in await popular.list_events(session, now)]

        answers = [await seen(0)]
        sql.execute("UPDATE event_heads SET sold = 1000 FROM events WHERE id = event_id AND slug = 'e-1'")
        answers += [await seen(KEPT_S - 1), await seen(KEPT_S)]
        sql.execute("UPDATE events SET is_active = false, inactive_as = 'cancelled' WHERE slug = 'e-1'")
        answers.append(await seen(KEPT_S + 1))
        await database.close()
        return answers

    first, within_the_hour, later, cancelled = asyncio.run(slugs())
    assert first == ["e-40", "e-38", "e-37", "e-35", "e-34", "e-32", "e-31", "e-29", "e-28", "e-26"]
    assert (len(first), within_the_hour) == (COUNT, first)
    assert later == ["e-1", *first[:-1]]
    assert cancelled == first


def test_everybody_sees_the_popular_events(organizer: httpx.Client, anonymous: httpx.Client) -> None:
    event = make_event(organizer)
    make_event(organizer, status="draft")
    assert [each["id"] for each in made(anonymous.get("/events/popular"), 200)["items"]] == [event["id"]]


def explained(sql: Rows, asked: Asked, looking: Looking) -> str:
    """How the database answers a search."""
    values = {**among_of(None, asked, None), **looking.parameters}
    spoken = str(statement_of(None, looking.way).compile(dialect=dialect()))  # type: ignore[no-untyped-call]
    with sql.transaction():
        for way in AVOIDED:
            sql.execute(f"SET LOCAL enable_{way} = off")
        return "\n".join(str(row["QUERY PLAN"]) for row in sql.execute(f"EXPLAIN {spoken}", values))


def test_searches_go_by_their_indexes(sql: Rows) -> None:
    many(sql, 2_000)
    sql.execute("ANALYZE event_words, known_words")
    exact = explained(sql, Asked(51, status=EventStatus.PUBLISHED), exactly("c4ca4238a0b9", ["c4ca4238a0b9"]))
    slips = explained(sql, Asked(51), alike("", ["c4ca4238a0b923820dxx509a6f75849b"]))
    for plan in (exact, slips):
        assert "pk_event_words" in plan
        assert "Seq Scan" not in plan
    assert "idx_events_words" in exact
