"""Begin a rehearsal: from here on everything is tried out as it will be, and nothing counts."""

from eventreg_desktop.door.door import Rehearsal
from eventreg_desktop.store import journal
from eventreg_desktop.store.db import snapshot
from eventreg_desktop.store.stores import Stores


def begin_rehearsal(stores: Stores) -> Rehearsal:
    """A rehearsal that knows nothing of what happened before it; raises Problem as `redeem` does."""
    with snapshot(stores.journal):
        return Rehearsal(journal.last_number(stores.journal))
