"""The ear: opens its line again and again, with growing pauses, and is gone when told to stop."""

from collections.abc import Iterator
from queue import Queue
from threading import Event
from uuid import UUID

from eventreg_desktop.sync.answers import NoAnswer
from eventreg_desktop.sync.backoff import Backoff
from eventreg_desktop.sync.ear import Ear
from tests.sync.festival import EVENT


def test_pauses_double_up_to_a_bound_are_spread_and_begin_anew() -> None:
    even, early = Backoff(5, 60, lambda: 1.0), Backoff(5, 60, lambda: 0.0)
    assert [even.failed() for _ in range(6)] == [5, 10, 20, 40, 60, 60]
    assert [early.failed() for _ in range(3)] == [2.5, 5, 10]
    even.worked()
    assert even.failed() == 5
    assert [even.failed() for _ in range(2000)][-1] == 60


class Calls:
    """A line whose every call goes as the test says: a list of revisions, or an error after it."""

    def __init__(self, *calls: list[int | Exception]) -> None:
        self.left = list(calls)
        self.hung_up = Event()
        self.closed = False

    def listen(self, event: UUID) -> Iterator[int]:
        """As `Ear` asks for it."""
        assert event == EVENT
        if not self.left:
            assert self.hung_up.wait(120)
            return
        for one in self.left.pop(0):
            if isinstance(one, Exception):
                raise one
            yield one

    def hang_up(self) -> None:
        """End what is under way."""
        self.hung_up.set()

    def close(self) -> None:
        """Only what was hung up may be let go."""
        assert self.hung_up.is_set()
        self.closed = True


def test_a_line_that_ends_or_breaks_or_shows_a_mistake_of_ours_is_opened_again() -> None:
    line = Calls([1, 2], [3, NoAnswer()], [KeyError("ours")], [4])
    heard: Queue[int | str] = Queue()
    ear = Ear(line, EVENT, chance=lambda: -0.99)  # hardly any pause
    for _ in range(2):
        ear.start(heard.put, lambda: heard.put("lost"))
    assert [heard.get(timeout=120) for _ in range(8)] == [1, 2, "lost", 3, "lost", "lost", 4, "lost"]
    ear.stop()
    ear.stop()
    assert not line.left
    assert line.closed
