"""What the OpenAPI document says is what happens: a short walk of the one that `soak api` makes for hours."""

import pytest

from server.app import create_app
from server.settings import Settings
from tests.integration.conftest import People
from tests.integration.served import Served
from tests.soak.api import CALLERS, Walk, furnished

pytestmark = pytest.mark.soak

EVERY = {"admin": 1, "organizer": 3, "nobody": 3, "device": 1}
"""An administrator asks everything; who may ask less asks a third of it here, and all of it in `soak api`."""


@pytest.mark.parametrize("caller", CALLERS)
def test_no_request_finds_a_bug_or_an_answer_that_is_not_documented(
    server: Served, people: People, caller: str
) -> None:
    with furnished(server) as place:
        assert list(Walk(place, caller, count=3, seed=20261122, every=EVERY[caller]).findings()) == []


def test_every_no_is_documented_as_a_problem(settings: Settings) -> None:
    document = create_app(settings).openapi()
    wrong = [
        f"{method} {path} {status}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        if status >= "400"
        and not path.startswith("/health")
        and "application/problem+json" not in answer["content"]
        # A page says no in words for people.
        and "text/html" not in operation["responses"]["200"]["content"]
    ]
    assert wrong == []
    unlimited = {
        path
        for path, operations in document["paths"].items()
        if any("429" not in operation["responses"] for operation in operations.values())
    }
    assert unlimited == {"/health", "/health/live", "/health/ready"}
    assert "HTTPValidationError" not in str(document)
