"""Which statements of a transaction keep their plans.

Our connections plan every statement anew (`plan_cache_mode=force_custom_plan`, see `server.db`): a kept plan of a
statement that joins an array would be quadratic. But so are the checks of foreign keys planned anew, one for each row
and key, and this takes longer than to write the rows.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from server.sync.feed import Writer


@asynccontextmanager
async def kept_plans(connection: Writer) -> AsyncIterator[None]:
    """Within the block plans are kept: for statements that insert rows of arrays, and join none."""
    await connection.execute(_MODE, {"mode": "auto"})
    yield
    # After an error the transaction is over, and with it the setting.
    await connection.execute(_MODE, {"mode": "force_custom_plan"})


_MODE = text("SELECT set_config('plan_cache_mode', :mode, true)")
