"""A live camera shows what is before it now: pictures that nobody had time for are dropped, never queued."""

from collections.abc import Callable
from threading import Condition, Thread

from eventreg_desktop.work.camera import Camera, Frame


class Live:
    """Opens and reads a camera in a thread of its own, as fast as it gives pictures, and keeps the newest.

    A camera can hang for seconds, while it is opened or read; only that thread waits for it then.
    """

    def __init__(self, open_source: Callable[[], Camera]) -> None:
        """Begin; `open_source` is called in the thread, and its camera closed there."""
        self._open_source = open_source
        self._condition = Condition()
        self._newest: Frame | None = None
        self._failure: Exception | None = None
        self._closed = False
        self._thread = Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def newest(self) -> Frame | None:
        """The newest picture, waiting for one that was not given before; None when closed, at once.

        Raises what opening or reading the camera raised, after its last picture.
        """
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._newest is not None or self._failure is not None)
            frame, self._newest = self._newest, None
            if self._closed:
                return None
            if frame is None and self._failure is not None:
                raise self._failure
            return frame

    def close(self) -> None:
        """End, without waiting; the camera is let go as soon as its present picture is done."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def wait(self, seconds: float) -> None:
        """After `close`: until the camera is let go, at most so long; a camera that hangs is left behind."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with self._open_source() as camera:
                while (frame := camera.read()) is not None and self._offer(frame):
                    pass
        except Exception as failure:  # noqa: BLE001 - raised again where the pictures are wanted
            with self._condition:
                self._failure = failure
                self._condition.notify_all()
        else:
            self.close()

    def _offer(self, frame: Frame) -> bool:
        with self._condition:
            self._newest = frame
            self._condition.notify_all()
            return not self._closed
