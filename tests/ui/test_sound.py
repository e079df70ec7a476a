"""The tones: three that are told apart, silence said once. Played on miniaudio's null backend: no loudspeaker."""

import miniaudio
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from eventreg_desktop.work.sound import NO_SOUND, RATE, RETRY_S, Sound, Tone, render


def null_device() -> miniaudio.PlaybackDevice:
    return miniaudio.PlaybackDevice(nchannels=1, sample_rate=RATE, backends=[miniaudio.Backend.NULL])


class Socket:
    """Where a loudspeaker may be plugged in."""

    def __init__(self, plugged: bool) -> None:
        self.plugged = plugged
        self.opened = 0
        self.now = 100.0

    def open(self) -> miniaudio.PlaybackDevice:
        self.opened += 1
        if not self.plugged:
            raise miniaudio.MiniaudioError("failed to init device", -401)
        return null_device()

    def clock(self) -> float:
        return self.now


@pytest.mark.parametrize("tone", Tone)
def test_every_tone_is_short_audible_and_begins_and_ends_in_silence(tone: Tone) -> None:
    samples = np.frombuffer(render(tone), dtype="<i2")
    assert 0.2 * RATE <= len(samples) <= 0.6 * RATE
    assert 12_000 < np.abs(samples).max() < 32_767
    assert abs(int(samples[0])) < 500
    assert abs(int(samples[-1])) < 500


def test_the_three_tones_differ_in_pitch() -> None:
    def pitch(tone: Tone) -> float:
        samples = np.frombuffer(render(tone), dtype="<i2").astype(float)
        return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE / len(samples))

    assert pitch(Tone.ADMITTED) > 1000 > pitch(Tone.LOOK) > 500 > 250 > pitch(Tone.REFUSED)


def test_one_device_is_kept_open_for_all_tones(qtbot: QtBot) -> None:
    socket = Socket(plugged=True)
    sound = Sound(socket.open, socket.clock)
    sound.start()
    for tone in Tone:
        sound.play(tone)
    with qtbot.assertNotEmitted(sound.noticed):
        sound.stop()
    assert socket.opened <= 1


def test_no_device_is_said_once_and_not_tried_again_for_ten_seconds(qtbot: QtBot) -> None:
    socket = Socket(plugged=False)
    sound = Sound(socket.open, socket.clock)
    said: list[str] = []
    sound.noticed.connect(lambda code, _: said.append(code))
    sound.start()
    with qtbot.waitSignal(sound.noticed) as noticed:
        sound.play(Tone.ADMITTED)
    assert noticed.args is not None
    assert noticed.args[0] == NO_SOUND
    sound.play(Tone.LOOK)
    sound.stop()
    assert (socket.opened, said) == (1, [NO_SOUND])


def test_a_device_that_is_plugged_in_later_is_found(qtbot: QtBot) -> None:
    socket = Socket(plugged=False)
    sound = Sound(socket.open, socket.clock)
    sound.start()
    with qtbot.waitSignal(sound.noticed):
        sound.play(Tone.ADMITTED)
    socket.plugged, socket.now = True, socket.now + RETRY_S
    with qtbot.waitSignal(sound.mended) as mended:
        sound.play(Tone.ADMITTED)
    sound.stop()
    assert mended.args == [NO_SOUND]
