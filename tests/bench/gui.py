"""A busy hour replayed through the real window: each scan to the verdict on the screen, and how long the window stalls.

    python -m tests.bench.gui [--scans 3600] [--tickets 20000] [--json]

Half of the scans come through the camera's path (a video of the entrance, codes held up in it), half from a hand
scanner that types; now and then a ticket comes twice, a menu is scanned, a name is searched. Server, guest list, files
and sync are real; the window is drawn offscreen. Floors: a verdict for every scan, no stall of the window over 50 ms,
all facts on the server at the end, at most 32 MB more memory at the end than after a quarter. Time in which a thread
that could run waited for a processor is the machine's, and not counted (`_stalls`); beside it stands all of it.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import httpx
import keyring
import msgspec
from keyring.backends.null import Keyring as NoKeyring
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from eventreg_desktop import lasting
from eventreg_desktop.app import App, Asked
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.store import db, journal
from eventreg_desktop.ui.door.state import Level
from tests.bench._doors import fill
from tests.bench._replay import Replay, film
from tests.bench._stage import Stage, stage
from tests.bench._stalls import Pulse, Stall, over
from tests.bench.door import quantile
from tests.sync.laptop import small
from tests.ui.stage import NO_CAMERA

FLOOR_MS, FRAME_MS = 50.0, 16.0
MOST_GROWTH_MB = 32.0
WORST = 8
PATIENCE_S, SETTLED_S, LOOK_MS = 120.0, 5.0, 250


class Result(msgspec.Struct, frozen=True):
    """Milliseconds from a code read or typed to its verdict painted; stalls of the window; megabytes; facts."""

    tickets: int
    scans: int
    verdicts: int
    seconds: float
    verdict_p50_ms: float
    verdict_p99_ms: float
    verdict_worst_ms: float
    stalls_over_16_ms: int
    stalls_over_50_ms: int
    longest_stall_ms: float
    longest_own_ms: float
    with_the_machines_over_16_ms: int
    with_the_machines_over_50_ms: int
    memory_mb: float
    growth_mb: float
    device_facts: int
    server_facts: int
    worst: list[str] = []

    def missed(self) -> list[str]:
        """The floors that do not hold."""
        found = ["verdicts"] if self.verdicts != self.scans else []
        found += ["stalls_over_50_ms"] if self.stalls_over_50_ms else []
        found += ["growth_mb"] if self.growth_mb > MOST_GROWTH_MB else []
        return found + (["server_facts"] if self.server_facts != self.device_facts else [])


def measure(qt: QApplication, path: Path, scans: int, guests: int) -> Result:
    """Build server and door, replay, and read what came of it."""
    with stage(0, 1) as place:
        people = fill(place, guests, signed=scans)
        seen, typed = people.tokens[::2], people.tokens[1::2]
        video = film(path / "entrance.avi", seen)
        app = _door(qt, place, path)
        pulse = Pulse(app)
        try:
            _until(qt, lambda: _holds(app), PATIENCE_S)
            _until(qt, lambda: False, SETTLED_S)
            began = time.perf_counter()
            pulse.start()
            replay = Replay(app, typed, video, len(seen), app)
            _until(qt, lambda: replay.over or replay.stuck, 1e6)
            pulse.stop()
            seconds = time.perf_counter() - began
            _until(qt, lambda: _facts(path) == _facts_there(place), PATIENCE_S)
            facts = _facts(path), _facts_there(place)
        finally:
            app.stop()
            app.window.close()
    return _result(replay, pulse.stalls, facts, (guests, scans, seconds))


def _door(qt: QApplication, place: Stage, path: Path) -> App:
    """The program as somebody starts it with an enrolment text; it stands at the only list and gate."""
    headers = {"Authorization": f"Bearer {place.access_token()}"}
    with httpx.Client(base_url=_api(place), headers=headers, timeout=60) as client:
        answer = client.post(place.festival.path("devices"), json={"name": "Replay"}).raise_for_status()
    settings = QSettings(str(path / "screen.ini"), QSettings.Format.IniFormat)
    for name, value in {
        "language": "en",
        "list": place.festival.check_in_list["id"],
        "gate": place.festival.gate["id"],
    }.items():
        settings.setValue(name, value)
    app = App(qt, settings, small(path / "door"), laptop_clock(), Asked(answer.json()["enrolment"], NO_CAMERA))
    app.start()
    lasting.keep()
    return app


def _until(qt: QApplication, happened: Callable[[], bool], patience_s: float) -> None:
    """Let the window live until then, or for so long."""
    loop, over_at = QEventLoop(), time.perf_counter() + patience_s
    timer = QTimer(interval=LOOK_MS)
    timer.timeout.connect(lambda: loop.quit() if happened() or time.perf_counter() > over_at else None)
    timer.start()
    loop.exec()
    timer.stop()


def _holds(app: App) -> bool:
    """Whether the door is open and its guest list complete."""
    return app.shift is not None and app.door.state.connection.level is Level.WELL


def _facts(path: Path) -> int:
    with closing(db.connect(path / "door" / "journal.db")) as file:
        return len(journal.chain(file, journal.get_current(file).id))


def _facts_there(place: Stage) -> int:
    headers = {"Authorization": f"Bearer {place.access_token()}"}
    with httpx.Client(base_url=_api(place), headers=headers, timeout=60) as client:
        devices = client.get(place.festival.path("devices")).raise_for_status().json()["items"]
    return sum(int(each["facts"]) for each in devices)


def _api(place: Stage) -> str:
    return f"http://127.0.0.1:{place.ports[0]}/api/v1"


def _result(replay: Replay, stalls: Sequence[Stall], facts: tuple[int, int], run: tuple[int, int, float]) -> Result:
    ours, all_of_it = [each.ours_ms for each in stalls], [each.late_ms for each in stalls]
    guests, scans, seconds = run
    return Result(
        tickets=guests,
        scans=scans,
        verdicts=len(replay.took_ms),
        seconds=round(seconds, 1),
        verdict_p50_ms=quantile(replay.took_ms, 0.5),
        verdict_p99_ms=quantile(replay.took_ms, 0.99),
        verdict_worst_ms=round(max(replay.took_ms), 3),
        stalls_over_16_ms=over(ours, FRAME_MS),
        stalls_over_50_ms=over(ours, FLOOR_MS),
        longest_stall_ms=round(max(ours, default=0.0), 1),
        longest_own_ms=round(max((each.own_ms for each in stalls), default=0.0), 1),
        with_the_machines_over_16_ms=over(all_of_it, FRAME_MS),
        with_the_machines_over_50_ms=over(all_of_it, FLOOR_MS),
        memory_mb=round(replay.memory_mb[-1], 1),
        growth_mb=round(replay.memory_mb[-1] - replay.memory_mb[len(replay.memory_mb) // 4], 1),
        device_facts=facts[0],
        server_facts=facts[1],
        worst=[_told(each) for each in sorted(stalls, key=lambda each: -each.ours_ms)[:WORST]],
    )


def _told(stall: Stall) -> str:
    return f"{stall.ours_ms:.0f} of {stall.late_ms:.0f} ms, {stall.own_ms:.0f} computed: {stall.where}"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the floors hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scans", type=int, default=3600)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as folder:
        result = measure(QApplication(["eventreg"]), Path(folder), told.scans, told.tickets)
    if told.json:
        print(msgspec.json.encode(result).decode())
    else:
        for name, value in msgspec.structs.asdict(result).items():
            print(f"{name:26} {value}")
    for name in result.missed():
        print(f"floor missed: {name}", file=sys.stderr)
    return 1 if result.missed() else 0


if __name__ == "__main__":
    sys.exit(main())
