"""An answer leaves whole: its head and its body in one write, where uvicorn alone makes one for each.

Half the system calls of an answer, half the packets, and over TLS half the records; its reader wakes once.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class OneWrite(HttpToolsProtocol):
    """uvicorn's protocol on a transport that holds a write back until the next one, or until the loop's turn ends."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection."""
        super().connection_made(cast(asyncio.Transport, _Holding(transport, self.loop)))


class _Holding:
    """A transport; all but writing is left to the one within. Never more than one write is held."""

    def __init__(self, within: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._within, self._loop = within, loop
        self._held: bytes | None = None
        self.is_closing = within.is_closing

    def write(self, sent: bytes) -> None:
        """Send it after what was written before, and before the loop does anything else."""
        if self._held is None:
            self._held = sent
            self._loop.call_soon(self._let_go)
        else:
            held, self._held = self._held, None
            self._within.writelines((held, sent))

    def close(self) -> None:
        """Send what was written, and hang up."""
        self._let_go()
        self._within.close()

    def _let_go(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            if not self._within.is_closing():
                self._within.write(held)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._within, name)
