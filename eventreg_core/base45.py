"""Base45 (RFC 9285), strict: the QR code's alphanumeric alphabet, two bytes in three characters."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}


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
    if len(text) % 3:
        raise ValueError("Base45 of an even number of bytes has a multiple of three characters")
    data = bytearray()
    for at in range(0, len(text), 3):
        try:
            first, second, third = (_VALUE[character] for character in text[at : at + 3])
        except KeyError as error:
            raise ValueError("a character outside the Base45 alphabet") from error
        number = first + 45 * second + 2025 * third
        if number > 0xFFFF:
            raise ValueError("three characters that stand for more than two bytes")
        data += number.to_bytes(2)
    return bytes(data)
