"""The sync interface as one device meets it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventreg_core.sync_api import AsyncSyncApi
from eventreg_core.wire import Cursor, PullAnswer, PushAnswer, PushRequest
from server.db import Database
from server.devices.queries import Enrolled
from server.sync import pulling, pushing


@dataclass(frozen=True, slots=True)
class DeviceSync(AsyncSyncApi):
    """Push and pull for one enrolled device; each is a transaction of its own. `clock` gives aware UTC."""

    database: Database
    device: Enrolled
    clock: Callable[[], datetime]

    async def push(self, request: PushRequest) -> PushAnswer:
        """Record facts; see `pushing.push`."""
        return await pushing.push(self.database, self.device, request, self.clock())

    async def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        """Tell the changes after `cursor`; see `pulling.pull`."""
        async with self.database.begin() as connection:
            return await pulling.pull(connection, self.device, event, cursor, journal, self.clock())
