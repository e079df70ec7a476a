"""API tokens as this process knows them: all that are good, in memory, looked at for every request that brings one."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from server.auth.tokens import Caller, not_signed_in
from server.users.models import UserRole

PREFIX = "er_"
"""Tells an API token from an access token, and what leaked in a file from other secrets."""


@dataclass(frozen=True, slots=True)
class Known:
    """A token that is good until `expires_at` (Unix seconds), and the user as whom it works."""

    id: UUID
    token_hash: bytes
    user_id: UUID
    expires_at: float


class Programs:
    """Tells who sent an API token; what it does not know was never made, or is over or taken back."""

    def __init__(self) -> None:
        self._known: dict[bytes, Known] = {}

    def learn(self, known: Iterable[Known]) -> None:
        """Know these tokens and no others."""
        self._known = {one.token_hash: one for one in known}

    def caller(self, token: str, now: float) -> Caller:
        """Who this is at `now` (Unix seconds). Raises ApiProblem 401 `not_signed_in`."""
        known = self._known.get(hash_of(token))
        if known is None or now >= known.expires_at:
            raise not_signed_in("not_signed_in", "This API token is not known, or it is over. Ask for a new one.")
        return Caller(known.user_id, UserRole.REGISTRATION_STAFF, known.id, is_program=True)


def new_api_token() -> str:
    """`er_` and 32 random bytes."""
    return PREFIX + urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def hash_of(token: str) -> bytes:
    """What is stored of an API token (SHA-256; it is random, so no salt is needed)."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
