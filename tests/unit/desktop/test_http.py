"""The device and its server over real HTTP: enrolment, signed requests, pins, and networks that lie."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_core.enrolment import Enrolment
from eventreg_core.problems import Problem
from eventreg_core.wire import PROTOCOL
from eventreg_desktop.store import device, journal, mirror
from eventreg_desktop.store.device import Device
from eventreg_desktop.store.stores import Stores, prepare, sync_stores
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.cycle import Party, sync_once
from eventreg_desktop.sync.enrol import enrol
from eventreg_desktop.sync.http import HttpSyncApi
from eventreg_desktop.sync.state import Connection, SyncState
from tests.sync.festival import EVENT, SERVER, Festival, guests, serial
from tests.sync.http_peer import HOTEL, Peer, Reply, listening, no, write_certificate
from tests.sync.laptop import Hands, Laptop, small, told
from tests.sync.memory_server import MemoryServer


@pytest.fixture
def peer(festival: Festival) -> Iterator[Peer]:
    server = MemoryServer()
    server.publish(festival.setting())
    server.publish(guests(3))
    with listening(Peer(server)) as one:
        yield one


@pytest.fixture
def tls_peer(tmp_path: Path, festival: Festival) -> Iterator[Peer]:
    server = MemoryServer()
    server.publish(festival.setting())
    with listening(Peer(server), write_certificate(tmp_path / "certificate.pem")) as one:
        yield one


class Desk:
    """A laptop from its enrolment on."""

    def __init__(self, path: Path) -> None:
        self.folder = small(path)
        self.vault = Vault(None)
        self.clock = Hands()

    def enrol(self, enrolment: Enrolment) -> Device:
        return enrol(self.folder, self.vault, enrolment, "Laptop 1")

    def opened(self) -> Stores:
        enrolled = device.find(self.folder)
        assert enrolled is not None
        found = device.find_secrets(self.vault, enrolled.id)
        assert found is not None
        prepare(self.folder, found.mirror, enrolled.server)
        return sync_stores(self.folder, found.mirror)

    def sync(self, stores: Stores) -> SyncState:
        enrolled = device.find(self.folder)
        assert enrolled is not None
        found = device.find_secrets(self.vault, enrolled.id)
        assert found is not None
        with HttpSyncApi(enrolled, found.signing, self.clock) as api:
            return sync_once(stores, api, Party(enrolled.event, enrolled.server, found.signing), self.clock)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


def test_a_laptop_enrols_pulls_scans_and_delivers(desk: Desk, peer: Peer, festival: Festival) -> None:
    enrolled = desk.enrol(peer.enrolment())
    assert (enrolled.event, enrolled.server, enrolled.name) == (EVENT, SERVER, "Laptop 1")
    stores = desk.opened()
    assert desk.sync(stores).connection is Connection.ONLINE
    door = Laptop(desk.folder, stores, clock=desk.clock)
    assert door.scan(festival.text(serial(1))).name is not None
    assert desk.sync(stores).unsent == 0
    assert len(peer.server.facts) == 1
    stores.close()


def test_a_lost_answer_to_an_enrolment_is_asked_for_again_with_the_same_code(desk: Desk, peer: Peer) -> None:
    enrolment = peer.enrolment()
    known = peer.answer
    lost: list[Reply] = []

    def answer_then_break(method: str, target: str, header: str, body: bytes) -> Reply:
        reply = known(method, target, header, body)
        if not lost:
            lost.append(reply)
            return HOTEL
        return reply

    peer.answer = answer_then_break  # type: ignore[method-assign]
    with pytest.raises(Problem, match="enrol again with the same code"):
        desk.enrol(enrolment)
    assert desk.enrol(enrolment).id in peer.server.devices
    assert len(peer.server.devices) == 1


@pytest.mark.parametrize(
    ("instead", "code", "words"),
    [
        (no(404, "enrol_code_unknown", "This code is not known here. Check it."), "enrol_code_unknown", "Check it"),
        (no(410, "enrol_code_used", "Used. Ask the organizer for a new one."), "enrol_code_used", "new one"),
        (no(503, "busy", "Busy."), "no_answer", "Check the network"),
        (HOTEL, "no_answer", "Check the network"),
        (Reply(200, b"{}"), "no_answer", "Check the network"),
        (Reply(200, b'{"protocol": 9}'), "other_protocol", "must be updated"),
        (Reply(502, b"{}"), "no_answer", "Check the network"),
    ],
)
def test_an_enrolment_that_fails_says_what_to_do(desk: Desk, peer: Peer, instead: Reply, code: str, words: str) -> None:
    peer.instead = [instead]
    with pytest.raises(Problem, match=words) as caught:
        desk.enrol(peer.enrolment())
    assert caught.value.code == code
    assert device.find(desk.folder) is None


def test_an_enrolment_without_a_server_says_so(desk: Desk) -> None:
    with pytest.raises(Problem, match="does not answer"):
        desk.enrol(Enrolment("http://127.0.0.1:9", "CODE"))


def test_an_address_without_encryption_is_refused_before_the_code_is_sent(desk: Desk) -> None:
    with pytest.raises(Problem, match="not encrypted"):
        desk.enrol(Enrolment("http://door.example.org", "CODE"))


@pytest.mark.parametrize("trick", ["other key", "other device", "other event", "garbage"])
def test_a_certificate_that_is_not_for_this_laptop_is_refused(desk: Desk, peer: Peer, trick: str) -> None:
    signer = Ed25519PrivateKey.generate() if trick == "other key" else peer.key
    known = peer.answer

    def answer(method: str, target: str, header: str, body: bytes) -> Reply:
        text = known(method, target, header, body).body.decode()
        certificate = peer.enrolled.popitem()[1].certificate
        forged = certificate
        if trick == "other device":
            forged = certificate.replace('"device":"', '"device":"0000')[: len(certificate)]
        elif trick == "other event":
            forged = certificate.replace(str(EVENT), str(SERVER))
        elif trick == "garbage":
            forged = "[]"
        signature = signer.sign(forged.encode()).hex()
        told_before = peer.key.sign(certificate.encode()).hex()
        text = text.replace(certificate.replace('"', '\\"'), forged.replace('"', '\\"'))
        return Reply(201, text.replace(told_before, signature).encode())

    peer.answer = answer  # type: ignore[method-assign]
    with pytest.raises(Problem, match="new enrolment code") as caught:
        desk.enrol(peer.enrolment())
    assert caught.value.code == "bad_certificate"


def test_enrolling_again_keeps_the_scans_and_delivers_them(desk: Desk, peer: Peer, festival: Festival) -> None:
    desk.enrol(peer.enrolment())
    stores = desk.opened()
    desk.sync(stores)
    Laptop(desk.folder, stores, clock=desk.clock).scan(festival.text(serial(1)))
    stores.close()
    desk.vault = Vault(None)  # the program ended, and there was no keyring
    before = device.find(desk.folder)
    assert before is not None
    assert device.find_secrets(desk.vault, before.id) is None
    after = desk.enrol(peer.enrolment("ANOTHER"))
    stores = desk.opened()
    assert after.id != before.id
    assert journal.counts(stores.journal).unsent == 1
    assert desk.sync(stores).unsent == 0
    assert told(Laptop(desk.folder, stores, clock=desk.clock).scan(festival.text(serial(1)))) is not None
    assert set(peer.server.senders.values()) == {after.id}
    stores.close()


@pytest.mark.parametrize(
    "instead",
    [HOTEL, Reply(404, b"not found", "text/plain"), Reply(413, b"too large", "text/html"), Reply(500, b"{}"),
     Reply(200, b'{"facts": "none"}'), Reply(200, b"\xff\xfe"), no(429, "slow_down", "Slow down."),
     Reply(401, b'{"code": "unknown_device"}', "application/problem+json"), Reply(302, b"")],
)  # fmt: skip
def test_whatever_is_not_our_server_is_no_answer_and_sets_nothing_aside(
    desk: Desk, peer: Peer, festival: Festival, instead: Reply
) -> None:
    desk.enrol(peer.enrolment())
    stores = desk.opened()
    desk.sync(stores)
    Laptop(desk.folder, stores, clock=desk.clock).scan(festival.text(serial(1)))
    peer.instead = [instead]
    state = desk.sync(stores)
    assert (state.connection, state.unsent, state.quarantined) == (Connection.OFFLINE, 1, 0)
    assert desk.sync(stores).unsent == 0
    stores.close()


def test_a_server_that_speaks_another_protocol_is_named_as_such(desk: Desk, peer: Peer) -> None:
    desk.enrol(peer.enrolment())
    stores = desk.opened()
    peer.protocol = PROTOCOL + 1
    state = desk.sync(stores)
    assert state.connection is Connection.PROTOCOL
    assert state.sentence is not None
    assert "must be updated" in state.sentence
    stores.close()


def test_a_wrong_clock_is_corrected_by_the_servers_answer(desk: Desk, peer: Peer, festival: Festival) -> None:
    desk.enrol(peer.enrolment())
    desk.clock.wall += timedelta(days=400)
    stores = desk.opened()
    assert desk.sync(stores).connection is Connection.ONLINE
    assert peer.asked.count(f"GET /api/v1/events/{EVENT}/sync/pull") == 2
    assert Laptop(desk.folder, stores, clock=desk.clock).scan(festival.text(serial(1))).at == peer.server.time
    stores.close()


def test_a_long_pull_ends_after_the_page_that_is_under_way_when_the_door_is_closed(desk: Desk, peer: Peer) -> None:
    enrolled = desk.enrol(peer.enrolment())
    found, stores = device.find_secrets(desk.vault, enrolled.id), desk.opened()
    assert found is not None
    api = HttpSyncApi(enrolled, found.signing, desk.clock)
    known, peer.server.page_size = peer.answer, 3

    def answer_while_closing(method: str, target: str, header: str, body: bytes) -> Reply:
        api.hang_up()
        return known(method, target, header, body)

    peer.answer = answer_while_closing  # type: ignore[method-assign]
    with api:
        state = sync_once(stores, api, Party(EVENT, SERVER, found.signing), desk.clock)
    assert state.connection is Connection.OFFLINE
    assert mirror.state(stores.mirror).cursor.revision == 3
    stores.close()


def test_a_device_that_the_server_does_not_know_is_told_so(desk: Desk, peer: Peer) -> None:
    desk.enrol(peer.enrolment())
    stores = desk.opened()
    peer.server.devices.clear()
    state = desk.sync(stores)
    assert (state.connection, state.sentence) == (
        Connection.REFUSED,
        "This laptop is not enrolled here. Enrol it again; nothing is lost.",
    )
    stores.close()


def test_a_pinned_server_is_trusted_by_address_and_whatever_the_date(desk: Desk, tls_peer: Peer) -> None:
    desk.enrol(tls_peer.enrolment())
    stores = desk.opened()
    assert desk.sync(stores).connection is Connection.ONLINE
    stores.close()


def test_another_certificate_than_the_pinned_one_gets_no_code(desk: Desk, tls_peer: Peer) -> None:
    with pytest.raises(Problem, match="Another computer answers"):
        desk.enrol(Enrolment(tls_peer.url, "CODE", secrets.token_hex(32)))
    assert tls_peer.asked == []


def test_a_self_signed_certificate_without_a_pin_gets_no_code(desk: Desk, tls_peer: Peer) -> None:
    with pytest.raises(Problem, match="Another computer answers"):
        desk.enrol(Enrolment(tls_peer.url, "CODE"))
    assert tls_peer.asked == []


def test_a_server_that_comes_back_with_another_certificate_is_not_trusted(
    desk: Desk, tls_peer: Peer, tmp_path: Path
) -> None:
    desk.enrol(tls_peer.enrolment())
    stores = desk.opened()
    with listening(Peer(tls_peer.server), write_certificate(tmp_path / "other.pem")) as other:
        enrolled = device.find(desk.folder)
        assert enrolled is not None
        found = device.find_secrets(desk.vault, enrolled.id)
        assert found is not None
        moved = msgspec.structs.replace(enrolled, url=other.url)
        with HttpSyncApi(moved, found.signing, desk.clock) as api:
            state = sync_once(stores, api, Party(EVENT, SERVER, found.signing), desk.clock)
    assert state.connection is Connection.REFUSED
    assert other.asked == []
    stores.close()


def test_a_damaged_device_file_means_to_enrol_again(desk: Desk, peer: Peer) -> None:
    desk.enrol(peer.enrolment())
    desk.folder.device.write_bytes(b'{"id": 3')
    assert device.find(desk.folder) is None
