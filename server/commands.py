"""The short commands: make an administrator, restore, list the routes."""

import asyncio
import getpass
import json
import sys
from typing import TextIO

from eventreg_core.problems import Problem
from server import restoring, rotation
from server.audit import service as audit
from server.audit.author import system
from server.audit.service import snapshot
from server.auth import accounts
from server.auth.passwords import hash_now
from server.clock import utc_now
from server.db import open_database
from server.ready import ready_database
from server.restoring import Restored
from server.settings import Settings
from server.storage import open_storage
from server.users.models import UserRole
from server.users.service import NewUser, create_user, normal_email


def create_admin(settings: Settings, email: str, password: str) -> None:
    """Add an administrator, beside a running server too. Raises a Problem for a known e-mail or a weak password."""
    new = NewUser(normal_email(email), hash_now(password), UserRole.ADMIN)
    with ready_database(settings, alone=False) as url, asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(_add(settings, url, new))


def reset_password(settings: Settings, email: str, password: str) -> None:
    """Set a user's password and end all their sessions, beside a running server too.

    Raises a Problem for an unknown e-mail or a weak password.
    """
    password_hash = hash_now(password)
    with ready_database(settings, alone=False) as url, asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(_reset(settings, url, email, password_hash))


def rotate_keys(settings: Settings) -> int:
    """Seal everything with the first of DATA_KEYS, beside a running server too; how much was sealed with another."""
    with ready_database(settings, alone=False) as url, asyncio.Runner(loop_factory=_loop) as runner:
        return runner.run(_rotate(settings, url))


def restore(settings: Settings, *, as_copy: bool) -> Restored:
    """Make a database that was brought back from a copy fit to be served; no server may run on it meanwhile."""
    with ready_database(settings, alone=True) as url, asyncio.Runner(loop_factory=_loop) as runner:
        return runner.run(_restore(settings, url, as_copy))


def ask_password(source: TextIO) -> str:
    """The password of a new user: asked twice at a terminal, else the first line of the input."""
    if not source.isatty():
        return source.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise Problem("passwords_differ", "These were two different passwords. Run the command again.")
    return password


def print_routes(*, as_json: bool) -> None:
    """Print method, path and callers of every route."""
    from server.app import list_routes  # the whole application, which no other command here needs
    from server.callers import table

    rows = table(list_routes())
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        print(f"{row['method']:7} {row['path']:60} {', '.join(row['callers'])}")


async def _add(settings: Settings, url: str, new: NewUser) -> None:
    database, author = open_database(url), system(settings.data_keys)
    try:
        async with database.sessions.begin() as session:
            user = await create_user(session, new)
            await audit.write(session, author, "user.created", "user", user.id, None, snapshot(user), person=user.id)
    finally:
        await database.close()


async def _reset(settings: Settings, url: str, email: str, password_hash: str) -> None:
    database = open_database(url)
    try:
        async with database.sessions.begin() as session:
            await accounts.set_password_of(session, system(settings.data_keys), email, password_hash, utc_now())
    finally:
        await database.close()


async def _rotate(settings: Settings, url: str) -> int:
    database = open_database(url)
    try:
        return await rotation.rotate(database, settings.data_keys)
    finally:
        await database.close()


async def _restore(settings: Settings, url: str, as_copy: bool) -> Restored:
    database = open_database(url)
    try:
        return await restoring.restore(database, open_storage(settings), settings.data_keys, as_copy=as_copy)
    finally:
        await database.close()


def _loop() -> asyncio.AbstractEventLoop:
    # psycopg cannot use the loop that Windows has by default.
    return asyncio.SelectorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()
