"""Free text beside a fact: the fact names its salted hash, the text itself is sealed and can be erased."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from server import sealing
from server.sync.feed import Executor

SALT_BYTES = 16
PURPOSE = b"aside"


@dataclass(frozen=True, slots=True)
class Written:
    """A text that somebody gave as a reason, with its salt in front; `hash` is what the fact carries."""

    salted: bytes

    @property
    def hash(self) -> str:
        """SHA-256 of salt and text, 64 hex digits."""
        return hashlib.sha256(self.salted).hexdigest()


def written(words: str) -> Written:
    """Salt a text, so that nobody finds a short reason by trying."""
    return Written(os.urandom(SALT_BYTES) + words.encode())


async def keep(connection: Executor, event: UUID, texts: Sequence[Written], data_keys: tuple[bytes, ...]) -> None:
    """Seal and keep texts of one event."""
    if texts:
        parameters = {
            "event": event,
            "hashes": [bytes.fromhex(each.hash) for each in texts],
            "sealed": [sealing.seal(data_keys, each.salted, PURPOSE) for each in texts],
        }
        await connection.execute(_KEEP, parameters)


_KEEP = text(
    """
    INSERT INTO asides (event_id, hash, sealed)
    SELECT :event, aside.* FROM unnest(CAST(:hashes AS bytea[]), CAST(:sealed AS bytea[])) AS aside
    ON CONFLICT (hash) DO NOTHING
    """
)
