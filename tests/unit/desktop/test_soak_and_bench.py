"""Short runs of what is run for hours, so that it still runs when it is wanted."""

from pathlib import Path

import msgspec
import pytest

from tests.bench import door as bench
from tests.soak import door as soak


@pytest.mark.soak
def test_a_door_that_is_killed_keeps_every_green_and_goes_on(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = soak.main(["--count", "1", "--folder", str(tmp_path), "--json"])
    assert code == 0
    assert soak.main(["--count", "2", "--folder", str(tmp_path), "--json"]) == 0
    tally = msgspec.json.decode(capfd.readouterr().out.splitlines()[-1], type=soak.Tally)
    assert (tally.kills, tally.lost, tally.doubled, tally.broken) == (2, 0, 0, 0)
    assert 0 < tally.greens == tally.facts


def test_a_tally_is_bad_when_a_green_is_lost_or_somebody_entered_twice() -> None:
    assert soak.Tally(kills=2, greens=5, facts=5, unseen=2).well
    assert not soak.Tally(kills=2, greens=5, facts=5, unseen=3).well
    assert not soak.Tally(kills=2, greens=5, facts=4, lost=1).well
    assert not soak.Tally(kills=2, greens=5, facts=5, doubled=1).well


@pytest.mark.bench
def test_the_bench_of_the_door_measures(tmp_path: Path) -> None:
    result = bench.measure(tmp_path, tickets=200, scans=20)
    assert result.scans == 20
    assert result.ratio_p50 > 0
    assert bench.quantile([3.0, 1.0, 2.0], 0.5) == 2.0
