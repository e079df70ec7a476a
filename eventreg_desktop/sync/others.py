"""The laptop's other events: their guest lists are kept up to date too, each by itself, so that one may go there."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from uuid import UUID

from eventreg_core.clock import Reading
from eventreg_core.problems import Problem
from eventreg_core.sync_api import SyncApi
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.store import lease
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.sync.cycle import Party, sync_once
from eventreg_desktop.sync.state import Connection


@dataclass(frozen=True, slots=True)
class Others:
    """What it takes: `known` events so far, how to open the files of one, and whom to tell which events there are."""

    known: tuple[UUID, ...]
    open_at: Callable[[UUID], Stores]
    keep: Callable[[tuple[UUID, ...]], None]


def sync_others(others: Others, api: SyncApi, party: Party, events: Iterable[UUID], clock: Clock) -> frozenset[UUID]:
    """One cycle for each event but the party's own; those that went well.

    Whatever is wrong with one of them, a list that this laptop may no longer have or a file that is damaged, is that
    one's own trouble.
    """
    well = set()
    for event in events:
        if event == party.event:
            continue
        try:
            with closing(others.open_at(event)) as stores:
                state = sync_once(stores, api, replace(party, event=event), clock)
        except Problem as problem:
            log.logger("sync").warning("other event not synced", code=problem.code)
            continue
        if state.connection is Connection.ONLINE:
            well.add(event)
    return frozenset(well)


def end_leases(others: Others, own: UUID, now: Reading) -> None:
    """Wipe the names of the laptop's other events too where their time is over; without a server to ask."""
    for event in others.known:
        if event != own:
            try:
                with closing(others.open_at(event)) as stores:
                    lease.enforce(stores.mirror, now, revoked=False)
            except Problem as problem:
                log.logger("sync").warning("other event's lease not ended", code=problem.code)
