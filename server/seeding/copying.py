"""Rows on their way into the database by COPY, table by table, so that a million takes minutes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

COLUMNS: dict[str, tuple[str, ...]] = {
    "users": ("id", "email", "password_hash", "role", "first_name", "last_name"),
    "events": (
        *("id", "number", "name", "slug", "description", "date", "end_date", "zone", "venue", "max_capacity"),
        *("categories", "is_active", "inactive_as", "takes_money_at_door", "created_by", "created_at", "updated_at"),
    ),
    "grants": ("event_id", "user_id", "role"),
    "event_heads": ("event_id", "revision", "sold", "capacity"),
    "event_keys": ("event_id", "number", "public_key", "private_key_sealed"),
    "ticket_types": (
        *("id", "event_id", "number", "name", "price_minor", "currency", "quota", "sold", "companions_allowed"),
    ),
    "check_in_lists": ("id", "event_id", "name", "entry"),
    "check_in_list_types": ("list_id", "ticket_type_id"),
    "gates": ("id", "event_id", "list_id", "name"),
    "devices": (
        *("id", "event_id", "name", "enrol_code_hash", "enrol_expires_at", "public_key", "certificate"),
        *("enrolled_at", "created_by"),
    ),
    "device_events": ("device_id", "event_id"),
    "api_tokens": ("id", "token_hash", "event_id", "user_id", "name", "expires_at", "created_by"),
    "orders": (
        *("id", "event_id", "code", "buyer_email", "buyer_name", "status", "total_minor", "currency"),
        *("created_at", "updated_at"),
    ),
    "registrations": (
        *("id", "event_id", "ticket_type_id", "user_email", "full_name", "qr_code", "payment_status", "status"),
        *("language", "order_id", "created_at", "updated_at"),
    ),
    "payments": (
        *("id", "order_id", "kind", "provider", "method", "status", "amount_minor", "currency"),
        *("created_at", "updated_at"),
    ),
    "ledger": (
        *("order_id", "registration_id", "payment_id", "kind", "debit", "credit", "amount_minor", "currency", "at"),
    ),
    "tickets": (
        *("serial", "event_id", "registration_id", "place", "ticket_type_id", "status", "signed", "short_code"),
        *("holder_name", "created_at", "updated_at"),
    ),
    "changes": ("event_id", "revision", "entity", "entity_id", "check_value"),
    "journals": ("journal", "device_id", "head_seq", "head_hash"),
    "facts": (
        *("id", "hash", "raw", "event_id", "device_id", "journal", "seq", "kind", "list_id", "gate_id", "serial"),
        *("told", "at", "attested", "author", "revision"),
    ),
}
"""What is written of each table, in the order in which tables need each other."""
NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Batch:
    """Lines of COPY's text format that wait to be sent together."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {table: [] for table in COLUMNS}

    @property
    def waiting(self) -> int:
        """How many registrations wait."""
        return len(self._lines["registrations"])

    def add(self, table: str, *values: object) -> None:
        """One row; its values are in the order of COLUMNS."""
        self._lines[table].append("\t".join(map(_text, values)))

    def add_line(self, table: str, line: str) -> None:
        """One row that is a line already."""
        self._lines[table].append(line)

    def add_lines(self, table: str, lines: Iterable[str]) -> None:
        """Rows that are lines already."""
        self._lines[table].extend(lines)

    def send(self, connection: psycopg.Connection[Any]) -> None:
        """Write what waits, in the connection's transaction, and begin anew."""
        for table, lines in self._lines.items():
            if lines:
                names = map(sql.Identifier, COLUMNS[table])
                statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(", ").join(names))
                with connection.cursor().copy(statement) as copy:
                    copy.write("\n".join([*lines, ""]))
                lines.clear()


def _text(value: object) -> str:
    match value:
        case None:
            return NULL
        case bool():
            return "t" if value else "f"
        case bytes():
            return f"\\\\x{value.hex()}"
        case datetime():
            return value.isoformat()
        case tuple():
            return "{" + ",".join(f'"{word}"' for word in value) + "}"
        case int() | UUID():
            return str(value)
        case str():
            return value.translate(_ESCAPES)
        case _:
            raise TypeError(f"{type(value).__name__} is not written anywhere")
