"""Whoever asks a public route: signed in, or a visitor without an account."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from server.at_once import at_once
from server.auth.access import caller_of
from server.auth.tokens import Caller


def find_caller(connection: HTTPConnection) -> Caller | None:
    """The caller, or None without an `Authorization`; a token that is sent must be good (401)."""
    shown = any(name == b"authorization" for name, _ in connection.scope["headers"])
    return caller_of(connection) if shown else None


MaybeCaller = Annotated[Caller | None, Depends(at_once(find_caller))]
"""Parameter of a route that visitors may call too."""
