"""What scanners that type at a door mean: the code, whatever keyboard the computer takes them for, also two at once.

Every repair is proved: only a text that a key of this event signed takes the place of the one that was typed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from eventreg_core import base45, ticket
from eventreg_core.problems import Problem
from eventreg_core.ticket import TEXT_LENGTH, Code, Signed, Token, Unreadable
from eventreg_desktop.door.keyboards import damages
from eventreg_desktop.door.mixed import parted
from eventreg_desktop.door.reading import as_coded
from eventreg_desktop.store import mirror
from eventreg_desktop.store.db import Connection

SHORTEST = 90
"""Signs of a text that may be a damaged ticket: dead keys swallow some."""
Read = Callable[[str], Code]
"""What a text is to this door."""


def reader(mirror_file: Connection, event: UUID) -> Read:
    """How this door reads texts, as far as the mirror knows its event and the event's keys by now."""
    here = mirror.find_event(mirror_file, event)
    number, keys = (-1, {}) if here is None else (here.number, mirror.keys(mirror_file))
    return partial(ticket.read, event_number=number, keys=keys)


class TwoAtOnce(Problem):
    """Two scanners typed into each other, and their codes cannot be told apart."""

    def __init__(self) -> None:
        super().__init__("two_scanners", "Two scanners typed at once. Scan both tickets again, one after the other.")


@dataclass(slots=True)
class Typist:
    """Hears the bursts of one computer's scanners. Keeps the head of a code whose rest is still to come."""

    _head: str = ""
    _swallowed: int = 0

    def codes(self, typed: str, read: Read) -> list[str]:
        """The codes that a burst means; a text that is no ticket, as it was typed. Raises TwoAtOnce.

        Nothing while the rest of a code that could not be told apart comes in.
        """
        text = as_coded(typed)
        head, self._head = self._head, ""
        swallowed, self._swallowed = self._swallowed, 0
        if isinstance(read(text), Signed):
            return [text]
        if swallowed and len(text) == swallowed:
            return []
        if head and (whole := _repaired(head + text, read)[0]):
            return [whole]
        whole, foreign = _repaired(text, read)
        if whole:
            return [whole]
        if TEXT_LENGTH < len(text) <= 2 * TEXT_LENGTH:
            return self._two(text, read)
        return [foreign or text]

    def _two(self, text: str, read: Read) -> list[str]:
        for straight in _one_for_one(text):
            for ended, other in parted(straight, _BEGINNINGS):
                if isinstance(read(ended), Signed):
                    if isinstance(read(other), Signed):
                        return [other, ended]
                    self._head = other if len(other) < TEXT_LENGTH else ""
                    return [ended]
        if all(sign in base45.ALPHABET for sign in text.upper()):
            self._swallowed = 2 * TEXT_LENGTH - len(text)
            raise TwoAtOnce
        return [text]


def _repaired(typed: str, read: Read) -> tuple[str, str]:
    """The ticket that was meant, empty without one; and the first text with a ticket's form that no key here signed."""
    foreign = ""
    for text in _repairs(typed):
        code = read(text) if text[:3] in _BEGINNINGS else Unreadable()
        if isinstance(code, Signed):
            return text, ""
        if not foreign and not isinstance(code, Unreadable):
            foreign = text
    return "", foreign


def _repairs(typed: str) -> Iterator[str]:
    if SHORTEST <= len(typed) <= TEXT_LENGTH:
        yield typed
        for damage in damages():
            yield from damage.repairs(typed)


def _one_for_one(typed: str) -> Iterator[str]:
    """The same by each pair of layouts that has a key for each sign."""
    yield typed
    signs = set(typed)
    for damage in damages():
        if damage.undone.keys() >= signs:
            yield "".join(damage.straight(typed))


_BEGINNINGS = frozenset(
    base45.encode(Token(key, 0, bytes(8), 0, settled).content()[:2]) for key in range(256) for settled in (True, False)
)
"""The first three signs of every ticket there can be: flags and key number."""
