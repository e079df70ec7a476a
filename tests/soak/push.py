"""Kill a laptop, its server and their database while it scans and syncs: each green arrives once, nobody enters twice.

    python -m tests.soak.push --count 200 --seed 1 [--folder FOLDER] [--json]

A laptop that is enrolled with a real server lets guests in and out as fast as it can, while another of its threads
syncs; it says each green after `redeem` has returned. Laptop or server are killed (SIGKILL, on Windows
TerminateProcess), or one of PostgreSQL's processes is, at random instants. Now and then everything comes to rest, the
laptop syncs until nothing waits, and what was green is compared with its journal and with the server. With `--folder` a
later call goes on where an earlier one ended, until `--count` kills are done.

In the answer, `greens`: lights that were seen, `facts`: those of them that are at the server, `lost`: the others, and
facts of the journal that the server lacks. `doubled`: an entry of somebody who was inside, or two facts of one id.
`broken`: journals whose chain does not hold, or does not end where the server's does.
"""

import os
import random
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.admission import Kind
from eventreg_core.enrolment import enrolment_of
from eventreg_core.facts import FIRST_PREV, broken_at
from eventreg_core.problems import Problem
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.door.door import Door, Scanned
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store import device as devices
from eventreg_desktop.store import journal
from eventreg_desktop.store.device import Device, Secrets
from eventreg_desktop.store.stores import Folder, Stores, door_stores, prepare, sync_stores
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.cycle import Party, sync_once
from eventreg_desktop.sync.enrol import enrol
from eventreg_desktop.sync.http import HttpSyncApi
from tests.integration.doing import until
from tests.soak.killable import PATIENCE_S, Place, list_of, place
from tests.soak.line import soak
from tests.soak.programs import PRELOADED

LONGEST_S = 0.4
"""The kill comes at a random instant within so many seconds after the victim was at work."""
BETWEEN_LOOKS = 50
"""Kills after which everything comes to rest and is compared."""


class Tally(msgspec.Struct):
    """What was seen over all kills so far."""

    kills: int = 0
    greens: int = 0
    facts: int = 0
    lost: int = 0
    doubled: int = 0
    broken: int = 0

    @property
    def well(self) -> bool:
        """Whether the promise held."""
        return not (self.lost or self.doubled or self.broken)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the laptop is, as a keyring would keep it; `signing` and `mirror` are keys of 32 bytes."""

    path: Path
    signing: bytes
    mirror: bytes

    @property
    def folder(self) -> Folder:
        """Its files."""
        return Folder(self.path, ballast_size=4096)

    @property
    def device(self) -> Device:
        """What it is enrolled as."""
        found = devices.find(self.folder)
        assert found is not None, "the laptop was enrolled"
        return found

    @property
    def party(self) -> Party:
        """Who it is in a sync."""
        key = Ed25519PrivateKey.from_private_bytes(self.signing)
        return Party(self.device.event, self.device.server, key)

    @contextmanager
    def api(self, address: str) -> Iterator[HttpSyncApi]:
        """Its server, at the address where that is now."""
        known = msgspec.structs.replace(self.device, url=address)
        with HttpSyncApi(known, self.party.signing, laptop_clock()) as api:
            yield api


def become_a_laptop(at: Place) -> Kept:
    """Enrol at the festival, or be the laptop again that was enrolled before."""
    path, keys = at.folder / "laptop", at.folder / "keyring"
    if not keys.exists():
        vault, code = Vault(None), enrolment_of(at.festival.gate["enrolment"])
        enrolled = enrol(Folder(path, ballast_size=4096), vault, code, "Laptop")
        secrets = devices.find_secrets(vault, enrolled.id) or Secrets(Ed25519PrivateKey.generate(), b"")
        keys.write_bytes(secrets.signing.private_bytes_raw() + secrets.mirror)
    content = keys.read_bytes()
    return Kept(path, content[:32], content[32:])


class Worker:
    """The laptop at work in a process of its own."""

    def __init__(self, kept: Kept, address: str, tokens: Sequence[str], list_id: UUID, seed: str) -> None:
        context = get_context("spawn") if sys.platform == "win32" else get_context("forkserver")
        context.set_forkserver_preload([*PRELOADED, __name__])
        heard, says = context.Pipe(duplex=False)
        self.greens: set[UUID] = set()
        self.at_work = threading.Event()
        self._process = context.Process(
            target=work, args=(says, kept, address, list(tokens), list_id, seed), daemon=True
        )
        self._process.start()
        # The laptop has its own end; with ours closed, its death ends what we hear.
        says.close()
        self._reader = threading.Thread(target=self._read, args=(heard,), name="reader")
        self._reader.start()

    def kill(self) -> set[UUID]:
        """End it at once; the lights that were seen."""
        self._process.kill()
        self._process.join()
        self._reader.join()
        self._process.close()
        return self.greens

    def _read(self, heard: Connection) -> None:
        with heard, suppress(EOFError, OSError):
            while True:
                self.greens.add(UUID(heard.recv()))
                self.at_work.set()


def work(says: Connection, kept: Kept, address: str, tokens: Sequence[str], list_id: UUID, seed: str) -> None:
    """Let guests in and out until killed, and say each green."""
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    prepare(kept.folder, kept.mirror, kept.device.server)
    threading.Thread(target=sync_for_ever, args=(kept, address), daemon=True).start()
    dice, clock = random.Random(seed), laptop_clock()
    stores = door_stores(kept.folder, kept.mirror)
    while True:
        with suppress(Problem):  # before the first pull there is no list
            kind = dice.choice((Kind.ENTRY, Kind.EXIT))
            door = Door(kept.device.event, list_id, kind=kind)
            outcome = redeem(stores, door, Scanned(dice.choice(tokens)), clock())
            if outcome.fact is not None:
                says.send(str(outcome.fact))


def sync_for_ever(kept: Kept, address: str) -> None:
    """One cycle after the other."""
    clock = laptop_clock()
    with closing(sync_stores(kept.folder, kept.mirror)) as stores, kept.api(address) as api:
        while True:
            with suppress(Problem):
                sync_once(stores, api, kept.party, clock)


def kill_for_a_while(at: Place, kept: Kept, count: int, seed: str) -> set[UUID]:
    """Kill `count` times; every green that was seen."""
    dice, greens = random.Random(seed), set[UUID]()

    def begin(number: int) -> Worker:
        address, tokens = at.server.address, at.festival.tokens
        return Worker(kept, address, tokens, list_of(at.festival), f"{seed} {number}")

    worker = begin(-1)
    try:
        for number in range(count):
            assert worker.at_work.wait(PATIENCE_S), "the laptop did not start"
            threading.Event().wait(dice.uniform(0, LONGEST_S))
            victim = dice.choice(("laptop", "laptop", "server", "database"))
            if victim == "laptop":
                greens |= worker.kill()
                worker = begin(number)
            elif victim == "server":
                at.kill_server()
                at.wait_for_server()
            else:
                at.kill_database()
                at.wait_for_server()
    finally:
        greens |= worker.kill()
    return greens


def look(at: Place, kept: Kept, greens: set[UUID], tally: Tally, kills: int) -> Tally:
    """Let the laptop deliver what waits, and compare."""
    with closing(sync_stores(kept.folder, kept.mirror)) as stores, kept.api(at.server.address) as api:
        until(lambda: _is_delivered(stores, api, kept), "everything delivered", patience_s=PATIENCE_S)
        chains = {
            each.id: (each, journal.chain(stores.journal, each.id))
            for each in journal.list_journals(stores.journal, kept.device.server)
        }
    ours = {fact.fact.id for _, chain in chains.values() for fact in chain}
    theirs = [row["id"] for row in at.rows("SELECT id FROM facts")]
    heads = {row["journal"]: row["head_seq"] for row in at.rows("SELECT journal, head_seq FROM journals")}
    broken = [
        id_
        for id_, (_, chain) in chains.items()
        if broken_at(chain, 0, FIRST_PREV) is not None or heads.get(id_, 0) != len(chain)
    ]
    conflicts = at.rows("SELECT 1 FROM conflicts")
    return Tally(
        kills=tally.kills + kills,
        greens=tally.greens + len(greens),
        facts=tally.facts + len(greens & set(theirs)),
        lost=len((greens | ours) - set(theirs)) + len(greens - ours),
        doubled=len(conflicts) + len(theirs) - len(set(theirs)),
        broken=len(broken),
    )


def _is_delivered(stores: Stores, api: HttpSyncApi, kept: Kept) -> bool:
    return sync_once(stores, api, kept.party, laptop_clock()).unsent == 0


def run(folder: Path, count: int, seed: str) -> Tally:
    """Kill until `count` kills are done in this folder, or the promise is broken."""
    notes = folder / "tally.json"
    tally = msgspec.json.decode(notes.read_bytes(), type=Tally) if notes.exists() else Tally()
    with place(folder, entry="reentry") as at:
        kept = become_a_laptop(at)
        prepare(kept.folder, kept.mirror, kept.device.server)
        while tally.kills < count and tally.well:
            kills = min(BETWEEN_LOOKS, count - tally.kills)
            greens = kill_for_a_while(at, kept, kills, f"{seed} {tally.kills}")
            tally = look(at, kept, greens, tally, kills)
            notes.write_bytes(msgspec.json.encode(tally))
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the promise held."""
    return soak(__doc__, run, arguments)


if __name__ == "__main__":
    sys.exit(main())
