"""Bring the mirror up to date: by pages of changes, or by a snapshot where those would be many."""

from uuid import UUID

from eventreg_core import snapshot
from eventreg_core.clock import Reading
from eventreg_core.problems import Problem
from eventreg_core.sync_api import SyncApi
from eventreg_core.wire import START, Cursor, PullAnswer
from eventreg_desktop import log
from eventreg_desktop.clocks import Clock
from eventreg_desktop.store import db, loading, mirror
from eventreg_desktop.store.db import transaction
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.sync.answers import NoAnswer
from eventreg_desktop.sync.clock_offset import keep_anchor

FAR = 10_000
"""So many changes take longer by pages than the whole guest list in one file."""
NEEDED = "snapshot_needed"
"""What the server answers to a cursor from before the changes that it keeps."""


def pull(stores: Stores, api: SyncApi, event: UUID, chain: UUID, clock: Clock) -> PullAnswer:
    """Pull until nothing is newer: the last answer, or one with `reset`, after which it takes `pull_anew`.

    Raises NoAnswer, or the server's own refusal.
    """
    tried = False
    while True:
        cursor, before = mirror.state(stores.mirror).cursor, clock()
        try:
            answer = api.pull(event, cursor, chain)
        except Problem as problem:
            if problem.code != NEEDED or tried:
                raise
            tried = True
            _load(stores, api, event)
            continue
        keep_anchor(stores, before, answer.server_time, clock())
        if answer.reset:
            return answer
        if answer.newest - answer.after > FAR and not tried:
            tried = True
            if _loads(stores, api, event):
                continue
        with transaction(stores.mirror):
            done = _apply(stores, answer, cursor, before)
        if done:
            return answer


def pull_first(stores: Stores, api: SyncApi, event: UUID, chain: UUID, clock: Clock) -> None:
    """Pull one page only: it holds the event and its lists, so that a door may open while the rest comes.

    Raises as `pull`.
    """
    cursor, before = mirror.state(stores.mirror).cursor, clock()
    answer = api.pull(event, cursor, chain)
    keep_anchor(stores, before, answer.server_time, clock())
    if not answer.reset:
        with transaction(stores.mirror):
            _apply(stores, answer, cursor, before)


def pull_anew(stores: Stores, api: SyncApi, event: UUID, chain: UUID, clock: Clock) -> PullAnswer:
    """Replace the mirror as a whole: doors judge with the old one until the new one is complete. Raises as `pull`."""
    before = clock()
    try:
        answer = api.pull(event, START, chain)
        if answer.newest <= FAR or not _loads(stores, api, event):
            return _pull_pages(stores, api, event, chain, clock, answer, before)
    except Problem as problem:
        if problem.code != NEEDED:
            raise
        _load(stores, api, event)
    answer = pull(stores, api, event, chain, clock)
    if answer.reset:
        raise NoAnswer
    return answer


def _pull_pages(
    stores: Stores, api: SyncApi, event: UUID, chain: UUID, clock: Clock, answer: PullAnswer, before: Reading
) -> PullAnswer:
    cursor = START
    with transaction(stores.mirror):
        mirror.reset(stores.mirror)
        while not answer.reset:
            if _apply(stores, answer, cursor, before):
                return answer
            cursor, before = mirror.state(stores.mirror).cursor, clock()
            answer = api.pull(event, cursor, chain)
    raise NoAnswer


def _loads(stores: Stores, api: SyncApi, event: UUID) -> bool:
    """Take a snapshot, where the server has one; else the pages will do."""
    try:
        _load(stores, api, event)
    except db.STORE_PROBLEMS:
        raise
    except Problem as problem:
        log.logger("sync").info("no snapshot", code=problem.code)
        return False
    return True


def _load(stores: Stores, api: SyncApi, event: UUID) -> None:
    told = snapshot.read(api.snapshot(event))
    if told.header.event != event:
        raise NoAnswer
    loading.load(stores.mirror, told)
    log.logger("sync").info("snapshot loaded", revision=told.header.revision)


def _apply(stores: Stores, answer: PullAnswer, cursor: Cursor, before: Reading) -> bool:
    """Write a page that follows `cursor`; True when nothing is newer. Raises NoAnswer for a page from elsewhere."""
    follows = answer.after == cursor.revision and answer.epoch == (cursor.epoch or answer.epoch)
    if not follows or (answer.to <= answer.after and answer.to != answer.newest):
        raise NoAnswer
    mirror.apply(stores.mirror, answer)
    if answer.to < answer.newest:
        return False
    mirror.apply_complete(stores.mirror, before)
    return True
