"""Who asks about which side of the matrix, and what they send."""

from dataclasses import dataclass, field
from typing import Any

from server.clock import new_id
from tests.integration.arrange import Json
from tests.integration.matrix_world import Side, World

DONE = frozenset({200, 201, 202, 204})


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks about which side."""

    world: World
    kind: str
    whose: str

    @property
    def side(self) -> Side:
        return self.world.side(self.kind, self.whose)

    @property
    def registration(self) -> Json:
        """The guest's own where a guest asks, else one that nobody asked about."""
        return self.side.guest if self.kind == "guest" else self.side.another()


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
