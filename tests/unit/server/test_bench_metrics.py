import json

import pytest

from tests.bench.metrics import main

pytestmark = pytest.mark.bench


def test_what_watching_costs_can_be_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--count", "50", "--json"]) == 0

    assert set(json.loads(capsys.readouterr().out)) == {"bench", "counted_us", "counted_and_logged_us"}
