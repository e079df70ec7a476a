"""Operators sign in on a shared laptop with a PIN, and supervisors allow what a door may not decide alone."""

import hmac
import os
from dataclasses import dataclass
from uuid import uuid4

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec.structs import replace

from eventreg_core.clock import Reading
from eventreg_desktop.store import roster
from eventreg_desktop.store.roster import Entry, Roster

PIN_DIGITS = (4, 12)
FREE_TRIES = 3
"""Wrong PINs that cost no time; each one after them costs twice as much as the one before."""
FIRST_WAIT_S = 5
LONGEST_WAIT_S = 300
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who works here; `id` is what facts say, the name stays on this laptop."""

    id: str
    name: str
    supervisor: bool


@dataclass(frozen=True, slots=True)
class WrongPin:
    """It is not this one."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many were wrong: nothing is tried for so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class NoName:
    """An operator needs a name, and one that nobody here has."""


@dataclass(frozen=True, slots=True)
class BadPin:
    """A PIN has 4 to 12 digits, and not the same one throughout."""


def list_operators(at: Roster) -> tuple[Operator, ...]:
    """Everybody who may sign in, by name."""
    return tuple(_operator(entry) for entry in roster.read(at))


def add(at: Roster, name: str, pin: str, *, supervisor: bool) -> Operator | NoName | BadPin:
    """Let somebody work here; the first of a roster is a supervisor whatever was asked."""
    entries, name = roster.read(at), name.strip()
    if not name or any(entry.name.casefold() == name.casefold() for entry in entries):
        return NoName()
    if not _is_pin(pin):
        return BadPin()
    salt = os.urandom(_SALT_BYTES)
    new = Entry(
        id=str(uuid4()), name=name, supervisor=supervisor or not entries, salt=salt, proof=_proof(pin, salt, at.key)
    )
    roster.write(at, [*entries, new])
    return _operator(new)


def check(at: Roster, operator: str, pin: str, now: Reading) -> Operator | WrongPin | Wait:
    """Whether this is the operator's PIN; wrong ones are kept on the disk, so that a restart saves no time."""
    entries = roster.read(at)
    entry = next((each for each in entries if each.id == operator), None)
    if entry is None:
        return WrongPin()
    if (left := _left_s(entry, now)) > 0:
        return Wait(left)
    right = hmac.compare_digest(_proof(pin, entry.salt, at.key), entry.proof)
    failures = 0 if right else entry.failures + 1
    if failures != entry.failures:
        tried = replace(entry, failures=failures, failed_boot=now.boot, failed_ns=now.mono_ns)
        roster.write(at, [tried if each.id == operator else each for each in entries])
    return _operator(entry) if right else WrongPin()


def _left_s(entry: Entry, now: Reading) -> int:
    """Seconds until the next try; after a restart of the computer they count from its start."""
    if entry.failures < FREE_TRIES:
        return 0
    wait: int = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(entry.failures - FREE_TRIES, 10))
    since_ns = now.mono_ns - entry.failed_ns if entry.failed_boot == now.boot else now.mono_ns
    return max(0, wait - since_ns // 1_000_000_000)


def _is_pin(pin: str) -> bool:
    least, most = PIN_DIGITS
    return pin.isascii() and pin.isdigit() and least <= len(pin) <= most and len(set(pin)) > 1


def _proof(pin: str, salt: bytes, key: bytes) -> bytes:
    """What is kept of a PIN: scrypt's 32 bytes under the vault's key."""
    made = Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(pin.encode())
    return hmac.digest(key, made, "sha256")


def _operator(entry: Entry) -> Operator:
    return Operator(entry.id, entry.name, entry.supervisor)
