"""Scanners that type: a fast burst of keys, whatever has the focus, is a scanned text and not typing.

Keys are held back until it is clear which they are; typing is then played to the widget that it was meant for.
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

GAP_MS = 35.0
"""Keys of a scanner follow each other faster than this; people are slower."""
SHORTEST = 20
"""Fewer characters than this are never a scan: people roll over two or three keys at once."""

_NONE = Qt.KeyboardModifier.NoModifier
_ALT_GR = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_HELD = (Qt.Key.Key_Shift, Qt.Key.Key_AltGr, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_CapsLock)
"""Keys that only change the next one; Windows tells of AltGr as Control and Alt."""
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


def _monotonic_ms() -> float:
    return time.monotonic() * 1000


class Wedge(QObject):
    """Watches every key of one window; emits `scanned` with the burst's exact text, never trimmed."""

    scanned = Signal(str)

    def __init__(self, app: QCoreApplication, window: QWidget, clock_ms: Callable[[], float] = _monotonic_ms) -> None:
        super().__init__(window)
        self._window = window
        self._clock_ms = clock_ms
        self._held: list[tuple[QWidget, QKeyEvent]] = []
        self._text = ""
        self._last_ms = -GAP_MS
        self._ended = False
        self._playing = False
        self._pause = QTimer(self, singleShot=True, interval=int(GAP_MS) + 5)
        self._pause.timeout.connect(self._settle)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold keys of this window back while they may be a burst."""
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) or self._playing:
            return False
        if not isinstance(watched, QWidget) or watched.window() is not self._window:
            return False
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() is QEvent.Type.KeyRelease:
            return self._released(watched, event)
        return self._pressed(watched, event)

    def _released(self, watched: QWidget, event: QKeyEvent) -> bool:
        if not self._held:
            return False
        self._held.append((watched, _copy(event)))
        return True

    def _pressed(self, watched: QWidget, event: QKeyEvent) -> bool:
        now = float(event.timestamp()) or self._clock_ms()
        fast = now - self._last_ms < GAP_MS
        if event.key() in _ENDS:
            return self._end(fast)
        if not _is_letter(event):
            if event.text() or event.key() not in _HELD:
                self._settle()
            return False
        if not fast:
            self._settle()
        self._last_ms = now
        self._ended = False
        self._text += event.text()
        self._held.append((watched, _copy(event)))
        self._pause.start()
        return True

    def _end(self, fast: bool) -> bool:
        if fast and self._ended:
            return True  # the second half of a scanner's CR LF
        if fast and len(self._text) >= SHORTEST:
            self._settle()
            self._ended = True
            return True
        self._settle()
        return False

    def _settle(self) -> None:
        """Decide what the held keys were: a scan, or typing that its widget gets now."""
        self._pause.stop()
        text, held = self._text, self._held
        self._text, self._held = "", []
        if len(text) >= SHORTEST:
            self.scanned.emit(text)
            return
        self._playing = True
        try:
            for widget, event in held:
                if isValid(widget):
                    QCoreApplication.sendEvent(widget, event)
        finally:
            self._playing = False


def _is_letter(event: QKeyEvent) -> bool:
    if event.isAutoRepeat() or not event.text().isprintable():
        return False
    held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    return bool(event.text()) and held in (_NONE, _ALT_GR)


def _copy(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(event.type(), event.key(), event.modifiers(), event.text(), event.isAutoRepeat(), event.count())
