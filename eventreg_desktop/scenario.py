"""The language of scenarios: what a door does, line by line, and what it is expected to say. See docs/headless.md."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eventreg_core.admission import Kind, Reason
from eventreg_core.problems import MalformedText


@dataclass(frozen=True, slots=True)
class Expected:
    """What one scan should be told; a refusal without a reason may have any."""

    verdict: str
    reason: str | None = None

    def met_by(self, verdict: str, reason: str | None) -> bool:
        """Whether the door said so."""
        return self.verdict == verdict and self.reason in (None, reason)


@dataclass(frozen=True, slots=True)
class Enrol:
    """Become a device."""

    text: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Work on this list, at this gate."""

    list: str
    gate: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Count entries, or exits, from now on."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Connect:
    """Try the server from now on, or leave it alone."""

    online: bool


@dataclass(frozen=True, slots=True)
class Sync:
    """One cycle with the server, which must answer."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """So many facts must wait to be sent."""

    count: int


@dataclass(frozen=True, slots=True)
class Find:
    """Look tickets up by typed words."""

    typed: str


@dataclass(frozen=True, slots=True)
class Scan:
    """Hold a code before the scanner."""

    text: str
    expected: list[Expected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choose:
    """Pick from what was found last; the first is 1."""

    number: int
    expected: list[Expected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Video:
    """Let the camera see a film; what is expected of its scans, in order."""

    file: Path
    expected: list[Expected] = field(default_factory=list)


Judged = Scan | Choose | Video
Step = Enrol | Stand | Turn | Connect | Sync | Unsent | Find | Judged


def read_scenario(file: Path) -> list[Step]:
    """Read a scenario; raises MalformedText that names the line. Files in it are relative to it."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedText("bad_scenario", f"The scenario {file.name} cannot be read.") from error
    steps: list[Step] = []
    for number, line in enumerate(lines, start=1):
        try:
            _read(line, file.parent, steps)
        except (ValueError, LookupError) as error:
            raise MalformedText("bad_scenario", f"{file.name}, line {number}: {error}") from error
    return steps


def _read(line: str, folder: Path, steps: list[Step]) -> None:
    word, _, rest = line.lstrip().partition(" ")
    if not word or word.startswith("#"):
        return
    if word == "expect":
        _expect(rest, steps)
    elif word in _STEPS:
        steps.append(_STEPS[word](rest, folder))
    else:
        raise ValueError(f"there is no {word!r}")


def _expect(rest: str, steps: list[Step]) -> None:
    verdict, *reasons = rest.split()
    if verdict not in ("admitted", "refused") or len(reasons) > 1 or (reasons and verdict == "admitted"):
        raise ValueError("expect admitted, or expect refused with at most one reason")
    last = steps[-1] if steps else None
    if not isinstance(last, Scan | Choose | Video) or (last.expected and not isinstance(last, Video)):
        raise ValueError("expect follows what it expects something of")
    last.expected.append(Expected(verdict, Reason(reasons[0]).value if reasons else None))


def _stand(rest: str) -> Stand:
    names = shlex.split(rest)
    if len(names) not in (1, 2):
        raise ValueError("a door has a list and perhaps a gate, in quotes where they have spaces")
    return Stand(names[0], names[1] if len(names) == 2 else None)


_STEPS: Mapping[str, Callable[[str, Path], Step]] = {
    "enrol": lambda rest, _: Enrol(rest.strip()),
    "door": lambda rest, _: _stand(rest),
    "entry": lambda rest, _: Turn(Kind.ENTRY),
    "exit": lambda rest, _: Turn(Kind.EXIT),
    "online": lambda rest, _: Connect(online=True),
    "offline": lambda rest, _: Connect(online=False),
    "sync": lambda rest, _: Sync(),
    "unsent": lambda rest, _: Unsent(int(rest)),
    "find": lambda rest, _: Find(rest.strip()),
    "scan": lambda rest, _: Scan(rest),  # exact: a code may end in a space
    "choose": lambda rest, _: Choose(int(rest)),
    "video": lambda rest, folder: Video(folder / rest.strip()),
}
