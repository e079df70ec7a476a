"""The server's own door: where scans of other clients wait for their event, and are redeemed together."""

import time
from collections.abc import Sequence
from typing import cast
from uuid import UUID

from starlette.requests import HTTPConnection

from eventreg_core.scan_api import ScanAnswer
from server.checkins.desk import AskedScan
from server.checkins.keyring import Keyring
from server.checkins.redeeming import Outcome, redeem_batch
from server.clock import utc_now
from server.coalesce import Busy, Gathering, TooLate, busy
from server.db import OUTAGES, Database
from server.errors import ApiProblem
from server.settings import Settings

WITHIN_S = 5.0
"""Somebody stands at the gate: a scan that waited longer is asked for again, or was given up."""


class ServerDoor:
    """Redeems scans, those of one event in the order in which they came; one of these in a process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._keyring = Keyring(settings.data_keys)
        self._gathering: Gathering[UUID, AskedScan, Outcome] = Gathering(self._redeem, outages=OUTAGES)

    async def redeem(self, event: UUID, asked: AskedScan) -> ScanAnswer:
        """What this scan is told, after the commit; the same for every retry of its id.

        Raises ApiProblem: 503 `busy` where it could not be judged in time, and what `redeem_batch` answers.
        """
        outcome = await self._gathering.ask(event, asked, time.monotonic() + WITHIN_S)
        if isinstance(outcome, Busy | TooLate):
            raise busy()
        if isinstance(outcome, ApiProblem):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Take no more scans, and answer those that wait."""
        await self._gathering.close()

    async def _redeem(self, event: UUID, asked: Sequence[AskedScan]) -> list[Outcome]:
        async with self._database.batch() as connection:
            return await redeem_batch(connection, self._keyring, self._settings, event, asked, utc_now())


def door_of(connection: HTTPConnection) -> ServerDoor:
    """The application's own door."""
    return cast(ServerDoor, connection.app.state.door)
