"""The token: eighty signed bytes that a ticket's QR code shows, and what a door can read in a scanned text.

Layout: version and flags 1, key number 1, event number 4, serial 8, ticket-type number 2 (all big-endian), then the
Ed25519 signature (64) over `SIGNED_PREFIX` + those sixteen. Text: Base45, exactly 120 characters, never trimmed.
Only the server signs.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from eventreg_core import base45
from eventreg_core.problems import ForgedTicket, UnreadableTicket

SIGNED_PREFIX = b"eventreg-ticket-v1"
TEXT_LENGTH = 120
_VERSION = 0x10
_SETTLED = 0x01
_CONTENT = struct.Struct(">BBI8sH")


class Token(msgspec.Struct, frozen=True):
    """What the sixteen signed bytes say.

    `serial` is 8 random bytes, secret until shown; `settled` tells that the ticket was paid or free when it was
    issued; numbers are unsigned: key 0–255, event 0–2³²−1, ticket type 0–65535.
    """

    key_number: int
    event_number: int
    serial: bytes
    ticket_type: int
    settled: bool

    def content(self) -> bytes:
        """The sixteen bytes that are signed (after `SIGNED_PREFIX`) and stored by the server."""
        first = _VERSION | (_SETTLED if self.settled else 0)
        return _CONTENT.pack(first, self.key_number, self.event_number, self.serial, self.ticket_type)


class KeyState(StrEnum):
    """How far an event's signing key is trusted: `withdrawn` only for serials that the mirror knows."""

    CURRENT = "current"
    OLD = "old"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class EventKey:
    """A signing key's public half (32 raw bytes) and how far it is trusted."""

    public: bytes
    state: KeyState

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether this key made the signature (64 bytes) of these sixteen bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, SIGNED_PREFIX + content)
        except InvalidSignature:
            return False
        return True


class Unreadable(msgspec.Struct, frozen=True):
    """Not a ticket: a menu, a Wi-Fi code, garbage."""


class OtherEvent(msgspec.Struct, frozen=True):
    """A ticket's form, but another event's number; its signature was not judged."""

    event_number: int


class Forged(msgspec.Struct, frozen=True):
    """This event's number, but no key of this event signed it."""

    serial: bytes


class Signed(msgspec.Struct, frozen=True):
    """A token that one of this event's keys signed."""

    token: Token
    key: KeyState

    @property
    def serial(self) -> bytes:
        """The token's serial."""
        return self.token.serial


class Picked(msgspec.Struct, frozen=True):
    """No code at all: an operator chose this ticket from a list, by a key press."""

    serial: bytes


Code = Unreadable | OtherEvent | Forged | Signed | Picked


class Claim(msgspec.Struct, frozen=True):
    """What a text of a token's form says of itself; its signature (64 bytes of these 16) was not judged."""

    token: Token
    content: bytes
    signature: bytes


def claim(text: str) -> Claim | None:
    """Read a text that may be anybody's: to look up what is known of its serial before it is judged. None: no token."""
    try:
        return _claim(text)
    except UnreadableTicket:
        return None


def parse(text: str) -> Token:
    """Read a token's fields without judging its signature; raises UnreadableTicket, whatever the text."""
    return _claim(text).token


def verify(text: str, keys: Mapping[int, EventKey]) -> Token:
    """Read a token that one of `keys` (by key number) signed.

    Raises UnreadableTicket for anything that is no token, its child ForgedTicket for one that no key here signed.
    """
    claimed = _claim(text)
    key = keys.get(claimed.token.key_number)
    if key is None or not key.signed(claimed.content, claimed.signature):
        raise ForgedTicket
    return claimed.token


def read(text: str, event_number: int, keys: Mapping[int, EventKey]) -> Code:
    """Say what a scanned text is to a door of this event; total: every text has an answer."""
    return judge(claim(text), event_number, keys)


def judge(claimed: Claim | None, event_number: int, keys: Mapping[int, EventKey]) -> Code:
    """`read`, for who has the text's claim already."""
    if claimed is None:
        return Unreadable()
    token = claimed.token
    if token.event_number != event_number:
        return OtherEvent(token.event_number)
    key = keys.get(token.key_number)
    if key is None or not key.signed(claimed.content, claimed.signature):
        return Forged(token.serial)
    return Signed(token, key.state)


def text_of(content: bytes, signature: bytes) -> str:
    """The QR code's text: 16 content bytes and their 64-byte signature as 120 characters."""
    if len(content) != _CONTENT.size or len(signature) != 64:
        raise ValueError("a token has 16 bytes of content and 64 of signature")
    return base45.encode(content + signature)


def token_of(content: bytes) -> Token:
    """Read the sixteen bytes that `Token.content` wrote; raises UnreadableTicket for any others."""
    if len(content) != _CONTENT.size:
        raise UnreadableTicket
    first, key_number, event_number, serial, ticket_type = _CONTENT.unpack(content)
    if first & ~_SETTLED != _VERSION:
        raise UnreadableTicket
    return Token(key_number, event_number, serial, ticket_type, bool(first & _SETTLED))


def usable_key_number(number: int) -> bool:
    """Whether no token of this key begins with a space: scanners and text fields like to drop that one.

    A text's first character depends on the first two bytes, flags and key number, so numbers are skipped (ADR 0004).
    """
    firsts = (bytes((_VERSION | flags, number)) for flags in (0, _SETTLED))
    return not any(base45.encode(pair).startswith(" ") for pair in firsts)


def _claim(text: str) -> Claim:
    if len(text) != TEXT_LENGTH:
        raise UnreadableTicket
    try:
        data = base45.decode(text)
    except ValueError as error:
        raise UnreadableTicket from error
    content = data[: _CONTENT.size]
    return Claim(token_of(content), content, data[_CONTENT.size :])
