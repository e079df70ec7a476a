"""Laptops with real files, a festival, and a server in memory."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.sync.festival import Festival, guests
from tests.sync.laptop import Laptop, Make, laptop
from tests.sync.memory_server import MemoryServer


@pytest.fixture
def festival() -> Festival:
    return Festival()


@pytest.fixture
def door(tmp_path: Path, festival: Festival) -> Iterator[Laptop]:
    """A laptop that knows the festival and its first ten guests."""
    with laptop(tmp_path / "door") as one:
        one.holds(festival.setting())
        one.holds(guests(10), revision=2)
        yield one


@pytest.fixture
def server(festival: Festival) -> MemoryServer:
    one = MemoryServer()
    one.publish(festival.setting())
    one.publish(guests(10))
    return one


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as open_laptops:
        yield lambda name: open_laptops.enter_context(laptop(tmp_path / name))
