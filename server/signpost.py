"""Finds the route of a request by the parts of its path, where FastAPI would try a hundred and fifty one by one.

That takes a millisecond before the last one's turn, and twice that until it is certain that there is none.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy

from fastapi.routing import APIRoute, APIRouter
from fastapi.utils import generate_unique_id
from starlette.routing import BaseRoute, Match, Route, compile_path
from starlette.types import Receive, Scope, Send

_FOUND = "eventreg.route"


class _Fork:
    """Where paths part: routes that end here, in the order they were declared, and where named parts and others lead.

    `rest` are the routes that take whatever follows.
    """

    __slots__ = ("named", "others", "rest", "routes")

    def __init__(self) -> None:
        self.routes: list[tuple[int, Route]] = []
        self.rest: list[tuple[int, Route]] = []
        self.named: dict[str, _Fork] = {}
        self.others: _Fork | None = None

    def add(self, parts: Sequence[str], number: int, route: Route) -> None:
        """Let a path lead to its route."""
        if not parts:
            self.routes.append((number, route))
        elif parts[0].endswith(":path}"):
            self.rest.append((number, route))
        elif parts[0].startswith("{"):
            self.others = self.others or _Fork()
            self.others.add(parts[1:], number, route)
        else:
            self.named.setdefault(parts[0], _Fork()).add(parts[1:], number, route)

    def find(self, parts: Sequence[str], at: int = 0) -> Iterator[tuple[int, Route]]:
        """Every route that these parts of a path may mean."""
        yield from self.rest
        if at == len(parts):
            yield from self.routes
            return
        if (named := self.named.get(parts[at])) is not None:
            yield from named.find(parts, at + 1)
        if self.others is not None:
            yield from self.others.find(parts, at + 1)


class Signpost(BaseRoute):
    """One route that stands for all of them; the first one declared that fits gets the request."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._paths = _Fork()
        for number, route in enumerate(routes):
            self._paths.add(route.path.split("/"), number, route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """What a router asks: as the route itself would answer that fits best."""
        if scope["type"] != "http":
            return Match.NONE, {}
        partly: Scope | None = None
        for _, route in sorted(self._paths.find(scope["path"].split("/")), key=_declared):
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, {**found, _FOUND: route}
            if match is Match.PARTIAL and partly is None:
                partly = {**found, _FOUND: route}
        return (Match.NONE, {}) if partly is None else (Match.PARTIAL, partly)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route that was found answer."""
        await scope[_FOUND].handle(scope, receive, send)


def whole_routes(routers: Iterable[tuple[str, APIRouter]]) -> list[Route]:
    """Every route of these routers, its path the whole one."""
    return [_below(prefix, route) for prefix, router in routers for route in router.routes if isinstance(route, Route)]


def _below(prefix: str, route: Route) -> Route:
    path = prefix + route.path
    if not isinstance(route, APIRoute):
        return Route(path, route.endpoint, methods=list(route.methods or ()))
    moved = copy(route)
    moved.path = path
    moved.path_regex, moved.path_format, moved.param_convertors = compile_path(path)
    moved.unique_id = generate_unique_id(moved)
    return moved


def _declared(found: tuple[int, Route]) -> int:
    return found[0]
