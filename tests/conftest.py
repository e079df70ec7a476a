"""What every test stands on: Qt draws without a screen; random input is the same each time and never timed."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

os.environ["QT_QPA_PLATFORM"] = "offscreen"

# A traceback drawn in colours, with every local variable, takes seconds.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])

settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


PATIENCE_MS = 30_000
YOUNG = 10_000
"""Objects made until garbage is looked for."""
# Nothing that is loaded is garbage; a thousand modules are looked through no more.
gc.disable()


def pytest_collection_finish() -> None:
    """All is loaded: from here on garbage is looked for, as a server does."""
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A program run within a test sets up logging to a standard error that ends with the test."""
    loggers = [logging.getLogger(name) for name in (None, "server", "server.access")]
    before = [(each, each.handlers[:], each.level, each.propagate) for each in loggers]
    yield
    for each, handlers, level, propagate in before:
        each.handlers, each.propagate = handlers, propagate
        each.setLevel(level)


class PatientBot(QtBot):
    """Waits for a window as long as a busy machine may take, where a test names no time itself."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802
        """Wait until the callback says so; fails after `timeout` milliseconds."""
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(request: pytest.FixtureRequest) -> QtBot:
    request.getfixturevalue("qapp")
    return PatientBot(request)
