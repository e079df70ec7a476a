"""Measure how far this laptop's clock is from the server's, with each answer."""

from datetime import UTC, datetime

from eventreg_core.clock import Reading
from eventreg_desktop.store import mirror
from eventreg_desktop.store.anchor import Anchor, unix_ms
from eventreg_desktop.store.db import transaction
from eventreg_desktop.store.stores import Stores
from eventreg_desktop.sync.answers import NoAnswer

LONGEST_NS = 10_000_000_000
"""A round trip longer than this measures too badly to count."""


def measured(before: Reading, server_time: datetime, after: Reading) -> Anchor | None:
    """Take the server's time as that of the middle of the round trip; None for a trip that was too long.

    The error is at most half the round trip (Cristian's algorithm).
    """
    trip_ns = after.mono_ns - before.mono_ns
    if before.boot != after.boot or not 0 <= trip_ns <= LONGEST_NS:
        return None
    wall_ms = (unix_ms(before.wall) + unix_ms(after.wall)) // 2
    return Anchor(unix_ms(server_time), wall_ms, after.boot, before.mono_ns + trip_ns // 2)


def keep_anchor(stores: Stores, before: Reading, server_time: datetime, after: Reading) -> None:
    """Keep in the mirror what an answer measured, if it measured well enough."""
    anchor = measured(before, server_time, after)
    if anchor is not None:
        with transaction(stores.mirror):
            mirror.apply_anchor(stores.mirror, anchor)


def read_time(text: str) -> datetime:
    """Read the RFC 3339 time of an answer; raises NoAnswer for what is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise NoAnswer from error
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
