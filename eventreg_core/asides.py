"""Free text beside a fact: the fact names its salted hash; the text is sealed to the server, and can be erased.

Sealed to the server's own key (Ed25519), which every device has from its enrolment: that key's point is turned into its
X25519 form (RFC 7748, 4.1), as others do who sign and seal with one key. Then X25519 with a key made for this text
alone, HKDF-SHA256, and AES-256-GCM. The device itself cannot read it again.
"""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from eventreg_core.problems import MalformedText

SALT_BYTES = 16
LONGEST = 2000
"""Bytes of a text."""

_CONTEXT = b"eventreg-aside-v1"
_PRIME = 2**255 - 19
_POINT = 32
_NONCE = bytes(12)
"""Each text has a key of its own, so that no nonce is used twice."""


def salted(words: str, salt: bytes) -> bytes:
    """A text with its salt (16 random bytes) in front, so that nobody finds a short reason by trying."""
    return salt + words.encode()[:LONGEST]


def hash_of(text: bytes) -> str:
    """What the fact carries: SHA-256 of salt and text, 64 hex digits."""
    return hashlib.sha256(text).hexdigest()


def words_of(text: bytes) -> str:
    """The words without their salt."""
    return text[SALT_BYTES:].decode("utf-8", "replace")


def seal(server_key: bytes, text: bytes) -> bytes:
    """Seal a salted text to the server's public Ed25519 key (32 bytes): point of the text's own key, then the rest."""
    once = X25519PrivateKey.generate()
    point = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(_montgomery(server_key)))
    return point + AESGCM(_key(shared, point)).encrypt(_NONCE, text, _CONTEXT)


def unseal(server_key: Ed25519PrivateKey, sealed: bytes) -> bytes:
    """Open what was sealed to this key; raises MalformedText for anything else."""
    point, rest = sealed[:_POINT], sealed[_POINT:]
    private = X25519PrivateKey.from_private_bytes(hashlib.sha512(server_key.private_bytes_raw()).digest()[:32])
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(point))
        return AESGCM(_key(shared, point)).decrypt(_NONCE, rest, _CONTEXT)
    except (InvalidTag, ValueError) as error:
        raise MalformedText("bad_aside", "This text was not sealed to this server.") from error


def _montgomery(ed25519: bytes) -> bytes:
    """The u coordinate of an Ed25519 public key's point: (1 + y) / (1 - y) modulo 2^255 - 19 (RFC 7748, 4.1)."""
    y = int.from_bytes(ed25519, "little") & (2**255 - 1)
    return ((1 + y) * pow(1 - y, -1, _PRIME) % _PRIME).to_bytes(32, "little")


def _key(shared: bytes, point: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=point, info=_CONTEXT).derive(shared)
