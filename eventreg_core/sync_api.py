"""The one interface between a device and whatever holds the truth."""

from typing import Protocol
from uuid import UUID

from eventreg_core.blanks import Stock
from eventreg_core.wire import Cursor, PullAnswer, PushAnswer, PushRequest


class SyncApi(Protocol):
    """What `sync_once` talks to: the server over HTTP, or one in memory."""

    def push(self, request: PushRequest) -> PushAnswer:
        """Hand over facts, again as often as one likes; raises Problem where there is no answer of our own server."""
        ...

    def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        """Ask for the changes after `cursor`; raises Problem as `push` does."""
        ...

    def snapshot(self, event: UUID) -> bytes:
        """Fetch the whole guest list (see `eventreg_core.snapshot`); raises Problem as `push` does.

        Asked again after a failure, it goes on where it was cut off.
        """
        ...

    def blanks(self, event: UUID) -> Stock:
        """Fetch this device's own blanks of the event, all that are unsold; raises Problem as `push` does."""
        ...


class AsyncSyncApi(Protocol):
    """The same interface where it is answered on an event loop: the server's."""

    async def push(self, request: PushRequest) -> PushAnswer:
        """Record facts; the answer leaves after their commit."""
        ...

    async def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        """Tell the changes after `cursor`."""
        ...

    async def blanks(self, event: UUID) -> Stock:
        """Sign the device's unsold blanks."""
        ...
