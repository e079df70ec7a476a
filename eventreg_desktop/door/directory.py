"""Who is on the guest list, in memory: filled from the sealed mirror, kept up as pulls arrive, never written.

Why in memory, and what it costs: docs/adr/0013.
"""

from eventreg_desktop.door.addresses import Addresses
from eventreg_desktop.door.names import Names
from eventreg_desktop.store import people
from eventreg_desktop.store.db import Connection

LATE_SHARE, LATE_FEW = 0.25, 1000
"""When more came late than this share and so many, all is filled anew: in order, and without those who left."""


class Directory:
    """The people of one mirror's file, for one thread. Empty until `refresh`.

    `names` has guests by their number in the mirror, and companions with a minus before theirs; `addresses` guests.
    """

    def __init__(self) -> None:
        self.names, self.addresses = Names(), Addresses()
        self._guest = self._companion = 0
        self._late = 0

    @property
    def size(self) -> int:
        """What it takes, in bytes, but for Python's own dictionaries."""
        return self.names.size + self.addresses.size

    def refresh(self, mirror: Connection) -> None:
        """Take in who is newer than what is known, within the caller's snapshot; all, where all were told anew."""
        lowest = people.lowest_guest(mirror)
        if lowest is None or lowest > self._guest or self._late > LATE_FEW + LATE_SHARE * len(self.names):
            self._forget()
        late = len(self.names) > 0
        guests = people.list_guests_after(mirror, self._guest)
        companions = people.list_companions_after(mirror, self._companion)
        if not guests and not companions:
            return
        self._guest = max((number for number, _, _ in guests), default=self._guest)
        self._companion = max((number for number, _ in companions), default=self._companion)
        self.names.add([(number, name) for number, name, _ in guests])
        self.names.add([(-number, name) for number, name in companions])
        self.addresses.add([(number, address) for number, _, address in guests])
        self._late += (len(guests) + len(companions)) if late else 0

    def _forget(self) -> None:
        self.names, self.addresses = Names(), Addresses()
        self._guest = self._companion = self._late = 0
