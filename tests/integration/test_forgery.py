"""Tokens that are none of ours, tokens used again, and sessions that somebody else chose."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest

from server.auth import tokens
from server.auth.tokens import Caller
from server.clock import new_id
from server.users.models import UserRole
from tests.integration.arrange import made, refused
from tests.integration.conftest import PASSWORD, People
from tests.integration.served import Served

OTHER_KEY = b"the secret of another server ...."


def claims(people: People, **changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    whole = {
        "iss": tokens.ISSUER,
        "sub": str(people.admin.id),
        "role": "ADMIN",
        "sid": str(new_id()),
        "iat": now,
        "exp": now + timedelta(minutes=4),
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def our_key(server: Served) -> bytes:
    """The key as the server derives it: what a forger would need."""
    return hmac.digest(server.settings.secret_key, b"eventreg-access", "sha256")


def as_caller(client: httpx.Client, token: str) -> httpx.Response:
    return client.get("/users/me", headers={"Authorization": f"Bearer {token}"})


def test_a_token_of_our_key_and_claims_is_good_so_that_the_forgeries_below_fail_for_their_own_reason(
    server: Served, anonymous: httpx.Client, people: People
) -> None:
    assert as_caller(anonymous, jwt.encode(claims(people), our_key(server), "HS256")).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example.org"},
        {"iss": None},
        {"sub": None},
        {"sub": "admin"},
        {"role": None},
        {"role": "KING"},
        {"sid": None},
        {"sid": "../../etc"},
        {"exp": None},
        {"iat": None},
        {"nbf": datetime(2999, 1, 1, tzinfo=UTC)},
    ],
    ids=str,
)
def test_a_token_with_other_claims_is_nobodys(
    server: Served, anonymous: httpx.Client, people: People, changes: dict[str, Any]
) -> None:
    token = jwt.encode(claims(people, **changes), our_key(server), "HS256")
    refused(as_caller(anonymous, token), 401, "not_signed_in")


def test_a_token_of_another_key_kind_or_shape_is_nobodys(
    server: Served, anonymous: httpx.Client, people: People
) -> None:
    good = jwt.encode(claims(people), our_key(server), "HS256")
    head, body, signature = good.split(".")
    flipped = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).decode().rstrip("=")
    forged = [
        jwt.encode(claims(people), OTHER_KEY, "HS256"),
        jwt.encode(claims(people), server.settings.secret_key, "HS256"),
        jwt.encode(claims(people), "", "none"),
        jwt.encode(claims(people), our_key(server) * 2, "HS512"),
        f"{flipped}.{body}.",
        f"{flipped}.{body}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        f"{head}.{body}",
        f"{good}.{signature}",
        good + "x",
        "x" * 100_000,
    ]
    for token in forged:
        answer = as_caller(anonymous, token)
        assert answer.status_code in (400, 401, 431), token[:40]
    assert as_caller(anonymous, good).status_code == 200


def test_an_expired_token_stays_expired_also_where_it_was_known(
    server: Served, anonymous: httpx.Client, people: People
) -> None:
    caller = Caller(people.admin.id, UserRole.ADMIN, new_id())
    late = datetime.now(UTC) - tokens.ACCESS_LIFE
    token = tokens.access_token(server.settings.secret_key, caller, late)
    for _ in range(2):
        refused(as_caller(anonymous, token), 401, "token_expired")


def test_a_token_of_a_node_whose_clock_is_ahead_is_good_here(
    server: Served, anonymous: httpx.Client, people: People
) -> None:
    caller = Caller(people.admin.id, UserRole.ADMIN, new_id())
    soon = datetime.now(UTC) + timedelta(seconds=20)
    assert as_caller(anonymous, tokens.access_token(server.settings.secret_key, caller, soon)).status_code == 200


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(anonymous: httpx.Client, people: People) -> None:
    pair = made(anonymous.post("/auth/login", json={"email": people.admin.email, "password": PASSWORD}), 200)
    refused(as_caller(anonymous, pair["refresh_token"]), 401, "not_signed_in")
    answer = anonymous.post("/auth/refresh", json={"refresh_token": pair["access_token"]})
    refused(answer, 401, "session_ended")
    successor = tokens.successor(OTHER_KEY, pair["refresh_token"])
    refused(anonymous.post("/auth/refresh", json={"refresh_token": successor}), 401, "session_ended")


def test_nobody_chooses_the_session_that_somebody_else_will_sign_in_to(anonymous: httpx.Client, people: People) -> None:
    chosen = tokens.first_refresh_token()
    body = {"email": people.staff.email, "password": PASSWORD, "refresh_token": chosen, "session_id": str(new_id())}
    headers = {"Cookie": f"session={chosen}; refresh_token={chosen}"}
    pairs = [made(anonymous.post("/auth/login", json=body, headers=headers), 200) for _ in range(2)]
    sessions = [jwt.decode(pair["access_token"], options={"verify_signature": False})["sid"] for pair in pairs]
    assert len({chosen, *(pair["refresh_token"] for pair in pairs)}) == 3
    assert len({str(body["session_id"]), *sessions}) == 3
    assert "Set-Cookie" not in anonymous.post("/auth/login", json=body).headers
