"""A laptop as the server meets it: its own key, its own chain of facts, signed requests. Knows nothing of a desktop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core import facts
from eventreg_core.admission import RULE
from eventreg_core.device_auth import DeviceSignature, signed_bytes
from eventreg_core.facts import Annulment, CheckIn, Exit, Recorded, RefusedScan
from eventreg_core.ticket import parse
from eventreg_core.wire import START, Cursor, Head, PullAnswer, PushAnswer, PushRequest, encode
from server.clock import new_id, utc_now
from tests.integration.arrange import Json, made, make_event, make_type, register
from tests.integration.conftest import Rows

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BOOTED = NOON - timedelta(days=365)
EMPTY = Head(0, facts.FIRST_PREV)


@dataclass(frozen=True, slots=True)
class Festival:
    """An event with one list, one gate, and guests whose tickets are signed."""

    event: Json
    check_in_list: Json
    gate: Json
    registrations: list[Json]
    tokens: list[str]

    @property
    def id(self) -> UUID:
        return UUID(self.event["id"])

    def serial(self, guest: int = 0) -> str:
        return parse(self.tokens[guest]).serial.hex()

    def path(self, rest: str) -> str:
        return f"/events/{self.event['id']}/{rest}"


def make_festival(organizer: httpx.Client, guests: int = 1, **of_list: Any) -> Festival:
    """A festival made through the API; fields override those of its list."""
    event = make_event(organizer)
    make_type(organizer, event)
    path = f"/events/{event['id']}"
    check_in_list = made(organizer.post(f"{path}/check-in-lists", json={"name": "Main"} | of_list))
    gate = made(organizer.post(f"{path}/gates", json={"name": "North", "list_id": check_in_list["id"]}))
    registrations = [register(organizer, event, f"guest{number}@example.org") for number in range(guests)]
    tokens = [made(organizer.get(f"/registrations/{one['id']}/ticket"), 200)["token"] for one in registrations]
    return Festival(event, check_in_list, gate, registrations, tokens)


class Laptop:
    """An enrolled device with one journal, `facts`; asks through `client`, which is signed in as nobody."""

    def __init__(self, client: httpx.Client, organizer: httpx.Client, festival: Festival, name: str = "Laptop") -> None:
        self.key = Ed25519PrivateKey.generate()
        self.festival = festival
        self.journal = new_id()
        self.facts: list[Recorded] = []
        self.client = client
        self.invited = made(organizer.post(festival.path("devices"), json={"name": name}))
        self.enrolled = made(self.enrol(self.invited["enrol_code"]))
        self.id = UUID(self.enrolled["device"])

    @property
    def public_key(self) -> str:
        """As it is told when enrolling."""
        return self.key.public_key().public_bytes_raw().hex()

    def head(self) -> Head:
        """The end of the chain."""
        return Head(self.facts[-1].fact.seq or 0, self.facts[-1].hash)

    def signed_head(self, head: Head) -> str:
        """The signature that vouches for a chain that ends there."""
        return self.key.sign(facts.head_message(self.journal, head.seq, head.hash)).hex()

    def enrol(self, code: str, **fields: Any) -> httpx.Response:
        """Ask to be a device."""
        body = {"code": code, "public_key": self.public_key, "name": "ThinkPad"} | fields
        return self.client.post("/devices/enrol", json=body)

    def begin_anew(self) -> None:
        """Open another, empty journal."""
        self.journal, self.facts = new_id(), []

    def check_in(self, serial: str, at: datetime = NOON, **fields: Any) -> Recorded:
        """Tell somebody *admitted*, and write it down."""
        return self.append(CheckIn(**self.stamp(at), serial=serial, **fields))

    def exit(self, serial: str, at: datetime = NOON) -> Recorded:
        """Let somebody out."""
        return self.append(Exit(**self.stamp(at), serial=serial))

    def refuse(self, serial: str, at: datetime = NOON) -> Recorded:
        """Tell somebody *refused*."""
        return self.append(RefusedScan(**self.stamp(at), serial=serial, reason="already_used"))  # type: ignore[arg-type]

    def annul(self, target: Recorded, at: datetime = NOON) -> Recorded:
        """Undo a check-in."""
        return self.append(Annulment(**self.stamp(at), target=target.fact.id))

    def stamp(self, at: datetime) -> dict[str, Any]:
        """What the next fact of this chain carries."""
        return {
            "id": new_id(),
            "event": self.festival.id,
            "list": UUID(self.festival.check_in_list["id"]),
            "gate": UUID(self.festival.gate["id"]),
            "wall": at,
            "boot": "boot",
            "mono_ns": min(max((at - BOOTED) // timedelta(microseconds=1), 0) * 1000, 2**62),
            "offset_ms": 0,
            "rule": RULE,
            "journal": self.journal,
            "seq": len(self.facts) + 1,
            "prev": self.facts[-1].hash if self.facts else facts.FIRST_PREV,
        }

    def append(self, fact: facts.Fact) -> Recorded:
        """Write a fact at the end of the chain."""
        recorded = facts.record(fact)
        self.facts.append(recorded)
        return recorded

    def push(self, sent: Sequence[Recorded] | None = None) -> PushAnswer:
        """Push these facts, or the whole chain, in one go."""
        chain = self.facts if sent is None else sent
        last = chain[-1].fact
        return pushed(self.push_texts([one.raw.decode() for one in chain], Head(last.seq or 0, chain[-1].hash)))

    def push_texts(self, texts: list[str], head: Head, **fields: Any) -> httpx.Response:
        """Push texts as they are, with a good signature over `head`."""
        body = PushRequest(journal=self.journal, facts=texts, head=head, signature=self.signed_head(head))
        return self.ask("POST", "/sync/push", encode(msgspec.structs.replace(body, **fields)))

    def pull(self, cursor: Cursor = START, event: UUID | None = None) -> httpx.Response:
        """Ask for one page."""
        query = httpx.QueryParams(cursor=str(cursor), check=cursor.check, journal=str(self.journal))
        return self.ask("GET", f"/events/{event or self.festival.id}/sync/pull?{query}")

    def pull_all(self, cursor: Cursor = START) -> list[PullAnswer]:
        """Every page after `cursor`."""
        answers = [pulled(self.pull(cursor))]
        while answers[-1].to < answers[-1].newest and not answers[-1].reset:
            answers.append(pulled(self.pull(cursor_after(answers[-1]))))
        return answers

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        ahead: timedelta = timedelta(0),
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Send a signed request; `ahead` is how wrong this laptop's clock is."""
        request = self.client.build_request(method, path, content=body, headers=headers)
        request.headers["Authorization"] = self.signature(method, request.url.raw_path.decode(), body, ahead)
        return self.client.send(request)

    def signature(self, method: str, target: str, body: bytes, ahead: timedelta = timedelta(0)) -> str:
        """What proves that this laptop sends a request: the header `Authorization`."""
        at_ms = int((utc_now() + ahead).timestamp() * 1000)
        signed = self.key.sign(signed_bytes(method, target, at_ms, body))
        return str(DeviceSignature(self.id, at_ms, signed))


def pushed(answer: httpx.Response) -> PushAnswer:
    """A push that was answered."""
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PushAnswer)


def pulled(answer: httpx.Response) -> PullAnswer:
    """A pull that was answered."""
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PullAnswer)


def cursor_after(answer: PullAnswer) -> Cursor:
    """Where a mirror stands that has applied this answer."""
    return Cursor(answer.epoch, answer.to, answer.check)


def serials(pages: Sequence[PullAnswer]) -> set[str]:
    """The tickets told by some pages."""
    return {row.serial for answer in pages for row in answer.page.tickets}


def scan_of(festival: Festival, guest: int = 0, **fields: Any) -> Json:
    """A scan of a guest's ticket at the north gate, as another client sends it; fields override."""
    scan = {"id": str(new_id()), "token": festival.tokens[guest], "list_id": festival.check_in_list["id"]}
    return scan | {"gate_id": festival.gate["id"]} | fields


def scanned(client: httpx.Client, festival: Festival, scan: Json) -> Json:
    """The verdict of a scan that was answered."""
    return made(client.post(festival.path("check-ins"), json=scan), 200)


def states(answer: PushAnswer) -> list[str]:
    """What became of each fact of a push."""
    return [receipt.state.value for receipt in answer.receipts]


def stored(sql: Rows, columns: str = "*") -> list[dict[str, Any]]:
    """The facts at the server, in the order of their journal."""
    return sql.execute(f"SELECT {columns} FROM facts ORDER BY seq, hash").fetchall()
