"""FastAPI's routes that everybody asks all the time, answered by the hot lane as well.

FastAPI describes them, and takes the unusual requests. The usual ones pay neither for its layers nor for what it finds
out anew each time: which parameters a route has, which of them were sent, and what the others are then.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.hot_lane import Endpoint, HotRoute
from server.protection import MOST_BYTES

Answering = TypeVar("Answering", bound=Callable[..., Awaitable[Response]])
Look = Callable[..., Awaitable[Any]]
Wrong = list[dict[str, Any]]
ID = "[0-9a-fA-F-]{36}"
"""How a named part of a path looks that is an id: `/events/popular` is another route."""
_SHORT = "goes the short way"


def short(endpoint: Answering) -> Answering:
    """Have the hot lane answer this GET too: its answer is whole, with all headers of its own.

    Beside parameters of path and query it takes only what is at hand: the caller, the database, the settings.
    """
    endpoint.__dict__[_SHORT] = True
    return endpoint


def short_routes(routes: Iterable[BaseRoute]) -> list[HotRoute]:
    """Those that are marked, for the lane. Raises TypeError for one that takes something else."""
    return [
        HotRoute("GET", _pattern(route.path), _endpoint(route), route.path, MOST_BYTES)
        for route in routes
        if isinstance(route, APIRoute) and hasattr(route.endpoint, _SHORT)
    ]


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{(\w+)}", rf"(?P<\1>{ID})", path) + r"\Z")


def _endpoint(route: APIRoute) -> Endpoint:
    wanted, answer = route.dependant, route.endpoint
    looks = [_look(each) for each in wanted.dependencies]
    in_path, in_query = ({each.alias: each for each in some} for some in (wanted.path_params, wanted.query_params))
    defaults = {each.name: each.default for each in wanted.query_params}
    if wanted.header_params or wanted.cookie_params or wanted.body_params or wanted.response_param_name:
        raise TypeError(f"{route.path} takes more than the short way brings")

    async def endpoint(request: Request) -> Response:
        values, wrong = dict(defaults), Wrong()
        for name, look, connection in looks:
            values[name] = await look(**{connection: request})
        _read(in_path, request.path_params, "path", values, wrong)
        if request.scope["query_string"]:
            _read(in_query, request.query_params, "query", values, wrong)
        if wrong:
            raise RequestValidationError(wrong)
        told: Response = await answer(**values)
        return told

    return endpoint


def _look(wanted: Dependant) -> tuple[str, Look, str]:
    """The name of what is wanted, who looks for it, and what they call the request that they look at."""
    name, look, connection = wanted.name, wanted.call, wanted.http_connection_param_name
    if name is None or look is None or connection is None or wanted.dependencies or wanted.query_params:
        raise TypeError(f"{name} is more than a look at the request")
    return name, look, connection


def _read(
    fields: Mapping[str, ModelField], given: Mapping[str, str], place: str, values: dict[str, Any], wrong: Wrong
) -> None:
    """Take in the parameters that were given, and what is wrong with them, as FastAPI would say it."""
    for alias, field in fields.items():
        if alias in given:
            value, errors = field.validate(given[alias], loc=(place, alias))
            if errors:
                wrong += errors
            else:
                values[field.name] = value
