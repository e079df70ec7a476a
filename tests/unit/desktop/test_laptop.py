"""Where a laptop may stand, and what it says when it cannot know."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eventreg_core.problems import Problem
from eventreg_core.wire import Page
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.work.laptop import Enrolled, become_enrolled, get_places
from tests.sync.festival import Festival
from tests.sync.http_peer import HOTEL, Peer, listening
from tests.sync.laptop import Hands, small
from tests.sync.memory_server import MemoryServer


@pytest.fixture
def peer() -> Iterator[Peer]:
    with listening(Peer(MemoryServer())) as made:
        yield made


@pytest.fixture
def enrolled(tmp_path: Path, peer: Peer) -> Enrolled:
    return become_enrolled(small(tmp_path), Vault(None), peer.enrolment(), "Door")


def test_places_are_fetched_where_there_are_none_and_known_from_then_on(enrolled: Enrolled, peer: Peer) -> None:
    peer.server.publish(Festival().setting())
    assert [each.name for each in get_places(enrolled, Hands()).lists] == ["Club", "Days", "Main door"]
    peer.instead = [HOTEL]
    assert [each.name for each in get_places(enrolled, Hands()).gates] == ["North"]


def test_without_a_guest_list_and_a_server_nobody_is_told_to_scan_on(enrolled: Enrolled, peer: Peer) -> None:
    peer.instead = [HOTEL, HOTEL]
    with pytest.raises(Problem, match="Check the network, then start") as caught:
        get_places(enrolled, Hands())
    assert "Scan on" not in caught.value.sentence


def test_a_server_that_refuses_the_laptop_is_quoted(enrolled: Enrolled, peer: Peer) -> None:
    peer.server.devices.clear()
    with pytest.raises(Problem, match="Enrol it again"):
        get_places(enrolled, Hands())


def test_an_event_without_a_list_is_not_a_trouble_of_the_network(enrolled: Enrolled, peer: Peer) -> None:
    peer.server.publish(Page(events=Festival().setting().events))
    with pytest.raises(Problem, match="no check-in list yet"):
        get_places(enrolled, Hands())
