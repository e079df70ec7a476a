"""The signpost leads where trying one route after the other would."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from server.app import ROUTERS
from server.signpost import Signpost, whole_routes

ROUTES = whole_routes(ROUTERS)
SIGNPOST = Signpost(ROUTES)
PARTS = [*sorted({part for route in ROUTES for part in route.path.split("/") if "{" not in part}), "x", "%2F"]


def asked(path: str, method: str = "GET") -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}


def found(routes: list[BaseRoute], scope: dict[str, Any]) -> tuple[Match, object, object]:
    """How the first route that fits best would be told of the request."""
    answers = [route.matches(dict(scope)) for route in routes]
    best = next((one for one in answers if one[0] is Match.FULL), None)
    match, child = best or next((one for one in answers if one[0] is Match.PARTIAL), (Match.NONE, {}))
    return match, child.get("endpoint"), child.get("path_params")


@given(st.lists(st.sampled_from(PARTS), max_size=8), st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD"]))
def test_any_path_leads_where_it_leads_without_a_signpost(parts: list[str], method: str) -> None:
    scope = asked("/" + "/".join(parts), method)

    assert found([SIGNPOST], scope) == found(list(ROUTES), scope)


def test_every_route_is_found() -> None:
    for route in ROUTES:
        path = "/".join("x" if part.startswith("{") else part for part in route.path.split("/"))
        scope = asked(path, min(route.methods or ()))

        assert found([SIGNPOST], scope) == found(list(ROUTES), scope)
        assert found([SIGNPOST], scope)[0] is Match.FULL


def test_of_two_that_fit_the_first_one_declared_answers() -> None:
    async def one(_: Request) -> Response:
        return Response()

    async def other(_: Request) -> Response:
        return Response()

    named, any_part = Route("/events/popular", one), Route("/events/{event_id}", other)

    assert found([Signpost([named, any_part])], asked("/events/popular"))[1] is one
    assert found([Signpost([any_part, named])], asked("/events/popular"))[1] is other
