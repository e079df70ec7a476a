"""Access tokens that live minutes, and refresh tokens whose successor is a function of themselves."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import jwt
from jwt.types import Options

from server.errors import ApiProblem
from server.users.models import UserRole

ACCESS_LIFE = timedelta(minutes=5)
REFRESH_LIFE = timedelta(days=30)
ALGORITHM = "HS256"
ISSUER = "eventreg"
CLAIMS = ("iss", "sub", "role", "sid", "iat", "exp")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: a signed-in user in one session, or a program by its API token, whose id stands for a session."""

    user_id: UUID
    role: UserRole
    session_id: UUID
    is_program: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """What a good access token says: who, and until when (Unix seconds)."""

    caller: Caller
    expires_at: float


def not_signed_in(code: str = "not_signed_in", sentence: str = "Sign in first.") -> ApiProblem:
    """401, with the challenge that RFC 6750 asks for."""
    return ApiProblem(401, code, sentence, headers={"WWW-Authenticate": "Bearer"})


def token_expired() -> ApiProblem:
    """401: the same session goes on after a refresh."""
    return not_signed_in("token_expired", "The session needs to be refreshed.")


def access_token(secret: bytes, caller: Caller, now: datetime) -> str:
    """A signed statement of who this is, good for ACCESS_LIFE (JWT, HS256)."""
    claims = {
        "iss": ISSUER,
        "sub": str(caller.user_id),
        "role": caller.role.value,
        "sid": str(caller.session_id),
        "iat": now,
        "exp": now + ACCESS_LIFE,
    }
    return jwt.encode(claims, _derived(secret, b"access"), ALGORITHM)


def read_access_token(secret: bytes, token: str) -> Verified:
    """Who signed in. Raises ApiProblem `token_expired` or `not_signed_in` (401)."""
    try:
        # `iat` must be there, and may lie ahead of us: another node's clock made it.
        options: Options = {"require": list(CLAIMS), "verify_iat": False}
        claims = jwt.decode(token, _derived(secret, b"access"), [ALGORITHM], issuer=ISSUER, options=options)
        caller = Caller(UUID(claims["sub"]), UserRole(claims["role"]), UUID(claims["sid"]))
    except jwt.ExpiredSignatureError as error:
        raise token_expired() from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise not_signed_in() from error
    return Verified(caller, float(claims["exp"]))


def first_refresh_token() -> str:
    """The first token of a session: 32 random bytes."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def successor(secret: bytes, token: str) -> str:
    """The one token that follows this one: an answer that was lost can be given again, without storing it."""
    digest = hmac.digest(_derived(secret, b"refresh"), token.encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(token: str) -> bytes:
    """What is stored of a refresh token (SHA-256; it is random, so no salt is needed)."""
    return sha256(token.encode()).digest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    # One key per purpose: a token of one kind can never pass as another.
    return hmac.digest(secret, b"eventreg-" + purpose, "sha256")
