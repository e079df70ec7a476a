"""The table of mails that a mail server took."""

from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Created, Model


class SentMail(Created, Model):
    """A mail that was handed over, by its Message-ID; whom it went to and what it said is not kept."""

    __tablename__ = "sent_mails"
    __table_args__ = (Index("idx_sent_mails_created_at", "created_at"),)

    message_id: Mapped[str] = mapped_column(primary_key=True)
    job_id: Mapped[UUID]
    template: Mapped[str]
