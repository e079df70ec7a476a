"""The tables of imports and of their rows."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Dated, Model


class Import(Dated, Model):
    """A file of guests that was brought in; `settings` say how it is read, `done` and `failed` count its rows."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("status IN ('ready', 'running', 'done', 'stopped', 'undoing', 'undone')", name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    status: Mapped[str]
    file_name: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(server_default="0")
    failed: Mapped[int] = mapped_column(server_default="0")
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class ImportRow(Model):
    """One row of the file, by its line; sealed until it is done, then what became of it.

    `version` is the registration's when the row was done: another one since means that somebody changed it.
    """

    __tablename__ = "import_rows"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_sealed: Mapped[bytes | None]
    registration_id: Mapped[UUID | None]
    version: Mapped[int | None]
    problem: Mapped[str | None]
