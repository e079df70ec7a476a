"""The screen stays on while a door is open: a laptop that falls asleep in the queue scans nobody.

Each system has its own way; where none works the laptop's own settings hold, and nothing else is the worse for it.
"""

import ctypes
import subprocess
import sys
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtDBus import QDBusConnection, QDBusInterface, QDBusMessage

from eventreg_desktop import log

REASON: Final = "A door is open"
PATIENCE_MS: Final = 500
"""A desktop that does not answer keeps no door waiting."""
# https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-setthreadexecutionstate
_CONTINUOUS, _SYSTEM, _DISPLAY = 0x80000000, 0x00000001, 0x00000002


class Awake(QObject):
    """Keeps the screen on from `keep` until `let_sleep`; both may be called again, and return at once."""

    def __init__(self, platform: str = sys.platform, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._platform = platform
        self._cookie: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def kept(self) -> bool:
        """Whether the system was asked and agreed."""
        return self._cookie is not None or self._process is not None

    def keep(self) -> None:
        """Ask the system to leave the screen on."""
        if self.kept:
            return
        try:
            self._keep()
        except OSError as error:
            log.logger("awake").info("screen may sleep", error=type(error).__name__)

    def let_sleep(self) -> None:
        """Leave the screen to the system again."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None
        if self._cookie is not None:
            cookie, self._cookie = self._cookie, None
            self._release(cookie)

    def _keep(self) -> None:
        if self._platform == "win32":
            self._cookie = _windows(_CONTINUOUS | _SYSTEM | _DISPLAY)
        elif self._platform == "darwin":
            self._process = subprocess.Popen(["caffeinate", "-d"])
        else:
            self._cookie = _inhibit()

    def _release(self, cookie: int) -> None:
        if self._platform == "win32":
            _windows(_CONTINUOUS)
        else:
            _screen_saver().call("UnInhibit", cookie)


def _windows(state: int) -> int | None:
    kernel: object = getattr(ctypes, "windll", None)
    if kernel is None:
        return None
    set_state = kernel.kernel32.SetThreadExecutionState  # type: ignore[attr-defined]
    return int(set_state(state)) or None


def _screen_saver() -> QDBusInterface:
    """https://specifications.freedesktop.org/idle-inhibit, as KDE, GNOME and Xfce have it."""
    name = "org.freedesktop.ScreenSaver"
    interface = QDBusInterface(name, "/org/freedesktop/ScreenSaver", name, QDBusConnection.sessionBus())
    interface.setTimeout(PATIENCE_MS)
    return interface


def _inhibit() -> int | None:
    if not QDBusConnection.sessionBus().isConnected():
        return None
    answer = _screen_saver().call("Inhibit", "EventReg", REASON)
    if answer.type() is not QDBusMessage.MessageType.ReplyMessage or not answer.arguments():
        return None
    return int(answer.arguments()[0])
