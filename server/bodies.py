"""Reading the body of a plain route: never more of it than allowed, never half understood."""

from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from eventreg_core.protocol import UnknownProtocol
from eventreg_core.wire import PROTOCOL
from server.errors import ApiProblem

Body = TypeVar("Body", bound=msgspec.Struct)


class _Spoken(msgspec.Struct):
    protocol: int = PROTOCOL


class BodyTooLarge(HTTPException):
    """Found while the body is read, where FastAPI lets nothing but its own kind of problem through."""

    def __init__(self, most: int) -> None:
        super().__init__(413, too_large(most).sentence)


def too_large(most: int) -> ApiProblem:
    """413 `body_too_large`."""
    return ApiProblem(413, "body_too_large", f"At most {most:,} bytes can be sent at once. Send less.")


async def read_body(request: Request, most: int) -> bytes:
    """The whole body; raises ApiProblem 413 `body_too_large` as soon as it has more than `most` bytes."""
    body = bytearray()
    more = True
    while more:
        # As `request.stream()` does, which makes a generator of it: dearer than the rest of a small body.
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise too_large(most)
    return bytes(body)


def decode(body: bytes, shape: type[Body]) -> Body:
    """A body in its shape; raises ApiProblem 422 `invalid` with what is wrong and where."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiProblem(422, "invalid", f"The request's body cannot be read: {error}") from error


def decode_spoken(body: bytes, shape: type[Body]) -> Body:
    """As `decode`, for bodies that name a protocol; raises ApiProblem 409 `other_protocol` before reading further."""
    spoken = decode(body, _Spoken).protocol
    if spoken != PROTOCOL:
        problem = UnknownProtocol(spoken)
        raise ApiProblem(409, problem.code, problem.sentence, protocol=PROTOCOL)
    return decode(body, shape)


class JsonAnswer(Response):
    """An answer that is JSON already; its headers are known, which Starlette would find out."""

    def __init__(self, body: bytes, status: int) -> None:
        self.body, self.status_code, self.background = body, status, None
        self.raw_headers = [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]


def json_answer(body: object, status: int = 200, *, etag: str | None = None) -> Response:
    """An answer as JSON, made of a struct."""
    answer = JsonAnswer(msgspec.json.encode(body), status)
    if etag is not None:
        answer.raw_headers.append((b"etag", etag.encode()))
    return answer


def struct_of(model: type[BaseModel]) -> Any:
    """A model of the API as a struct that is filled by place, in the model's order, and checks nothing.

    It makes the same JSON of what the database holds, at a tenth of the cost: for the answers that everybody asks for.
    """
    return msgspec.defstruct(f"{model.__name__}Struct", [(name, Any) for name in model.model_fields])
