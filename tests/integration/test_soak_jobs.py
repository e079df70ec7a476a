"""A short run of what is run for hours, so that it still runs when it is wanted."""

import tempfile
from pathlib import Path

import msgspec
import pytest

from tests.integration.folders import forget
from tests.soak import jobs as soak


@pytest.mark.soak
def test_servers_and_workers_that_are_killed_lose_no_mail_and_make_none_up(capfd: pytest.CaptureFixture[str]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="eventreg-soak-"))
    try:
        assert soak.main(["--count", "2", "--folder", str(folder), "--json"]) == 0
    finally:
        forget(folder)

    tally = msgspec.json.decode(capfd.readouterr().out.splitlines()[-1], type=soak.Tally)
    assert (tally.kills, tally.lost, tally.phantom, tally.doubled) == (2, 0, 0, 0)
    assert tally.jobs > 0


def test_a_tally_is_bad_when_a_mail_is_lost_made_up_or_doubled() -> None:
    assert soak.Tally(kills=2, jobs=5, again=1).well
    assert not soak.Tally(lost=1).well
    assert not soak.Tally(phantom=1).well
    assert not soak.Tally(doubled=1).well
