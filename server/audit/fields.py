"""What is written down of a thing before and after a change: plain values, people's values sealed, no secrets."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, ColumnElement, LargeBinary, inspect

from server import sealing
from server.db import Model

Fields = Mapping[str, Any]

PERSONAL = frozenset(
    {
        "answers",
        "notes",
        "email",
        "user_email",
        "full_name",
        "first_name",
        "last_name",
        "phone",
        "buyer_email",
        "buyer_name",
        "holder_name",
        "companions",
    }
)
"""Fields that say who somebody is or what is known of them, wherever they occur."""
NEVER_KEPT = frozenset({"password_hash", "qr_code", "created_at", "updated_at"})
SEALED = "sealed"
GONE = {"erased": True}


def snapshot(row: Model, **others: Any) -> dict[str, Any]:
    """The columns of a row as they are now, less secrets, bytes and what the database keeps; `others` are added."""
    return {kept: getattr(row, name) for name, kept in _kept(type(row))} | others


@cache
def _kept(model: type[Model]) -> tuple[tuple[str, str], ...]:
    """Names of a model's attributes that are kept, each with the name under which it is."""
    return tuple(
        (attribute.key, attribute.key.rstrip("_"))
        for attribute in inspect(model).column_attrs
        if attribute.key not in NEVER_KEPT and not _is_left_out(attribute.columns[0])
    )


def _is_left_out(column: ColumnElement[Any]) -> bool:
    return isinstance(column.type, LargeBinary) or (isinstance(column, Column) and column.computed is not None)


def only_changed(before: Fields | None, after: Fields | None) -> tuple[Fields | None, Fields | None]:
    """Both, less what is the same in both."""
    if before is None or after is None:
        return before, after
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {n: before[n] for n in changed if n in before}, {n: after[n] for n in changed if n in after}


def are_personal(*both: Fields | None) -> bool:
    """Whether any of these fields has to be sealed."""
    return any(fields is not None and not PERSONAL.isdisjoint(fields) for fields in both)


def sealed(fields: Fields | None, row_id: UUID, person_key: bytes | None) -> dict[str, Any] | None:
    """As they are stored: JSON values, a person's under their key. Without a key (they were erased) those are gone."""
    if fields is None:
        return None
    plain: dict[str, Any] = msgspec.to_builtins(dict(fields), str_keys=True)
    return {name: _sealed(name, value, row_id, person_key) for name, value in plain.items()}


def opened(fields: Fields | None, row_id: UUID, person_key: bytes | None) -> dict[str, Any] | None:
    """As they were told, where that can still be known; `{"erased": true}` stands for what cannot."""
    if fields is None:
        return None
    return {name: _opened(name, value, row_id, person_key) for name, value in fields.items()}


def _sealed(name: str, value: Any, row_id: UUID, person_key: bytes | None) -> Any:
    if name not in PERSONAL or value is None:
        return value
    if person_key is None:
        return GONE
    text = sealing.seal((person_key,), json.dumps(value).encode(), _purpose(name, row_id))
    return {SEALED: urlsafe_b64encode(text).decode()}


def _opened(name: str, value: Any, row_id: UUID, person_key: bytes | None) -> Any:
    if name not in PERSONAL or not isinstance(value, dict) or SEALED not in value:
        return value
    if person_key is None:
        return GONE
    text = urlsafe_b64decode(value[SEALED])
    return json.loads(sealing.unseal((person_key,), text, _purpose(name, row_id)))


def _purpose(name: str, row_id: UUID) -> bytes:
    # What was sealed for one row and field says nothing in another.
    return b"audit:" + row_id.bytes + name.encode()
