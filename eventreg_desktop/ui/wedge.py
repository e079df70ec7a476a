"""Scanners that type: a fast burst of keys, whatever has the focus, is a scanned text and not typing.

Keys are held back until it is clear which they are; typing is then played to the widget that it was meant for. Where
the system tells its keyboards apart, the bursts of two scanners are, too; else the door's typist parts them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
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
_DEAD = range(Qt.Key.Key_Dead_Grave.value, Qt.Key.Key_Dead_Longsolidusoverlay.value + 1)
"""Accents that wait for the next key."""
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


def _monotonic_ms() -> float:
    return time.monotonic() * 1000


@dataclass(slots=True)
class _Burst:
    """What one keyboard has typed, and what is held back of it."""

    held: list[tuple[QWidget, QEvent]] = field(default_factory=list)
    text: str = ""
    last_ms: float = -GAP_MS
    ended: bool = False


class Wedge(QObject):
    """Watches every key of one window; emits `scanned` with the burst's exact text, never trimmed."""

    scanned = Signal(str)

    def __init__(self, app: QCoreApplication, window: QWidget, clock_ms: Callable[[], float] = _monotonic_ms) -> None:
        super().__init__(window)
        self._window = window
        self._clock_ms = clock_ms
        self._bursts: dict[int, _Burst] = {}
        self._playing = False
        self._pause = QTimer(self, singleShot=True, interval=int(GAP_MS) + 5)
        self._pause.timeout.connect(self._paused)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold keys of this window back while they may be a burst."""
        if self._playing or not isinstance(watched, QWidget) or not self._is_ours(watched):
            return False
        if isinstance(event, QInputMethodEvent):
            return self._composed(watched, event)
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            return self._ends(event, self._burst(event))
        if event.type() is QEvent.Type.KeyPress:
            return self._pressed(watched, event, self._burst(event))
        return event.type() is QEvent.Type.KeyRelease and self._released(watched, event, self._burst(event))

    def _is_ours(self, watched: QWidget) -> bool:
        """Whether the key is for this window, or for a menu or list that it has opened."""
        top: QWidget | None = watched.window()
        while top is not None and top is not self._window:
            above = top.parentWidget() if top.windowType() is Qt.WindowType.Popup else None
            top = None if above is None else above.window()
        return top is not None

    def _burst(self, event: QKeyEvent) -> _Burst:
        return self._bursts.setdefault(event.device().systemId(), _Burst())

    def _released(self, watched: QWidget, event: QKeyEvent, burst: _Burst) -> bool:
        if not burst.held:
            return False
        burst.held.append((watched, _copy(event)))
        return True

    def _ends(self, event: QKeyEvent, burst: _Burst) -> bool:
        """Whether a scan ends with this key, of which an open list hears before it is pressed."""
        return event.key() in _ENDS and len(burst.text) >= SHORTEST and self._now(event) - burst.last_ms < GAP_MS

    def _now(self, event: QKeyEvent) -> float:
        return float(event.timestamp()) or self._clock_ms()

    def _pressed(self, watched: QWidget, event: QKeyEvent, burst: _Burst) -> bool:
        now = self._now(event)
        fast = now - burst.last_ms < GAP_MS
        if event.key() in _ENDS:
            return self._end(burst, fast)
        if not _is_letter(event):
            if event.text() or (event.key() not in _HELD and event.key() not in _DEAD):
                self._settle(burst)
                burst.ended = False  # an Enter after another key is a person's
            return False
        if not fast:
            self._settle(burst)
        self._hold(burst, watched, _copy(event), event.text(), now)
        return True

    def _composed(self, watched: QWidget, event: QInputMethodEvent) -> bool:
        """A letter that a dead key changed comes as a text of its own, of no keyboard: it goes on with a burst."""
        burst = max(self._bursts.values(), key=lambda each: each.last_ms, default=None)
        if burst is None or not burst.held:
            return False
        if not event.commitString() or event.preeditString():
            return True  # the accent alone: not shown, as the letter is to come
        again = QInputMethodEvent()
        again.setCommitString(event.commitString())
        self._hold(burst, watched, again, event.commitString(), burst.last_ms + GAP_MS)  # two keys, and no time told
        return True

    def _hold(self, burst: _Burst, watched: QWidget, event: QEvent, text: str, now: float) -> None:
        burst.last_ms = now
        burst.ended = False
        burst.text += text
        burst.held.append((watched, event))
        self._pause.start()

    def _end(self, burst: _Burst, fast: bool) -> bool:
        if fast and burst.ended:
            return True  # the second half of a scanner's CR LF
        if fast and len(burst.text) >= SHORTEST:
            self._settle(burst)
            burst.ended = True
            return True
        self._settle(burst)
        return False

    def _paused(self) -> None:
        for burst in list(self._bursts.values()):
            self._settle(burst)

    def _settle(self, burst: _Burst) -> None:
        """Decide what the held keys were: a scan, or typing that its widget gets now."""
        text, held = burst.text, burst.held
        burst.text, burst.held = "", []
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
