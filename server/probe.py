"""Whether the database answers, asked on a connection of its own: a node whose pool is used up is busy, not ill."""

import asyncio
from dataclasses import dataclass
from typing import cast

import structlog
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
from starlette.requests import HTTPConnection

from server.db import open_database

ANSWER_WITHIN_S = 4.0
"""Less than the five seconds after which a balancer gives up."""
log = structlog.get_logger("server.probe")


@dataclass(frozen=True, slots=True)
class Answered:
    """The database answered; its schema is this revision, None where it has none."""

    schema: str | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """It did not, and why: a sentence that names no host and no secret."""

    sentence: str


class Probe:
    """Asks one question at a time: whoever comes while one is asked hears the same answer.

    So a thousand who ask for a node's health take one connection and one journey from those who work.
    """

    def __init__(self, url: str) -> None:
        self._database = open_database(url, pool_size=1)
        self._asking: asyncio.Task[Answered | Unanswered] | None = None

    async def ask(self) -> Answered | Unanswered:
        """What the database says now, within ANSWER_WITHIN_S."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        # Who leaves does not take the question from the others.
        return await asyncio.shield(self._asking)

    async def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            await self._asking
        await self._database.close()

    async def _ask(self) -> Answered | Unanswered:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S), self._database.engine.connect() as connection:
                return Answered((await connection.execute(_SCHEMA)).scalar_one_or_none())
        except ProgrammingError:
            return Answered(None)
        except TimeoutError:
            return Unanswered("The database did not answer in time.")
        except (SQLAlchemyError, OSError) as error:
            log.warning("database unreachable", kind=type(error).__name__)
            return Unanswered("The database cannot be reached.")


def probe_of(connection: HTTPConnection) -> Probe:
    """The application's own."""
    return cast(Probe, connection.app.state.probe)


_SCHEMA = text("SELECT version_num FROM alembic_version")
