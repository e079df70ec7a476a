"""Cases of docs/scenarios.md that no other test of the desktop has."""

from tests.sync.festival import ADULT, Festival, serial
from tests.sync.laptop import Laptop, told

SIGNS = set(" $%*+-./:")
"""What a code may hold besides digits and capitals (RFC 9285)."""


def test_a_ticket_enters_whatever_signs_its_code_holds(door: Laptop, festival: Festival) -> None:
    """R04: no sign is trimmed, doubled or taken for another one on the way from the picture to the verdict."""
    seen: set[str] = set()
    for number in range(1, 40):
        text = festival.text(serial(100 + number), ticket_type=ADULT)
        seen |= SIGNS & set(text)
        assert told(door.scan(text)) is None
        assert told(door.scan(text)) is not None
    assert seen == SIGNS
