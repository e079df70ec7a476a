"""The whole program: becoming a door, by paste, scanner or camera, and standing elsewhere."""

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from eventreg_core.enrolment import Enrolment
from eventreg_desktop.app import Asked
from eventreg_desktop.ui.door.state import Look
from eventreg_desktop.ui.setup.state import Eye, Step
from tests.sights import NOBODY, NetworkCamera, holding, write_video
from tests.sync.festival import CLUB, MAIN, Festival
from tests.sync.http_peer import HOTEL, Peer, Reply, listening, no, write_certificate
from tests.ui.stage import NO_CAMERA, Stage, festival_server, runs, scan, shown

ANNA = ("Łukasz Nowak", Look.ADMITTED)


def test_a_code_before_the_camera_enrols_and_the_door_then_looks_through_the_same_camera(stage: Stage) -> None:
    code = holding(str(stage.peer.enrolment()), 4)
    camera = NetworkCamera([[code] * 16, [holding(stage.ticket(1), 4)] * 16], hold=True, patient=True)
    with camera.on() as url:
        app = stage.open(Asked(source=url))
        stage.until_asked(app)
        assert not camera.all_sent.is_set(), "no lamp before somebody asks"
        eyes: list[Eye] = []
        app.setup.changed.connect(lambda state: eyes.append(state.eye))
        QTest.keyClick(app.window.setup.enrol.use_camera, Qt.Key.Key_Space)
        stage.until(lambda: shown(app.door) == [ANNA])
        assert set(eyes) > {Eye.OFF}
        assert app.setup.state.eye is Eye.OFF
        app.stop()


def test_other_codes_before_the_set_up_camera_are_said_and_the_camera_is_let_go_when_asked(stage: Stage) -> None:
    film = [*[holding(stage.ticket(1), 4)] * 3, *[NOBODY] * 40, *[holding("https://menu.example", 12)] * 3]
    app = stage.open(Asked(source=write_video(stage.path / "codes.avi", film, rate=30)))
    stage.until_asked(app)
    setup = app.window.setup
    said: list[str] = []
    app.setup.changed.connect(lambda state: said.append(state.error))
    QTest.keyClick(setup.enrol.use_camera, Qt.Key.Key_Space)
    stage.until(lambda: setup.error.text().startswith("This is another code."))
    assert any(each.startswith("This is a ticket, not an enrolment code.") for each in said)
    assert setup.enrol.picture.isVisible()
    QTest.keyClick(setup.enrol.leave_camera, Qt.Key.Key_Space)
    stage.until(lambda: app.setup.state.eye is Eye.OFF)
    assert (setup.enrol.picture.isVisible(), setup.enrol.text.hasFocus()) == (False, True)


def test_a_set_up_camera_that_cannot_be_read_says_so_and_the_code_may_be_pasted(stage: Stage) -> None:
    app = stage.open(Asked(source=NO_CAMERA))
    stage.until_asked(app)
    setup = app.window.setup
    setup.enrol.use_camera.click()
    stage.until(lambda: setup.enrol.picture.accessibleDescription().startswith("No pictures from the camera."))
    setup.enrol.leave_camera.click()
    setup.enrol.text.setText(str(stage.peer.enrolment()))
    QTest.keyClick(setup.enrol.text, Qt.Key.Key_Return)
    stage.until(lambda: app.window.door.isVisible())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(no(404, "enrol_code_unknown", "This code is not known."), "This code is not known.", id="wrong"),
        pytest.param(no(410, "enrol_code_used", "Used already."), "Used already.", id="used"),
        pytest.param(no(410, "enrol_code_expired", "This code is over."), "This code is over.", id="expired"),
        pytest.param(HOTEL, "The server does not answer.", id="a hotel's sign-in page"),
    ],
)
def test_a_refused_enrolment_is_a_sentence_and_the_next_try_works(stage: Stage, answer: Reply, said: str) -> None:
    app = stage.open(Asked(source=NO_CAMERA))
    stage.until_asked(app)
    setup = app.window.setup
    stage.peer.instead.append(answer)
    scan(setup.enrol.text, str(stage.peer.enrolment()))
    stage.until(lambda: setup.error.text().startswith(said))
    assert (setup.error.isVisible(), setup.enrol.isEnabled()) == (True, True)
    QTest.keyClick(setup.enrol.text, Qt.Key.Key_Return)
    stage.until(lambda: app.window.door.isVisible())


def test_a_server_of_another_protocol_cannot_be_enrolled_at_until_it_speaks_ours(stage: Stage) -> None:
    app = stage.open(Asked(source=NO_CAMERA))
    stage.until_asked(app)
    stage.peer.protocol += 1
    scan(app.window.setup.enrol.text, str(stage.peer.enrolment()))
    stage.until(lambda: app.window.setup.error.text() == "They speak another protocol.")
    stage.peer.protocol -= 1
    app.window.setup.enrol.connect_text.click()
    stage.until(lambda: app.window.door.isVisible())


def test_another_certificate_than_the_codes_is_refused_and_the_right_one_is_not(stage: Stage, tmp_path: Path) -> None:
    with listening(Peer(festival_server(Festival())), write_certificate(tmp_path / "server.pem")) as sealed:
        app = stage.open(Asked(source=NO_CAMERA))
        stage.until_asked(app)
        setup = app.window.setup
        right = sealed.enrolment()
        scan(setup.enrol.text, str(Enrolment(right.url, right.code, "00" * 32)))
        stage.until(lambda: setup.error.text().startswith("Another computer answers at the server's address."))
        scan(setup.enrol.text, str(right))
        stage.until(lambda: app.window.door.isVisible())
        app.stop()


def test_a_computer_without_a_keyring_says_so_at_the_door(stage: Stage) -> None:
    app = stage.at_work()
    assert app.window.door.notices.isVisible()
    assert any("No keyring on this computer" in line.text for line in app.door.state.notices)


class Kept(KeyringBackend):
    """A keyring that works."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._kept: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._kept.pop(username, None)


class TrialOnly(Kept):
    """A keyring that works when it is tried, and is locked afterwards."""

    def set_password(self, service: str, username: str, password: str) -> None:
        if not username.startswith("trial."):
            raise KeyringLocked
        super().set_password(service, username, password)


def test_a_keyring_that_is_locked_while_enrolling_is_said_at_the_door(stage: Stage) -> None:
    keyring.set_keyring(TrialOnly())
    app = stage.at_work()
    assert [line.code for line in app.door.state.notices if "No keyring" in line.text] == ["keyring_in_memory"]


def test_a_laptop_started_again_with_a_code_that_is_used_up_is_the_door_that_it_was(stage: Stage) -> None:
    code = str(stage.peer.enrolment())
    kept = Kept()
    keyring.set_keyring(kept)
    first = stage.open(Asked(code, NO_CAMERA))
    stage.until(lambda: first.door.state.connection.text == "All is well")
    first.stop()
    first.window.close()
    again = stage.open(Asked(code, NO_CAMERA))
    stage.until(lambda: again.window.door.isVisible())
    assert [line.text for line in again.door.state.notices if line.code == "enrol_code_used"] == [
        "This code was used already. Ask the organizer for a new one."
    ]
    scan(again.window.door.search.line, stage.ticket(1))
    stage.until(lambda: shown(again.door) == [ANNA])


def test_a_laptop_moves_to_another_list_by_keys_alone_and_loses_nothing(stage: Stage) -> None:
    film = [*[holding(stage.ticket(1), 4)] * 4, *[NOBODY] * 4]
    app = stage.at_work(write_video(stage.path / "door.avi", film, rate=30))
    stage.until(lambda: shown(app.door) == [ANNA])
    QTest.keyClick(app.window.door.search.line, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    setup = app.window.setup
    stage.until(lambda: app.setup.state.step is Step.PLACE)
    assert app.shift is None
    assert setup.isVisible()
    assert setup.title.text() == "Where does this laptop stand?"
    assert (setup.place.lists.currentText(), setup.place.gates.currentText()) == ("Main door", "North")
    scan(setup.place.lists, stage.ticket(2))
    assert setup.error.text() == "Choose where this laptop stands first, then scan tickets."
    QTest.keyClick(setup.place.lists, Qt.Key.Key_Home)
    QTest.keyClick(setup.place.start, Qt.Key.Key_Space)
    stage.until(lambda: len(shown(app.door)) == 2)
    assert app.window.door.isVisible()
    assert app.window.door.header.place.text().strip() == "Club"
    assert [fact.list for fact in stage.entries()] == [MAIN, CLUB]
    stage.until(lambda: len(stage.peer.server.facts) == 2)


def test_a_door_that_was_left_by_mistake_is_opened_again_at_the_same_place(stage: Stage) -> None:
    app = stage.at_work()
    app.window.door.header.place.click()
    stage.until(lambda: app.setup.state.step is Step.PLACE)
    app.window.setup.place.start.click()
    assert app.window.door.isVisible()
    assert app.window.door.header.place.text().strip() == "Main door · North"
    scan(app.window.door.search.line, stage.ticket(1))
    stage.until(lambda: shown(app.door) == [ANNA])
    assert not runs(app.door)


def test_the_program_closed_while_a_door_is_being_left_ends_in_peace(stage: Stage) -> None:
    app = stage.at_work()
    scan(app.window.door.search.line, stage.ticket(1))
    app.window.door.header.place.click()
    app.stop()
    assert len(stage.entries()) == 1
