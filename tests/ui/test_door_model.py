"""What the door screen shows after each thing that can happen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from eventreg_core.admission import Admitted, Kind, Note, Reason
from eventreg_desktop.door.lookup import Found
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.ui.door.model import KEPT_SCANS, DoorModel
from eventreg_desktop.ui.door.state import CameraState, CameraStatus, Level, Look, Place, Search
from eventreg_desktop.work.sound import Tone
from tests.ui import night


@pytest.fixture
def door(qtbot: QtBot) -> DoorModel:
    return DoorModel(night.PLACE, night.ZONE)


def test_a_door_begins_ready_and_says_what_to_do(door: DoorModel) -> None:
    assert door.state.banner.look is Look.READY
    assert door.state.banner.headline == "Hold a ticket in front of the camera"
    assert "may scan already" in door.state.connection.text


def test_a_clean_admission_is_green_with_name_and_type(door: DoorModel) -> None:
    door.judged(night.ADMITTED)
    banner = door.state.banner
    assert (banner.look, banner.word, banner.name, banner.ticket_type) == (
        Look.ADMITTED, "ADMITTED", "Zoë Müller", "Weekend pass",
    )  # fmt: skip


def test_a_ticket_that_the_list_does_not_hold_yet_passes_with_a_look(door: DoorModel) -> None:
    door.judged(night.noted(Note.UNSYNCED))
    assert (door.state.banner.look, door.state.banner.word) == (Look.LOOK, "ADMITTED")
    assert door.state.banner.headline == "Look: not in the list yet"


def test_an_override_passes_with_a_look_that_names_what_stood_against(door: DoorModel) -> None:
    door.judged(replace(night.ADMITTED, verdict=Admitted(night.SERIAL, (), Reason.CANCELLED)))
    assert (door.state.banner.look, door.state.banner.headline) == (Look.LOOK, "Look: Cancelled")


@pytest.mark.parametrize("reason", [Reason.UNPAID, Reason.PAYMENT_UNKNOWN])
def test_a_missing_payment_asks_for_payment(door: DoorModel, reason: Reason) -> None:
    door.judged(night.refused(reason))
    assert (door.state.banner.look, door.state.banner.word) == (Look.ASK, "ASK FOR PAYMENT")


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.UNPAID, Reason.PAYMENT_UNKNOWN}))
def test_every_other_refusal_is_red(door: DoorModel, reason: Reason) -> None:
    door.judged(night.refused(reason))
    assert (door.state.banner.look, door.state.banner.word) == (Look.STOP, "STOP")


def test_a_used_ticket_says_when_and_where(door: DoorModel) -> None:
    door.judged(night.refused(Reason.ALREADY_USED))
    assert door.state.banner.headline == "Already used 13:02 at Main gate"
    door.judged(replace(night.refused(Reason.ALREADY_INSIDE), first_gate=None))
    assert door.state.banner.headline == "Inside since 13:02"


def test_a_code_that_is_held_up_again_and_again_is_counted(door: DoorModel) -> None:
    door.judged(night.refused(Reason.ALREADY_USED, repeated=2))
    assert door.state.banner.sentence.endswith("Shown 3 times.")


def test_an_exit_says_exit(door: DoorModel) -> None:
    door.kind_picked(Kind.EXIT)
    assert door.state.banner.headline.startswith("Counting exits")
    door.judged(replace(night.ADMITTED, kind=Kind.EXIT))
    assert (door.state.banner.word, door.state.banner.icon) == ("EXIT", "log-out")


def test_the_next_scan_replaces_the_last_at_once_even_when_it_looks_the_same(qtbot: QtBot, door: DoorModel) -> None:
    door.judged(night.ADMITTED)
    with qtbot.waitSignal(door.changed):
        door.judged(night.ADMITTED)
    assert door.state.shown == 2


def test_the_last_scans_stand_newest_first_and_only_so_many_are_kept(door: DoorModel) -> None:
    for second in range(KEPT_SCANS + 5):
        door.judged(night.admitted("Bo", "Crew", after_s=second))
    assert len(door.state.scans) == KEPT_SCANS
    assert [line.time for line in door.state.scans[:2]] == ["14:03:25", "14:03:24"]


def test_a_verdict_rests_after_a_while(qtbot: QtBot) -> None:
    door = DoorModel(night.PLACE, night.ZONE, rest_ms=1)
    door.judged(night.ADMITTED)
    qtbot.waitUntil(lambda: door.state.banner.look is Look.READY)
    assert len(door.state.scans) == 1


def test_each_new_fact_counts_as_unsent_until_the_server_confirms(door: DoorModel) -> None:
    door.judged(night.ADMITTED)
    door.judged(night.refused(Reason.ALREADY_USED))
    door.judged(night.refused(Reason.ALREADY_USED, repeated=1))
    assert door.state.unsent.text == "2 unsent", "the same refusal again makes no new fact"
    door.synced(night.WELL)
    assert (door.state.unsent.text, door.state.connection.text) == ("All scans sent", "All is well")


def test_a_scan_on_its_way_is_no_trouble_and_one_that_is_not_sent_for_seconds_is(qtbot: QtBot) -> None:
    door = DoorModel(night.PLACE, night.ZONE, late_ms=1)
    door.synced(night.WELL)
    door.judged(night.ADMITTED)
    assert (door.state.unsent.text, door.state.unsent.level) == ("1 unsent", Level.WELL)
    qtbot.waitUntil(lambda: door.state.unsent.level is Level.LOOK)
    assert door.state.unsent.text == "1 unsent"
    door.synced(night.WELL)
    assert (door.state.unsent.text, door.state.unsent.level) == ("All scans sent", Level.WELL)


def test_scans_wait_at_once_while_the_server_is_away(door: DoorModel) -> None:
    door.synced(replace(night.OFFLINE, unsent=0))
    door.judged(night.ADMITTED)
    assert door.state.unsent.level is Level.LOOK


def test_working_offline_is_said_with_the_number_that_waits(door: DoorModel) -> None:
    door.synced(replace(night.OFFLINE, cache_age_s=None))
    door.judged(night.ADMITTED)
    assert door.state.connection.text == "Working offline: 4 scans wait to be sent"
    assert door.state.connection.level is Level.LOOK


def test_what_the_server_set_aside_is_said(door: DoorModel) -> None:
    door.synced(replace(night.WELL, quarantined=2))
    assert "2 scans were set aside" in door.state.connection.text


def test_a_scan_that_was_not_kept_admits_nobody(qtbot: QtBot, door: DoorModel) -> None:
    with qtbot.waitSignal(door.spoke) as spoken:
        door.scan_failed("disk_full", "The disk is full. Free some space.")
    assert spoken.args == [Tone.LOOK]
    assert (door.state.banner.look, door.state.banner.word) == (Look.ASK, "SCAN AGAIN")
    assert door.state.scans == ()


def test_trouble_is_one_line_for_each_code_and_goes_when_mended(door: DoorModel) -> None:
    door.noticed("no_sound", "")
    door.noticed("keyring_in_memory", "")
    door.noticed("no_sound", "")
    door.noticed("printer_off", "The printer is off. Switch it on.")
    assert [line.code for line in door.state.notices] == ["keyring_in_memory", "no_sound", "printer_off"]
    assert "kept in memory until you close" in door.state.notices[0].text
    assert door.state.notices[2].text == "The printer is off. Switch it on."
    door.mended("no_sound")
    assert [line.code for line in door.state.notices] == ["keyring_in_memory", "printer_off"]


def test_a_lost_camera_says_what_to_do_and_the_door_goes_on(door: DoorModel) -> None:
    door.camera_changed(CameraState(CameraStatus.LOST, "0"))
    assert door.state.camera_line.level is Level.TROUBLE
    assert "Check its cable" in door.state.camera_words
    assert door.state.banner.headline == "Use a hand scanner, or type a name"
    door.judged(night.ADMITTED)
    assert door.state.banner.look is Look.ADMITTED


def test_an_answer_to_what_is_no_longer_asked_is_dropped(door: DoorModel) -> None:
    door.asked("mül")
    door.asked("müll")
    door.found("mül", Found(night.FOUND))
    assert door.state.search == Search("müll", None)
    door.found("müll", Found(night.FOUND))
    assert [line.state for line in door.state.search.found or ()] == [
        "not in yet",
        "in since 13:02",
        "not paid",
        "cancelled",
    ]


def test_who_came_in_on_another_day_is_said_with_that_day(door: DoorModel) -> None:
    door.asked("müll")
    door.found("müll", Found(night.FOUND[1:2], at=night.NOON + timedelta(days=1)))
    (line,) = door.state.search.found or ()
    assert (line.state[:12], line.state[-6:]) == ("in since 22 ", " 13:02")


def test_choosing_or_emptying_ends_the_search(door: DoorModel) -> None:
    door.asked("bo")
    door.found("bo", Found(night.FOUND))
    door.chosen(b"\x01" * 8)
    assert door.state.search == Search()
    door.asked("bo")
    door.found("bo", Found(night.FOUND))
    door.asked("")
    assert door.state.search == Search()


@pytest.mark.parametrize(
    ("outcome", "tone"),
    [
        pytest.param(night.ADMITTED, Tone.ADMITTED, id="admitted"),
        pytest.param(night.noted(Note.UNSYNCED), Tone.LOOK, id="admitted with a note"),
        pytest.param(night.refused(Reason.UNPAID), Tone.LOOK, id="ask for payment"),
        pytest.param(night.refused(Reason.BLOCKED), Tone.REFUSED, id="stop"),
    ],
)
def test_each_look_has_its_tone(qtbot: QtBot, door: DoorModel, outcome: Outcome, tone: Tone) -> None:
    with qtbot.waitSignal(door.spoke) as spoken:
        door.judged(outcome)
    assert spoken.args == [tone]


def test_a_muted_door_is_silent(qtbot: QtBot, door: DoorModel) -> None:
    door.mute_toggled(True)
    with qtbot.assertNotEmitted(door.spoke):
        door.judged(night.ADMITTED)


def test_the_door_may_move_to_another_gate(door: DoorModel) -> None:
    door.placed(Place("Winter Fair", "All", "North"), "America/New_York")
    door.judged(replace(night.ADMITTED, zone="America/New_York"))
    assert (door.state.place.gate, door.state.scans[0].time) == ("North", "08:02:31")
    door.asked("bo")
    door.placed(Place("Winter Fair", "All", "South"), "America/New_York")
    assert (door.state.banner.look, door.state.search) == (Look.READY, Search()), "said of another place"
    assert len(door.state.scans) == 1
