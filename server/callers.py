"""Who may call a route, declared on the route itself, and the list of every route.

FastAPI routes say `openapi_extra=callers("organizer")`; plain Starlette endpoints wear
`@plain(callers=("device",), summary="…", takes=PushRequest, gives=PushAnswer)`. The words:
`public`, `user` (anybody signed in), `guest` (whose registration it is), `admin`, `organizer`, `supervisor`, `staff`,
`viewer` (by role or by a grant on the event), `device`, `operator` (whoever runs the server: see metrics).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import HTTPConnection
from starlette.routing import Route

Caller = Literal["public", "user", "guest", "admin", "organizer", "supervisor", "staff", "viewer", "device", "operator"]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Body = type[msgspec.Struct] | type[BaseModel]
KEY = "x-callers"
PROBLEMS = "x-problems"
PAGES = "x-pages"
REFERENCE = "#/components/schemas/{name}"
KEY_PARAMETER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A random text of this request's own: sent again with it, the request is done once and answered the"
    " same. Visitors: at least 16 characters",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
"""Parameter of an operation that is done once for a key; see server/idempotency."""


@dataclass(frozen=True, slots=True)
class Described:
    """One method of one path: who may call it and, for plain routes, its OpenAPI operation."""

    method: str
    path: str
    callers: tuple[str, ...]
    operation: dict[str, Any]


def authorization(connection: HTTPConnection) -> str:
    """What the request shows to say who sends it, its `Authorization`; nothing of a visitor's."""
    # Every request is asked twice: less than to have Starlette read all headers.
    for name, told in connection.scope["headers"]:
        if name == b"authorization":
            return str(told, "latin-1")
    return ""


def note_caller(connection: HTTPConnection, kind: Literal["user", "device"], caller: UUID) -> None:
    """Remember who sent this request, for the line about it in the log."""
    connection.scope.setdefault("state", {})["caller"] = (kind, caller)


def callers(*who: Caller, problems: Sequence[int] = (), pages: Sequence[int] = ()) -> dict[str, Any]:
    """`openapi_extra` of a FastAPI route: who may call it, and how it refuses beyond what its shape tells.

    `pages`: the statuses with which a page says no, in words for people. What follows from the shape of an operation is
    added by openapi.py, such as 401 and 422.
    """
    return {KEY: list(who), PROBLEMS: list(problems), PAGES: list(pages)}


def plain(
    *,
    callers: tuple[Caller, ...],
    summary: str,
    gives: Body | str,
    takes: Body | None = None,
    status: int = 200,
    also: Sequence[int] = (),
    query: tuple[str, ...] = (),
    headers: tuple[str, ...] = (),
    problems: Sequence[int] = (),
    takes_key: bool = False,
    streams: bool = False,
) -> Callable[[Endpoint], Endpoint]:
    """Declare who may call a plain Starlette endpoint and the bodies it takes and gives.

    It appears in the OpenAPI document as they say; `gives` may be the media type of bytes, `also` names further good
    statuses; `query` and `headers` name its parameters, `problems` the
    statuses with which it refuses beyond what its shape tells; `takes_key`: an `Idempotency-Key` may be sent;
    `streams`: the answer is not at hand when it begins (see hot_lane.py).
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        operation: dict[str, Any] = {
            "summary": summary,
            KEY: list(callers),
            PROBLEMS: list(problems),
            "parameters": [
                *(_parameter(name, "query") for name in query),
                *(_parameter(name, "header") for name in headers),
                *([KEY_PARAMETER] if takes_key else []),
            ],
            "responses": {str(one): {"description": "Answered", "content": _content(gives)} for one in (status, *also)},
        }
        if takes is not None:
            operation["requestBody"] = {"required": True, "content": _content(takes)}
        endpoint.__dict__["openapi_operation"] = operation
        endpoint.__dict__["streams"] = streams
        endpoint.__dict__["openapi_bodies"] = [body for body in (gives, takes) if isinstance(body, type)]
        return endpoint

    return mark


def describe(router: APIRouter, prefix: str) -> Iterator[Described]:
    """Every method and path of a router, FastAPI's and plain ones, in the order they were declared."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            operation = dict(route.openapi_extra or {})
        elif isinstance(route, Route):
            operation = dict(getattr(route.endpoint, "openapi_operation", {}))
        else:
            raise TypeError(f"{route!r} is neither a FastAPI nor a plain route")
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield Described(method, prefix + route.path_format, tuple(operation.get(KEY, ())), operation)


def plain_paths(router: APIRouter, prefix: str) -> dict[str, dict[str, Any]]:
    """The OpenAPI `paths` of the plain routes, which FastAPI does not describe itself."""
    paths: dict[str, dict[str, Any]] = {}
    only_plain = APIRouter()
    only_plain.routes.extend(route for route in router.routes if not isinstance(route, APIRoute))
    for one in describe(only_plain, prefix):
        in_path = [_parameter(name, "path") for name in re.findall(r"{(\w+)}", one.path)]
        operation = one.operation | {"parameters": in_path + one.operation["parameters"]}
        paths.setdefault(one.path, {})[one.method.lower()] = operation
    return paths


def plain_schemas(router: APIRouter) -> dict[str, Any]:
    """The OpenAPI schemas of the bodies of the plain routes, made from the types that read and write them."""
    endpoints = (route.endpoint for route in router.routes if isinstance(route, Route))
    bodies = [body for endpoint in endpoints for body in getattr(endpoint, "openapi_bodies", ())]
    of_structs = [body for body in bodies if issubclass(body, msgspec.Struct)]
    mode: Literal["validation"] = "validation"
    of_models = [(body, mode) for body in bodies if issubclass(body, BaseModel)]
    made: dict[str, Any] = models_json_schema(of_models, ref_template=REFERENCE.format(name="{model}"))[1]
    schemas: dict[str, Any] = msgspec.json.schema_components(of_structs, ref_template=REFERENCE)[1]
    schemas.update(made.get("$defs", {}))
    return schemas


def table(described: Sequence[Described]) -> list[dict[str, Any]]:
    """What `routes --json` prints."""
    rows = [{"method": one.method, "path": one.path, "callers": list(one.callers)} for one in described]
    return sorted(rows, key=lambda row: (str(row["path"]), str(row["method"])))


def _content(body: Body | str) -> dict[str, Any]:
    if isinstance(body, str):
        return {body: {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": {"$ref": REFERENCE.format(name=body.__name__)}}}


def _parameter(name: str, place: Literal["path", "query", "header"]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}
