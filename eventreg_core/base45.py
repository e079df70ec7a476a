"""Base45 (RFC 9285), strict: the QR code's alphanumeric alphabet, two bytes in three characters."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_NONE = 0xFF
_VALUES = bytes(ALPHABET.index(chr(code)) if chr(code) in ALPHABET else _NONE for code in range(256))


def encode(data: bytes) -> str:
    """Write an even number of bytes as 3 characters for each 2."""
    if len(data) % 2:
        raise ValueError("an even number of bytes is expected")
    text: list[str] = []
    for high, low in zip(data[::2], data[1::2], strict=True):
        rest, first = divmod(high * 256 + low, 45)
        third, second = divmod(rest, 45)
        text += ALPHABET[first], ALPHABET[second], ALPHABET[third]
    return "".join(text)


def decode(text: str) -> bytes:
    """Read what `encode` wrote; raises ValueError for anything else (length, alphabet, a triple over 65535)."""
    count, over = divmod(len(text), 3)
    if over:
        raise ValueError("Base45 of an even number of bytes has a multiple of three characters")
    values = text.encode("ascii").translate(_VALUES)
    if _NONE in values:
        raise ValueError("a character outside the Base45 alphabet")
    # All triples at once: each has four bytes of one large number, where the sum of three digits fits.
    sums = (_spread(values[::3]) + 45 * _spread(values[1::3]) + 2025 * _spread(values[2::3])).to_bytes(4 * count)
    if any(sums[1::4]):
        raise ValueError("three characters that stand for more than two bytes")
    data = bytearray(2 * count)
    data[::2], data[1::2] = sums[2::4], sums[3::4]
    return bytes(data)


def _spread(values: bytes) -> int:
    lanes = bytearray(4 * len(values))
    lanes[3::4] = values
    return int.from_bytes(lanes)
