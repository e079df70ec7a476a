"""Parts of the sync in words: the guest list, the clock, and the first fetch."""

from PySide6.QtCore import QCoreApplication, QLocale

from eventreg_desktop.sync.state import Connection, SyncState
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.door.state import Level, StatusLine

translate = QCoreApplication.translate

STALE_S = 600.0
"""Older than this many seconds, the guest list's age is said."""


def list_line(sync: SyncState, *, heard: bool) -> StatusLine:
    """How old the guest list on this laptop is."""
    if not heard:
        return StatusLine(Level.WELL, "users", translate("status", "The guest list is being compared"))
    if sync.cache_age_s is None:
        return StatusLine(Level.LOOK, "users", translate("status", "The guest list is not complete yet"))
    if sync.cache_age_s < STALE_S:
        return StatusLine(Level.WELL, "users", translate("status", "The guest list is fresh"))
    text = texts.age(sync.cache_age_s)
    return StatusLine(Level.LOOK, "users", text[:1].upper() + text[1:])


def clock_line(sync: SyncState) -> StatusLine:
    """Whether this computer's clock can be believed."""
    if sync.connection is Connection.CLOCK:
        return StatusLine(Level.TROUBLE, "clock", translate("status", "This computer's clock is wrong"))
    if sync.clock_jump_ms is not None:
        return StatusLine(Level.LOOK, "clock", translate("status", "This computer's clock was set meanwhile"))
    return StatusLine(Level.WELL, "clock", translate("status", "The clock agrees with the server"))


def first_sync_line(fetched: int) -> StatusLine:
    """The guest list comes for the first time: how much of it is here."""
    if fetched == 0:
        text = translate("status", "Looking for the server. You may scan already.")
    else:
        text = translate("status", "Fetching the guest list: %1 tickets so far. You may scan already.")
    return StatusLine(Level.LOOK, "refresh-cw", text.replace("%1", QLocale().toString(fetched)))
