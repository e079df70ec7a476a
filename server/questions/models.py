"""The table of questions."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from server.clock import new_id
from server.db import Dated, Model


class QuestionKind(StrEnum):
    """What an answer may be."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"


class Question(Dated, Model):
    """Something an event asks, of all who register or of those with one of `ticket_type_ids`.

    A retired question is asked no more; answers given to it stay.
    """

    __tablename__ = "questions"
    __table_args__ = (CheckConstraint("kind IN ('text', 'choice', 'number', 'date', 'yes_no')", name="kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    label: Mapped[str]
    choices: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    required: Mapped[bool] = mapped_column(server_default=text("false"))
    ticket_type_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    version: Mapped[int] = mapped_column(server_default="1")
    retired_at: Mapped[datetime | None]
