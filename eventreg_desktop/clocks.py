"""Reads this laptop's clocks: the one place of the desktop that looks at them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from eventreg_core.clock import EARLIEST, Reading

Clock = Callable[[], Reading]
"""Whatever tells the time: a laptop's clocks, or a test's."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def laptop_clock(boot_id: Path = _BOOT_ID) -> Clock:
    """This laptop's clocks, as a function to call for each reading.

    The boot is the system's where it names it in the file `boot_id`. Elsewhere it is this program's start, and the
    count begins there: else a program that is started again would take the computer's whole time since its own start
    for time that passed meanwhile. The monotonic clock is one that counts sleep: `CLOCK_BOOTTIME` on Linux,
    `CLOCK_MONOTONIC_RAW` on macOS; on Windows Python's own does.
    """
    named = _named(boot_id)
    boot, begun_ns = (str(uuid4()), _counted_ns()) if named is None else (named, 0)

    def now() -> Reading:
        return Reading(_wall(), boot, _counted_ns() - begun_ns)

    return now


def _counted_ns() -> int:
    source = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC_RAW", None))
    return time.monotonic_ns() if source is None else time.clock_gettime_ns(source)


def _wall() -> datetime:
    try:
        return datetime.now(UTC)
    except (OverflowError, ValueError, OSError):
        return EARLIEST  # a clock beyond the calendar; the monotonic one still orders the scans


def _named(boot_id: Path) -> str | None:
    try:
        return boot_id.read_text("ascii").strip() or None
    except (OSError, ValueError):
        return None
