"""How a "no" leaves the server: problem+json (RFC 9457) with a stable `code`, and never an internal."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from eventreg_core.problems import Problem
from server.db import OUTAGES

log = structlog.get_logger("server.errors")
CODES = {413: "body_too_large", 422: "invalid"}
"""Where our own code for a status differs from the status's name."""
SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not do that.",
}


class ApiProblem(Problem):
    """A "no" with its HTTP status: `code` is for programs and never changes, `sentence` for people.

    `field` names the part of the request that is wrong; `members` are further members of
    the answer, such as the present version on a clash.
    """

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(code, sentence)
        self.status = status
        self.field = field
        self.headers = dict(headers or {})
        self.members = members


def not_found(code: str, sentence: str) -> ApiProblem:
    """404, with a code such as `event_not_found`."""
    return ApiProblem(404, code, sentence)


def forbidden() -> ApiProblem:
    """403: signed in, and this is known to exist, but not allowed."""
    return ApiProblem(403, "forbidden", "You may not do this. Ask an organizer of the event or an administrator.")


def invalid(field: str, sentence: str) -> ApiProblem:
    """422: one field of the request has a value that cannot be."""
    return ApiProblem(422, "invalid", sentence, field=field, errors=[{"field": field, "message": sentence}])


def answer(problem: Problem) -> Response:
    """The HTTP answer for a problem; one without a status of its own is the asker's mistake (400)."""
    if isinstance(problem, ApiProblem):
        extra = dict(problem.members)
        if problem.field is not None:
            extra["field"] = problem.field
        return _answer(problem.status, problem.code, problem.sentence, extra, problem.headers)
    return _answer(400, problem.code, problem.sentence, {}, {})


def _answer(
    status: int, code: str, sentence: str, extra: Mapping[str, Any], headers: Mapping[str, str] | None
) -> Response:
    body = {
        "type": f"urn:eventreg:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": sentence,
        **extra,
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def _validation(error: RequestValidationError) -> Response:
    # The place is named and the rule, never the value: it may be a password.
    errors = [{"field": _field(one["loc"]), "message": one["msg"]} for one in error.errors()]
    sentence = f"{errors[0]['field']}: {errors[0]['message']}" if errors else "The request cannot be read."
    return answer(ApiProblem(422, "invalid", sentence, field=errors[0]["field"] if errors else None, errors=errors))


def _field(place: tuple[int | str, ...]) -> str:
    # A body that is no JSON has no fields: only the number of the character where reading ended.
    named = place[1:] if any(isinstance(part, str) for part in place[1:]) else ()
    return ".".join(str(part) for part in named) or str(place[0])


def _undecodable(error: msgspec.DecodeError) -> Response:
    return answer(ApiProblem(422, "invalid", f"The request's body cannot be read: {error}"))


def _http(error: HTTPException) -> Response:
    code = CODES.get(error.status_code, HTTPStatus(error.status_code).name.lower())
    return _answer(error.status_code, code, SENTENCES.get(error.status_code, str(error.detail)), {}, error.headers)


def _unreachable(outage: Exception) -> Response:
    log.warning("database did not serve", kind=type(outage).__name__)
    sentence = "The database cannot be reached at the moment. Try again in a few seconds."
    return answer(ApiProblem(503, "database_unavailable", sentence, headers={"Retry-After": "5"}))


def _broken_off(_: ClientDisconnect) -> Response:
    # Nobody reads it: it is for the log and the numbers, where a laptop's bad network is no bug.
    return answer(ApiProblem(400, "broken_off", "The request broke off before all of it was here. Send it again."))


def unexpected() -> Response:
    """The answer to a bug: nothing of the inside."""
    sentence = "Something went wrong on the server. It was written down; try again in a moment."
    return _answer(500, "unexpected", sentence, {}, {})


_ANSWERS: Mapping[type[Exception], Callable[[Any], Response]] = {
    Problem: answer,
    RequestValidationError: _validation,
    msgspec.DecodeError: _undecodable,
    HTTPException: _http,
    ClientDisconnect: _broken_off,
    **dict.fromkeys(OUTAGES, _unreachable),
}


def answer_to(error: Exception) -> Response | None:
    """The answer to whatever a route raised; None to a bug."""
    kind = next((kind for kind in type(error).__mro__ if kind in _ANSWERS), None)
    return None if kind is None else _ANSWERS[kind](error)


def install(app: FastAPI) -> None:
    """Make every "no" of the application leave as problem+json; bugs are caught further out (request_id.py)."""
    for kind in _ANSWERS:
        app.add_exception_handler(kind, _on_error)


async def _on_error(_: Request, error: Exception) -> Response:
    told = answer_to(error)
    assert told is not None, "a handler of what is known"
    return told
