"""The keys that signed an event's tickets, as the server's own door knows them: with their private halves.

Ed25519 is deterministic, so a token of ours is known again by signing its content once more, which costs a third of
verifying it. What differs is verified as everywhere; a verdict never depends on which way was gone.
"""

import hmac
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.ticket import SIGNED_PREFIX, EventKey
from server.sealing import Unopenable
from server.tickets.keys import open_key

REMEMBERED = 1000
"""Opened keys; the one that was not used for longest goes first."""


@dataclass(frozen=True, slots=True)
class OwnKey(EventKey):
    """A key whose private half is here."""

    private: Ed25519PrivateKey = field(repr=False, compare=False)

    def signed(self, content: bytes, signature: bytes) -> bool:
        """As `EventKey.signed`, sooner where the answer is yes."""
        ours = self.private.sign(SIGNED_PREFIX + content)
        return hmac.compare_digest(ours, signature) or EventKey.signed(self, content, signature)


class Keyring:
    """Private keys of this process, opened once each."""

    def __init__(self, data_keys: tuple[bytes, ...]) -> None:
        self._data_keys = data_keys
        self._opened: OrderedDict[tuple[UUID, int, bytes], Ed25519PrivateKey] = OrderedDict()

    def key(self, event: UUID, number: int, public: EventKey, sealed: bytes) -> EventKey:
        """An event's key with its private half; without it where no data key opens that."""
        name = event, number, sealed
        private = self._opened.pop(name, None)
        if private is None:
            try:
                private = open_key(event, number, sealed, self._data_keys)
            except Unopenable:
                return public
        self._opened[name] = private
        if len(self._opened) > REMEMBERED:
            self._opened.popitem(last=False)
        return OwnKey(public.public, public.state, private)
