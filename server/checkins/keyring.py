"""The keys that signed an event's tickets, as the server's own door knows them: with their private halves.

Ed25519 (RFC 8032) is deterministic, so whoever has the private half knows a signature (R, S) of ours again without any
point of the curve: S = r + SHA-512(R, public, content) * a, where r is the hash of the content that only this key
can make, and a its scalar. That takes a sixth of signing again and a twentieth of verifying. What differs is
verified as everywhere; who could make a difference between the two ways has the private key already (ADR 0012).
"""

import hmac
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha512
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.ticket import SIGNED_PREFIX, EventKey
from server.sealing import Unopenable
from server.tickets.keys import open_key

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the curve's group: RFC 8032, 5.1."""
REMEMBERED = 1000
"""Opened keys; the one that was not used for longest goes first."""


@dataclass(frozen=True, slots=True)
class Private:
    """The two halves of what a private key's seed (32 bytes) stands for: RFC 8032, 5.1.5."""

    scalar: int = field(repr=False)
    prefix: bytes = field(repr=False)

    @classmethod
    def of(cls, key: Ed25519PrivateKey) -> "Private":
        """Those of this key."""
        halves = sha512(key.private_bytes_raw()).digest()
        scalar = int.from_bytes(halves[:32], "little") & ~7 & (1 << 254) - 1 | 1 << 254
        return cls(scalar, halves[32:])

    def second_half(self, first: bytes, public: bytes, message: bytes) -> bytes:
        """The S (32 bytes) of a signature of this message that begins with this R (32 bytes): RFC 8032, 5.1.6."""
        r = int.from_bytes(sha512(self.prefix + message).digest(), "little")
        k = int.from_bytes(sha512(first + public + message).digest(), "little")
        return ((r + k * self.scalar) % ORDER).to_bytes(32, "little")


@dataclass(frozen=True, slots=True)
class OwnKey(EventKey):
    """A key whose private half is here."""

    private: Private = field(repr=False, compare=False)

    def signed(self, content: bytes, signature: bytes) -> bool:
        """As `EventKey.signed`, much sooner where the answer is yes."""
        ours = self.private.second_half(signature[:32], self.public, SIGNED_PREFIX + content)
        return hmac.compare_digest(ours, signature[32:]) or EventKey.signed(self, content, signature)


class Keyring:
    """Private keys of this process, opened once each."""

    def __init__(self, data_keys: tuple[bytes, ...]) -> None:
        self._data_keys = data_keys
        self._opened: OrderedDict[tuple[UUID, int, bytes], Private] = OrderedDict()

    def key(self, event: UUID, number: int, public: EventKey, sealed: bytes) -> EventKey:
        """An event's key with its private half; without it where no data key opens that."""
        name = event, number, sealed
        private = self._opened.pop(name, None)
        if private is None:
            try:
                private = Private.of(open_key(event, number, sealed, self._data_keys))
            except Unopenable:
                return public
        self._opened[name] = private
        if len(self._opened) > REMEMBERED:
            self._opened.popitem(last=False)
        return OwnKey(public.public, public.state, private)
