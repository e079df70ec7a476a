"""What this process knows of access that was taken back while its tokens are not over yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.auth.tokens import ACCESS_LIFE, Caller, not_signed_in, token_expired
from server.users.models import UserRole

KEPT = ACCESS_LIFE + timedelta(minutes=1)
"""A token made before a revocation is over by then, also where two nodes' clocks differ a little."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One revocation: of a session, or of what a user was (`role` None: no access at all)."""

    id: int
    session_id: UUID | None
    user_id: UUID | None
    role: UserRole | None
    at: datetime


class Revoked:
    """The revocations of the last minutes, in memory; looked at for every request."""

    def __init__(self) -> None:
        self._sessions: dict[UUID, Taken] = {}
        self._users: dict[UUID, Taken] = {}

    def learn(self, taken: Iterable[Taken], now: datetime) -> None:
        """Remember revocations, in any order and as often as they come; forget those whose tokens are over."""
        for one in sorted(taken, key=lambda each: each.id):
            if one.session_id is not None:
                self._sessions[one.session_id] = one
            elif one.user_id is not None:
                self._users[one.user_id] = one
        for known in (self._sessions, self._users):
            for key in [key for key, one in known.items() if one.at < now - KEPT]:
                del known[key]

    def check(self, caller: Caller) -> None:
        """Let a caller pass whose access stands.

        Raises ApiProblem 401: `session_ended`, or `token_expired` for another role than the present one, so that the
        client refreshes and goes on with that.
        """
        if not (self._users or self._sessions):
            # To hash two ids costs more than all else that is done here.
            return
        user = self._users.get(caller.user_id)
        if caller.session_id in self._sessions or (user is not None and user.role is None):
            raise not_signed_in("session_ended", "The session has ended. Sign in again.")
        if user is not None and user.role is not caller.role:
            raise token_expired()
