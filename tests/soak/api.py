"""Ask every operation of the API for what its document allows and for what it forbids: no bug, nothing undocumented.

    python -m tests.soak.api --count 300 --seed 1 [--only PART] [--json]

`--count` is the number of requests per operation and caller. Schemathesis makes them from the OpenAPI document,
half of them valid; where an id is asked for it is mostly one that exists. Each operation is asked as administrator, as
organizer and as nobody; what devices may ask, also as a laptop that signs. The same seed asks the same.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from requests.auth import AuthBase
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server import embedded, migrations
from server.auth.passwords import hash_now
from server.settings import read_settings
from tests.integration.arrange import Json, made
from tests.integration.conftest import PASSWORD
from tests.integration.folders import forget
from tests.integration.laptop import Festival, Laptop, make_festival
from tests.integration.served import API, Served

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
CALLERS = ("admin", "organizer", "nobody", "device")
USERS = {"admin": "ADMIN", "organizer": "ORGANIZER"}
Known = Mapping[str, Sequence[str]]


class Finding(msgspec.Struct, frozen=True):
    """One way in which one operation broke its word, and a request that shows it."""

    operation: str
    caller: str
    what: str
    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class Place:
    """A server with one of everything: the ids that exist, by the names of parameters, and an enrolled laptop."""

    server: Served
    known: Known
    laptop: Laptop


class Signed(AuthBase):
    """Signs a request as the laptop does."""

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        told = body.encode() if isinstance(body, str) else body
        assert isinstance(told, bytes), "a device sends whole bodies"
        header = self.laptop.signature(request.method or "", request.path_url, told)
        request.headers["Authorization"] = header
        return request


@dataclass(frozen=True, slots=True)
class Walk:
    """Who walks where, and how far: `count` requests for each operation whose name contains `only`.

    With `every` only one in so many operations is asked, others for each caller.
    """

    place: Place
    caller: str
    count: int
    seed: int
    only: str = ""
    every: int = 1

    def findings(self) -> Iterator[Finding]:
        """What was found, each kind once for each operation."""
        document = httpx.get(f"{self.place.server.url}/openapi.json").json()
        with requests.Session() as session:
            for number, result in enumerate(openapi.from_dict(document).get_all_operations()):
                assert isinstance(result, Ok), result
                operation = result.ok()
                turn = (number + CALLERS.index(self.caller)) % self.every == 0
                if turn and self.only in operation.label and self._may_matter(operation):
                    found: dict[str, Finding] = {}
                    self._sign_in(session)
                    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                        self._ask(operation, mode, session, found)
                    yield from found.values()

    def _may_matter(self, operation: APIOperation[Any, Any, Any, Any]) -> bool:
        # Everywhere else a device is nobody.
        return self.caller != "device" or "device" in operation.definition.raw["x-callers"]

    def _sign_in(self, session: requests.Session) -> None:
        # Looked at before each operation: one of them signs out, and a long walk outlives a token.
        api = self.place.server.url + API
        if self.caller == "device":
            session.auth = Signed(self.place.laptop)
        if self.caller in USERS and session.get(f"{api}/users/me", timeout=30).status_code == 401:
            credentials = {"email": f"{self.caller}@example.org", "password": PASSWORD}
            session.headers.pop("Authorization", None)
            answer = session.post(f"{api}/auth/login", json=credentials, timeout=30)
            session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def _ask(
        self,
        operation: APIOperation[Any, Any, Any, Any],
        mode: GenerationMode,
        session: requests.Session,
        found: dict[str, Finding],
    ) -> None:
        @seeded(self.seed)
        @settings(
            max_examples=max(1, self.count // 2),
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode), picked=st.integers(0, 7))
        def ask(case: Case[Any], picked: int) -> None:
            self._put_known(case, picked)
            answer = case.call(base_url=self.place.server.url, session=session, timeout=30)
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as group:
                for failure in group.exceptions:
                    what = f"{type(failure).__name__} {answer.status_code}"
                    if what not in found:
                        shown = case.as_curl_command()[:2_000]
                        found[what] = Finding(operation.label, self.caller, what, shown, answer.text[:500])

        # An operation that asks for nothing can be asked for nothing wrong.
        with suppress(Unsatisfiable):
            ask()

    def _put_known(self, case: Case[Any], picked: int) -> None:
        # One in eight asks for what does not exist.
        if picked == 0:
            return
        bodies = [case.body] if isinstance(case.body, dict) else []
        for part in (case.path_parameters, *bodies):
            for name in self.place.known.keys() & part.keys():
                part[name] = self.place.known[name][picked % len(self.place.known[name])]


@contextmanager
def server_of_our_own() -> Iterator[Served]:
    """A server on an empty database, with an administrator, an organizer, and a user for everything else."""
    folder = Path(tempfile.mkdtemp(prefix="eventreg-soak-"))
    folder.chmod(0o711)
    try:
        with embedded.own_database(folder, durable=False) as url:
            migrations.upgrade(url)
            with psycopg.connect(url, autocommit=True) as connection:
                for name, role in USERS.items():
                    connection.execute(
                        "INSERT INTO users (email, password_hash, role) VALUES (%s, %s, %s)",
                        [f"{name}@example.org", hash_now(PASSWORD), role],
                    )
            served = Served(read_settings({"DATABASE_URL": url, "EVENTREG_DATA": str(folder / "server")}))
            served.start()
            try:
                yield served
            finally:
                served.stop()
    finally:
        forget(folder)


@contextmanager
def furnished(server: Served) -> Iterator[Place]:
    """Make one of everything, as the organizer."""
    with server.client("organizer@example.org", PASSWORD) as organizer, server.client() as anonymous:
        festival = make_festival(organizer, guests=3)
        laptop = Laptop(anonymous, organizer, festival)
        laptop.check_in(festival.serial())
        laptop.push()
        types = made(organizer.get(festival.path("ticket-types")), 200)["items"]
        known = {
            "event_id": [festival.event["id"]],
            "registration_id": _ids(festival.registrations),
            "ticket_type_id": _ids(types),
            "type_id": _ids(types),
            "list_id": [festival.check_in_list["id"]],
            "gate_id": [festival.gate["id"]],
            "check_in_id": [str(laptop.facts[0].fact.id)],
            "import_id": [_import(organizer, festival)],
            "question_id": [_question(organizer, festival)],
            "token": festival.tokens,
            "journal": [str(laptop.journal)],
        }
        yield Place(server, known, laptop)


def walk(place: Place, count: int, seed: int, only: str = "") -> Iterator[Finding]:
    """What every caller finds."""
    for caller in CALLERS:
        yield from Walk(place, caller, count, seed, only).findings()


def _import(organizer: httpx.Client, festival: Festival) -> str:
    brought = organizer.post(festival.path("registrations/import"), content="Name,E-mail\nBo,bo@example.org")
    return str(made(brought)["import"]["id"])


def _question(organizer: httpx.Client, festival: Festival) -> str:
    asked = {"kind": "choice", "label": "Meal", "choices": ["Vegan", "Fish"]}
    return str(made(organizer.post(festival.path("questions"), json=asked))["id"])


def _ids(rows: Sequence[Json]) -> list[str]:
    return [row["id"] for row in rows]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nothing was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100, help="requests for each operation and caller")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of an operation's name, such as /events")
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    told = parser.parse_args(arguments)
    with server_of_our_own() as server, furnished(server) as place:
        found = list(walk(place, told.count, told.seed, told.only))
    if told.json:
        print(msgspec.json.encode({"seed": told.seed, "count": told.count, "findings": found}).decode())
    else:
        for one in found:
            print(f"{one.operation} as {one.caller}: {one.what}\n  {one.request}\n  {one.answer}\n")
        print(f"{len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
