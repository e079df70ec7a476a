"""The edge where the server looks at its clock and its dice; everything further in takes them as arguments."""

import os
import time
from datetime import UTC, datetime
from uuid import UUID

from eventreg_core.ids import uuid7


def utc_now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """A fresh UUID (version 7): made here and not in SQL, so that a row's id is known before it is sent."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))
