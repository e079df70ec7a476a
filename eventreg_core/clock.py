"""Readings of a device's clocks, and what day it is at an event. Nothing here looks at a clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from eventreg_core.problems import MalformedText


@dataclass(frozen=True, slots=True)
class Reading:
    """A device's clocks at one moment.

    `wall` is aware UTC, right or wrong as the laptop is; `mono_ns` counts nanoseconds since some start of boot `boot`,
    sleep included, and never goes back within that boot.
    """

    wall: datetime
    boot: str
    mono_ns: int


EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
LATEST = datetime(9999, 12, 29, tzinfo=UTC)
"""Times are kept between these two, so that no zone leads beyond the calendar: a laptop that believes in the year 9999
must not stop a scan."""


def corrected(wall: datetime, offset_ms: int | None) -> datetime:
    """The server's time of a device's `wall` reading; an offset (server − device, ms) not yet measured counts as 0."""
    offset = timedelta(milliseconds=min(max(offset_ms or 0, -_MOST_MS), _MOST_MS))
    if offset < timedelta(0):
        return max(_bounded(wall), EARLIEST - offset) + offset
    return min(_bounded(wall), LATEST - offset) + offset


DEEPEST_ZONE, LONGEST_ZONE = 2, 64
"""Folders above a zone, as in America/Argentina/Ushuaia; signs of a name that are repeated to who told it."""


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA zone `name` from the pinned tzdata package, so that door and server agree whatever their systems hold.

    Raises MalformedText for a name that is no zone.
    """
    *folders, leaf = name.split("/")
    package = ".".join(("tzdata", "zoneinfo", *folders))
    try:
        if len(folders) > DEEPEST_ZONE:
            raise ValueError("a name so deep that its folders cannot even be looked for")
        with resources.files(package).joinpath(leaf).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (OSError, ValueError, ImportError) as error:
        sentence = f"There is no time zone {name[:LONGEST_ZONE]!r}. Choose one such as Europe/Berlin."
        raise MalformedText("unknown_zone", sentence) from error


def event_day(at: datetime, zone_name: str, day_starts_at: time) -> date:
    """The day that `at` counts to: the event's local date, where a day begins at wall time `day_starts_at`."""
    local = _bounded(at).astimezone(zone(zone_name)).replace(tzinfo=None)
    into_day = timedelta(hours=day_starts_at.hour, minutes=day_starts_at.minute, seconds=day_starts_at.second)
    return (local - into_day).date()


_MOST_MS = (LATEST - EARLIEST) // timedelta(milliseconds=1)


def _bounded(at: datetime) -> datetime:
    return min(max(at, EARLIEST), LATEST).astimezone(UTC)
