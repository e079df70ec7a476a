"""Enrolment codes: short enough to type at a door, good once, stored as a hash."""

import hmac
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs, fifty bits in ten of them; without 0, 1, I and O, which people mistake."""

_LENGTH, _HALF = 10, 5


def new_code() -> str:
    """A random code as it is shown, such as `7KQ2M-XW9RT`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return f"{signs[:_HALF]}-{signs[_HALF:]}"


def hash_of(secret: bytes, code: str) -> bytes:
    """What is stored of a code, however it is typed: in small letters, with blanks, without its dash.

    Keyed with the server's secret: fifty bits alone could be tried out by whoever reads the table.
    """
    signs = "".join(code.split()).replace("-", "").upper()
    return hmac.digest(secret, b"eventreg-enrol\n" + signs.encode(), "sha256")
