"""How far this laptop's clock is from the server's, as last measured."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from eventreg_core.clock import Reading

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
SET_BACK_MS = 120_000
"""Clocks that are kept right by a time server are set back by less."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """One moment seen on both clocks: `server_ms` and `wall_ms` are Unix milliseconds, `mono_ns` counts in `boot`."""

    server_ms: int
    wall_ms: int
    boot: str
    mono_ns: int


def offset_ms(anchor: Anchor | None, now: Reading) -> int | None:
    """Server − device in milliseconds at `now`; None when it was never measured.

    Within the boot that measured it, the monotonic clock carries the server's time on, so that setting the laptop's
    clock in between changes the offset and not the time of a scan. In a later boot the last one is taken, unless the
    clock shows a time before that: it was set back, or its battery is dead, and nothing is known of it.
    """
    if anchor is None:
        return None
    if anchor.boot != now.boot:
        is_set_back = unix_ms(now.wall) < anchor.wall_ms - SET_BACK_MS
        return None if is_set_back else anchor.server_ms - anchor.wall_ms
    return anchor.server_ms + (now.mono_ns - anchor.mono_ns) // 1_000_000 - unix_ms(now.wall)


def unix_ms(at: datetime) -> int:
    """An aware datetime as Unix milliseconds, for every year that a datetime can have."""
    return (at - _EPOCH) // _MILLISECOND


def moment(ms: int) -> datetime:
    """Unix milliseconds as UTC."""
    return _EPOCH + ms * _MILLISECOND
