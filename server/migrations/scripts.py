"""Migrations written as SQL files."""

from pathlib import Path

from alembic import op


def run_script(name: str) -> None:
    """Run every statement of `sql/NAME` on the connection of the migration, in its transaction."""
    script = (Path(__file__).parent / "sql" / name).read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    if driver is None:
        raise RuntimeError("the migration has no connection")
    # Without parameters psycopg uses the simple protocol, which takes many statements at once.
    driver.execute(script)
