"""Who causes a change, and from where: what each use case is told, and the audit keeps."""

from dataclasses import dataclass, field
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from starlette.requests import HTTPConnection

from server.at_once import at_once
from server.auth.access import SignedInCaller
from server.auth.origin import network_of
from server.auth.tokens import Caller
from server.auth.visitors import MaybeCaller
from server.settings import settings_of

Kind = Literal["user", "device", "visitor", "system"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who causes a change: a signed-in user, a device, a visitor, or the system itself (a job, a command).

    `address` is the network alone; `data_keys` seal the keys of people's values.
    """

    kind: Kind
    id: UUID | None = None
    address: str | None = None
    request_id: str | None = None
    data_keys: tuple[bytes, ...] = field(repr=False, kw_only=True)

    @property
    def name(self) -> str:
        """As facts name their authors: `user:UUID`."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"

    @property
    def user_id(self) -> UUID:
        """The user; only for use cases that a user alone may cause."""
        if self.kind != "user" or self.id is None:
            raise ValueError(f"a {self.kind} is no user")
        return self.id


def system(data_keys: tuple[bytes, ...]) -> Author:
    """A job or a command on the server itself."""
    return Author("system", data_keys=data_keys)


def user_author(connection: HTTPConnection, caller: Caller) -> Author:
    """A signed-in user and the request that they sent."""
    return _from_request(connection, "user", caller.user_id)


def visitor_author(connection: HTTPConnection) -> Author:
    """Whoever sent this request, without an account: also for routes that do not look at credentials."""
    return _from_request(connection, "visitor", None)


def device_author(connection: HTTPConnection, device_id: UUID) -> Author:
    """A device and the request that it signed."""
    return _from_request(connection, "device", device_id)


def _from_request(connection: HTTPConnection, kind: Kind, author_id: UUID | None) -> Author:
    network = network_of(connection.client.host if connection.client is not None else "")
    request_id: str | None = getattr(connection.state, "request_id", None)
    return Author(kind, author_id, network or None, request_id, data_keys=settings_of(connection).data_keys)


async def _signed_in(connection: HTTPConnection, caller: SignedInCaller) -> Author:
    return user_author(connection, caller)


async def _maybe_signed_in(connection: HTTPConnection, caller: MaybeCaller) -> Author:
    return visitor_author(connection) if caller is None else user_author(connection, caller)


SignedInAuthor = Annotated[Author, Depends(_signed_in)]
"""Parameter of a changing route that needs a signed-in user."""
MaybeAuthor = Annotated[Author, Depends(_maybe_signed_in)]
"""Parameter of a changing route that visitors may call too."""
VisitingAuthor = Annotated[Author, Depends(at_once(visitor_author))]
"""Parameter of a changing route before sign-in: no credentials are looked at."""
