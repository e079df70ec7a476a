"""The sync interface as one device meets it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from eventreg_core.blanks import Stock
from eventreg_core.sync_api import AsyncSyncApi
from eventreg_core.wire import Cursor, PullAnswer, PushAnswer, PushRequest
from server.blanks import service as blanks
from server.db import Database
from server.devices.queries import Enrolled
from server.sync import beside, pulling, pushing


@dataclass(frozen=True, slots=True)
class DeviceSync(AsyncSyncApi):
    """Push and pull for one enrolled device; each is a transaction of its own. `clock` gives aware UTC."""

    database: Database
    device: Enrolled
    clock: Callable[[], datetime]
    data_keys: tuple[bytes, ...] = ()

    async def push(self, request: PushRequest) -> PushAnswer:
        """Record facts, and what comes beside them; see `pushing.push` and `beside.receive`."""
        answer = await pushing.push(self.database, self.device, request, self.clock())
        await beside.receive(self.database, self.device, request, answer, self.data_keys)
        return answer

    async def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        """Tell the changes after `cursor`; see `pulling.pull`."""
        async with self.database.begin() as connection:
            return await pulling.pull(connection, self.device, event, cursor, journal, self.clock(), self.data_keys)

    async def blanks(self, event: UUID) -> Stock:
        """Sign what the device may sell; see `blanks.service.stock_of`."""
        async with self.database.sessions() as session:
            return await blanks.stock_of(session, event, self.device.id, self.data_keys)
