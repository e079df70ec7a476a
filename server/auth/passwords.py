"""Argon2id in two threads behind a bounded queue: a rush of logins slows logins, nothing else."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, TypeVar, cast

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import Depends
from starlette.requests import HTTPConnection

from server.errors import ApiProblem

THREADS = 2
WAITING = 32
"""More than this many waiting (about half a second of work) are told to come back."""
SHORTEST, LONGEST = 10, 1024
Answer = TypeVar("Answer")


def new_hasher() -> PasswordHasher:
    """Argon2id with 19 MiB, two passes, one lane (OWASP's first choice)."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


def hash_now(password: str) -> str:
    """The hash of an acceptable password; blocks about 35 ms, so only outside of the event loop.

    Raises ApiProblem `weak_password`.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        sentence = f"A password has {SHORTEST} to {LONGEST} characters. Choose another one."
        raise ApiProblem(422, "weak_password", sentence, field="password")
    return new_hasher().hash(password)


class Passwords:
    """The only place where a running server hashes and checks passwords."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._hasher = new_hasher()
        self._nobody = self._hasher.hash("nobody has this password")
        self._busy = 0

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password fits; for no hash (an unknown e-mail) False, after the same time.

        Raises ApiProblem `busy` when too many wait already.
        """
        fits = await self._run(self._verify, password[:LONGEST], password_hash or self._nobody)
        return fits and password_hash is not None

    async def hash(self, password: str) -> str:
        """The hash to store. Raises ApiProblem `weak_password` or `busy`."""
        return await self._run(hash_now, password)

    def close(self) -> None:
        """Let running work end and give the threads back."""
        self._threads.shutdown()

    def _verify(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., Answer], *arguments: str) -> Answer:
        if self._busy >= THREADS + WAITING:
            sentence = "Too many people are signing in at once. Try again in a few seconds."
            raise ApiProblem(503, "busy", sentence, headers={"Retry-After": "2"})
        self._busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._busy -= 1


def passwords_of(connection: HTTPConnection) -> Passwords:
    """The application's password threads."""
    return cast(Passwords, connection.app.state.passwords)


PasswordThreads = Annotated[Passwords, Depends(passwords_of)]
