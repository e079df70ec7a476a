"""What every test stands on: Qt draws without a screen; random input is the same each time and never timed."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

os.environ["QT_QPA_PLATFORM"] = "offscreen"

# A traceback drawn in colours, with every local variable, takes seconds.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])

settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


PATIENCE_S = 120
"""How long a busy machine may take, where a test names no time itself."""
WAITS: list[Any] = [QtBot.waitActive, QtBot.waitExposed, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitUntil]
ASKS: list[Any] = [httpx.Client.__init__, httpx.get, httpx.post]
for call in WAITS:
    call.__kwdefaults__["timeout"] = PATIENCE_S * 1000
for call in ASKS:
    call.__kwdefaults__["timeout"] = PATIENCE_S
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
