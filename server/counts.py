"""Counts that end, kept in this process."""

import time
from collections.abc import Callable
from typing import Final

from limits.aio.storage import MemoryStorage

SWEPT_EACH_S: Final = 10.0


class Counts(MemoryStorage):
    """The library's own storage, less what makes a flood dear: that one looks through all its keys at each count.

    Here they are looked through now and then. No count waits for another: nothing is awaited in between.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._now = now
        self._swept = now()

    async def get(self, key: str) -> int:
        """The count of this key; 0 where its time is over."""
        return self.storage[key] if self.expirations.get(key, 0) > self._now() else 0

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count on; the first count of a key begins its time (seconds)."""
        now = self._now()
        if now >= self._swept + SWEPT_EACH_S:
            self._sweep(now)
        if self.expirations.get(key, 0) <= now:
            self.storage[key] = 0
            self.expirations[key] = now + expiry
        self.storage[key] += amount
        return self.storage[key]

    def _sweep(self, now: float) -> None:
        self._swept = now
        for key in [key for key, ends in self.expirations.items() if ends <= now]:
            del self.storage[key], self.expirations[key]
