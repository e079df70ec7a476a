"""Two events, somebody of every kind, and their credentials: what the matrix of access is asked about.

The event A is *own* to everybody but the maker, who made B. Everybody's grants are on A alone.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from eventreg_core.wire import PushRequest, encode
from server.clock import new_id, utc_now
from server.settings import Settings
from server.storage import open_storage
from server.users.models import UserRole
from tests.integration.arrange import Json, made, make_event, make_type, register
from tests.integration.conftest import PASSWORD, Rows
from tests.integration.doing import until
from tests.integration.laptop import Festival, Laptop, make_festival, scan_of, scanned
from tests.integration.matrix import PROGRAM
from tests.integration.served import Served

OPERATORS_TOKEN = "the operator of this server"
FRESH_FOR_S = 200
"""An access token lives five minutes; a slow run signs in again before."""
ROLES = {
    "account": UserRole.REGISTRATION_STAFF,
    "guest": UserRole.REGISTRATION_STAFF,
    "viewer": UserRole.REGISTRATION_STAFF,
    "staff": UserRole.REGISTRATION_STAFF,
    "supervisor": UserRole.REGISTRATION_STAFF,
    "organizer": UserRole.REGISTRATION_STAFF,
    "maker": UserRole.ORGANIZER,
    "admin": UserRole.ADMIN,
}
ARRANGER = "arranger"
"""An admin whom no row of the matrix asks about."""
GRANTS = ("viewer", "staff", "supervisor", "organizer")


@dataclass(frozen=True, slots=True)
class Side:
    """One event with everything that a route may name, and a draft beside it."""

    festival: Festival
    type: Json
    draft: Json
    draft_type: str
    guest: Json
    check_in: str
    device: Laptop
    revoked: Laptop
    organizer: httpx.Client

    @property
    def id(self) -> str:
        return str(self.festival.id)

    def another(self) -> Json:
        """A registration that nobody asked about before."""
        return register(self.organizer, self.festival.event, f"{new_id().hex}@example.org")


@dataclass
class World:
    """A server, two sides, and everybody who may ask."""

    server: Served
    sql: Rows
    password_hash: str
    client: httpx.Client
    users: dict[str, UUID] = field(default_factory=dict)
    sides: dict[str, Side] = field(default_factory=dict)
    file_link: str = ""
    orders: dict[str, Json] = field(default_factory=dict)
    spares: dict[str, Any] = field(default_factory=dict)
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    def side(self, kind: str, whose: str) -> Side:
        """The side that is `own` or `foreign` to this kind of caller."""
        return self.sides["B" if (kind == "maker") == (whose == "own") else "A"]

    def new_user(self, name: str, role: UserRole = UserRole.REGISTRATION_STAFF) -> UUID:
        """Somebody who signs in as NAME@example.org."""
        user_id = new_id()
        self.sql.execute(
            "INSERT INTO users (id, email, password_hash, role) VALUES (%s, %s, %s, %s)",
            [user_id, f"{name}@example.org", self.password_hash, role.value],
        )
        return user_id

    def dead_letter(self) -> UUID:
        """A job that failed each time."""
        job_id, task = new_id(), "forget-done-jobs"
        self.sql.execute("INSERT INTO jobs (id, type, data) VALUES (%s, %s, '{}')", [job_id, task])
        queued = "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('default', %s, %s, %s)"
        self.sql.execute(queued, [task, Jsonb({"id": str(job_id)}), "failed"])
        return job_id

    def sign_in(self, name: str) -> Json:
        """A session of its own."""
        body = {"email": f"{name}@example.org", "password": PASSWORD}
        return made(self.client.post("/auth/login", json=body), 200)

    def bearer(self, kind: str) -> str:
        """The access token of a user of this kind, in a session that nobody ends; a program's API token."""
        token, since = self._tokens.get(kind, ("", float("-inf")))
        if time.monotonic() - since > FRESH_FOR_S:
            token = self.sign_in(kind)["access_token"]
            self._tokens[kind] = token, time.monotonic()
        return token

    def keep(self, kind: str, token: str) -> None:
        """Let callers of this kind send this token, which is never over."""
        self._tokens[kind] = token, float("inf")

    def sign(self, request: httpx.Request) -> httpx.Request:
        """Let the arranger ask."""
        request.headers["Authorization"] = f"Bearer {self.bearer(ARRANGER)}"
        return request

    def send(self, kind: str, request: httpx.Request) -> httpx.Response:
        """Send a request with the credentials of this kind of caller, unless it has others already."""
        body = request.read()
        if kind in ("device", "revoked"):
            laptop = self.sides["A"].device if kind == "device" else self.sides["A"].revoked
            request.headers["Authorization"] = laptop.signature(request.method, request.url.raw_path.decode(), body)
        elif kind == "operator":
            request.headers["Authorization"] = f"Bearer {OPERATORS_TOKEN}"
        elif kind != "visitor" and "Authorization" not in request.headers:
            request.headers["Authorization"] = f"Bearer {self.bearer(kind)}"
        return self.client.send(request)


def pushing(laptop: Laptop) -> bytes:
    """The body of a push of one more fact."""
    laptop.check_in(laptop.festival.serial())
    head = laptop.head()
    signature = laptop.signed_head(head)
    texts = [one.raw.decode() for one in laptop.facts]
    return encode(PushRequest(journal=laptop.journal, facts=texts, head=head, signature=signature))


@contextmanager
def inhabited(server: Served, owner_url: str, password_hash: str) -> Iterator[World]:
    """The world of a server that has nobody yet."""
    with ExitStack() as stack:
        sql: Rows = stack.enter_context(psycopg.connect(owner_url, autocommit=True, row_factory=dict_row))
        world = World(server, sql, password_hash, stack.enter_context(server.client()))
        world.file_link = asyncio.run(_filed(server.settings))
        for name in (ARRANGER, *ROLES):
            world.users[name] = world.new_user(name, ROLES.get(name, UserRole.ADMIN))
        arranger = stack.enter_context(server.client())
        arranger.auth = world.sign
        maker = stack.enter_context(server.client("maker@example.org", PASSWORD))
        for letter, makes in (("A", arranger), ("B", maker)):
            world.sides[letter] = _side(world, makes, arranger, letter)
        for kind in GRANTS:
            for event in (world.sides["A"].festival.event, world.sides["A"].draft):
                body = {"email": f"{kind}@example.org", "role": kind}
                made(world.sides["A"].organizer.post(f"/events/{event['id']}/members", json=body))
        _let_a_program_in(world)
        yield world


def _let_a_program_in(world: World) -> None:
    side = world.sides["A"]
    token = made(side.organizer.post(side.festival.path("api-tokens"), json={"name": "Turnstile"}))["token"]
    world.keep(PROGRAM, token)
    grant = "INSERT INTO grants (event_id, user_id, role) SELECT %s, user_id, 'staff' FROM api_tokens"
    # A token is for one event; for this one thing alone the matrix needs the draft beside it.
    world.sql.execute(grant, [side.draft["id"]])
    asked = side.festival.path("check-in-lists"), {"Authorization": f"Bearer {token}"}
    until(lambda: world.client.get(asked[0], headers=asked[1]).status_code == 200, "the server knows the token")


async def _filed(settings: Settings) -> str:
    storage = open_storage(settings)
    await storage.put("qr/matrix.png", b"not really a picture")
    return await storage.link("qr/matrix.png", utc_now(), timedelta(hours=1))


def _side(world: World, makes: httpx.Client, organizer: httpx.Client, letter: str) -> Side:
    festival = make_festival(makes, guests=2, entry="unlimited")
    draft = make_event(makes, is_active=False)
    draft_type = make_type(organizer, draft)["id"]
    laptops = [Laptop(world.client, organizer, festival, name) for name in ("device", "revoked")]
    made(organizer.post(f"/devices/{laptops[1].id}/revoke"), 200)
    scan = scan_of(festival)
    assert scanned(organizer, festival, scan)["verdict"] == "admitted"
    # Of A the account `guest`; of B somebody who has none.
    email = "guest@example.org" if letter == "A" else "somebody@example.org"
    types = made(organizer.get(festival.path("ticket-types")), 200)["items"]
    return Side(
        festival=festival,
        type=types[0],
        draft=draft,
        draft_type=draft_type,
        guest=register(organizer, festival.event, email),
        check_in=scan["id"],
        device=laptops[0],
        revoked=laptops[1],
        organizer=organizer,
    )
