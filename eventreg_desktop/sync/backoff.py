"""How long to leave somebody alone who did not answer."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Seconds to wait after each failure: twice as long each time, at most `most_s`, never less than half of it.

    `chance` (0 to 1) spreads those who failed in the same moment, so that they do not come back in the same moment.
    """

    first_s: float
    most_s: float
    chance: Callable[[], float]
    _failures: int = 0

    def failed(self) -> float:
        """One more failure; how long to wait now."""
        whole: float = min(self.most_s, self.first_s * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return whole * (0.5 + 0.5 * self.chance())

    def worked(self) -> None:
        """Begin anew with the next failure."""
        self._failures = 0
