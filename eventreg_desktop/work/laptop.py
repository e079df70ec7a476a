"""This laptop as a device: what it was enrolled as, becoming enrolled, and where it may stand. Knows no Qt."""

import os
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

import msgspec

from eventreg_core.enrolment import Enrolment
from eventreg_core.problems import Problem
from eventreg_desktop.clocks import Clock
from eventreg_desktop.store import device as devices
from eventreg_desktop.store import journal, lease, mirror
from eventreg_desktop.store.db import snapshot
from eventreg_desktop.store.device import Device, Secrets
from eventreg_desktop.store.mirror import CheckInList, EventHere, Gate
from eventreg_desktop.store.stores import (
    Folder,
    Notice,
    Stores,
    door_stores,
    forget_mirror,
    prepare,
    prepare_mirror,
    sync_stores,
)
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.cycle import Party, sync_once
from eventreg_desktop.sync.ear import Ear
from eventreg_desktop.sync.enrol import enrol
from eventreg_desktop.sync.http import HttpSyncApi
from eventreg_desktop.sync.others import Others
from eventreg_desktop.sync.pulling import pull_first
from eventreg_desktop.sync.state import Connection, SyncState


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A laptop whose files are ready; `notices` say what had to be mended.

    It works for the event that it enrolled for, and as `at(event)` for one of its others, with a guest list apart.
    """

    folder: Folder
    device: Device
    secrets: Secrets
    notices: tuple[Notice, ...]

    @property
    def event(self) -> UUID:
        """The event that it works for at present."""
        return self.folder.event or self.device.event

    @property
    def events(self) -> tuple[UUID, ...]:
        """Every event that it may work for, its own first."""
        return (self.device.event, *(event for event in self.device.events if event != self.device.event))

    @property
    def party(self) -> Party:
        """Who this laptop is in a sync."""
        return Party(self.event, self.device.server, self.secrets.signing)

    def at(self, event: UUID) -> Self:
        """The same laptop at work for another of its events; raises Problem as `stores.prepare_mirror` does."""
        folder = replace(self.folder, event=None if event == self.device.event else event)
        if folder.event is not None:
            prepare_mirror(folder, self.secrets.mirror)
        return replace(self, folder=folder)

    def others(self) -> Others:
        """What keeps the guest lists of its other events up to date."""
        return Others(self.events, lambda event: self.at(event).sync_stores(), self.keep_events)

    def keep_events(self, events: tuple[UUID, ...]) -> None:
        """Remember which events there are; the guest list of one that is no longer among them goes."""
        known = devices.find(self.folder)
        if known is None or set(known.events) == set(events):
            return
        devices.keep(self.folder, msgspec.structs.replace(known, events=events))
        for event in set(known.events) - {*events, self.event, known.event}:
            forget_mirror(replace(self.folder, event=event))

    def api(self, clock: Clock) -> HttpSyncApi:
        """Its server."""
        return HttpSyncApi(self.device, self.secrets.signing, clock)

    def ear(self, clock: Clock) -> Ear:
        """What hears of news on the server, over a connection of its own."""
        return Ear(HttpSyncApi(self.device, self.secrets.signing, clock), self.event)

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


def get_all_places(enrolled: Enrolled, clock: Clock) -> tuple[tuple[Enrolled, Places], ...]:
    """Where this laptop may stand at each of its events, its own first; raises NothingFetched where that is nowhere.

    An event that it may no longer work for, or whose list cannot be had now, is left out.
    """
    known = devices.find(enrolled.folder)
    if known is not None:
        enrolled = replace(enrolled, device=msgspec.structs.replace(enrolled.device, events=known.events))
    found: list[tuple[Enrolled, Places]] = []
    missing: NothingFetched | None = None
    for event in enrolled.events:
        there = enrolled.at(event)
        try:
            found.append((there, get_places(there, clock)))
        except NothingFetched as problem:
            missing = missing or problem
    if missing is not None and not found:
        raise missing
    return tuple(found)


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
        pull_first(stores, api, enrolled.event, chain, clock)


def _find_places(enrolled: Enrolled) -> Places | None:
    with closing(enrolled.door_stores()) as stores, snapshot(stores.mirror):
        event = mirror.find_event(stores.mirror, enrolled.event)
        lists = [] if event is None else mirror.list_lists(stores.mirror, event)
        if event is None or not lists:
            return None
        return Places(event, tuple(lists), tuple(mirror.list_gates(stores.mirror)))
