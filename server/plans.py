"""Which statements of a transaction keep their plans.

Connections for requests plan every statement anew (`plan_cache_mode=force_custom_plan`, see `server.db`): a kept plan
of a statement that joins an array would be quadratic. But so are the checks of foreign keys planned anew, one for each
row and key, and this takes longer than to write the rows.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from server.sync.feed import Writer


@asynccontextmanager
async def kept_plans(connection: Writer) -> AsyncIterator[None]:
    """Within the block plans are kept: for statements that insert rows of arrays, and join none."""
    await connection.execute(_KEEP, {})
    yield
    # As the connection was opened. After an error the transaction is over, and with it the setting.
    await connection.execute(_AS_BEFORE, {})


_KEEP = text("SET LOCAL plan_cache_mode = auto")
_AS_BEFORE = text("RESET plan_cache_mode")
