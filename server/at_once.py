"""Dependencies that only look at what is there."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import HTTPConnection

Seen = TypeVar("Seen")


def at_once(look: Callable[[HTTPConnection], Seen]) -> Callable[[HTTPConnection], Awaitable[Seen]]:
    """The dependency that is this look, on the event loop.

    FastAPI gives a plain function a thread: that costs more than the look, and there are forty of them.
    """

    async def looked(connection: HTTPConnection) -> Seen:
        return look(connection)

    return looked
