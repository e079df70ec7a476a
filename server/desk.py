"""What writing to guests takes, wherever it is written: the settings and the moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends

from server.clock import utc_now
from server.settings import Configured, Settings


@dataclass(frozen=True, slots=True)
class Desk:
    """What writing to buyers and to those who wait takes: the server's settings, and the present moment."""

    settings: Settings
    now: datetime


async def _desk(settings: Configured) -> Desk:
    return Desk(settings, utc_now())


AtDesk = Annotated[Desk, Depends(_desk)]
"""Parameter of a route from which mails may leave."""
