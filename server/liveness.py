"""Whether the database is still there, asked without a word."""

import select
from typing import Any

import psycopg


def was_left(connection: "psycopg.AsyncConnection[Any]") -> bool:
    """Whether the database has left an idle connection: nobody speaks on it otherwise."""
    socket = connection.pgconn.socket
    if not hasattr(select, "poll"):
        return bool(select.select([socket], [], [], 0)[0])
    asked = select.poll()
    asked.register(socket, select.POLLIN)
    return bool(asked.poll(0))
