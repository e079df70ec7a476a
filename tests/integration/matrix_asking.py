"""Who asks about which side of the matrix, and what they send."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from server.clock import new_id
from tests.integration.arrange import Json
from tests.integration.matrix_world import Side, World

T = TypeVar("T")
DONE = frozenset({200, 201, 202, 204})


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks about which side, and whether the table lets them change what they ask about."""

    world: World
    kind: str
    whose: str
    changes: bool = True

    @property
    def side(self) -> Side:
        return self.world.side(self.kind, self.whose)

    @property
    def registration(self) -> Json:
        """The guest's own where a guest asks, else one that is as new."""
        return self.side.guest if self.kind == "guest" else self.one("registration", self.side.another)

    def one(self, what: str, make: Callable[[], T]) -> T:
        """A thing of this side that is as new: whoever is refused, or only looks, leaves it to the next who asks."""
        spares, name = self.world.spares, f"{what} of {self.side.id}"
        if name not in spares:
            spares[name] = make()
        found: T = spares.pop(name) if self.changes else spares[name]
        return found


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent: more about the path, query, body or headers; `done`: how it is answered to whoever may."""

    path: dict[str, Any] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None
    params: dict[str, str] | None = None
    headers: dict[str, str] | None = None
    done: frozenset[int] = DONE


def fresh_email() -> str:
    """An e-mail that nobody has."""
    return f"{new_id().hex}@example.org"


def a_guest() -> Json:
    """Somebody who may register."""
    return {"user_email": fresh_email(), "full_name": "Ana Müller"}
