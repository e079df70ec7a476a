"""The texts that one side writes and the other reads: cursors, device signatures, enrolment."""

import inspect
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventreg_core import wire
from eventreg_core.device_auth import SCHEME, DeviceSignature, signature_of, signed_bytes
from eventreg_core.enrolment import Enrolment, enrolment_of
from eventreg_core.problems import MalformedText
from eventreg_core.protocol import UnknownProtocol
from eventreg_core.sync_api import AsyncSyncApi, SyncApi

PIN = "ab" * 32


def test_the_interface_has_the_same_calls_on_both_sides() -> None:
    for call in ("push", "pull"):
        asked, answered = (inspect.signature(getattr(side, call)) for side in (SyncApi, AsyncSyncApi))
        assert asked == answered


def test_a_cursor_reads_back_as_it_was_written() -> None:
    cursor = wire.Cursor("7412-1-0", 345, "ff")
    assert wire.cursor_of(str(cursor), "ff") == cursor
    assert wire.cursor_of(str(wire.START), "") == wire.START


@pytest.mark.parametrize(
    "text", ["", "7412-1-0", "7412-1-0.", "e.-1", "e.1_0", "e.²", "e." + "9" * 19, "e" * 201 + ".1"]
)
def test_a_damaged_cursor_is_refused(text: str) -> None:
    with pytest.raises(MalformedText):
        wire.cursor_of(text, "")


def test_a_body_of_a_newer_side_is_read_without_what_we_do_not_know() -> None:
    head = msgspec.json.decode(b'{"seq":1,"hash":"' + b"0" * 64 + b'","mood":"new"}', type=wire.Head)
    assert wire.encode(head) == b'{"seq":1,"hash":"' + b"0" * 64 + b'"}'


@pytest.mark.parametrize(("theirs", "who"), [(wire.PROTOCOL + 1, "This program must"), (0, "The other side must")])
def test_another_protocol_says_who_must_be_updated(theirs: int, who: str) -> None:
    assert who in UnknownProtocol(theirs).sentence


def test_a_device_header_reads_back_as_it_was_written() -> None:
    signature = DeviceSignature(UUID(int=5), 1_700_000_000_000, b"\x01" * 64)
    assert signature_of(str(signature)) == signature


@given(st.text())
def test_any_other_header_is_refused(text: str) -> None:
    for header in (text, f"{SCHEME} {text}", f"{SCHEME} id={text},at=1,sig=00"):
        with pytest.raises(MalformedText):
            signature_of(header)


def test_a_well_made_header_of_another_scheme_is_refused() -> None:
    device = UUID(int=5)
    for header in (f"Bearer id={device},at=1,sig=00", f"{SCHEME} id={device},at={'9' * 19},sig=00"):
        with pytest.raises(MalformedText):
            signature_of(header)


def test_each_part_of_a_request_is_signed() -> None:
    parts = [("GET", "/a", 1, b""), ("POST", "/a", 1, b""), ("GET", "/a?b", 1, b""), ("GET", "/a", 2, b"")]
    assert len({signed_bytes(*part) for part in [*parts, ("GET", "/a", 1, b"x")]}) == 5
    assert signed_bytes("get", "/a", 1, b"") == signed_bytes("GET", "/a", 1, b"")


@pytest.mark.parametrize(
    "enrolment",
    [
        Enrolment("https://tickets.example.org", "7KQ42-MPA9X"),
        Enrolment("https://192.0.2.7:3000", "7KQ42-MPA9X", PIN),
        Enrolment("http://127.0.0.1:3000", "a&b=c d"),
    ],
)
def test_an_enrolment_text_reads_back_as_it_was_written(enrolment: Enrolment) -> None:
    assert enrolment_of(f" {enrolment}\n") == enrolment


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_enrolment"),
        ("https://example.org", "bad_enrolment"),
        ("eventreg:enrol?url=https://a.example", "bad_enrolment"),
        ("eventreg:enrol?code=1", "bad_enrolment"),
        ("eventreg:enrol?url=http://192.0.2.7&code=1", "not_encrypted"),
        ("eventreg:enrol?url=ftp://a.example&code=1", "bad_address"),
        ("eventreg:enrol?url=https://[&code=1", "bad_address"),
        ("eventreg:enrol?url=https:/a&code=1", "bad_address"),
        ("eventreg:enrol?url=https://192.168..4&code=1", "bad_address"),
        ("eventreg:enrol?url=https://a.example:80000&code=1", "bad_address"),
        ("eventreg:enrol?url=https://a.example&code=1&pin=12", "bad_pin"),
        ("eventreg:enrol?url=https://a.example&code=1&pin=" + "g" * 64, "bad_pin"),
    ],
)
def test_a_wrong_enrolment_text_says_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(MalformedText) as caught:
        enrolment_of(text)
    assert caught.value.code == code
    assert caught.value.sentence.endswith(".")


@given(st.text())
def test_no_text_whatever_breaks_the_enrolment_reader(text: str) -> None:
    with pytest.raises(MalformedText):
        enrolment_of("eventreg:enrol?" + text)
