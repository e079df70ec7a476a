"""What bad nights do to a code before the camera: tilt, glare, dim light, hands that shake, cracked glass.

`frame(trouble, seed)` draws one 1280×720 picture of a door at which one trouble is strong and the others are mild; the
same trouble and seed give the same picture. For tests, and for the benchmark that compares ways to read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

import numpy as np
from numpy.typing import NDArray

from eventreg_desktop.work.opencv import Picture, cv2
from server.demo.scene import HEIGHT, WIDTH, draw_entrance
from tests.sights import TICKET, code

Floats = NDArray[np.float64]
_DRAWN = 8
"""Pixels a module of the drawn code, before it is placed."""
_CELLS = 32
"""Across and down: a bent sheet is placed cell by cell."""


class Trouble(StrEnum):
    """What is wrong with a picture above all."""

    NONE = "none"
    SMALL = "small"
    BLUR = "blur"
    SHAKE = "shake"
    TILT = "tilt"
    CURVE = "curve"
    DIM = "dim"
    GLARE = "glare"
    SHADOW = "shadow"
    CRACKS = "cracks"
    FADED = "faded"
    INVERTED = "inverted"
    SQUEEZED = "squeezed"


@dataclass(frozen=True, slots=True)
class Held:
    """How a code is held and seen: pixels a module, angles in radians, lengths in pixels, light as a factor."""

    module: float
    roll: float
    yaw: float
    pitch: float
    blur: float
    light: float
    grain: float
    inverted: bool
    jpeg: int
    bend: float = 0.0
    shake: float = 0.0
    glare: float = 0.0
    shadow: float = 0.0
    cracks: int = 0
    fade: float = 0.0
    faded_to: float = 140.0


@dataclass(frozen=True, slots=True)
class Night:
    """One picture and the text that stands in it."""

    picture: Picture
    text: str


def frame(trouble: Trouble, seed: int) -> Night:
    """One 1280×720 picture with this trouble."""
    rng = Random(f"{trouble}/{seed}")
    text = _text(rng)
    held = _held(trouble, rng)
    drawn = _drawn(text, held, rng)
    behind = draw_entrance(rng).at(rng.randrange(400), (1.0, 1.0, 1.0))
    return Night(_seen(_placed(drawn, behind, held, rng), held, rng), text)


def _text(rng: Random) -> str:
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:"
    if rng.random() < 0.7:
        return "".join(rng.choice(letters) for _ in TICKET)
    tail = "".join(rng.choice("abcdefghkmnpqrstuvwxyz23456789") for _ in range(rng.randint(4, 60)))
    return f"https://example.org/{tail}"


def _held(trouble: Trouble, rng: Random) -> Held:
    mild = Held(
        module=rng.uniform(3.6, 8.0),
        roll=rng.uniform(-0.5, 0.5),
        yaw=rng.uniform(-0.35, 0.35),
        pitch=rng.uniform(-0.35, 0.35),
        blur=rng.uniform(0.4, 0.9),
        light=rng.uniform(0.5, 1.0),
        grain=rng.uniform(1.0, 4.0),
        inverted=rng.random() < 0.1,
        jpeg=rng.choice((95, 85, 75)),
    )
    return _TROUBLES[trouble](mild, rng)


_TROUBLES: dict[Trouble, Callable[[Held, Random], Held]] = {
    Trouble.NONE: lambda held, _: held,
    Trouble.SMALL: lambda held, rng: replace(held, module=rng.uniform(1.9, 3.0), blur=rng.uniform(0.3, 0.7)),
    Trouble.BLUR: lambda held, rng: replace(held, blur=held.module * rng.uniform(0.35, 0.75)),
    Trouble.SHAKE: lambda held, rng: replace(held, shake=held.module * rng.uniform(0.8, 2.2)),
    Trouble.TILT: lambda held, rng: replace(held, yaw=rng.uniform(0.6, 1.15), module=rng.uniform(4.5, 8.0)),
    Trouble.CURVE: lambda held, rng: replace(held, bend=rng.uniform(0.8, 2.4)),
    Trouble.DIM: lambda held, rng: replace(held, light=rng.uniform(0.05, 0.2), grain=rng.uniform(3.0, 9.0)),
    Trouble.GLARE: lambda held, rng: replace(held, glare=rng.uniform(0.8, 2.2), light=rng.uniform(0.7, 1.0)),
    Trouble.SHADOW: lambda held, rng: replace(held, shadow=rng.uniform(0.75, 0.97)),
    Trouble.CRACKS: lambda held, rng: replace(held, cracks=rng.randint(5, 18)),
    Trouble.FADED: lambda held, rng: replace(
        held, fade=rng.uniform(0.75, 0.96), faded_to=rng.choice((60.0, 140.0, 225.0, 252.0)), light=1.0
    ),
    Trouble.INVERTED: lambda held, rng: replace(held, inverted=True, blur=held.module * rng.uniform(0.2, 0.5)),
    Trouble.SQUEEZED: lambda held, rng: replace(held, pitch=rng.uniform(0.8, 1.2), yaw=0.0),
}


def _drawn(text: str, held: Held, rng: Random) -> Picture:
    """The code as it is printed or shown, eight pixels a module, with what is wrong with the sheet or the glass."""
    drawn = code(text, _DRAWN)
    if held.inverted:
        drawn = _bytes(255 - drawn)
    faded = _bytes(held.faded_to + (drawn.astype(np.float64) - held.faded_to) * (1 - held.fade))
    side = faded.shape[0]
    for _ in range(held.cracks):
        ends = [(rng.randrange(side), rng.randrange(side)) for _ in range(2)]
        cv2.line(faded, ends[0], ends[1], rng.choice((0, 90, 255)), rng.randint(1, 5), cv2.LINE_AA)
    return faded


def _placed(drawn: Picture, behind: Picture, held: Held, rng: Random) -> Floats:
    """The code in its place, bent, turned and tilted, grey, before what is behind it."""
    across, down = _mesh(held)
    size = drawn.shape[0] / _DRAWN * held.module
    x = size * (across * np.cos(held.roll) - down * np.sin(held.roll)) + WIDTH / 2 + rng.uniform(-200, 200)
    y = size * (across * np.sin(held.roll) + down * np.cos(held.roll)) + HEIGHT / 2 + rng.uniform(-60, 60)
    scale = min(1.0, 2 * held.module / _DRAWN)
    sheet = np.asarray(cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    seen = np.asarray(cv2.cvtColor(behind, cv2.COLOR_BGR2GRAY), dtype=np.float64)
    points = np.stack([x, y], axis=-1)
    for row in range(_CELLS):
        for column in range(_CELLS):
            _paste(seen, sheet, points[row : row + 2, column : column + 2].reshape(4, 2), row, column)
    return seen


def _mesh(held: Held) -> tuple[Floats, Floats]:
    """Where the corners of the cells of a bent and tilted sheet are seen, in sheets from its middle."""
    steps = np.linspace(-0.5, 0.5, _CELLS + 1)
    across, down = np.meshgrid(steps, steps)
    depth = np.zeros_like(across)
    if held.bend:
        across, depth = np.sin(across * held.bend) / held.bend, (1 - np.cos(across * held.bend)) / held.bend
    for_yaw = across * np.sin(held.yaw) + depth * np.cos(held.yaw)
    across = across * np.cos(held.yaw) - depth * np.sin(held.yaw)
    down, depth = (
        down * np.cos(held.pitch) - for_yaw * np.sin(held.pitch),
        down * np.sin(held.pitch) + for_yaw * np.cos(held.pitch),
    )
    near = 1 / (1 + 0.35 * depth)
    return across * near, down * near


def _paste(seen: Floats, sheet: Picture, corners: Floats, row: int, column: int) -> None:
    """Put one cell of the sheet where its corners are seen: left and right above, left and right below."""
    (left, top), (right, bottom) = (
        np.maximum(np.floor(corners.min(axis=0)).astype(int) - 1, 0),
        np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 2, (WIDTH, HEIGHT)),
    )
    if left >= right or top >= bottom:
        return
    cell = sheet.shape[0] / _CELLS
    source = np.array([((column + c) * cell - 0.5, (row + r) * cell - 0.5) for r in (0, 1) for c in (0, 1)])
    target = corners - (left, top)
    onto = cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32))
    patch = np.asarray(cv2.warpPerspective(sheet, onto, (right - left, bottom - top), borderMode=cv2.BORDER_REPLICATE))
    mask = np.zeros(patch.shape, np.uint8)
    middle = target.mean(axis=0)
    grown = middle + (target[[0, 1, 3, 2]] - middle) * 1.02  # no gap between two cells
    cv2.fillConvexPoly(mask, np.rint(grown * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    seen[top:bottom, left:right][mask > 0] = patch[mask > 0]


def _seen(lit: Floats, held: Held, rng: Random) -> Picture:
    """What lens, light and sensor make of it, blue green red."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    light = np.full(lit.shape, held.light)
    if held.shadow:
        angle, at = rng.uniform(0, 6.3), rng.uniform(-60, 60)
        across = (columns - WIDTH / 2) * np.cos(angle) + (rows - HEIGHT / 2) * np.sin(angle)
        light = light * (1 - held.shadow / (1 + np.exp(-(across - at) / rng.uniform(4, 60))))
    seen = lit * light
    if held.glare:
        x, y = WIDTH / 2 + rng.uniform(-150, 150), HEIGHT / 2 + rng.uniform(-80, 80)
        wide, high = rng.uniform(30, 140), rng.uniform(20, 90)
        seen = seen + held.glare * 255 * np.exp(-(((columns - x) / wide) ** 2) - ((rows - y) / high) ** 2)
    seen = cv2.GaussianBlur(seen, (0, 0), held.blur)
    if held.shake:
        seen = cv2.filter2D(seen, -1, _smear(held.shake, rng.uniform(0, 3.14)))
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, held.grain, seen.shape)
    grey = _bytes(cv2.GaussianBlur(seen + noise, (0, 0), 0.4))
    packed = cv2.imencode(".jpg", cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), [cv2.IMWRITE_JPEG_QUALITY, held.jpeg])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)


def _smear(length: float, angle: float) -> Floats:
    """The path of a hand while the shutter is open."""
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1))
    dx, dy = np.cos(angle) * length / 2 * 16, np.sin(angle) * length / 2 * 16
    ends = [(round(half * 16 + sign * dx), round(half * 16 + sign * dy)) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(kernel / kernel.sum(), dtype=np.float64)


def _bytes(values: object) -> Picture:
    return np.asarray(np.clip(np.rint(np.asarray(values)), 0, 255), dtype=np.uint8)
