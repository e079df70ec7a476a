"""What a ticket and a check-in list were at the time of a fact, and whether its door could know."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from eventreg_core.admission import Policy, Status, Ticket

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was judged, and with what: the event's revision that was known; None where nobody can tell."""

    at: datetime
    seen: int | None


@dataclass(frozen=True, slots=True)
class Former(Generic[Value]):
    """What held until the server's time `until`; the change that ended it is known from `revision` on."""

    value: Value
    until: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Timeline(Generic[Value]):
    """One value now, and what it was before; oldest first."""

    now: Value
    former: tuple[Former[Value], ...] = ()

    def at(self, moment: Moment) -> Value:
        """What held then. A change that was seen had happened, whatever the clocks say."""
        if not self.former:
            return self.now
        passed = self._passed(moment)
        return self.former[passed].value if passed < len(self.former) else self.now

    def could_know(self, moment: Moment) -> bool:
        """Whether the change that brought what held then had been seen; true where it never was otherwise."""
        passed = self._passed(moment) if self.former else 0
        return passed == 0 or (moment.seen is not None and moment.seen >= self.former[passed - 1].revision)

    def _passed(self, moment: Moment) -> int:
        seen = -1 if moment.seen is None else moment.seen
        happened = [
            index + 1 for index, one in enumerate(self.former) if moment.at >= one.until or seen >= one.revision
        ]
        return max(happened, default=0)


Rules = Timeline[Policy]
"""A check-in list through time."""


@dataclass(frozen=True, slots=True)
class TicketHistory:
    """One serial through time; whose it is never changes."""

    serial: bytes
    registration: UUID | None
    place: int
    ticket_type: Timeline[int]
    status: Timeline[Status]
    settled: Timeline[bool]

    def at(self, moment: Moment) -> Ticket:
        """The ticket as it was then."""
        return Ticket(
            self.serial,
            self.registration,
            self.place,
            self.ticket_type.at(moment),
            self.status.at(moment),
            self.settled.at(moment),
        )

    def could_know(self, moment: Moment) -> bool:
        """Whether a door could know then what the ticket was."""
        return (
            self.ticket_type.could_know(moment) and self.status.could_know(moment) and self.settled.could_know(moment)
        )
