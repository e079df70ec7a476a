"""What tests hold before the camera: drawn codes, small videos, and a camera on the network that they steer."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import numpy as np
import qrcode
import zxingcpp

from eventreg_desktop.work.opencv import Picture, cv2

TICKET = (
    "NCFOXN%TSMAHN-H:SE42KO7EGCPCT9 HFG5V1LR%Q/.T0IYA$7+N5JK1VS2Z"
    "RBQ8DO7XP4-0M3U6W9YCEHF:GT1KLSB20NV5R8IZX*Q4AJ7PDM6U3WOY9CEX"
)
"""A hundred and twenty characters of QR's alphanumeric mode, as a ticket has."""
OTHER = TICKET[::-1]
NOBODY: Picture = np.full((480, 640, 3), 96, dtype=np.uint8)
"""An empty doorway."""


def code(text: str | bytes, module: int = 6) -> Picture:
    """The QR code of `text` alone with its quiet zone, grey, `module` pixels a module."""
    drawn = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    drawn.add_data(text)
    drawn.make(fit=True)
    cells = np.where(np.array(drawn.get_matrix()), 0, 255).astype(np.uint8)
    return np.kron(cells, np.ones((module, module), dtype=np.uint8))


def scrambled(text: str | bytes, module: int = 6) -> Picture:
    """A code that anybody sees and nobody can read: its middle is that of another code turned over."""
    drawn = code(text, module)
    side = drawn.shape[0]
    middle = slice(side * 3 // 10, side * 7 // 10)
    drawn[middle] = 255 - drawn[middle]
    drawn[middle, : 4 * module] = drawn[middle, -4 * module :] = 255
    return drawn


def holding(text: str | bytes, module: int = 6, *, inverted: bool = False) -> Picture:
    """Somebody holds up the code of `text` in an otherwise empty doorway."""
    drawn = code(text, module)
    return showing(255 - drawn if inverted else drawn)


def showing(*drawn: Picture) -> Picture:
    """These grey pictures side by side in a grey doorway."""
    height = max(480, *(each.shape[0] + 80 for each in drawn))
    frame = np.full((height, max(640, sum(each.shape[1] + 40 for each in drawn) + 40)), 96, dtype=np.uint8)
    left = 40
    for each in drawn:
        frame[40 : 40 + each.shape[0], left : left + each.shape[1]] = each
        left += each.shape[1] + 40
    return np.repeat(frame[..., None], 3, axis=2)


def spoilt(frame: Picture, *, blur: float, light: float, grain: float, seed: int = 7) -> Picture:
    """The frame out of focus by `blur` pixels, in `light` times the light, with `grain` grey levels of noise."""
    soft = cv2.GaussianBlur(frame, (0, 0), blur).astype(np.float64) * light
    noisy = soft + np.random.default_rng(seed).normal(0, grain, soft.shape[:2])[..., None]
    return np.asarray(noisy.clip(0, 255), dtype=np.uint8)


def product_code() -> Picture:
    """The bar code of something from a shop, grey."""
    drawn = zxingcpp.create_barcode("4006381333931", zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)
    return np.asarray(drawn, dtype=np.uint8)


def write_video(path: Path, frames: Sequence[Picture], rate: float = 15) -> str:
    """A video file of `frames`; returns its path as people type it."""
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, (width, height))
    for frame in frames:
        writer.write(frame)
    writer.release()
    return str(path)


class NetworkCamera:
    """A camera on the loopback network that speaks Motion JPEG over HTTP, as the cheap ones do.

    Each connection gets the next of `shows`; then the camera hangs up, or after the last holds the line until `let_go`
    where `hold`. Where `patient`, it holds the others until somebody else looks: nobody looks twice by mistake.
    """

    def __init__(self, shows: Sequence[Iterable[Picture]], *, hold: bool = False, patient: bool = False) -> None:
        self.let_go = Event()
        self.all_sent = Event()
        self._others: list[Event] = []
        shows_left = list(shows)
        camera = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not shows_left:
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
                self.end_headers()
                try:
                    camera.relieve()
                    for frame in shows_left.pop(0):
                        self.wfile.write(_part(frame))
                    camera.all_sent.set()
                    if patient and shows_left:
                        camera.wait_for_another()
                    if hold and not shows_left:
                        camera.let_go.wait()
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/video"

    def relieve(self) -> None:
        """Somebody looks: who looked before is let go."""
        for other in self._others:
            other.set()

    def wait_for_another(self) -> None:
        """Hold the line until somebody else looks."""
        self._others.append(another := Event())
        another.wait()

    @contextmanager
    def on(self) -> Iterator[str]:
        """Switched on for the while; gives its address."""
        thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self.url
        finally:
            self.let_go.set()
            self.relieve()
            self._server.shutdown()
            thread.join()
            self._server.server_close()


def _part(frame: Picture) -> bytes:
    jpeg = cv2.imencode(".jpg", frame)[1].tobytes()
    return b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(jpeg), jpeg)
