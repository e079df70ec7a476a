"""A laptop at a door, on real files, with a clock that a test sets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.admission import Admitted, Kind, Reason
from eventreg_core.clock import Reading
from eventreg_core.facts import FIRST_PREV, Recorded
from eventreg_core.wire import Head, Page, PullAnswer
from eventreg_desktop.door.door import Chosen, Door, Scanned
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store import journal, mirror
from eventreg_desktop.store.db import transaction
from eventreg_desktop.store.stores import Folder, Stores, prepare, sync_stores
from eventreg_desktop.sync.cycle import Party, sync_once
from eventreg_desktop.sync.state import SyncState
from tests.sync.festival import EVENT, MAIN, NORTH, SERVER
from tests.sync.memory_server import NOON, MemoryApi, MemoryServer

KEY = bytes(range(32))


@dataclass
class Hands:
    """A clock that moves only when told."""

    wall: datetime = NOON
    boot: str = "boot-1"
    mono_ns: int = 1_000_000_000_000

    def __call__(self) -> Reading:
        """Read it."""
        return Reading(self.wall, self.boot, self.mono_ns)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += timedelta(seconds=seconds)
        self.mono_ns += int(seconds * 1e9)


@dataclass
class Laptop:
    """One device at its door."""

    folder: Folder
    stores: Stores
    door: Door = field(default_factory=lambda: Door(EVENT, MAIN, NORTH))
    clock: Hands = field(default_factory=Hands)
    id: UUID = field(default_factory=uuid4)
    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def holds(self, page: Page, revision: int = 1, complete: bool = False) -> None:
        """Let the mirror hold the rows of `page`."""
        with transaction(self.stores.mirror):
            mirror.apply(self.stores.mirror, answer_with(page, revision))
            if complete:
                mirror.apply_complete(self.stores.mirror, self.clock())

    def scan(self, text: str) -> Outcome:
        """Hold a code before the camera."""
        return redeem(self.stores, self.door, Scanned(text), self.clock())

    def choose(self, serial: bytes) -> Outcome:
        """Pick a ticket from the list."""
        return redeem(self.stores, self.door, Chosen(serial), self.clock())

    def works(self, list_id: UUID = MAIN, kind: Kind = Kind.ENTRY) -> None:
        """Work on another list, or the other way."""
        self.door = replace(self.door, list=list_id, kind=kind)

    def facts(self) -> list[Recorded]:
        """Everything in the present journal."""
        return journal.chain(self.stores.journal, journal.get_current(self.stores.journal).id)

    def at(self, server: MemoryServer) -> MemoryApi:
        """This device as the server knows it."""
        server.devices[self.id] = self.signing.public_key().public_bytes_raw()
        return MemoryApi(server, self.id)

    def sync(self, api: MemoryApi) -> SyncState:
        """One cycle."""
        return sync_once(self.stores, api, Party(EVENT, SERVER, self.signing), self.clock)


Make = Callable[[str], Laptop]
"""Opens a laptop by its name."""


@contextmanager
def laptop(path: Path) -> Iterator[Laptop]:
    """A laptop whose files are in `path`."""
    folder = small(path)
    prepare(folder, KEY, SERVER)
    stores = sync_stores(folder, KEY)
    try:
        yield Laptop(folder, stores)
    finally:
        stores.close()


def answer_with(page: Page, revision: int = 1) -> PullAnswer:
    """A server's answer that tells `page` and leads to `revision`."""
    return PullAnswer(
        epoch="1-1-1",
        after=0,
        to=revision,
        newest=revision,
        check="",
        page=page,
        head=Head(0, FIRST_PREV),
        server_time=NOON,
    )


def small(path: Path) -> Folder:
    """A data folder with a ballast that does not fill the test machine's disk."""
    return Folder(path, ballast_size=4096)


def told(outcome: Outcome) -> Reason | None:
    """Why the scan was refused; None when admitted."""
    return None if isinstance(outcome.verdict, Admitted) else outcome.verdict.reason
