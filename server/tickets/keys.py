"""The keys that sign an event's tickets: made here, and sealed whenever they lie in a table."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.ticket import usable_key_number
from server.errors import ApiProblem
from server.sealing import seal, unseal

FIRST_NUMBER = 1
LAST_NUMBER = 255


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new signing key, ready for its row: public half raw, private half sealed."""

    number: int
    public_key: bytes
    private_key_sealed: bytes


def make_key(event_id: UUID, used: Collection[int], data_keys: tuple[bytes, ...]) -> MadeKey:
    """Make the next signing key of an event whose numbers `used` are taken; raises ApiProblem when none is left."""
    return renew_key(event_id, next_number(used), data_keys)


def renew_key(event_id: UUID, number: int, data_keys: tuple[bytes, ...]) -> MadeKey:
    """Make a signing key with this number; what another one with it has signed is none of this event's tickets."""
    private = Ed25519PrivateKey.generate()
    sealed = seal(data_keys, private.private_bytes_raw(), purpose_of(event_id, number))
    return MadeKey(number, private.public_key().public_bytes_raw(), sealed)


def open_key(event_id: UUID, number: int, sealed: bytes, data_keys: tuple[bytes, ...]) -> Ed25519PrivateKey:
    """The private key that `make_key` sealed for this event and number; raises sealing.Unopenable."""
    return Ed25519PrivateKey.from_private_bytes(unseal(data_keys, sealed, purpose_of(event_id, number)))


def next_number(used: Collection[int]) -> int:
    """The lowest free key number whose tokens no scanner damages; raises ApiProblem when none is left."""
    for number in range(FIRST_NUMBER, LAST_NUMBER + 1):
        if number not in used and usable_key_number(number):
            return number
    raise ApiProblem(409, "no_key_number_left", "This event has used up all its signing keys. Make a new event.")


def purpose_of(event_id: UUID, number: int) -> bytes:
    """What a key is sealed for."""
    # Bound to event and number, so that a row copied to another event opens nothing there.
    return b"event-key:%b:%d" % (event_id.bytes, number)
