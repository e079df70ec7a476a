"""The language of scenarios: what a door does, line by line, and what it is expected to say. See docs/headless.md."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from eventreg_core.admission import Kind, Reason
from eventreg_core.currencies import places_of
from eventreg_core.facts import PayMethod
from eventreg_core.problems import MalformedText
from eventreg_desktop.door.annul import WhyNot
from eventreg_desktop.door.door import Taken


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


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody works here from now on; who is not known yet is added, the first as a supervisor."""

    name: str
    pin: str


@dataclass(frozen=True, slots=True)
class Rehearse:
    """Begin a rehearsal, or end it."""

    on: bool


@dataclass(frozen=True, slots=True)
class Count:
    """So many people must be inside, admitted or expected."""

    what: str
    people: int


@dataclass(frozen=True, slots=True)
class Allow:
    """A supervisor lets in whoever was refused last."""

    name: str
    pin: str
    words: str
    expected: list[Expected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pay:
    """Money was taken from whoever was judged last."""

    taken: Taken
    expected: list[Expected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Admit:
    """Of the party of whoever was judged last these are admitted; without numbers all who wait."""

    numbers: tuple[int, ...]
    expected: list[Expected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sell:
    """Somebody without a ticket buys one of this type, by its name; `taken` None: it is given away.

    They come in at once, unless it is sold `for_later`; then nothing is expected of it.
    """

    ticket_type: str
    name: str
    taken: Taken | None
    for_later: bool
    expected: list[Expected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Show:
    """Hold the ticket that was sold last before the scanner."""

    expected: list[Expected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stocked:
    """So many tickets must be left to sell."""

    left: int


@dataclass(frozen=True, slots=True)
class Undo:
    """The newest check-in or exit is taken back."""

    expected: list[Expected] = field(default_factory=list)


Judged = Scan | Choose | Video | Allow | Pay | Admit | Sell | Show | Undo
Step = Enrol | Stand | Turn | Connect | Sync | Unsent | Find | SignIn | Rehearse | Count | Stocked | Judged


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
    if verdict not in _VERDICTS or len(reasons) > 1 or (reasons and verdict in ("admitted", "undone")):
        raise ValueError("expect admitted, or expect refused with at most one reason")
    last = steps[-1] if steps else None
    if not isinstance(last, Judged) or (last.expected and not isinstance(last, Video | Admit)):
        raise ValueError("expect follows what it expects something of")
    known = WhyNot if verdict == "stands" else Reason
    last.expected.append(Expected(verdict, known(reasons[0]).value if reasons else None))


_VERDICTS = ("admitted", "refused", "undone", "stands")


def _allow(rest: str) -> Allow:
    name, pin, words = shlex.split(rest)
    return Allow(name, pin, words)


def _pay(rest: str) -> Pay:
    return Pay(_taken(*rest.split()))


def _taken(amount: str, currency: str, method: str) -> Taken:
    minor = Decimal(amount).scaleb(places_of(currency))
    return Taken(int(minor), currency, PayMethod(method))


def _sell(rest: str) -> Sell:
    ticket_type, name, *how = shlex.split(rest)
    for_later = how[-1:] == ["later"]
    money = how[:-1] if for_later else how
    return Sell(ticket_type, name, None if money == ["free"] else _taken(*money), for_later)


def _sign_in(rest: str) -> SignIn:
    name, pin = shlex.split(rest)
    return SignIn(name, pin)


def _admit(rest: str) -> Admit:
    return Admit(() if rest.strip() == "all" else tuple(int(number) for number in rest.split()))


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
    "operator": lambda rest, _: _sign_in(rest),
    "rehearsal": lambda rest, _: Rehearse({"begins": True, "ends": False}[rest.strip()]),
    "inside": lambda rest, _: Count("inside", int(rest)),
    "expected": lambda rest, _: Count("expected", int(rest)),
    "allow": lambda rest, _: _allow(rest),
    "paid": lambda rest, _: _pay(rest),
    "party": lambda rest, _: _admit(rest),
    "sell": lambda rest, _: _sell(rest),
    "show": lambda rest, _: Show(),
    "left": lambda rest, _: Stocked(int(rest)),
    "undo": lambda rest, _: Undo(),
    "video": lambda rest, folder: Video(folder / rest.strip()),
}
