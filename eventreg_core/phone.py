"""The end of a phone number: all that a door knows of it, and enough to find a guest by."""

import unicodedata

DIGITS = 4
"""So many digits go to doors; the number itself stays sealed at the server."""
BETWEEN = frozenset("+-–./() \u00a0\u202f")
"""What people write between digits."""


def tail_of(number: str) -> str:
    """The last digits of a number, as ASCII; empty where it has fewer."""
    digits = "".join(str(unicodedata.decimal(each)) for each in number if each.isdecimal())
    return digits[-DIGITS:] if len(digits) >= DIGITS else ""


def typed_tail(typed: str) -> str:
    """The last digits of what was typed, where it can be the end of a phone number; else empty."""
    plain = all(each.isdecimal() or each in BETWEEN for each in typed)
    return tail_of(typed) if plain else ""
