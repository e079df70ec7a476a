"""The table of blanks."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Created, Model


class Blank(Created, Model):
    """Which device may sell a ticket that was signed in advance: one device and for ever, so no two ever hold it.

    The ticket's own row says whether it was sold (it has a registration) or is void.
    """

    __tablename__ = "blanks"
    __table_args__ = (Index("idx_blanks_device_id_event_id", "device_id", "event_id"),)

    serial: Mapped[bytes] = mapped_column(ForeignKey("tickets.serial"), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
