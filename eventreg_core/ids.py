"""Identifiers that two machines can make without asking each other."""

from uuid import UUID


def uuid7(unix_ms: int, randomness: bytes) -> UUID:
    """Make a version 7 UUID (RFC 9562, 5.7): sorts by `unix_ms`, unique by ten random bytes.

    Clock and randomness are arguments, so that a test can repeat an id; `unix_ms` counts from 1970 and is clamped to
    the format's 48 bits, because a laptop's wrong clock must not stop a scan.
    """
    if len(randomness) != 10:
        raise ValueError("uuid7 takes ten random bytes")
    head = min(max(unix_ms, 0), (1 << 48) - 1) << 80
    number = head | int.from_bytes(randomness)
    number = (number & ~(0xF << 76)) | (7 << 76)
    number = (number & ~(0x3 << 62)) | (2 << 62)
    return UUID(int=number)
