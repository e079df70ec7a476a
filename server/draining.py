"""Leaving without dropping anybody: say so first, finish what was begun, then go."""

from starlette.requests import HTTPConnection

AT_MOST_S = 10.0
"""How long requests may keep a leaving node, before it stops listening in spite of them."""


class Draining:
    """Whether this node is about to leave, since when, and whether it may go.

    Times are seconds of one monotonic clock. It goes on listening meanwhile: a balancer has to hear of it first.
    """

    def __init__(self, least_s: float = 0) -> None:
        self._least_s = least_s
        self._since: float | None = None

    @property
    def begun(self) -> bool:
        """Whether no new work should be sent here."""
        return self._since is not None

    def begin(self, now: float) -> None:
        """Be told to leave; told again, nothing changes."""
        if self._since is None:
            self._since = now

    def may_go(self, now: float, in_flight: int) -> bool:
        """Whether those who watch had `least_s` seconds to hear of it, and everything begun is finished or too slow."""
        if self._since is None:
            return False
        gone = now - self._since
        return gone >= self._least_s and (in_flight == 0 or gone >= self._least_s + AT_MOST_S)


def draining_of(connection: HTTPConnection) -> Draining:
    """The application's, for routes."""
    draining: Draining = connection.app.state.draining
    return draining
