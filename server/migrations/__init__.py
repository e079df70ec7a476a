"""The schema's history: bring a database to the present one, and tell whether it is there.

Synchronous on purpose: it runs before the server starts, or from the command line.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

from server.db import driver_url

MIGRATION_LOCK = 0x65767267
"""Two nodes that start together migrate one after the other."""
LOCK_TIMEOUT = "5s"
"""How long a migration waits for a table that a working server holds, before it gives up."""


def config_for(url: str) -> Config:
    """Alembic's configuration for one database; there is no ini file that could disagree with it."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`, in one transaction; safe to call when it is there already."""
    command.upgrade(config_for(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to `revision` ("base" is empty); data of newer tables is lost."""
    command.downgrade(config_for(url), revision)


def is_current(url: str) -> bool:
    """Whether the database has the schema that this program was written for."""
    heads = ScriptDirectory.from_config(config_for(url)).get_heads()
    engine = create_engine(driver_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def newest() -> str:
    """The revision that this program was written for; revisions are numbered, so that a later one is larger."""
    return max(ScriptDirectory.from_config(config_for("")).get_heads())
