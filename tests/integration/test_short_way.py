"""What everybody asks for goes a short way, in one journey: it says what the long way says, and reads by indexes."""

import asyncio
import re
from contextlib import AsyncExitStack
from typing import Any

import httpx
import psycopg
import pytest
from pydantic import BaseModel
from sqlalchemy import TextClause, text
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.exc import TimeoutError as PoolExhausted

from server.auth import routes as auth
from server.auth.access import ask_rights
from server.auth.tokens import Caller
from server.clock import new_id
from server.db import GLANCES_AT_ONCE, Database, open_database
from server.events import looking as looking_at_events
from server.events.models import EventStatus
from server.events.queries import Asked as Listing
from server.events.queries import told_of, values_of
from server.events.views import EventList, EventPage
from server.glances import AVOIDED, Glances
from server.piped import Pipe
from server.registrations import asking, looking
from server.registrations.asking import After, Asked, Sort, shape_of
from server.registrations.models import PaymentStatus
from server.registrations.views import RegistrationPage, RegistrationView
from server.short_way import short, short_routes
from server.users.models import UserRole
from tests.integration.arrange import Json, made, make_event, make_type, register
from tests.integration.conftest import Rows
from tests.integration.pictures import picture
from tests.integration.served import Served

LONG_WAY = {"X-Request-ID": "balancer-7"}
"""With a request id of a balancer's a request goes through every layer."""
WORDS = '# A **"long"** night \\ <b>\n\n* é 夜 \u2028 \x01 \x7f \ud7ff 😀'


@pytest.fixture
def event(organizer: httpx.Client) -> Json:
    """An event of which all is told that can be, with a guest who told everything, and one who is gone."""
    event = make_event(organizer, description=WORDS, end_date="2099-11-29T01:00:00.25Z", categories=["ä", '"'])
    made(organizer.put(f"/events/{event['id']}/image", content=picture("PNG")), 200)
    vegan = made(organizer.post(f"/events/{event['id']}/questions", json={"kind": "yes_no", "label": "Vegan"}))
    group = make_type(organizer, event, companions_allowed=2)
    ana = register(organizer, event, ticket_type_id=group["id"], companions=["Cléo", "Ben"], phone="+49 30 1234567")
    changes = {"notes": WORDS, "answers": {vegan["id"]: True}, "companions": [{"place": 2, "full_name": "Ben"}]}
    made(organizer.put(f"/registrations/{ana['id']}", json=changes), 200)
    gone = register(organizer, event, "gone@example.org", ticket_type_id=group["id"], full_name="Gone 夜")
    assert organizer.delete(f"/registrations/{gone['id']}").status_code == 204
    return event | {"guest": ana["id"]}


def said(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    mine = {"x-request-id", "date"}
    return answer.status_code, answer.content, {k: v for k, v in answer.headers.items() if k not in mine}


def test_both_ways_say_the_same_and_what_the_document_promises(
    server: Served, organizer: httpx.Client, event: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_event(organizer, name="Another one", status="draft")
    one, guests, nobody = f"/events/{event['id']}", f"/events/{event['id']}/registrations", new_id()
    asked: list[tuple[str, type[BaseModel] | None]] = [
        ("/events", EventList),
        ("/events?limit=1&mine=true&from=2099-01-01T00:00:00%2B01:00&status=active&category=%C3%A4&q=", EventList),
        ("/events?q=festival&limit=1", EventList),
        (one, EventPage),
        (guests, RegistrationPage),
        (f"{guests}?limit=1&limit=2&sort=-name&count=true&checked_in=false&status=active", RegistrationPage),
        (f"{guests}?q=gone&count=1", RegistrationPage),
        (f"/registrations/{event['guest']}", RegistrationView),
        ("/events?limit=0&from=today&to=&status=over&venue=%00&cursor=x&mine=perhaps", None),
        (f"{guests}?sort=age&limit=x&ticket_type_id=7", None),
        (f"/events/{nobody}", None),
        ("/events/0000000-00000-0000-0000-000000000000", None),
        (f"/events/{nobody}/registrations", None),
        (f"/registrations/{nobody}", None),
    ]
    for path, model in asked:
        short_answer, long_answer = organizer.get(path), organizer.get(path, headers=LONG_WAY)
        assert said(short_answer) == said(long_answer), path
        assert (short_answer.status_code == 200) == (model is not None), (path, short_answer.text)
        if model is not None:
            assert model.model_validate_json(short_answer.content).model_dump_json().encode() == short_answer.content
    shown = made(organizer.get(f"/registrations/{event['guest']}"), 200)
    assert (shown["notes"], shown["phone"], len(shown["companions"])) == (WORDS, "+49 30 1234567", 1)

    async def broken(*_: object) -> None:
        raise RuntimeError("a layer that nobody on the short way goes through")

    with monkeypatch.context() as patch:
        patch.setattr("server.limits.LimitVisitors.__call__", broken)
        answers = [[organizer.get(path, headers=way).status_code for path, _ in asked] for way in ({}, LONG_WAY)]
    assert answers[0] == [404 if str(nobody) in path else 200 if model else 422 for path, model in asked]
    assert set(answers[1]) == {500}


def test_pages_follow_one_another_whatever_they_are_sorted_by(organizer: httpx.Client) -> None:
    days = [3, 1, 2, 2]
    events = [make_event(organizer, name=f"Event {n}", date=f"2099-11-0{day}T16:00:00Z") for n, day in enumerate(days)]
    make_type(organizer, events[0])
    guests = [
        register(organizer, events[0], f"g{n}@example.org", full_name=name)["id"] for n, name in enumerate("CABB")
    ]

    def walk(path: str) -> list[str]:
        seen, cursor = list[str](), ""
        while True:
            page = made(organizer.get(f"{path}limit=1{cursor}"), 200)
            seen += [each["id"] for each in page["items"]]
            if page["next_cursor"] is None:
                return seen
            cursor = f"&cursor={page['next_cursor']}"

    by_date = sorted((each["date"], each["id"]) for each in events)
    assert walk("/events?") == [event_id for _, event_id in by_date]
    of_event = f"/events/{events[0]['id']}/registrations?"
    by_name = [guests[number] for number in (1, 2, 3, 0)]
    assert walk(f"{of_event}sort=name&") == by_name
    assert walk(f"{of_event}sort=-name&status=active&") == by_name[::-1]
    assert walk(f"{of_event}sort=-created&") == sorted(guests, reverse=True)


def test_a_plan_that_is_kept_begins_where_its_index_does(organizer: httpx.Client, sql: Rows, database_url: str) -> None:
    event = make_event(organizer)
    type_id = make_type(organizer, event)["id"]
    sql.execute(
        """
        INSERT INTO registrations (id, event_id, ticket_type_id, user_email, full_name)
        SELECT gen_random_uuid(), %s, %s, 'guest' || n || '@example.org', md5(CAST(n AS text))
        FROM generate_series(1, 3000) AS n
        """,
        [event["id"], type_id],
    )
    sql.execute("VACUUM (ANALYZE) registrations")
    event_id = new_id()
    asked = [Asked(event_id, 50, sort=sort, after=after) for sort in Sort for after in (None, After(event_id, "m"))]
    lists = [looking.page_of(shape_of(each)) for each in asked]
    for plan in plans(database_url, lists):
        page = plan[plan.index("Limit") : plan.index("idx_tickets_registration_id")]
        assert "on registrations" in page
        assert "Seq Scan" not in plan
        # What orders is the index, up to the last page's last row; then places, within one registration.
        assert "Sort Key" not in page[: page.index("on registrations")], plan
    events = [
        looking_at_events.page_of(role, narrowed=False, goes_on=goes_on)
        for role in (None, *UserRole)
        for goes_on in (False, True)
    ]
    for plan in plans(database_url, events):
        assert "idx_events_date" in plan
        assert not re.search(r"(->|^) *Sort\b|Seq Scan on events", plan), plan


def plans(database_url: str, statements: list[TextClause]) -> list[str]:
    """How the database answers them, whatever it is asked for."""
    numbered = dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
    with psycopg.connect(database_url, autocommit=True) as connection:
        for way in AVOIDED:
            connection.execute(f"SET enable_{way} = off")
        spoken = [f"EXPLAIN (GENERIC_PLAN) {each.compile(dialect=numbered)}" for each in statements]
        found = [connection.execute(each).fetchall() for each in spoken]
    return ["\n".join(str(line[0]) for line in lines) for lines in found]


def test_who_looks_waits_for_a_connection_and_gets_another_where_the_database_has_left(database_url: str) -> None:
    who = text("SELECT pg_backend_pid(), current_setting('plan_cache_mode'), current_setting('enable_sort')")

    async def look(database: Database, *, planned: bool = False) -> tuple[Any, ...]:
        async with database.glance(planned=planned) as pipe:
            found = pipe.send(who, {}, lambda *columns: columns)
        [row] = found.all()
        return row

    async def evening() -> None:
        database = open_database(database_url)
        try:
            async with AsyncExitStack() as busy:
                for _ in range(GLANCES_AT_ONCE):
                    await busy.enter_async_context(database.glance())
                waiting = asyncio.ensure_future(look(database))
                await asyncio.sleep(0)
                assert (database.pooled().in_use, database.pooled().waiting) == (GLANCES_AT_ONCE, 1)
            first, kept, sort = await waiting
            assert (kept, sort) == ("force_generic_plan", "off")
            assert (await look(database, planned=True))[1:] == ("force_custom_plan", "on")
            assert (await look(database))[1:] == ("force_generic_plan", "off")
            with psycopg.connect(database_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 10000)", [first])
            assert first not in {(await look(database))[0] for _ in range(GLANCES_AT_ONCE)}
            assert (database.pooled().in_use, database.pooled().waiting) == (0, 0)
            none_free = Glances(database.looks, 0, 0.0)
            with pytest.raises(PoolExhausted):
                await none_free.glance().__aenter__()
        finally:
            await database.close()

    asyncio.run(evening())


def test_a_connection_keeps_one_statement_of_a_list_however_it_is_narrowed() -> None:
    organizer, event, pipe = Caller(new_id(), UserRole.ORGANIZER, new_id()), new_id(), Pipe()
    guests = Asked(event, 50, status="active"), Asked(event, 2, payment_status=PaymentStatus.PAID, order_id=new_id())
    events = Listing(3, venue="Hall", mine=True), Listing(4, category="Jazz", status=EventStatus.DRAFT)
    for of_guests, of_events in zip(guests, events, strict=True):
        ask_rights(pipe, organizer, event)
        pipe.send(looking.page_of(shape_of(of_guests)), asking.values_of(of_guests), tuple)
        statement = looking_at_events.page_of(organizer.role, narrowed=bool(told_of(of_events)), goes_on=False)
        pipe.send(statement, values_of(organizer, of_events), tuple)
    kept = [(statement, {name: type(value) for name, value in told.items()}) for statement, told, _ in pipe.statements]
    assert kept[:3] == kept[3:]
    assert len({statement for statement, _ in kept}) == 3


def test_a_route_that_takes_more_than_is_at_hand_cannot_go_the_short_way() -> None:
    [signing_in] = [route for route in auth.router.routes if getattr(route, "path", "").endswith("/login")]
    assert short_routes([signing_in]) == []
    endpoint = signing_in.endpoint  # type: ignore[attr-defined]
    try:
        short(endpoint)
        with pytest.raises(TypeError):
            short_routes([signing_in])
    finally:
        endpoint.__dict__.clear()
