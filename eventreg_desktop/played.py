"""What a scenario was told, scan by scan, and how it is written down."""

import msgspec

from eventreg_core.admission import Admitted, Refused
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.scenario import Expected

NOT_SEEN = "not_seen"
"""The reason of a scan that was expected of a video and never came."""


class Played(msgspec.Struct, frozen=True):
    """One scan of a scenario: what was expected of it, what the door said, and how long (ms) it took."""

    scan: int
    expected: str | None
    expected_reason: str | None
    verdict: str | None
    reason: str | None
    decode_ms: float
    commit_ms: float

    @property
    def differs(self) -> bool:
        """Whether the door said something else than expected."""
        if self.expected is None:
            return False
        return self.verdict is None or not Expected(self.expected, self.expected_reason).met_by(
            self.verdict, self.reason
        )


class Report(msgspec.Struct, frozen=True):
    """The last line: every scan, and how many facts this device holds and has not delivered."""

    scans: list[Played]
    device_facts: int
    unsent: int


def told_of(outcome: Outcome) -> tuple[str, str | None]:
    """A verdict in a word, and its reason."""
    match outcome.verdict:
        case Admitted():
            return "admitted", None
        case Refused(reason=reason):
            return "refused", reason.value


def as_json(line: object) -> str:
    """A line for programs."""
    return msgspec.json.encode(line).decode()


def as_plain(played: Played) -> str:
    """A line for people."""
    told = " ".join(filter(None, (played.verdict or "no verdict", played.reason)))
    wanted = " ".join(filter(None, (played.expected, played.expected_reason)))
    differs = f"  DIFFERS: expected {wanted}" if played.differs else ""
    return f"{played.scan:3}  {told}  ({played.decode_ms:.1f} + {played.commit_ms:.1f} ms){differs}"
