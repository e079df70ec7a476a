"""The table of jobs: what is to be done, and with what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Created, Model

QUEUE_TABLES = "procrastinate_"
"""The tables whose names begin so belong to Procrastinate; no model declares them."""


class Job(Created, Model):
    """Something to be done once. Its place in the queue and its attempts are Procrastinate's to know.

    `key` is the idempotency key; `error` says why the last attempt failed. When it is done, a job with a key stays
    without its data, one without a key goes.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("idx_jobs_done_at", "done_at", postgresql_where=text("done_at IS NOT NULL")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(unique=True)
    type: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    error: Mapped[str | None]
    done_at: Mapped[datetime | None]
