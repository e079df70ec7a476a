"""Argon2id in two threads behind a bounded queue: a rush of logins slows logins, nothing else."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Annotated, TypeVar, cast

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import Depends
from starlette.requests import HTTPConnection

from server.auth.password_rules import check_password, comparable
from server.errors import ApiProblem

THREADS = 2
WAITING = 128
"""More than this many waiting (two to three seconds of work) are told to come back."""
TURNS = 2 * THREADS
"""Logins under way: enough that no thread ever waits for the database, few enough that a rush comes in drops."""
NICE = 10
"""How far the threads stand back behind the event loop where the system can tell threads apart."""
KIND = "$argon2id$"
Answer = TypeVar("Answer")


def new_hasher() -> PasswordHasher:
    """Argon2id with 19 MiB, two passes, one lane (OWASP's first choice)."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


def hash_now(password: str) -> str:
    """The hash of an acceptable password; blocks about 35 ms, so only outside of the event loop.

    Raises ApiProblem `weak_password`.
    """
    check_password(password)
    return new_hasher().hash(comparable(password))


class Passwords:
    """The only place where a running server hashes and checks passwords."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2", initializer=_stand_back)
        self._hasher = new_hasher()
        self._nobody = self._hasher.hash("nobody has this password")
        self._busy = 0
        self._in_line = 0
        self._turns = asyncio.Semaphore(TURNS)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold one of TURNS for a whole login; the others wait in line, and the loop has little to do with them.

        Raises ApiProblem `busy` when too many wait already.
        """
        if self._in_line >= TURNS + WAITING:
            raise _too_busy()
        self._in_line += 1
        try:
            async with self._turns:
                yield
        finally:
            self._in_line -= 1

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password fits; for no hash (an unknown e-mail, none chosen yet) False, after the same time.

        Raises ApiProblem `busy` when too many wait already.
        """
        usable = password_hash is not None and password_hash.startswith(KIND)
        against = password_hash if password_hash is not None and usable else self._nobody
        return await self._run(self._verify, comparable(password), against) and usable

    async def hash(self, password: str) -> str:
        """The hash to store. Raises ApiProblem `weak_password` or `busy`."""
        check_password(password)
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
            raise _too_busy()
        self._busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        finally:
            self._busy -= 1


def _too_busy() -> ApiProblem:
    sentence = "Too many people are signing in at once. Try again in a few seconds."
    return ApiProblem(503, "busy", sentence, headers={"Retry-After": "2"})


def _stand_back() -> None:
    # On Linux a niceness belongs to a thread: requests that need no password go first.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


async def passwords_of(connection: HTTPConnection) -> Passwords:
    """The application's password threads."""
    return cast(Passwords, connection.app.state.passwords)


PasswordThreads = Annotated[Passwords, Depends(passwords_of)]
