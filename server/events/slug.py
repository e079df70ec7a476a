"""The readable part of an event's address, made from its name."""

import re
import unicodedata
from collections.abc import Collection

LONGEST = 240
_PARTS = re.compile(r"[a-z0-9]+")
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


def slug_of(name: str) -> str:
    """Lower-case Latin letters, digits and hyphens; `event` for a name that has none of them."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return (
        "-".join(_PARTS.findall("".join(sign for sign in plain if not unicodedata.combining(sign))))[:LONGEST].strip(
            "-"
        )
        or "event"
    )


def free_slug(base: str, taken: Collection[str]) -> str:
    """The base itself, else the first of base-2, base-3, … that is not taken."""
    if base not in taken:
        return base
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{base}-{number}") not in taken)
