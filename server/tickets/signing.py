"""Signing of tokens: the only place that turns sixteen bytes into the text of a QR code."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.ticket import SIGNED_PREFIX, text_of


def sign(content: bytes, private: Ed25519PrivateKey) -> str:
    """The token's 120 characters for the sixteen bytes of `Token.content`.

    Ed25519 is deterministic (RFC 8032): the same content and key give the same text, so
    the text need not be stored and is signed again whenever it is shown.
    """
    return text_of(content, private.sign(SIGNED_PREFIX + content))
