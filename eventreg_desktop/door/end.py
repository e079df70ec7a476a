"""The end of a shift: the device vouches for what was recorded."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_desktop.store import heads
from eventreg_desktop.store.db import transaction
from eventreg_desktop.store.stores import Stores


def end_shift(stores: Stores, signing: Ed25519PrivateKey) -> None:
    """Sign the journal's head, so that a change made to the file afterwards shows; raises Problem as `redeem` does."""
    with transaction(stores.journal):
        heads.sign(stores.journal, signing)
