"""Tokens that prove who holds them was given them by us, for one thing: a keyed hash of its id, stored nowhere."""

import hmac
from base64 import urlsafe_b64encode
from typing import Annotated
from uuid import UUID

from fastapi import Header

LinkToken = Annotated[
    str | None, Header(alias="Link-Token", max_length=100, description="The token of the link in the mail about this")
]
"""Parameter of a route that opens to whoever holds the token of its thing."""


def token_for(secret_key: bytes, purpose: str, thing: UUID) -> str:
    """The token of a thing: always the same, and no other purpose's."""
    key = hmac.digest(secret_key, b"eventreg-link-" + purpose.encode(), "sha256")
    return urlsafe_b64encode(hmac.digest(key, thing.bytes, "sha256")).decode().rstrip("=")


def is_token_for(secret_key: bytes, purpose: str, thing: UUID, told: str | None) -> bool:
    """Whether somebody shows the token of this thing."""
    return told is not None and hmac.compare_digest(token_for(secret_key, purpose, thing).encode(), told.encode())
