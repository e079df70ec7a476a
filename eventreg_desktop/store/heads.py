"""The device's word for its journals: signatures over the heads of their chains, kept beside the facts.

Whoever holds the device's public key can prove with the last of them that nothing before it was changed or taken away.
"""

from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.facts import head_message
from eventreg_core.wire import Head
from eventreg_desktop.store import journal
from eventreg_desktop.store.db import Connection


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A chain's head, and the 64 bytes by which the device vouches for it (over `facts.head_message`)."""

    head: Head
    signature: bytes


def signature_of(chain: UUID, head: Head, signing: Ed25519PrivateKey) -> bytes:
    """Vouch for a chain up to `head`: 64 bytes."""
    return signing.sign(head_message(chain, head.seq, head.hash))


def sign(file: Connection, signing: Ed25519PrivateKey) -> None:
    """Vouch for the present journal as it is now, within the caller's transaction; an empty one needs no word."""
    chain = journal.get_current(file).id
    head = journal.head(file, chain)
    if head.seq > 0:
        file.execute(
            "INSERT OR IGNORE INTO signed_heads VALUES (?, ?, ?, ?)",
            (str(chain), head.seq, head.hash, signature_of(chain, head, signing).hex()),
        )


def find_last(file: Connection, chain: UUID) -> SignedHead | None:
    """The newest head of the chain that was vouched for at the end of a shift."""
    row = file.execute(
        "SELECT seq, hash, signature FROM signed_heads WHERE journal = ? ORDER BY seq DESC LIMIT 1", (str(chain),)
    ).fetchone()
    return None if row is None else SignedHead(Head(row[0], row[1]), bytes.fromhex(row[2]))
