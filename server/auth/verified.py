"""Access tokens found good are known again: checking a signature costs more than the rest of a small request."""

import time
from collections import OrderedDict
from typing import cast

from starlette.requests import HTTPConnection

from server.auth import programs, tokens
from server.auth.programs import Programs
from server.auth.revoked import Revoked
from server.auth.tokens import Caller, Verified, token_expired

REMEMBERED = 10_000
"""Tokens; the one that was not used for longest goes first."""


class AccessTokens:
    """Tells who sent an access token. Expiry and revocation are looked at each time, the signature once."""

    def __init__(self, secret: bytes, revoked: Revoked, programs: Programs | None = None) -> None:
        self._secret = secret
        self._programs = programs or Programs()
        self._revoked = revoked
        self._good: OrderedDict[str, Verified] = OrderedDict()

    def caller(self, token: str, now: float) -> Caller:
        """Who this is at `now` (Unix seconds); a program's API token is as good as a user's access token.

        Raises ApiProblem 401 `not_signed_in`, `token_expired` or `session_ended`.
        """
        if token.startswith(programs.PREFIX):
            return self._programs.caller(token, now)
        known = self._good.get(token)
        if known is None:
            known = self._good[token] = tokens.read_access_token(self._secret, token)
            if len(self._good) > REMEMBERED:
                self._good.popitem(last=False)
        else:
            self._good.move_to_end(token)
        if now >= known.expires_at:
            del self._good[token]
            raise token_expired()
        self._revoked.check(known.caller)
        return known.caller


def signed_in_by(connection: HTTPConnection, token: str) -> Caller:
    """The caller who sent this token to the application."""
    return cast(AccessTokens, connection.app.state.access_tokens).caller(token, time.time())
