"""Users of administrators: made, changed, let in no more, and never the last administrator."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from server.auth.passwords import hash_now
from server.clock import new_id, utc_now
from server.db import Database
from server.jobs.tasks import Work
from server.settings import Settings
from server.storage import open_storage
from server.users.jobs import forget_unconfirmed_accounts
from server.users.models import PROGRAMS
from tests.integration.arrange import made, make_event, make_type, refused, register
from tests.integration.conftest import PASSWORD, People, Rows
from tests.integration.doing import until, waits_for_a_lock
from tests.integration.opened import with_database
from tests.integration.served import Served

NOBODY = "018f0000-0000-7000-8000-000000000000"


def test_administrators_list_find_and_add_users(admin: httpx.Client, people: People, sql: Rows) -> None:
    user = {"email": " New@Example.org", "role": "ORGANIZER", "first_name": "Łucja", "last_name": "李"}
    added = made(admin.post("/users", json=user))
    assert (added["email"], added["role"], added["is_active"]) == ("new@example.org", "ORGANIZER", True)
    assert refused(admin.post("/users", json=user), 409, "email_taken")["field"] == "email"
    first = made(admin.get("/users", params={"limit": 3}), 200)
    rest = made(admin.get("/users", params={"limit": 3, "cursor": first["next_cursor"]}), 200)
    emails = [one["email"] for one in first["items"] + rest["items"]]
    assert emails == ["admin@example.org", "new@example.org", "organizer@example.org", "staff@example.org"]
    assert rest["next_cursor"] is None
    assert [one["id"] for one in made(admin.get("/users", params={"q": "łucja 李"}), 200)["items"]] == [added["id"]]
    # The one who was added chooses a password by a link; until then none fits.
    assert sql.execute("SELECT purpose FROM one_time_tokens").fetchall() == [{"purpose": "password-reset"}]
    for password in ("!", "", PASSWORD):
        answer = admin.post("/auth/login", json={"email": "new@example.org", "password": password})
        refused(answer, 401, "wrong_credentials")


def test_nobody_else_sees_adds_or_changes_users(
    organizer: httpx.Client, staff: httpx.Client, anonymous: httpx.Client, people: People
) -> None:
    path = f"/users/{people.staff.id}"
    for client in (organizer, staff):
        refused(client.get("/users"), 403, "forbidden")
        refused(client.post("/users", json={"email": "a@example.org"}), 403, "forbidden")
        refused(client.patch(path, json={"role": "ADMIN"}), 403, "forbidden")
    refused(anonymous.get("/users"), 401, "not_signed_in")
    mine = made(staff.patch("/users/me", json={"first_name": "Sam", "role": "ADMIN", "is_active": False}), 200)
    assert (mine["first_name"], mine["role"], mine["is_active"]) == ("Sam", "REGISTRATION_STAFF", True)
    assert made(staff.patch("/users/me", json={"first_name": None}), 200)["first_name"] is None


@pytest.mark.parametrize("change", [{"role": "ORGANIZER"}, {"is_active": False}])
def test_the_last_administrator_stays(
    admin: httpx.Client, organizer: httpx.Client, people: People, sql: Rows, change: dict[str, Any]
) -> None:
    # One who never confirmed or was let go is none to count on.
    sql.execute(
        "INSERT INTO users (email, password_hash, role, is_active, email_confirmed_at)"
        " VALUES ('gone@example.org', '!', 'ADMIN', false, now()), ('new@example.org', '!', 'ADMIN', true, NULL)"
    )
    problem = refused(admin.patch(f"/users/{people.admin.id}", json=change), 409, "last_admin")
    assert problem["field"] == next(iter(change))
    made(admin.patch(f"/users/{people.admin.id}", json={"last_name": "Berg"}), 200)
    made(admin.patch(f"/users/{people.organizer.id}", json={"role": "ADMIN"}), 200)
    made(admin.patch(f"/users/{people.admin.id}", json=change), 200)


def test_of_two_administrators_who_dismiss_each_other_one_stays(server: Served, people: People, sql: Rows) -> None:
    sql.execute("UPDATE users SET role = 'ADMIN' WHERE id = %s", [people.organizer.id])
    with (
        server.client(people.admin.email, PASSWORD) as one,
        server.client(people.organizer.email, PASSWORD) as other,
        ThreadPoolExecutor(2) as threads,
    ):
        both = (one, people.organizer.id), (other, people.admin.id)
        asked = [threads.submit(client.patch, f"/users/{who}", json={"role": "ORGANIZER"}) for client, who in both]
        codes = sorted(each.result().status_code for each in asked)
    assert codes in ([200, 409], [200, 401])
    assert sql.execute("SELECT count(*) AS admins FROM users WHERE role = 'ADMIN'").fetchone() == {"admins": 1}


def test_a_change_that_cannot_be_names_its_field(admin: httpx.Client, people: People) -> None:
    path = f"/users/{people.staff.id}"
    for change, field in (
        ({"role": "KING"}, "role"),
        ({"is_active": "perhaps"}, "is_active"),
        ({"first_name": "x" * 101}, "first_name"),
        ({"last_name": "a\x00"}, "last_name"),
    ):
        assert refused(admin.patch(path, json=change), 422, "invalid")["field"] == field
    refused(admin.patch(path, json={"role": None}), 422, "invalid")
    refused(admin.patch(f"/users/{NOBODY}", json={"role": "ADMIN"}), 404, "user_not_found")


def test_my_sessions_are_shown_and_end_one_by_one_or_all_but_this_one(server: Served, people: People) -> None:
    def sign_in(program: str) -> httpx.Client:
        body = {"email": people.staff.email, "password": PASSWORD}
        headers = {"User-Agent": program, "X-Forwarded-For": "203.0.113.77"}
        pair = made(httpx.post(f"{server.url}/api/v1/auth/login", json=body, headers=headers), 200)
        bearer = {"Authorization": f"Bearer {pair['access_token']}"}
        return httpx.Client(base_url=f"{server.url}/api/v1", headers=bearer)

    with sign_in("Firefox/1") as here, sign_in("x" * 500) as _, server.client(people.admin.email, PASSWORD) as admin:
        items = made(here.get("/users/me/sessions"), 200)["items"]
        assert {(one["user_agent"], one["network"], one["current"]) for one in items} == {
            ("Firefox/1", "203.0.113.0/24", True),
            ("x" * 120, "203.0.113.0/24", False),
        }
        [other] = [one["id"] for one in items if not one["current"]]
        refused(admin.delete(f"/users/me/sessions/{other}"), 404, "session_not_found")
        assert here.delete(f"/users/me/sessions/{other}").status_code == 204
        refused(here.delete(f"/users/me/sessions/{other}"), 404, "session_not_found")
        sign_in("Chrome/2").close()
        assert here.delete("/users/me/sessions").status_code == 204
        assert [one["current"] for one in made(here.get("/users/me/sessions"), 200)["items"]] == [True]


def test_a_new_password_takes_the_present_one_and_ends_the_other_sessions(server: Served, people: People) -> None:
    email, newer = people.staff.email, "a newer pass phrase"
    with server.client(email, PASSWORD) as here, server.client(email, PASSWORD) as there:

        def change(present: str, new: str) -> httpx.Response:
            return here.post("/users/me/password", json={"current_password": present, "password": new})

        assert refused(change("wrong", newer), 403, "wrong_password")["field"] == "current_password"
        assert refused(change(PASSWORD, "short"), 422, "weak_password")["field"] == "password"
        assert len(made(there.get("/users/me/sessions"), 200)["items"]) == 2
        assert change(PASSWORD, newer).status_code == 204
        assert len(made(here.get("/users/me/sessions"), 200)["items"]) == 1
        refused(here.post("/auth/login", json={"email": email, "password": PASSWORD}), 401, "wrong_credentials")
        made(here.post("/auth/login", json={"email": email, "password": newer}), 200)


def test_a_password_that_was_reset_meanwhile_is_present_no_more(server: Served, people: People, sql: Rows) -> None:
    with server.client(people.staff.email, PASSWORD) as staff, ThreadPoolExecutor(1) as threads:
        body = {"current_password": PASSWORD, "password": "the old words' owner"}
        with sql.transaction():
            sql.execute("SELECT FROM users WHERE id = %s FOR UPDATE", [people.staff.id])
            changing = threads.submit(staff.post, "/users/me/password", json=body)
            until(lambda: waits_for_a_lock(sql), "the change has compared the present password")
            reset = hash_now("chosen by link just now")
            sql.execute("UPDATE users SET password_hash = %s WHERE id = %s", [reset, people.staff.id])
        refused(changing.result(), 403, "wrong_password")
    row = sql.execute("SELECT password_hash FROM users WHERE id = %s", [people.staff.id]).fetchone()
    assert row == {"password_hash": reset}


def test_as_whom_programs_work_is_not_listed_among_people(admin: httpx.Client, organizer: httpx.Client) -> None:
    event = make_event(organizer)
    token = {"name": "Turnstile", "role": "staff", "expires_at": str(utc_now() + timedelta(days=30))}
    made(organizer.post(f"/events/{event['id']}/api-tokens", json=token))
    listed = made(admin.get("/users"), 200)["items"]
    assert listed
    assert not [each for each in listed if each["email"].endswith(PROGRAMS)]
    assert made(admin.get("/users", params={"q": "Turnstile"}), 200)["items"] == []


def test_accounts_that_nobody_confirmed_are_forgotten_after_a_week_unless_something_hangs_on_them(
    anonymous: httpx.Client, organizer: httpx.Client, settings: Settings, sql: Rows
) -> None:
    event = make_event(organizer)
    make_type(organizer, event)
    for name in ("gone", "young", "guest", "member", "asked again", "shut out"):
        email = f"{name.replace(' ', '-')}@example.org"
        assert anonymous.post("/auth/register", json={"email": email, "password": PASSWORD}).status_code == 202
    register(organizer, event, "guest@example.org")
    member = sql.execute("SELECT id FROM users WHERE email = 'member@example.org'").fetchone()
    assert member is not None
    sql.execute("INSERT INTO grants (event_id, user_id, role) VALUES (%s, %s, 'viewer')", [event["id"], member["id"]])
    sql.execute("UPDATE users SET is_active = false WHERE email = 'shut-out@example.org'")
    sql.execute("UPDATE users SET created_at = now() - interval '8 days' WHERE email <> 'young@example.org'")
    sql.execute(
        "UPDATE one_time_tokens SET expires_at = now() - interval '5 days'"
        " FROM users WHERE users.id = user_id AND email <> 'asked-again@example.org'"
    )

    async def forget(database: Database) -> None:
        async with database.sessions.begin() as session:
            work = Work(new_id(), session, settings, open_storage(settings), database)
            await forget_unconfirmed_accounts.perform(work, {})

    assert settings.database_url is not None
    with_database(settings.database_url, forget)
    kept = sql.execute("SELECT email FROM users WHERE email_confirmed_at IS NULL ORDER BY email").fetchall()
    names = [str(row["email"]).partition("@")[0] for row in kept]
    assert names == ["asked-again", "guest", "member", "shut-out", "young"]
    assert sql.execute("SELECT count(*) AS n FROM audit WHERE action = 'user.lapsed'").fetchone() == {"n": 1}
    link = sql.execute("SELECT count(*) AS n FROM person_keys").fetchone()
    assert link is not None
