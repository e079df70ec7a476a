"""The server in memory as an evening meets it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from eventreg_core.facts import Recorded
from eventreg_core.sync_api import SyncApi
from eventreg_core.wire import Page, PushRequest
from tests.sync.memory_server import MemoryApi
from tests.sync.outcome import Figures, Outcome
from tests.sync.truth_server import TruthServer


class MemoryTruth:
    """A server at work, and its last copy."""

    def __init__(self, server: TruthServer | None = None) -> None:
        self.server = server or TruthServer(page_size=20)
        self.copy = self.server.copied()

    @property
    def time(self) -> datetime:
        """Its clock."""
        return self.server.time

    @time.setter
    def time(self, now: datetime) -> None:
        self.server.time = now

    def enrol(self, device: UUID, key: bytes) -> None:
        """Know a laptop, now and after every restore."""
        self.server.devices[device] = self.copy.devices[device] = key

    def api(self, device: UUID) -> SyncApi:
        """What this laptop talks to."""
        return MemoryApi(self.server, device)

    def tell(self, page: Page) -> None:
        """Let these tickets and lists be so from now on."""
        self.server.tell(page)

    def back_up(self) -> None:
        """Keep a copy of everything."""
        self.copy = self.server.copied()

    def restore(self) -> None:
        """Go on from the last copy; the clock on the wall went on meanwhile."""
        now = self.time
        self.server = self.copy.restored()
        self.server.time = now

    def facts(self) -> list[Recorded]:
        """What came, each as often as it was written."""
        return list(self.server.kept)

    def outcome(self) -> Outcome:
        """The state's hash and the conflicts."""
        return self.server.outcome()

    def figures(self) -> dict[UUID, Figures]:
        """What it counts on each list."""
        return self.server.figures()

    def anew(self, portions: Sequence[tuple[UUID, PushRequest]]) -> Outcome:
        """How it would have ended had no fact come before, and then these in this order."""
        other = self.server.forgetful()
        for device, request in portions:
            other.push(device, request)
        return other.outcome()

    def close(self) -> None:
        """The evening is over; nothing is left of it."""
