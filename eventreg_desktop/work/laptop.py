"""This laptop as a device: what it was enrolled as, becoming enrolled, and where it may stand. Knows no Qt."""

import os
from contextlib import closing, suppress
from dataclasses import dataclass

from eventreg_core.enrolment import Enrolment
from eventreg_core.problems import Problem
from eventreg_desktop.clocks import Clock
from eventreg_desktop.store import device as devices
from eventreg_desktop.store import journal, lease, mirror
from eventreg_desktop.store.db import snapshot
from eventreg_desktop.store.device import Device, Secrets
from eventreg_desktop.store.mirror import CheckInList, EventHere, Gate
from eventreg_desktop.store.stores import Folder, Notice, Stores, door_stores, prepare, sync_stores
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.cycle import Party, sync_once
from eventreg_desktop.sync.ear import Ear
from eventreg_desktop.sync.enrol import enrol
from eventreg_desktop.sync.http import HttpSyncApi
from eventreg_desktop.sync.pulling import pull_first
from eventreg_desktop.sync.state import Connection, SyncState


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A laptop whose files are ready; `notices` say what had to be mended."""

    folder: Folder
    device: Device
    secrets: Secrets
    notices: tuple[Notice, ...]

    @property
    def party(self) -> Party:
        """Who this laptop is in a sync."""
        return Party(self.device.event, self.device.server, self.secrets.signing)

    def api(self, clock: Clock) -> HttpSyncApi:
        """Its server."""
        return HttpSyncApi(self.device, self.secrets.signing, clock)

    def ear(self, clock: Clock) -> Ear:
        """What hears of news on the server, over a connection of its own."""
        return Ear(HttpSyncApi(self.device, self.secrets.signing, clock), self.device.event)

    def door_stores(self) -> Stores:
        """Connections for a thread that scans."""
        return door_stores(self.folder, self.secrets.mirror)

    def sync_stores(self) -> Stores:
        """Connections for the thread that syncs."""
        return sync_stores(self.folder, self.secrets.mirror)


@dataclass(frozen=True, slots=True)
class Places:
    """Where this laptop may stand at its event."""

    event: EventHere
    lists: tuple[CheckInList, ...]
    gates: tuple[Gate, ...]


class NothingFetched(Problem):
    """The mirror is empty, and the server could not be asked or had nothing."""

    def __init__(self, state: SyncState) -> None:
        match state.connection:
            case Connection.ONLINE:
                sentence = "This event has no check-in list yet. Ask the organizer for one, then start again."
            case Connection.OFFLINE:  # its own sentence says to scan on, and there is no door yet
                sentence = "The guest list could not be fetched. Check the network, then start the program again."
            case _:
                sentence = state.sentence or "The server refuses this laptop. Ask the organizer for a new code."
        super().__init__("nothing_fetched", sentence)


def find_enrolled(folder: Folder, vault: Vault) -> Enrolled | None:
    """What this laptop was enrolled as, its files made ready; None when it must enrol (again).

    Raises Problem as `stores.prepare` does.
    """
    device = devices.find(folder)
    secrets = None if device is None else devices.find_secrets(vault, device.id)
    if device is None or secrets is None:
        return None
    notices = prepare(folder, secrets.mirror, device.server)
    if lease.needs_reseal(folder, secrets.mirror):
        secrets = _resealed(folder, vault, device, secrets)
    return Enrolled(folder, device, secrets, notices)


def _resealed(folder: Folder, vault: Vault, device: Device, secrets: Secrets) -> Secrets:
    """Names were wiped: the key under which they lay is destroyed."""
    fresh = Secrets(secrets.signing, os.urandom(32))
    lease.reseal(folder, secrets.mirror, fresh.mirror)
    devices.keep_secrets(vault, device.id, fresh)
    return fresh


def become_enrolled(folder: Folder, vault: Vault, enrolment: Enrolment, name: str) -> Enrolled:
    """Enrol, and make the files ready; raises Problem with a sentence that says what to do."""
    enrol(folder, vault, enrolment, name)
    enrolled = find_enrolled(folder, vault)
    if enrolled is None:
        raise LookupError("the vault lost what it has just been given")
    return enrolled


def fetch(enrolled: Enrolled, clock: Clock) -> SyncState:
    """Sync once, on connections of its own."""
    with closing(enrolled.sync_stores()) as stores, enrolled.api(clock) as api:
        return sync_once(stores, api, enrolled.party, clock)


def get_places(enrolled: Enrolled, clock: Clock) -> Places:
    """Where this laptop may stand, from its mirror; into an empty one a beginning is fetched first.

    The first page names the event, its lists and its keys: enough to scan by. The door's own sync fetches the rest.
    Raises NothingFetched.
    """
    known = _find_places(enrolled)
    if known is None:
        _fetch_first(enrolled, clock)
        known = _find_places(enrolled)
    if known is None:
        state = fetch(enrolled, clock)
        known = _find_places(enrolled)
        if known is None:
            raise NothingFetched(state)
    return known


def _fetch_first(enrolled: Enrolled, clock: Clock) -> None:
    """Where this is not to be had, the whole cycle that follows says why."""
    with closing(enrolled.sync_stores()) as stores, enrolled.api(clock) as api, suppress(Problem):
        chain = journal.get_current(stores.journal).id
        pull_first(stores, api, enrolled.device.event, chain, clock)


def _find_places(enrolled: Enrolled) -> Places | None:
    with closing(enrolled.door_stores()) as stores, snapshot(stores.mirror):
        event = mirror.find_event(stores.mirror, enrolled.device.event)
        lists = [] if event is None else mirror.list_lists(stores.mirror, event)
        if event is None or not lists:
            return None
        return Places(event, tuple(lists), tuple(mirror.list_gates(stores.mirror)))
