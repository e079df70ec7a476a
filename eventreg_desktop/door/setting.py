"""What one scan is judged with, read from the mirror at that moment."""

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from eventreg_core import ids
from eventreg_core.admission import RULE
from eventreg_core.clock import Reading, corrected
from eventreg_core.problems import Problem
from eventreg_desktop.door.door import Door
from eventreg_desktop.store import mirror
from eventreg_desktop.store.anchor import offset_ms, unix_ms
from eventreg_desktop.store.db import Connection
from eventreg_desktop.store.mirror import CheckInList, EventHere, MirrorState


class NoListHere(Problem):
    """The mirror does not hold the list that this door works on."""

    def __init__(self) -> None:
        super().__init__(
            "no_list", "This laptop does not know this door's list yet. Connect to the server once, or choose another."
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """What one scan is judged with: the event, the list, the state of the mirror, and the moment."""

    event: EventHere
    check_in_list: CheckInList
    mirror: MirrorState
    now: Reading
    group: UUID | None = None
    """What several facts of one scan have in common."""

    @property
    def offset_ms(self) -> int | None:
        """Server − device at this moment, as far as measured."""
        return offset_ms(self.mirror.anchor, self.now)

    @property
    def at(self) -> datetime:
        """The moment by the server's clock."""
        return corrected(self.now.wall, self.offset_ms)


def set_up(mirror_file: Connection, door: Door, now: Reading) -> Setting:
    """Read what this door judges with, anew for each scan, so that a changed list counts at once; raises NoListHere."""
    event = mirror.find_event(mirror_file, door.event)
    found = None if event is None else mirror.find_list(mirror_file, event, door.list)
    if event is None or found is None:
        raise NoListHere
    return Setting(event, found, mirror.state(mirror_file), now)


def new_id(now: Reading) -> UUID:
    """An id of this moment."""
    return ids.uuid7(unix_ms(now.wall), os.urandom(10))


def stamp(door: Door, setting: Setting) -> dict[str, Any]:
    """The fields that every fact of this scan carries."""
    now = setting.now
    return {
        "id": new_id(now),
        "event": door.event,
        "list": door.list,
        "gate": door.gate,
        "wall": now.wall,
        "boot": now.boot,
        "mono_ns": now.mono_ns,
        "offset_ms": setting.offset_ms,
        "rule": RULE,
        "seen": setting.mirror.seen,
        "operator": door.operator,
        "group": setting.group,
        "rehearsal": door.rehearsal is not None,
    }
