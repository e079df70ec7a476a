"""The OpenAPI document: FastAPI's routes, the plain ones, and every "no" that an operation may answer."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from server.callers import KEY, PAGES, PROBLEMS, plain_paths, plain_schemas
from server.limits import ASKED_BY_BALANCERS
from server.signpost import whole_routes

Json = dict[str, Any]
NOBODY_IN_PARTICULAR: set[str] = {"public"}
PROBLEM: Json = {
    "title": "Problem",
    "description": "A “no” (RFC 9457). `code` is for programs and never changes, `detail` is a sentence for people.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "field": {"type": "string", "description": "The part of the request that is wrong"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
SCHEMES: Json = {
    "session": {"type": "http", "scheme": "bearer", "description": "The access token of a signed-in user"},
    "device": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "EventReg-Device id=…,at=…,sig=…: the device's signature over method, target, time and body",
    },
    "operator": {"type": "http", "scheme": "bearer", "description": "METRICS_TOKEN, where it is set"},
}


def document(app: FastAPI, routers: Sequence[tuple[str, APIRouter]]) -> Json:
    """The whole document; every operation says who may call it and how it refuses."""
    made = get_openapi(title=app.title, version=app.version, routes=whole_routes(routers))
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for prefix, router in routers:
        for path, operations in plain_paths(router, prefix).items():
            made["paths"].setdefault(path, {}).update(operations)
        schemas.update(plain_schemas(router))
    for path, operations in made["paths"].items():
        for operation in operations.values():
            _add_refusals(path, operation)
            operation["security"] = _security(set(operation[KEY]))
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM
    components["securitySchemes"] = SCHEMES
    return made


def _add_refusals(path: str, operation: Json) -> None:
    told, pages = operation.pop(PROBLEMS, ()), operation.pop(PAGES, ())
    problems = {*told, *_refusals(path, operation)}
    for status in sorted({*problems, *pages}):
        content: Json = {"text/html": {"schema": {"type": "string"}}} if status in pages else {}
        if status in problems:
            content["application/problem+json"] = {"schema": {"$ref": "#/components/schemas/Problem"}}
        operation["responses"][str(status)] = {"description": HTTPStatus(status).phrase, "content": content}


def _refusals(path: str, operation: Mapping[str, Any]) -> set[int]:
    """What follows from an operation's shape; whatever else it refuses, its route tells itself."""
    parameters = operation.get("parameters", [])
    found: set[int] = set()
    if not path.startswith(ASKED_BY_BALANCERS):
        found |= {429, 503}
    # A visitor may ask, but a token that is sent must be good.
    if path.startswith("/api/"):
        found |= {401}
    if set(operation[KEY]) != NOBODY_IN_PARTICULAR:
        found |= {401, 403}
    if "{" in path:
        found |= {404}
    if parameters or "requestBody" in operation:
        found |= {422}
    if "requestBody" in operation:
        found |= {400, 413}
    headers = {one["name"].lower() for one in parameters if one["in"] == "header"}
    if "if-match" in headers:
        found |= {412}
    if "idempotency-key" in headers:
        found |= {409}
    return found


def _security(who: set[str]) -> list[dict[str, list[str]]]:
    words = sorted(who & {"device", "operator"})
    if who - {"public", "device", "operator"}:
        words.append("session")
    anonymous: list[dict[str, list[str]]] = [{}] if "public" in who or not words else []
    return anonymous + [{word: []} for word in words]
