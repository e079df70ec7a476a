"""What a laptop's own clocks tell: one count for each boot, whoever names the boot."""

import time
from pathlib import Path

from eventreg_desktop.clocks import laptop_clock

NAME = "8c1c2a5e-0d7f-4a53-a5d5-0f7f3a1c9f10"


def counted_ns() -> int:
    """The computer's count since its start, as the clock reads it."""
    source = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC_RAW", None))
    return time.monotonic_ns() if source is None else time.clock_gettime_ns(source)


def test_where_the_system_names_no_boot_the_count_begins_with_the_program(tmp_path: Path) -> None:
    began = counted_ns()
    first, another = laptop_clock(tmp_path / "none"), laptop_clock(tmp_path / "none")
    seen, later = first(), first()
    ended = counted_ns()
    assert seen.boot == later.boot != another().boot
    # Else a program that is started again would take the computer's whole time since its start for time without the
    # server, and wipe the names; and nobody would have to wait after wrong PINs.
    assert 0 <= seen.mono_ns <= later.mono_ns <= ended - began


def test_where_the_system_names_its_boot_a_program_that_is_started_again_goes_on_counting(tmp_path: Path) -> None:
    named = tmp_path / "boot_id"
    named.write_text(f"{NAME}\n")
    began, clock = counted_ns(), laptop_clock(named)
    seen = clock()
    assert (seen.boot, laptop_clock(named)().boot) == (NAME, NAME)
    assert began <= seen.mono_ns <= laptop_clock(named)().mono_ns
