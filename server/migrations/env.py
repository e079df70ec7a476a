"""Run by Alembic: connects, takes the migration lock, and applies revisions in one transaction."""

from alembic import context
from sqlalchemy import NullPool, create_engine, text

from server.db import driver_url
from server.migrations import LOCK_TIMEOUT, MIGRATION_LOCK
from server.schema import metadata


def run() -> None:
    """Apply what was asked for; gives up rather than block a working server for long."""
    engine = create_engine(driver_url(context.config.attributes["url"]), poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            connection.execute(text("SET LOCAL statement_timeout = '15min'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            connection.execute(text("SELECT set_config('lock_timeout', :wait, true)"), {"wait": LOCK_TIMEOUT})
            context.run_migrations()


run()
