"""Sealing of what must not lie readable in a table: private keys, phone numbers, notes."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"
NONCE_BYTES = 12


class Unopenable(ValueError):
    """None of the data keys opens this, or it was sealed for something else: a bug or a lost key."""


def seal(data_keys: tuple[bytes, ...], plain: bytes, purpose: bytes) -> bytes:
    """Encrypt with the first data key (AES-256-GCM). `purpose` must be given again to open, and is not stored."""
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(data_keys[0]).encrypt(nonce, plain, purpose)


def unseal(data_keys: tuple[bytes, ...], sealed: bytes, purpose: bytes) -> bytes:
    """Decrypt with whichever data key fits. Raises Unopenable."""
    version, nonce, text = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if version != FORMAT:
        raise Unopenable("sealed in a format that this version does not know")
    for key in data_keys:
        try:
            return AESGCM(key).decrypt(nonce, text, purpose)
        except InvalidTag:
            continue
    raise Unopenable("none of DATA_KEYS opens this")


def opens(data_key: bytes, sealed: bytes, purpose: bytes) -> bool:
    """Whether this very key opens it."""
    try:
        unseal((data_key,), sealed, purpose)
    except Unopenable:
        return False
    return True
