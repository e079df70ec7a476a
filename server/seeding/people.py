"""Any number of people, named as the world names them: the same ones for the same seed, no e-mail twice."""

from random import Random

from server.demo.people import WORLDS
from server.events.slug import slug_of

LATIN_BELOW = "\u0370"
"""Scripts from here on do not join two family names with a hyphen."""


class People:
    """Persons by number, from 0 on: `full_name` and `email` are functions of it."""

    def __init__(self, seed: int) -> None:
        self._names = _names()
        Random(seed).shuffle(self._names)
        self._locals = [_local(name) for name in self._names]

    def full_name(self, number: int) -> str:
        """What this person is called; others may have the same name."""
        return self._names[number % len(self._names)]

    def email(self, number: int) -> str:
        """Where this person's mail goes; nobody else has it."""
        return f"{self._locals[number % len(self._locals)]}.{number}@example.org"


def _names() -> list[str]:
    names = []
    for given, family in WORLDS:
        names += [f"{one} {other}" for one in given for other in family]
        joined = [f"{a}-{b}" for a in family for b in family if a != b and a[0] < LATIN_BELOW and len(a + b) < 24]
        names += [f"{one} {other}" for one in given for other in joined]
    return names


def _local(name: str) -> str:
    words = slug_of(name).replace("-", ".")
    return "guest" if words == "event" else words
