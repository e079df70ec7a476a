"""A good request for every row of the matrix of access: nothing but the caller may be a reason to refuse it.

A route that takes no body and whose path names only what PATHS knows needs no entry here.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from eventreg_core.journal_file import JournalFile
from server.clock import new_id
from tests.integration.arrange import Json, made, make_event, make_type
from tests.integration.carrying import bytes_of
from tests.integration.conftest import PASSWORD
from tests.integration.laptop import scan_of
from tests.integration.matrix import Row
from tests.integration.matrix_asking import Asking, Sent, a_guest, fresh_email
from tests.integration.matrix_conflicts import CONFLICT_REQUESTS, a_conflict
from tests.integration.matrix_devices import DEVICE_REQUESTS
from tests.integration.matrix_imports import IMPORT_REQUESTS, stopped
from tests.integration.matrix_orders import ORDER_REQUESTS, an_order, in_line
from tests.integration.matrix_world import ROLES, pushing
from tests.integration.pictures import picture
from tests.integration.served import API

EMPTY_JOURNAL_FILE = bytes_of(JournalFile(datetime(2026, 7, 4, tzinfo=UTC), None, None, ()))
QUESTION = {"kind": "text", "label": "Allergies"}
PATHS: dict[str, Callable[[Asking], Any]] = {
    "event_id": lambda asking: asking.side.id,
    "type_id": lambda asking: asking.side.type["id"],
    "list_id": lambda asking: asking.side.festival.check_in_list["id"],
    "gate_id": lambda asking: asking.side.festival.gate["id"],
    "registration_id": lambda asking: asking.side.guest["id"],
    "question_id": lambda asking: _new(asking, "questions", QUESTION),
    "import_id": lambda asking: asking.one("import", lambda: stopped(asking)),
    "conflict_id": lambda asking: a_conflict(asking),
    "check_in_id": lambda asking: asking.side.check_in,
    "user_id": lambda asking: asking.world.users["account"],
    "order_id": lambda asking: an_order(asking)["id"],
    "waiting_id": lambda asking: in_line(asking),
    "session_id": lambda asking: _another_session(asking),
}
"""What stands in a path, by the name of the parameter."""


def _new(asking: Asking, what: str, body: Json) -> str:
    """The id of one more of `what` at the side's event."""
    path = asking.side.festival.path(what)
    return asking.one(what, lambda: str(made(asking.side.organizer.post(path, json=body))["id"]))


def _another_session(asking: Asking) -> str:
    if asking.kind not in ROLES:
        return str(new_id())
    token = asking.world.sign_in(asking.kind)["access_token"]
    answer = asking.world.client.get("/users/me/sessions", headers={"Authorization": f"Bearer {token}"})
    return str(next(one["id"] for one in made(answer, 200)["items"] if one["current"]))


def _signed_in_elsewhere(asking: Asking) -> Sent:
    if asking.kind in ROLES:
        asking.world.sign_in(asking.kind)
    return Sent()


def _new_session(asking: Asking) -> Json:
    name = new_id().hex
    asking.world.new_user(name)
    return asking.world.sign_in(name)


def _by_refresh_token(asking: Asking) -> Sent:
    return Sent(json={"refresh_token": _new_session(asking)["refresh_token"]})


def _by_access_token(asking: Asking) -> Sent:
    if asking.kind not in ROLES:
        return Sent()
    token = asking.world.sign_in(asking.kind)["access_token"]
    return Sent(headers={"Authorization": f"Bearer {token}"})


def _deleting(asking: Asking) -> Sent:
    # Only an admin gets as far as to look whether the event is used.
    return Sent(path={"event_id": make_event(asking.side.organizer)["id"]} if asking.kind == "admin" else {})


def _gate_to_delete(asking: Asking) -> Sent:
    body = {"name": "Spare", "list_id": asking.side.festival.check_in_list["id"]}
    return Sent(path={"gate_id": _new(asking, "gates", body)})


def _list_to_delete(asking: Asking) -> Sent:
    return Sent(path={"list_id": _new(asking, "check-in-lists", {"name": "Spare"})})


def _type_to_delete(asking: Asking) -> Sent:
    # Of A a second type would ask every guest to choose one.
    draft = asking.side.draft
    spare = asking.one("type", lambda: make_type(asking.side.organizer, draft))
    return Sent(path={"event_id": draft["id"], "type_id": spare["id"]})


PICTURE = picture("PNG")


def _with_picture(asking: Asking) -> Sent:
    path = asking.side.festival.path("image")
    asking.one("picture", lambda: made(asking.side.organizer.put(path, content=PICTURE), 200))
    return Sent()


def _draft_with_picture(asking: Asking) -> Sent:
    path = f"/events/{asking.side.draft['id']}/image"
    asking.one("picture of the draft", lambda: made(asking.side.organizer.put(path, content=PICTURE), 200))
    return _draft(asking)


def _member_to_remove(asking: Asking) -> Sent:
    return Sent(path={"user_id": asking.one("member", lambda: _member(asking))})


def _member(asking: Asking) -> UUID:
    name = new_id().hex
    user_id = asking.world.new_user(name)
    body = {"email": f"{name}@example.org", "role": "viewer"}
    made(asking.side.organizer.post(asking.side.festival.path("members"), json=body))
    return user_id


def _draft(asking: Asking) -> Sent:
    return Sent(path={"event_id": asking.side.draft["id"]})


def _registration(asking: Asking) -> Sent:
    return Sent(path={"registration_id": asking.registration["id"]})


def _scan(asking: Asking, **fields: Any) -> Sent:
    return Sent(json=scan_of(asking.side.festival, **fields))


def _push(asking: Asking) -> Sent:
    side = asking.world.sides["A"]
    return Sent(content=pushing(side.revoked if asking.kind == "revoked" else side.device))


def _file(asking: Asking) -> Sent:
    link = httpx.URL(asking.world.file_link)
    return Sent(path={"key": link.path.partition("/files/")[2]}, params=dict(link.params))


def _revoking_a_token(asking: Asking) -> Sent:
    return Sent(path={"token_id": _new(asking, "api-tokens", {"name": "Turnstile"})})


LINK = {"token": "no link has this", "password": PASSWORD}

REQUESTS: dict[str, Callable[[Asking], Sent]] = (
    DEVICE_REQUESTS
    | ORDER_REQUESTS
    | IMPORT_REQUESTS
    | CONFLICT_REQUESTS
    | {
        "GET /confirm-email": lambda asking: Sent(params={"token": LINK["token"]}, done=frozenset({410})),
        "POST /confirm-email": lambda asking: Sent(done=frozenset({410})),
        "GET /reset-password": lambda asking: Sent(params={"token": LINK["token"]}, done=frozenset({410})),
        "POST /reset-password": lambda asking: Sent(done=frozenset({410})),
        f"POST {API}/auth/login": lambda asking: Sent(json={"email": "account@example.org", "password": PASSWORD}),
        f"POST {API}/auth/refresh": _by_refresh_token,
        f"POST {API}/auth/logout · refresh token": _by_refresh_token,
        f"POST {API}/auth/logout · access token": _by_access_token,
        f"POST {API}/auth/register": lambda asking: Sent(json={"email": fresh_email(), "password": PASSWORD}),
        f"POST {API}/auth/confirm-email": lambda asking: Sent(json={"token": LINK["token"]}, done=frozenset({410})),
        f"POST {API}/auth/password-reset": lambda asking: Sent(json={"email": fresh_email()}),
        f"POST {API}/auth/password-reset/confirm": lambda asking: Sent(json=LINK, done=frozenset({410})),
        f"DELETE {API}/users/me/sessions": _signed_in_elsewhere,
        f"PATCH {API}/users/me": lambda asking: Sent(json={"first_name": "Ana"}),
        f"POST {API}/users/me/password": lambda asking: Sent(json={"current_password": PASSWORD, "password": PASSWORD}),
        f"POST {API}/users": lambda asking: Sent(json={"email": fresh_email()}),
        f"PATCH {API}/users/{{user_id}}": lambda asking: Sent(json={"first_name": "Ana"}),
        f"POST {API}/events": lambda asking: Sent(
            json={"name": "Fair", "date": "2026-11-28T16:00:00Z", "venue": "Hall", "zone": "UTC"}
        ),
        f"GET {API}/events/{{event_id}} · a draft": _draft,
        f"PUT {API}/events/{{event_id}}": lambda asking: Sent(json={"venue": "Park"}),
        f"DELETE {API}/events/{{event_id}}": _deleting,
        f"POST {API}/events/{{event_id}}/members": lambda asking: Sent(
            json={"email": "arranger@example.org", "role": "viewer"}
        ),
        f"POST {API}/events/{{event_id}}/copy": lambda asking: Sent(
            json={"name": "Next year", "date": "2027-11-27T16:00:00Z"}
        ),
        f"GET {API}/events/{{event_id}}/image": _with_picture,
        f"GET {API}/events/{{event_id}}/image · a draft": _draft_with_picture,
        f"PUT {API}/events/{{event_id}}/image": lambda asking: Sent(content=PICTURE),
        f"DELETE {API}/events/{{event_id}}/image": _with_picture,
        f"DELETE {API}/events/{{event_id}}/members/{{user_id}}": _member_to_remove,
        f"GET {API}/events/{{event_id}}/ticket-types · a draft": _draft,
        # Of A a second type would ask every guest to choose one.
        f"POST {API}/events/{{event_id}}/ticket-types": lambda asking: Sent(
            path={"event_id": asking.side.draft["id"]}, json={"name": "Day pass"}
        ),
        f"PUT {API}/events/{{event_id}}/ticket-types/{{type_id}}": lambda asking: Sent(json={"name": "Day pass"}),
        f"DELETE {API}/events/{{event_id}}/ticket-types/{{type_id}}": _type_to_delete,
        f"DELETE {API}/events/{{event_id}}/check-in-lists/{{list_id}}": _list_to_delete,
        f"PUT {API}/events/{{event_id}}/gates/{{gate_id}}": lambda asking: Sent(json={"name": "North"}),
        f"GET {API}/events/{{event_id}}/questions · the retired ones too": lambda asking: Sent(
            params={"retired": "true"}
        ),
        f"POST {API}/events/{{event_id}}/questions": lambda asking: Sent(json=QUESTION),
        f"PUT {API}/events/{{event_id}}/questions/{{question_id}}": lambda asking: Sent(json={"label": "Allergies?"}),
        f"POST {API}/events/{{event_id}}/check-in-lists": lambda asking: Sent(json={"name": "Side door"}),
        f"PUT {API}/events/{{event_id}}/check-in-lists/{{list_id}}": lambda asking: Sent(json={"name": "Main"}),
        f"POST {API}/events/{{event_id}}/gates": lambda asking: Sent(
            json={"name": "South", "list_id": asking.side.festival.check_in_list["id"]}
        ),
        f"DELETE {API}/events/{{event_id}}/gates/{{gate_id}}": _gate_to_delete,
        f"POST {API}/events/{{event_id}}/registrations": lambda asking: Sent(json=a_guest()),
        f"POST {API}/events/{{event_id}}/registrations · a draft": lambda asking: Sent(
            path={"event_id": asking.side.draft["id"]}, json=a_guest() | {"ticket_type_id": asking.side.draft_type}
        ),
        f"POST {API}/events/{{event_id}}/registrations · told as paid": lambda asking: Sent(
            json=a_guest() | {"payment_status": "PAID"}
        ),
        f"POST {API}/events/{{event_id}}/registrations · at the box office": lambda asking: Sent(
            json=a_guest() | {"box_office": True}
        ),
        f"POST {API}/events/{{event_id}}/registrations/bulk": lambda asking: Sent(
            json={"action": "reissue", "ids": [asking.registration["id"]]}
        ),
        f"PUT {API}/registrations/{{registration_id}}": lambda asking: Sent(json={"full_name": "Ana Möller"}),
        f"DELETE {API}/registrations/{{registration_id}}": _registration,
        f"POST {API}/registrations/{{registration_id}}/reissue": _registration,
        f"POST {API}/registrations/{{registration_id}}/block": _registration,
        f"POST {API}/registrations/{{registration_id}}/unblock": _registration,
        f"POST {API}/events/{{event_id}}/check-ins": _scan,
        f"POST {API}/events/{{event_id}}/check-ins · override": lambda asking: _scan(asking, override="Let her in"),
        f"POST {API}/events/{{event_id}}/api-tokens": lambda asking: Sent(json={"name": "Turnstile"}),
        f"POST {API}/api-tokens/{{token_id}}/revoke": _revoking_a_token,
        f"GET {API}/files/{{key}}": _file,
        f"GET {API}/files/{{key}} · a forged link": lambda asking: Sent(
            path={"key": "qr/of-somebody-else.png"}, params=_file(asking).params
        ),
        f"GET {API}/events/{{event_id}}/sync/pull": lambda asking: Sent(params={"journal": str(new_id())}),
        f"GET {API}/events/{{event_id}}/sync/nudges": lambda asking: Sent(params={"stays": "0"}),
        f"POST {API}/sync/push": _push,
        f"POST {API}/journals/import": lambda asking: Sent(content=EMPTY_JOURNAL_FILE),
        f"POST {API}/persons/erase": lambda asking: Sent(json={"email": fresh_email()}),
        f"POST {API}/jobs/{{job_id}}/retry": lambda asking: Sent(path={"job_id": asking.world.dead_letter()}),
    }
)
"""What each row's request holds beyond its path, by the row's name."""


def request_of(row: Row, asking: Asking, sent: Sent) -> httpx.Request:
    """A row's request, without credentials unless it brings its own."""
    names = re.findall(r"{(\w+)}", row.path)
    unknown = [name for name in names if name not in sent.path and name not in PATHS]
    assert not unknown, f"{row.name}: tell PATHS of tests/integration/matrix_requests.py what {unknown} stands for"
    path = row.path.format(**{name: sent.path[name] if name in sent.path else PATHS[name](asking) for name in names})
    url = path.removeprefix(API) if path.startswith(API) else f"{asking.world.server.url}{path}"
    return asking.world.client.build_request(
        row.method, url, json=sent.json, content=sent.content, params=sent.params, headers=sent.headers
    )
