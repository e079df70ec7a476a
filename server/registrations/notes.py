"""What the staff writes down about a guest, and what the guest answered: both lie sealed in their table."""

from collections.abc import Mapping

import msgspec

from server import sealing
from server.registrations.rows import Stored

NOTES = b"registration-notes"
ANSWERS = b"registration-answers"

Given = Mapping[str, str | bool]
"""Answers by the id of their question, as `server.questions.answers` reads them."""


def seal_notes(data_keys: tuple[bytes, ...], notes: str | None) -> bytes | None:
    """What the column `notes_sealed` holds."""
    return None if notes is None else sealing.seal(data_keys, notes.encode(), NOTES)


def notes_of(registration: Stored, data_keys: tuple[bytes, ...]) -> str | None:
    """The notes on a registration; raises sealing.Unopenable."""
    sealed = registration.notes_sealed
    return None if sealed is None else sealing.unseal(data_keys, sealed, NOTES).decode()


def seal_answers(data_keys: tuple[bytes, ...], answers: Given) -> bytes | None:
    """What the column `answers_sealed` holds; nothing for no answers."""
    return sealing.seal(data_keys, msgspec.json.encode(dict(answers)), ANSWERS) if answers else None


def answers_of(registration: Stored, data_keys: tuple[bytes, ...]) -> dict[str, str | bool]:
    """The answers of a guest; raises sealing.Unopenable."""
    sealed = registration.answers_sealed
    if sealed is None:
        return {}
    return msgspec.json.decode(sealing.unseal(data_keys, sealed, ANSWERS), type=dict[str, str | bool])
