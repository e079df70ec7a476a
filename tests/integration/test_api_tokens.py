"""Programs work at one event with a token of their own, until it is over or taken back."""

from datetime import UTC, datetime

import httpx
import pytest

from server.auth.programs import Known, Programs, hash_of, new_api_token
from server.clock import new_id
from server.errors import ApiProblem
from tests.integration.arrange import Json, made, make_event, refused
from tests.integration.conftest import PASSWORD, Rows
from tests.integration.doing import until
from tests.integration.laptop import make_festival, scan_of
from tests.integration.served import Served

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_program_scans_at_its_event_and_nowhere_else_until_its_token_is_taken_back(
    server: Served, organizer: httpx.Client, anonymous: httpx.Client, sql: Rows
) -> None:
    festival, other = make_festival(organizer), make_event(organizer, name="Another")
    path = festival.path("api-tokens")
    new: Json = made(organizer.post(path, json={"name": "Turnstile", "days": 2}))
    program = bearer(new["token"])

    def scan() -> httpx.Response:
        return anonymous.post(festival.path("check-ins"), json=scan_of(festival), headers=program)

    until(lambda: scan().status_code == 200, "the server knows the token")
    assert scan().json()["reason"] == "already_used"
    refused(anonymous.get(f"/events/{other['id']}/check-ins", headers=program), 404, "event_not_found")
    refused(anonymous.post(path, json={"name": "Own child"}, headers=program), 403, "forbidden")
    refused(anonymous.get("/users/me", headers=program), 403, "forbidden")

    row = sql.execute("SELECT * FROM api_tokens").fetchone()
    assert row is not None
    assert new["token"].encode() not in row["token_hash"]
    email = sql.execute("SELECT email FROM users WHERE id = %s", [row["user_id"]]).fetchone()
    assert email is not None
    for event in (festival.event, other):
        body = {"email": email["email"], "role": "organizer"}
        refused(organizer.post(f"/events/{event['id']}/members", json=body), 404, "user_not_found")
    login = {"email": email["email"], "password": "!"}
    assert anonymous.post("/auth/login", json=login | {"password": PASSWORD}).status_code == 401

    refused(organizer.post(f"/api-tokens/{new_id()}/revoke"), 404, "api_token_not_found")
    first, again = (made(organizer.post(f"/api-tokens/{new['id']}/revoke"), 200) for _ in range(2))
    assert first == again
    assert first["revoked_at"] is not None
    until(lambda: scan().status_code == 401, "the server has forgotten the token")
    [listed] = made(organizer.get(path), 200)["items"]
    assert (listed["name"], listed["role"], "token" in listed) == ("Turnstile", None, False)
    told = made(organizer.get(festival.path("audit")), 200)["items"]
    assert [one["action"] for one in told].count("api_token.revoked") == 1


def test_a_token_is_good_until_its_last_second_and_only_where_it_was_made() -> None:
    text, programs = new_api_token(), Programs()
    known = Known(new_id(), hash_of(text), new_id(), NOON)
    programs.learn([known])

    assert programs.caller(text, NOON - 1).user_id == known.user_id
    for token, now in ((text, NOON), (new_api_token(), NOON - 1), ("er_\udcff", NOON - 1)):
        with pytest.raises(ApiProblem, match="over"):
            programs.caller(token, now)
    programs.learn([])
    with pytest.raises(ApiProblem, match="not known"):
        programs.caller(text, NOON - 1)
