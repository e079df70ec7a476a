"""Whether this laptop's clock was set while it worked: the operator is told; scans keep their right times and order."""

from contextlib import suppress

from eventreg_core.clock import Reading
from eventreg_core.facts import reread
from eventreg_core.problems import MalformedFact
from eventreg_desktop.store.anchor import Anchor, unix_ms
from eventreg_desktop.store.db import Connection

JUMP_MS = 120_000
"""Clocks that are kept right by a time server move in smaller steps."""


def find_jump_ms(journal: Connection, anchor: Anchor | None, now: Reading) -> int | None:
    """By how much the wall clock was set since it was last known, in milliseconds; None where it was not.

    Known is it from the server's last answer in this boot, else from the newest fact: within one boot the monotonic
    clock says what it should show now, over boots it can only be told that it went back.
    """
    for seen in (_measured(anchor), _newest_fact(journal)):
        if seen is None:
            continue
        boot, mono_ns, wall_ms = seen
        jump = unix_ms(now.wall) - wall_ms
        if boot == now.boot:
            jump -= (now.mono_ns - mono_ns) // 1_000_000
            return jump if abs(jump) >= JUMP_MS else None
        if jump <= -JUMP_MS:
            return jump
    return None


def _measured(anchor: Anchor | None) -> tuple[str, int, int] | None:
    return None if anchor is None else (anchor.boot, anchor.mono_ns, anchor.wall_ms)


def _newest_fact(journal: Connection) -> tuple[str, int, int] | None:
    row = journal.execute("SELECT CAST(raw AS BLOB) FROM facts ORDER BY rowid DESC LIMIT 1").fetchone()
    with suppress(MalformedFact):
        if row is not None:
            fact = reread(row[0]).fact
            return fact.boot, fact.mono_ns, unix_ms(fact.wall)
    return None
