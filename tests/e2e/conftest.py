"""What end-to-end tests share: a real server process on a database of its own, and laptops with a window or without."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.null import Keyring as NoKeyring

from tests.e2e.world import World
from tests.integration.conftest import People, database_url, password_hash, people, postgres, shared, sql

__all__ = ["database_url", "password_hash", "people", "postgres", "shared", "sql"]


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    """The tester's own keyring is none of our business: these laptops keep their secrets in memory."""
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture
def world(database_url: str, people: People, tmp_path: Path) -> Iterator[World]:
    """A server process, a festival on it with three guests, and their codes as videos."""
    made = World(database_url, tmp_path, people.organizer.email)
    try:
        made.start_server()
        made.make_festival()
        yield made
    finally:
        made.stop_server()
