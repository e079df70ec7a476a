"""Routes that take an `Idempotency-Key`: routers with `route_class=OnceRoute`, plain routes with `answer_once`.

A refusal changed nothing and is not kept: sent again, the request is judged anew. What was done is answered the same
for a day.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine
from hashlib import sha256
from typing import Any

from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from server.auth.tokens import Caller
from server.auth.visitors import find_caller
from server.callers import KEY_PARAMETER
from server.db import database_of
from server.errors import invalid
from server.idempotency import service
from server.idempotency.service import Answer, Answered, Asked, Fresh
from server.settings import settings_of

HEADER = "Idempotency-Key"
REPLAYED = {"Idempotent-Replay": "true"}
KEY = re.compile(r"[!-~]{1,200}")
SHORTEST_OF_VISITORS = 16
"""Characters of a visitor's key: visitors are one caller, so that theirs must be hard to guess."""
CHANGING = frozenset({"POST", "PUT", "PATCH"})
NOT_KEPT = frozenset({"content-length"})


class OnceRoute(APIRoute):
    """A route whose POST, PUT or PATCH is done once for a key; its `Session` is the transaction that keeps the answer.

    An endpoint that opens transactions of its own cannot be one of these.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not CHANGING.isdisjoint(options.get("methods") or ()):
            extra = options.get("openapi_extra") or {}
            options["openapi_extra"] = {**extra, "parameters": [*extra.get("parameters", ()), KEY_PARAMETER]}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, within the transaction that looks up and keeps the answer."""
        plainly = super().get_route_handler()

        async def handler(request: Request) -> Response:
            if request.method not in CHANGING or HEADER not in request.headers:
                return await plainly(request)

            async def work(session: AsyncSession) -> Response:
                request.state.session = session
                return await plainly(request)

            asked = asked_of(request, find_caller(request), await _body(request))
            return await answer_once(request, asked, work)

        return handler


def asked_of(request: Request, caller: Caller | None, body: bytes) -> Asked:
    """The request by its key: method, path, query and exact body. Raises ApiProblem `invalid` for a bad key."""
    key = request.headers.get(HEADER, "")
    if not KEY.fullmatch(key):
        raise invalid(HEADER, "An Idempotency-Key has 1 to 200 visible characters of ASCII, such as a random UUID.")
    if caller is None and len(key) < SHORTEST_OF_VISITORS:
        sentence = f"Without signing in, an Idempotency-Key has at least {SHORTEST_OF_VISITORS} random characters."
        raise invalid(HEADER, sentence)
    target = f"{request.method}\n{request.url.path}?{request.url.query}\n"
    name = "visitor" if caller is None else f"user:{caller.user_id}"
    return Asked(name, key, sha256(target.encode() + body).digest())


async def answer_once(request: Request, asked: Asked, work: Callable[[AsyncSession], Awaitable[Response]]) -> Response:
    """The answer of before, or that of `work` in a transaction which keeps it too, if it was done (2xx).

    Raises ApiProblem 422 `idempotency_key_reused`, 409 `request_in_flight`, and what `work` raises.
    """
    data_keys = settings_of(request).data_keys
    async with database_of(request).sessions.begin() as session:
        [found] = await service.look_up(session, data_keys, [asked])
        if isinstance(found, Answered):
            return replayed(found.answer)
        if not isinstance(found, Fresh):
            raise service.problem_of(found)
        response = await work(session)
        if is_kept(response):
            await service.keep(session, data_keys, [(asked, answer_of(response))])
        return response


def is_kept(response: Response) -> bool:
    """Whether this answer says that something was done."""
    return 200 <= response.status_code < 300


def answer_of(response: Response) -> Answer:
    """What is kept of a response: all but what the next one has of its own."""
    headers = {name: value for name, value in response.headers.items() if name not in NOT_KEPT}
    return Answer(response.status_code, headers, bytes(response.body))


def replayed(answer: Answer) -> Response:
    """The answer of before, marked as such."""
    return Response(answer.body, answer.status, {**answer.headers, **REPLAYED})


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect as error:
        raise HTTPException(400, "The request ended before its body did.") from error
