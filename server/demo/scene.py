"""The place that the demo's camera looks at: a festival's entrance at dusk, out of focus, with people passing."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 1280, 720
_SMALL = (WIDTH // 4, HEIGHT // 4)


@dataclass(frozen=True, slots=True)
class Passer:
    """Somebody who walks by in the distance; pixels of the quarter-size background, speed in pixels a frame."""

    x: float
    speed: float
    height: float
    coat: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Entrance:
    """The background without people, quarter size, blue green red, and who passes before it."""

    wall: NDArray[np.uint8]
    passers: tuple[Passer, ...]

    def at(self, frame: int, gains: tuple[float, float, float]) -> NDArray[np.uint8]:
        """The background of one frame, full size, softly out of focus, in a light of these blue, green, red gains."""
        small = self.wall.copy()
        for passer in self.passers:
            _walk(small, passer, frame)
        lit = cv2.multiply(cv2.GaussianBlur(small, (0, 0), 3.2), np.array([*gains, 0.0]))
        return np.asarray(cv2.resize(lit, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def draw_entrance(rng: Random) -> Entrance:
    """A doorway to the evening sky between dark curtains, strings of lamps, a barrier, a floor that mirrors them."""
    width, height = _SMALL
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    ground = (np.array([92, 74, 70]) * (1 - rows) + np.array([74, 80, 96]) * rows) * np.ones((height, width, 1))
    wall = np.asarray(ground, dtype=np.uint8)
    sky = (np.array([190, 138, 112]) * (1 - rows) + np.array([140, 190, 246]) * rows).astype(np.uint8)
    wall[18:132, 88:232] = np.broadcast_to(sky, (height, width, 3))[18:132, 88:232]
    cv2.ellipse(wall, (160, 132), (60, 26), 0, 180, 360, (112, 100, 92), -1)  # a tent far off
    cv2.rectangle(wall, (0, 132), (width, height), (86, 92, 108), -1)
    cv2.fillPoly(wall, [np.array([[88, 132], [232, 132], [290, 180], [30, 180]])], (124, 140, 168))
    for left in (60, 232):
        cv2.rectangle(wall, (left, 0), (left + 28, 150), (62, 44, 92), -1)
    cv2.rectangle(wall, (96, 4), (224, 20), (52, 52, 186), -1)  # the banner over the door
    for lamp in range(15):
        at = (lamp * 23 + rng.randint(-4, 4), int(12 + 16 * np.sin(lamp * 0.9) ** 2))
        cv2.circle(wall, at, rng.randint(4, 6), (150 + rng.randint(0, 60), 225, 255), -1)
    for post in (20, 50, 270, 302):
        cv2.line(wall, (post, 112), (post, 172), (150, 150, 156), 2)
    for side in (20, 270):
        cv2.line(wall, (side, 122), (side + 30, 126), (60, 60, 190), 2)
    passers = tuple(
        Passer(
            x=rng.uniform(0, width),
            speed=rng.choice((-1, 1)) * rng.uniform(0.4, 1.1),
            height=rng.uniform(56, 82),
            coat=(rng.randint(30, 130), rng.randint(30, 110), rng.randint(30, 130)),
        )
        for _ in range(5)
    )
    return Entrance(wall, passers)


def _walk(small: NDArray[np.uint8], passer: Passer, frame: int) -> None:
    width = small.shape[1]
    x = int((passer.x + passer.speed * frame) % (width + 60)) - 30
    feet, tall = 152, passer.height
    stride = int(5 * np.sin(frame * 0.45 + passer.x))
    for foot in (stride, -stride):
        cv2.line(small, (x, int(feet - tall * 0.45)), (x + foot, feet), (34, 32, 36), 5)
    cv2.ellipse(small, (x, int(feet - tall * 0.62)), (9, int(tall * 0.24)), 0, 0, 360, passer.coat, -1)
    cv2.circle(small, (x, int(feet - tall * 0.94)), 6, (118, 146, 190), -1)
