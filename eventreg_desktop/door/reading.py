"""What cameras and scanners read, before it is judged. Only what they add or change themselves is undone."""

import re

from eventreg_core import ticket
from eventreg_core.problems import UnreadableTicket

_BEFORE = re.compile(r"\A(?:\][A-Za-z]\d)?(?:\\\d{6})?")
"""The kind of code (AIM, ISO/IEC 15424) and its alphabet (ECI), which some scanners type first; no ticket begins so."""


def as_coded(typed: str) -> str:
    """The code's own text, out of what a keyboard scanner `typed`: without its markers, and as if Caps Lock were off.

    A ticket has capitals only. Nothing is trimmed, and of a text that is no ticket no letter is changed.
    """
    bare = _BEFORE.sub("", typed)
    return bare.upper() if is_ticket(bare.upper()) else bare


def tickets_last(texts: list[str]) -> list[str]:
    """The texts of one picture in the order to judge them: the last verdict stays on the screen."""
    return sorted(texts, key=is_ticket)


def is_ticket(text: str) -> bool:
    """Whether a text has a ticket's form, of any event, genuine or not."""
    try:
        ticket.parse(text)
    except UnreadableTicket:
        return False
    return True
