"""What another client asks about one ticket."""

from uuid import UUID

import msgspec
import pytest

from eventreg_core.admission import Kind, Reason
from eventreg_core.scan_api import ScanRequest

ASKED = {"id": str(UUID(int=1)), "token": "R1 %A", "list_id": str(UUID(int=2))}


def test_a_scan_is_an_entry_unless_it_says_otherwise_and_its_token_is_never_trimmed() -> None:
    asked = msgspec.convert(ASKED | {"token": " R1 "}, ScanRequest)
    assert (asked.kind, asked.token, asked.override) == (Kind.ENTRY, " R1 ", None)


@pytest.mark.parametrize("other", [{"gate": "north"}, {"override": ""}, {"kind": "sideways"}, {"token": "R" * 4001}])
def test_what_a_scan_cannot_say_is_not_taken(other: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(ASKED | other, ScanRequest)


def test_reasons_are_told_by_their_names() -> None:
    assert msgspec.json.encode(Reason.ALREADY_USED) == b'"already_used"'
