"""What the sync thread tells the screen after each cycle."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from eventreg_desktop.store.lease import Wiped


class Connection(StrEnum):
    """How the last cycle with the server ended."""

    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"
    CLOCK = "clock"
    PROTOCOL = "protocol"


@dataclass(frozen=True, slots=True)
class SyncState:
    """What waits to be sent, what the server set aside, the mirror's age in seconds, and a sentence where one helps.

    `revision` is how far the mirror has come; `wiped`: why there are no names; `clock_jump_ms`: how far the clock
    of this laptop was set meanwhile; `events`: those that it works for, where the server has just said so.
    """

    connection: Connection
    unsent: int
    quarantined: int
    cache_age_s: float | None
    sentence: str | None
    revision: int = 0
    wiped: Wiped | None = None
    clock_jump_ms: int | None = None
    events: tuple[UUID, ...] = ()
