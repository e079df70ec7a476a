"""A laptop with real files, and a festival."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.festival import Festival, guests
from tests.sync.laptop import Laptop, laptop


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
