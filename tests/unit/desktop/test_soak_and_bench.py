"""Short runs of what is run for hours, so that it still runs when it is wanted."""

from pathlib import Path

import msgspec
import pytest

from tests.bench import door as bench
from tests.bench import search as search_bench
from tests.bench._redeems import redeems
from tests.soak import door as soak
from tests.soak import prints as printing


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


@pytest.mark.soak
def test_a_laptop_that_is_killed_while_it_prints_sends_no_badge_twice_and_says_the_truth(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert printing.main(["--count", "1", "--json"]) == 0
    tally = msgspec.json.decode(capfd.readouterr().out.splitlines()[-1], type=printing.Tally)
    assert (tally.kills, tally.again, tally.untrue) == (1, 0, 0)
    assert tally.printed > 0


def test_a_tally_of_prints_is_bad_when_a_badge_came_twice_or_what_was_said_is_not_so() -> None:
    assert printing.Tally(kills=2, printed=5, unknown=2).well
    assert not printing.Tally(kills=2, printed=5, unknown=3).well
    assert not printing.Tally(kills=2, printed=5, again=1).well
    assert not printing.Tally(kills=2, printed=5, untrue=1).well


@pytest.mark.bench
def test_the_bench_of_the_door_measures(tmp_path: Path) -> None:
    result = bench.measure(tmp_path, tickets=200, scans=20)
    assert result.scans == 20
    assert result.ratio_p50 > 0
    assert bench.quantile([3.0, 1.0, 2.0], 0.5) == 2.0


@pytest.mark.bench
def test_the_bench_of_the_sync_scans_while_guest_lists_come_and_go(tmp_path: Path) -> None:
    found = redeems(tmp_path, 300, 20)
    assert list(found) == ["alone", "delta", "swap"]
    assert all(one.p50 > 0 for one in found.values())


@pytest.mark.bench
def test_the_bench_of_the_search_measures(tmp_path: Path) -> None:
    result = search_bench.measure(tmp_path, people=200, queries=5, slips=20, seed=3)
    assert result.recall >= 0.9
    assert set(result.kinds) >= {"whole name", "part of a name", "two letters", "one slip", "nobody"}
    slow = search_bench.Times(p50=1.0, p95=41.0)
    assert not msgspec.structs.replace(result, kinds=result.kinds | {"one slip": slow}).well
