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


def laptop_clock() -> Clock:
    """This laptop's clocks, as a function to call for each reading.

    The boot is the system's where it names it, else this program's start. The monotonic clock is one that counts
    sleep: `CLOCK_BOOTTIME` on Linux, `CLOCK_MONOTONIC_RAW` on macOS; on Windows Python's own does.
    """
    boot = _boot()
    source = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC_RAW", None))

    def now() -> Reading:
        mono_ns = time.monotonic_ns() if source is None else time.clock_gettime_ns(source)
        return Reading(_wall(), boot, mono_ns)

    return now


def _wall() -> datetime:
    try:
        return datetime.now(UTC)
    except (OverflowError, ValueError, OSError):
        return EARLIEST  # a clock beyond the calendar; the monotonic one still orders the scans


def _boot() -> str:
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        return str(uuid4())
