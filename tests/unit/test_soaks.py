"""What the long runs of killed laptops, servers and databases take for a broken promise."""

import pytest

from tests.soak import commit, proxy, push


@pytest.mark.parametrize("tally", [push.Tally, commit.Tally])
def test_a_tally_is_bad_when_a_green_is_lost_or_somebody_entered_twice(
    tally: type[push.Tally] | type[commit.Tally],
) -> None:
    assert tally(kills=2, greens=5, facts=5).well
    assert not tally(kills=2, greens=5, facts=4, lost=1).well
    assert not tally(kills=2, greens=5, facts=5, doubled=1).well


def test_a_journal_that_does_not_end_where_the_servers_does_is_a_broken_promise() -> None:
    assert not push.Tally(kills=1, broken=1).well


def test_a_queue_that_goes_a_second_time_where_its_line_broke_is_a_broken_promise() -> None:
    assert proxy.Tally(mischiefs=9, greens=5, facts=5, queued=5000, again=500).well
    assert not proxy.Tally(mischiefs=9, greens=5, facts=5, queued=5000, again=501).well
    assert not proxy.Tally(mischiefs=9, greens=5, facts=4, lost=1).well
