"""Two roles of the database: one owns the tables and migrates, the other serves and cannot change what must stay.

The rights of the serving role are given anew after each migration: all rows of all tables, less what MUST_STAY says.
"""

from collections.abc import Mapping
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from server.migrations import MIGRATION_LOCK

SERVING_ROLE = "eventreg_app"
"""Of the database that the server brings itself."""
MUST_STAY: Final[Mapping[str, str]] = {
    "audit": "UPDATE, DELETE",
    "alembic_version": "INSERT, UPDATE, DELETE",
    "facts": "DELETE",
    "ledger": "UPDATE, DELETE",
    "quarantine": "DELETE",
    "tickets": "DELETE",
}
"""What the serving role may not do, by table: an audit row never changes; facts and serials are never thrown away."""


def make_serving_role(owner_url: str, password: str) -> str:
    """Let the serving role of our own database exist, with this password and its rights; its address."""
    with psycopg.connect(owner_url) as connection:
        _lock(connection)
        known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [SERVING_ROLE]).fetchone()
        verb = sql.SQL("CREATE" if known is None else "ALTER")
        statement = sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
        connection.execute(statement.format(verb, sql.Identifier(SERVING_ROLE), sql.Literal(password)))
    give_rights(owner_url, SERVING_ROLE)
    scheme, _, rest = owner_url.partition("://")
    return f"{scheme}://{SERVING_ROLE}:{password}@{rest.rpartition('@')[2]}"


def give_rights(owner_url: str, role: str) -> None:
    """Give a role what serving needs in a database at the present schema, and take from it what it must not have."""
    to = sql.Identifier(role)
    with psycopg.connect(owner_url) as connection:
        _lock(connection)
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}",
        ):
            connection.execute(sql.SQL(statement).format(to))
        for table, taken in MUST_STAY.items():
            statement_ = sql.SQL("REVOKE {}, TRUNCATE ON {} FROM {}")
            connection.execute(statement_.format(sql.SQL(taken), sql.Identifier("public", table), to))


def serves_as_another(migrate_url: str, serve_url: str) -> str | None:
    """The role that serves, where it is another than the one that migrates."""
    role = conninfo_to_dict(serve_url).get("user")
    return str(role) if role and role != conninfo_to_dict(migrate_url).get("user") else None


def _lock(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    # Of two nodes that start together each changes the same rows of the catalogue.
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
