from server.draining import AT_MOST_S, Draining


def test_a_node_that_nobody_told_stays() -> None:
    draining = Draining()
    assert not draining.begun
    assert not draining.may_go(1_000, in_flight=0)


def test_an_idle_node_goes_at_once() -> None:
    draining = Draining()
    draining.begin(10)
    assert draining.begun
    assert draining.may_go(10, in_flight=0)


def test_a_node_finishes_what_it_has_begun_but_not_for_ever() -> None:
    draining = Draining()
    draining.begin(10)
    assert not draining.may_go(10 + AT_MOST_S - 0.1, in_flight=1)
    assert draining.may_go(10 + AT_MOST_S, in_flight=1)


def test_balancers_get_the_time_they_need_to_hear_of_it() -> None:
    draining = Draining(least_s=35)
    draining.begin(10)
    draining.begin(40)
    assert not draining.may_go(44.9, in_flight=0)
    assert draining.may_go(45, in_flight=0)
    assert not draining.may_go(45, in_flight=1)
    assert draining.may_go(45 + AT_MOST_S, in_flight=1)
