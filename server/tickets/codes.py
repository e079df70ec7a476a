"""What names a ticket: its secret serial, and the short code that a person can read out."""

import secrets

SERIAL_BYTES = 8
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 or O, no 1, I or L, and no U, which sounds like other words."""
SHORT_CODE_LENGTH = 8


def new_serial() -> bytes:
    """Eight random bytes: whoever has not seen the ticket cannot guess them."""
    return secrets.token_bytes(SERIAL_BYTES)


def new_short_code() -> str:
    """Eight characters that finding a registration by voice or keyboard takes; they never admit by themselves."""
    code = ""
    while len(code) < SHORT_CODE_LENGTH:
        # Five bits of each byte; the numbers beyond the alphabet are left out, so that every sign is as likely.
        drawn = (byte & 0b11111 for byte in secrets.token_bytes(SHORT_CODE_LENGTH))
        code += "".join([ALPHABET[number] for number in drawn if number < len(ALPHABET)])
    return code[:SHORT_CODE_LENGTH]
