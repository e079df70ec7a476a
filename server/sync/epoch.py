"""The epoch: which time line of which database a revision belongs to."""

from sqlalchemy import text

from server.sync.feed import Executor


async def read_epoch(connection: Executor) -> str:
    """`SYSTEM-TIMELINE-COUNTER`: PostgreSQL's system identifier, its time line, and `servers.epoch_counter`.

    Another epoch makes every device discard its mirror: after a restore into a new cluster, a recovery to a point in
    time or a fail-over, and when an operator raises the counter by hand. Read with every answer, so that no
    reconnect is missed; any database role may, unless somebody took that right of `pg_control_system()` away.
    """
    epoch: str = (await connection.execute(_EPOCH)).scalar_one()
    return epoch


_EPOCH = text(
    """
    SELECT (SELECT system_identifier FROM pg_control_system())
        || '-' || CAST(CAST('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8) AS bit(32)) AS integer)
        || '-' || (SELECT epoch_counter FROM servers)
    """
)
