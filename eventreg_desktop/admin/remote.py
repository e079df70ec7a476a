"""Typed calls to the server, signed in as a user; the world's failures are Problems with a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

import httpx
import msgspec

from eventreg_core.conflict import Class
from eventreg_core.problems import Problem
from eventreg_desktop.admin.answers import (
    CheckInList,
    Completeness,
    Conflict,
    Detail,
    Event,
    Events,
    Lists,
    Page,
    SettledMany,
    Tokens,
)

T = TypeVar("T")
API = "/api/v1"
State = Literal["open", "settled", "all"]
Wish = Literal["accepted", "annulled", "proposed"]
NO_ANSWER = Problem("no_answer", "The server does not answer. Check the network, then try again.")
NOT_OURS = Problem("not_our_server", "What answers at this address is no EventReg server. Check the address.")


class _Refused(msgspec.Struct, frozen=True):
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which conflicts to list."""

    event: UUID
    kind: Class | None = None
    state: State = "open"
    list: UUID | None = None
    text: str = ""
    cursor: str | None = None

    @property
    def params(self) -> dict[str, str]:
        """As the query says it."""
        wished = {
            "state": self.state,
            "class": self.kind.value if self.kind is not None else "",
            "list_id": str(self.list) if self.list is not None else "",
            "q": self.text,
            "cursor": self.cursor or "",
        }
        return {name: value for name, value in wished.items() if value}


class Remote:
    """One signed-in session; belongs to the thread that asks. A token that is over is renewed once, unseen."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._tokens: Tokens | None = None

    def sign_in(self, email: str, password: str) -> None:
        """Raises Problem, `bad_credentials` among them."""
        body = {"email": email, "password": password}
        self._tokens = _read(self._send("POST", "/auth/login", json=body), Tokens)

    def list_events(self) -> list[Event]:
        """Events of this user, newest first; the first 200."""
        events = self._get("/events", Events, {"limit": "200"}).items
        return sorted(events, key=lambda event: event.date, reverse=True)

    def list_lists(self, event: UUID) -> list[CheckInList]:
        """The event's check-in lists."""
        return list(self._get(f"/events/{event}/check-in-lists", Lists).items)

    def list_conflicts(self, asked: Asked) -> Page:
        """A page of conflicts."""
        return self._get(f"/events/{asked.event}/conflicts", Page, asked.params | {"limit": "100"})

    def read_conflict(self, conflict: UUID) -> Detail:
        """One with its timeline."""
        return self._get(f"/conflicts/{conflict}", Detail)

    def settle(self, conflict: UUID, wish: Wish, seen: Sequence[UUID]) -> Conflict:
        """Settle one as it was seen; raises Problem `conflict_changed`."""
        body = {"outcome": wish, "fact_ids": [str(fact) for fact in seen]}
        return self._post(f"/conflicts/{conflict}/settle", Conflict, body)

    def settle_many(self, event: UUID, kind: Class, wish: Wish, until: datetime) -> SettledMany:
        """Settle up to 200 of a class, as far as they were seen."""
        body = {"class": kind.value, "outcome": wish, "until": until.isoformat()}
        return self._post(f"/events/{event}/conflicts/settle", SettledMany, body)

    def reopen(self, event: UUID, conflicts: Sequence[UUID]) -> None:
        """Take decisions back, 200 at a time."""
        for first in range(0, len(conflicts), 200):
            ids = [str(conflict) for conflict in conflicts[first : first + 200]]
            self._ask("POST", f"/events/{event}/conflicts/reopen", json={"ids": ids})

    def read_completeness(self, event: UUID) -> Completeness:
        """Is everything in?"""
        return self._get(f"/events/{event}/devices/completeness", Completeness)

    def read_proof(self, event: UUID) -> str:
        """The same as a page to print."""
        return self._ask("GET", f"/events/{event}/devices/completeness", params={"format": "html"}).text

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def _get(self, path: str, kind: type[T], params: Mapping[str, str] | None = None) -> T:
        return _read(self._ask("GET", path, params=params), kind)

    def _post(self, path: str, kind: type[T], body: Mapping[str, object]) -> T:
        return _read(self._ask("POST", path, json=body), kind)

    def _ask(
        self, method: str, path: str, *, json: object = None, params: Mapping[str, str] | None = None
    ) -> httpx.Response:
        answer = self._send(method, path, json=json, params=params)
        if answer.status_code == 401 and self._tokens is not None:
            body = {"refresh_token": self._tokens.refresh_token}
            self._tokens = _read(self._send("POST", "/auth/refresh", json=body), Tokens)
            answer = self._send(method, path, json=json, params=params)
        return _accepted(answer)

    def _send(
        self, method: str, path: str, *, json: object = None, params: Mapping[str, str] | None = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._tokens.access_token}"} if self._tokens is not None else {}
        try:
            return self._client.request(method, f"{API}{path}", json=json, params=params, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NO_ANSWER from error


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    if not answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        raise NOT_OURS
    told = msgspec.json.decode(answer.content, type=_Refused)
    raise Problem(told.code, told.detail)


def _read(answer: httpx.Response, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(_accepted(answer).content, type=kind)
    except msgspec.DecodeError as error:
        raise NOT_OURS from error
