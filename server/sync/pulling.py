"""Tell a device what changed: pages of the feed, complete by construction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from eventreg_core.wire import Cursor, Page, PullAnswer
from server.devices.queries import Enrolled
from server.errors import ApiProblem
from server.sync import journals, queries
from server.sync.epoch import read_epoch
from server.sync.feed import Entity, Executor
from server.sync.payload import read_page
from server.sync.queries import Pointer

MOST_CHANGES = 2000
"""Changes in one page."""
FAR = 10_000
"""Who begins so far behind will rather take a snapshot, so that the first page is short: the event and its setting."""
FIRST_CHANGES = 200


async def pull(
    connection: Executor,
    device: Enrolled,
    event: UUID,
    cursor: Cursor,
    journal: UUID,
    now: datetime,
    data_keys: tuple[bytes, ...],
) -> PullAnswer:
    """All changes of the event in (`after`, `to`], or `reset` where the cursor is of another time line.

    Both tell how far the device's `journal` is here. Raises ApiProblem 403 `device_revoked` or `other_event`, and
    410 `snapshot_needed` where the changes after `cursor` are no longer told one by one.
    """
    check_rights(device, event)
    epoch = await read_epoch(connection)
    feed = await queries.get_feed(connection, event)
    newest = feed.revision
    if cursor.revision < feed.floor and cursor.epoch in ("", epoch):
        raise _snapshot_needed()
    head = await journals.get_journal_head(connection, journal)
    if not await _follows(connection, event, cursor, epoch, newest):
        return PullAnswer(
            epoch=epoch, after=0, to=0, newest=newest, check="", page=Page(), head=head, server_time=now, reset=True
        )
    after = cursor.revision
    most = FIRST_CHANGES if after == 0 and newest > FAR else MOST_CHANGES
    to = min(newest, after + most)
    pointers = await queries.list_pointers(connection, event, after, to)
    if len(pointers) < to - after:
        # The oldest were dropped since the floor was looked at; a page without them would pass for complete.
        raise _snapshot_needed()
    return PullAnswer(
        epoch=epoch,
        after=after,
        to=to,
        newest=newest,
        check=pointers[-1].check if pointers else cursor.check,
        page=await read_page(connection, event, _by_entity(pointers), _facts(pointers), data_keys),
        head=head,
        server_time=now,
        events=sorted(device.events),
    )


def check_rights(device: Enrolled, event: UUID) -> None:
    """Let a device pass that may read this event; raises ApiProblem 403 `device_revoked` or `other_event`."""
    if device.revoked:
        sentence = "This laptop was revoked and gets no guest list any more. Its scans are still accepted."
        raise ApiProblem(403, "device_revoked", sentence)
    if event not in device.events:
        sentence = "This laptop does not work for this event. Ask the organizer to enrol it."
        raise ApiProblem(403, "other_event", sentence)


def _snapshot_needed() -> ApiProblem:
    sentence = "This laptop has missed more changes than are kept. It fetches the whole guest list instead."
    return ApiProblem(410, "snapshot_needed", sentence)


async def _follows(connection: Executor, event: UUID, cursor: Cursor, epoch: str, newest: int) -> bool:
    if cursor.revision == 0:
        return cursor.epoch in ("", epoch)
    if cursor.epoch != epoch or cursor.revision > newest:
        return False
    return await queries.find_check(connection, event, cursor.revision) == cursor.check


def _by_entity(pointers: Sequence[Pointer]) -> dict[Entity, list[str]]:
    ids: dict[Entity, dict[str, None]] = {}
    for pointer in pointers:
        ids.setdefault(pointer.entity, {})[pointer.entity_id] = None
    return {entity: list(each) for entity, each in ids.items()}


def _facts(pointers: Sequence[Pointer]) -> list[int]:
    return [pointer.revision for pointer in pointers if pointer.entity is Entity.FACT]
