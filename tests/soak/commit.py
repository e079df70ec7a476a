"""Kill server and database while doors of other makers scan: what was told is kept, and is told again word for word.

    python -m tests.soak.commit --count 200 --seed 1 [--folder FOLDER] [--json]

Clients let guests in and out by `POST /check-ins`, each guest by one client alone, and ask again with the same id until
they are answered, whatever happens meanwhile: the server is killed (SIGKILL, on Windows TerminateProcess), or one of
PostgreSQL's processes is, so that it crashes and replays its log. Then everything that was told is compared with what
is kept. With `--folder` a later call goes on where an earlier one ended, until `--count` kills are done.

In the answer, `greens`: scans that were told *admitted*, `facts`: those of them that are kept, `lost`: the others, and
scans that are told otherwise when asked again. `doubled`: an entry of somebody who was inside, or two facts of one id.
"""

import contextlib
import random
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec

from server.clock import new_id
from tests.soak.killable import Place, place
from tests.soak.line import soak

CLIENTS = 3
LONGEST_S = 0.4
"""The kill comes at a random instant within so many seconds after everything was well."""
BETWEEN_LOOKS = 100
ASK_AGAIN_S = 0.05
ASKED_AGAIN = 25
"""Scans that are asked for once more at each look."""


class Tally(msgspec.Struct):
    """What was seen over all kills so far."""

    kills: int = 0
    greens: int = 0
    facts: int = 0
    lost: int = 0
    doubled: int = 0

    @property
    def well(self) -> bool:
        """Whether the promise held."""
        return not (self.lost or self.doubled)


class Client(threading.Thread):
    """Lets its guests in and out, and remembers what it was told."""

    def __init__(self, at: Place, guests: Sequence[int], seed: str) -> None:
        super().__init__(name="client")
        self._at, self._guests, self._dice = at, guests, random.Random(seed)
        self._leave = threading.Event()
        self._broken: AssertionError | None = None
        self.told: dict[UUID, tuple[dict[str, Any], str]] = {}

    def run(self) -> None:
        """Until told to leave; the scan that is under way is finished."""
        headers = {"Authorization": f"Bearer {self._at.token}"}
        with httpx.Client(timeout=10, headers=headers) as http:
            try:
                while not self._leave.is_set():
                    guest = self._dice.choice(self._guests)
                    scan = self._scan(guest, self._dice.choice(("entry", "exit")))
                    self.told[UUID(scan["id"])] = (scan, self._ask(http, scan))
            except AssertionError as broken:
                self._broken = broken

    def leave(self) -> None:
        """Return once it has gone; raises what made it go before it was told to."""
        self._leave.set()
        self.join()
        if self._broken is not None:
            raise self._broken
        assert self.told, "nobody was told anything"

    def _scan(self, guest: int, kind: str) -> dict[str, Any]:
        festival = self._at.festival
        return {
            "id": str(new_id()),
            "token": festival.tokens[guest],
            "list_id": festival.check_in_list["id"],
            "kind": kind,
        }

    def _ask(self, http: httpx.Client, scan: dict[str, Any]) -> str:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = http.post(f"{self._at.api}/events/{self._at.festival.event['id']}/check-ins", json=scan)
                if answer.status_code == 200:
                    return verdict_of(answer)
                assert answer.status_code in (429, 500, 503), answer.text
            self._leave.wait(ASK_AGAIN_S)


def verdict_of(answer: httpx.Response) -> str:
    """What was told: the verdict and why."""
    told = answer.json()
    return f"{told['verdict']} {told['reason']} {','.join(told['notes'])}"


def kill_for_a_while(at: Place, count: int, seed: str) -> dict[UUID, tuple[dict[str, Any], str]]:
    """Kill `count` times; every scan with what was told of it."""
    dice = random.Random(seed)
    guests = range(len(at.festival.tokens))
    clients = [Client(at, guests[number::CLIENTS], f"{seed} {number}") for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for _ in range(count):
        at.wait_for_server()
        threading.Event().wait(dice.uniform(0, LONGEST_S))
        dice.choice((at.kill_server, at.kill_database))()
    at.wait_for_server()
    for client in clients:
        client.leave()
    return {scan: told for client in clients for scan, told in client.told.items()}


def look(at: Place, told: dict[UUID, tuple[dict[str, Any], str]], tally: Tally, kills: int, seed: str) -> Tally:
    """Compare what was told with what is kept."""
    greens = {scan for scan, (_, verdict) in told.items() if verdict.startswith("admitted")}
    kept = [row["id"] for row in at.rows("SELECT id FROM facts WHERE id = ANY(%s)", list(told))]
    conflicts = at.rows("SELECT 1 FROM conflicts")
    otherwise = 0
    headers = {"Authorization": f"Bearer {at.token}"}
    with httpx.Client(timeout=10, headers=headers) as http:
        for scan, verdict in random.Random(seed).sample(list(told.values()), min(ASKED_AGAIN, len(told))):
            again = http.post(f"{at.api}/events/{at.festival.event['id']}/check-ins", json=scan)
            otherwise += verdict_of(again) != verdict
    found = len(greens & set(kept))
    return Tally(
        kills=tally.kills + kills,
        greens=tally.greens + len(greens),
        facts=tally.facts + found,
        lost=tally.lost + len(greens) - found + otherwise,
        doubled=len(conflicts) + len(kept) - len(set(kept)),
    )


def run(folder: Path, count: int, seed: str) -> Tally:
    """Kill until `count` kills are done in this folder, or the promise is broken."""
    notes = folder / "tally.json"
    tally = msgspec.json.decode(notes.read_bytes(), type=Tally) if notes.exists() else Tally()
    with place(folder, entry="reentry") as at:
        while tally.kills < count and tally.well:
            kills, part = min(BETWEEN_LOOKS, count - tally.kills), f"{seed} {tally.kills}"
            tally = look(at, kill_for_a_while(at, kills, part), tally, kills, part)
            notes.write_bytes(msgspec.json.encode(tally))
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the promise held."""
    return soak(__doc__, run, arguments)


if __name__ == "__main__":
    sys.exit(main())
