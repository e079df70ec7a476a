"""Who this server is to devices: its id, and the key with which it vouches for them."""

from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from server import sealing
from server.sync.feed import Executor

PURPOSE = b"server-key"


@dataclass(frozen=True, slots=True)
class Identity:
    """This server's id and its Ed25519 key."""

    id: UUID
    key: Ed25519PrivateKey

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that devices keep."""
        return self.key.public_key().public_bytes_raw()


async def get_identity(connection: Executor, data_keys: tuple[bytes, ...]) -> Identity:
    """The one identity of all nodes of this server; its key is made when first asked for, and kept sealed."""
    row = (await connection.execute(_READ)).one()
    if row.private_key_sealed is None:
        made = Ed25519PrivateKey.generate()
        sealed = sealing.seal(data_keys, made.private_bytes_raw(), PURPOSE)
        # Two nodes may make one at once: the first stays.
        await connection.execute(_KEEP, {"public": made.public_key().public_bytes_raw(), "sealed": sealed})
        row = (await connection.execute(_READ)).one()
    private = sealing.unseal(data_keys, row.private_key_sealed, PURPOSE)
    return Identity(row.id, Ed25519PrivateKey.from_private_bytes(private))


_READ = text("SELECT id, private_key_sealed FROM servers")
_KEEP = text("UPDATE servers SET public_key = :public, private_key_sealed = :sealed WHERE private_key_sealed IS NULL")
