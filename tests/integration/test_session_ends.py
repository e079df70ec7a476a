"""How sessions end: signed out, closed, or so long ago that nobody needs to know of them."""

import httpx
import pytest

from server.auth.jobs import forget_ended_sessions
from server.jobs import Task
from server.settings import Settings
from tests.integration.conftest import People, Rows
from tests.integration.doing import defer, doing, until
from tests.integration.served import Served
from tests.integration.test_auth import login, refreshed


@pytest.mark.parametrize("how", ["refresh token", "access token"])
def test_after_signing_out_the_session_cannot_be_refreshed(anonymous: httpx.Client, people: People, how: str) -> None:
    pair = login(anonymous, people.staff).json()

    if how == "refresh token":
        answer = anonymous.post("/auth/logout", json={"refresh_token": pair["refresh_token"]})
    else:
        answer = anonymous.post("/auth/logout", headers={"Authorization": f"Bearer {pair['access_token']}"})

    assert answer.status_code == 204
    ended = refreshed(anonymous, pair["refresh_token"])
    assert (ended.status_code, ended.json()["code"]) == (401, "session_ended")


def test_every_end_of_a_session_is_in_the_audit_once(
    server: Served, anonymous: httpx.Client, people: People, sql: Rows
) -> None:
    with_refresh, with_access, elsewhere, here = (login(anonymous, people.staff).json() for _ in range(4))
    bearer = {"Authorization": f"Bearer {here['access_token']}"}
    for _ in range(2):
        anonymous.post("/auth/logout", json={"refresh_token": with_refresh["refresh_token"]})
    anonymous.post("/auth/logout", headers={"Authorization": f"Bearer {with_access['access_token']}"})
    sessions = anonymous.get("/users/me/sessions", headers=bearer).json()["items"]
    other = next(one["id"] for one in sessions if not one["current"])
    assert anonymous.delete(f"/users/me/sessions/{other}", headers=bearer).status_code == 204
    assert refreshed(anonymous, elsewhere["refresh_token"]).status_code == 401

    rows = sql.execute("SELECT action, author_kind, object_id, before FROM audit ORDER BY number").fetchall()
    assert [(row["action"], row["author_kind"]) for row in rows] == [
        ("session.signed_out", "visitor"),
        ("session.signed_out", "user"),
        ("session.ended", "user"),
    ]
    assert {row["object_id"] for row in rows} == {str(people.staff.id)}
    assert rows[-1]["before"] == {"session": other}


def test_who_was_signed_in_long_ago_is_forgotten_and_who_goes_on_is_not(
    settings: Settings, anonymous: httpx.Client, people: People, sql: Rows
) -> None:
    going_on, over = (login(anonymous, person).json()["refresh_token"] for person in (people.staff, people.admin))
    link = "INSERT INTO one_time_tokens (token_hash, user_id, purpose, expires_at) VALUES ('x', %s, %s, now())"
    sql.execute(link, [people.admin.id, "password-reset"])
    refreshed(anonymous, going_on)
    sql.execute("UPDATE sessions SET last_used_at = now() - interval '70 days'")
    for table in ("refresh_tokens", "one_time_tokens"):
        long_ago = f"UPDATE {table} SET expires_at = now() - interval '31 days' WHERE user_id = %s"
        sql.execute(long_ago, [people.admin.id])

    defer(settings, "forget-ended-sessions", {})
    with doing(settings, [Task("forget-ended-sessions", forget_ended_sessions.perform)]):
        until(lambda: sql.execute("SELECT FROM one_time_tokens").rowcount == 0, "the job is done")

    assert sql.execute("SELECT user_id FROM sessions").fetchall() == [{"user_id": people.staff.id}]
    assert sql.execute("SELECT count(*) AS n FROM refresh_tokens").fetchone() == {"n": 2}
    assert refreshed(anonymous, going_on).status_code == 200
    assert refreshed(anonymous, over).status_code == 401


def test_an_account_that_was_closed_cannot_refresh(anonymous: httpx.Client, people: People, sql: Rows) -> None:
    pair = login(anonymous, people.staff).json()
    sql.execute("UPDATE users SET is_active = false WHERE id = %s", [people.staff.id])

    assert refreshed(anonymous, pair["refresh_token"]).status_code == 401
    assert anonymous.get("/users/me", headers={"Authorization": f"Bearer {pair['access_token']}"}).status_code == 401
