"""Every code has a sentence, every icon a file."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from eventreg_core.admission import Kind, Note, Reason
from eventreg_desktop import assets
from eventreg_desktop.sync.state import Connection, SyncState
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.door import wording
from eventreg_desktop.ui.door.state import CameraState, CameraStatus, Level, Look
from tests.ui import night


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_headline_and_says_what_to_do(reason: Reason) -> None:
    assert assets.icon(wording.banner_of(night.refused(reason)).icon).exists()
    assert 0 < len(texts.headline(reason)) <= 28, "must fit the banner and the list"
    assert texts.advice(reason).endswith("."), "a sentence"


def test_no_two_reasons_read_the_same() -> None:
    assert len({texts.headline(reason) for reason in Reason}) == len(Reason)


@pytest.mark.parametrize("note", Note)
def test_every_note_is_explained(note: Note) -> None:
    banner = wording.banner_of(night.noted(note))
    assert banner.look is Look.LOOK
    assert banner.headline.startswith("Look: ")
    assert banner.sentence.endswith(".")


@pytest.mark.parametrize("connection", Connection)
def test_every_connection_state_is_said_in_words(connection: Connection) -> None:
    line = wording.connection_line(SyncState(connection, 0, 0, None, None))
    assert line.text
    assert assets.icon(line.icon).exists()
    assert (line.level is Level.WELL) == (connection is Connection.ONLINE)


@pytest.mark.parametrize("status", CameraStatus)
def test_every_camera_state_is_said_in_words(status: CameraStatus) -> None:
    line = wording.camera_line(CameraState(status))
    assert line.text
    assert assets.icon(line.icon).exists()
    assert bool(wording.camera_words(CameraState(status))) == (status is not CameraStatus.RUNNING)


def test_the_servers_own_sentence_goes_before_ours() -> None:
    line = wording.connection_line(SyncState(Connection.REFUSED, 0, 0, None, "This laptop was revoked at 14:02."))
    assert line.text == "This laptop was revoked at 14:02."


def test_an_old_guest_list_is_said_and_a_young_one_is_not() -> None:
    old = SyncState(Connection.OFFLINE, 1, 0, 3 * 3600, None)
    young = SyncState(Connection.OFFLINE, 1, 0, 30, None)
    assert wording.connection_line(old).text == "Working offline: 1 scan waits to be sent · guest list 3 h old"
    assert wording.connection_line(young).text == "Working offline: 1 scan waits to be sent"


def test_a_first_entry_of_today_is_told_by_its_hour_and_another_by_its_day() -> None:
    assert texts.clock(night.NOON, night.NOON, night.ZONE) == "14:02"
    assert texts.clock(night.NOON - timedelta(days=1), night.NOON, night.ZONE) == "21 Nov 14:02"


@pytest.mark.parametrize("kind", Kind)
def test_both_directions_have_their_words(kind: Kind) -> None:
    assert texts.kind_name(kind)
    assert texts.admitted_word(kind).isupper()
    assert texts.ready_headline(kind)


@pytest.mark.parametrize("status", ["valid", "unpaid", "cancelled", "blocked", "revoked"])
def test_every_status_of_a_found_ticket_is_said(status: str) -> None:
    said = texts.candidate_state(status, None)
    assert said
    assert (said == status) == (status in ("cancelled", "blocked"))


def test_every_icon_that_ships_is_shown_somewhere_and_has_its_licence() -> None:
    sources = "".join(file.read_text() for file in Path(wording.__file__).parent.parent.rglob("*.py"))
    shipped = {file.stem for file in assets.icon("x").parent.glob("*.svg")}
    assert {name for name in shipped if f'"{name}"' not in sources} == set()
    assert assets.icon("x").with_name("LICENSE").exists()


def test_the_banner_names_no_field_that_is_not_shown() -> None:
    assert {field.name for field in fields(wording.ready_banner(Kind.ENTRY, CameraStatus.RUNNING))} == {
        "look", "icon", "word", "headline", "name", "ticket_type", "sentence",
    }  # fmt: skip
