"""The real desktop's laptop, enrolled with a real server at whatever address: its files, its door, its sync."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx

from eventreg_core.admission import Kind
from eventreg_core.enrolment import enrolment_of
from eventreg_core.facts import Recorded
from eventreg_desktop.clocks import Clock, laptop_clock
from eventreg_desktop.door.door import Chosen, Door, Scanned
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store import journal
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.cycle import sync_once
from eventreg_desktop.sync.http import HttpSyncApi
from eventreg_desktop.sync.state import SyncState
from eventreg_desktop.work.laptop import Enrolled, become_enrolled
from tests.integration.arrange import Json, made
from tests.integration.laptop import Festival
from tests.sync.laptop import Hands, small


@dataclass
class Desktop:
    """One laptop at its door; `api` is the line to its server, kept open."""

    enrolled: Enrolled
    stores: Stores
    api: HttpSyncApi
    door: Door
    clock: Clock

    def scan(self, text: str) -> Outcome:
        """Hold a code before the camera."""
        return redeem(self.stores, self.door, Scanned(text), self.clock())

    def choose(self, serial: str) -> Outcome:
        """Pick a ticket from the list."""
        return redeem(self.stores, self.door, Chosen(bytes.fromhex(serial)), self.clock())

    def works(self, check_in_list: Json | None = None, kind: Kind = Kind.ENTRY) -> None:
        """Work on another list, or the other way."""
        there = self.door.list if check_in_list is None else UUID(check_in_list["id"])
        self.door = replace(self.door, list=there, kind=kind)

    def sync(self) -> SyncState:
        """One cycle."""
        return sync_once(self.stores, self.api, self.enrolled.party, self.clock)

    def facts(self) -> list[Recorded]:
        """Everything in its journals, in order."""
        chains = journal.list_journals(self.stores.journal, self.enrolled.device.server)
        return [fact for chain in chains for fact in journal.chain(self.stores.journal, chain.id)]


@contextmanager
def desktop(
    path: Path, organizer: httpx.Client, festival: Festival, address: str, clock: Clock | None = None
) -> Iterator[Desktop]:
    """A laptop that knows its festival's whole guest list and reaches the server at `address`."""
    clock = clock or laptop_clock()
    folder, vault = small(path), Vault(None)
    invited = made(organizer.post(festival.path("devices"), json={"name": path.name}))
    enrolled = become_enrolled(folder, vault, replace(enrolment_of(invited["enrolment"]), url=address), path.name)
    door = Door(festival.id, UUID(festival.check_in_list["id"]), UUID(festival.gate["id"]))
    stores = enrolled.sync_stores()
    try:
        with enrolled.api(clock) as api:
            one = Desktop(enrolled, stores, api, door, clock)
            one.sync()
            yield one
    finally:
        stores.close()


def hands(wall: datetime | None = None, boot: str = "boot-1") -> Hands:
    """A clock that moves only when told, which begins with the present moment unless told another."""
    return Hands(wall=wall or datetime.now(UTC), boot=boot)
