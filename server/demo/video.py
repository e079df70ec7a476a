"""The demo video: what a webcam at the door would have seen, so that nobody needs a camera to try the program.

Pictures are made as a camera makes them: a thing in a hand comes in, is focused, held and taken away; the shutter blurs
what moves, the lens what is near, and the sensor adds grain, more of it in dim light.
"""

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from server.demo.props import SIZE, Look, Prop, draw_prop
from server.demo.scene import HEIGHT, WIDTH, draw_entrance

FPS = 15
ENTER, HOLD, LEAVE, GAP = 6, 14, 5, 7
"""Frames of each part of a shot: 0.4 s, 0.9 s, 0.3 s and 0.5 s of nobody."""
LONG_GAP = 30
"""Frames between two shots of the same code: a door takes it for a second scan after 1.5 s out of view."""

MOST_WAITING = 8
"""Pictures painted ahead of the compressor, 2.8 MB each."""
SMEAR = 12
"""How many moments make one picture of a moving hand."""

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Shot:
    """One code held before the camera; `name`, `title` and `kind` are printed beside it."""

    text: str
    look: Look = Look.PHONE
    name: str = "Guest"
    title: str = "Festival"
    kind: str = "Ticket"


@dataclass(frozen=True, slots=True)
class _Pose:
    """Where a thing is: its centre in pixels, height in pixels, turn in the picture and tilts, in radians."""

    x: float
    y: float
    height: float
    roll: float
    yaw: float
    pitch: float


@dataclass(frozen=True, slots=True)
class _Air:
    """The light and the lens of one shot: gains for blue, green, red; grain in grey levels; blur in pixels."""

    gains: tuple[float, float, float]
    screen: float
    grain: float
    blur: float


@dataclass(frozen=True, slots=True)
class _Dust:
    """One frame's grain: what it adds to the picture and what it takes away."""

    light: Picture
    dark: Picture


def render_video(path: Path, shots: list[Shot], seed: int = 2026) -> None:
    """Write the video of `shots`, one after the other, to `path` (.mp4): MPEG-4, 1280×720, 15 frames a second.

    A shot lasts about two seconds, makes one to two megabytes and takes about a second to draw. The same shots and seed
    give the same pictures. Raises OSError when the file cannot be written.
    """
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (WIDTH, HEIGHT))
    if not writer.isOpened():
        raise OSError(f"cannot write a video to {path}")
    try:
        # A thread of its own compresses while the next pictures are painted; both spend their time outside of Python.
        with ThreadPoolExecutor(1, thread_name_prefix="video") as compressing:
            waiting: deque[Future[None]] = deque()
            for picture in pictures(shots, seed):
                waiting.append(compressing.submit(_write, writer, picture))
                if len(waiting) > MOST_WAITING:
                    waiting.popleft().result()
    finally:
        writer.release()


def _write(writer: cv2.VideoWriter, picture: Picture) -> None:
    writer.write(picture)


def pictures(shots: list[Shot], seed: int = 2026) -> Iterator[Picture]:
    """The frames of the video, (720, 1280, 3), blue green red, one by one."""
    rng = Random(seed)
    entrance = draw_entrance(rng)
    grains = _grains(np.random.default_rng(seed))
    number = 0
    for shot, following in zip(shots, [*shots[1:], None], strict=True):
        air, rest = _air(rng), _rest(rng)
        prop = _lit(draw_prop(shot.text, shot.look, shot.name, shot.title, shot.kind, rng), air, rest.height)
        dust = [_in_colour(grain, air.grain / 16) for grain in grains]
        side = rng.choice((-1.0, 1.0))
        gap = LONG_GAP if following is not None and following.text == shot.text else GAP
        for step in range(ENTER + HOLD + LEAVE + gap):
            behind = entrance.at(number, air.gains)
            seen = behind if _away(step) else _over(behind, _exposed(prop, rest, side, step))
            yield _developed(seen, air, dust[number % len(dust)], step)
            number += 1


def _rest(rng: Random) -> _Pose:
    """Where somebody holds the thing: near enough to be read, never quite straight."""
    return _Pose(
        x=rng.uniform(470, 810),
        y=rng.uniform(560, 640),
        height=rng.uniform(880, 1080),
        roll=rng.uniform(-0.24, 0.24),
        yaw=rng.uniform(-0.5, 0.5),
        pitch=rng.uniform(-0.35, 0.35),
    )


def _air(rng: Random) -> _Air:
    light, warmth = rng.uniform(0.55, 1.0), rng.uniform(0.0, 0.24)
    return _Air(
        gains=(light * (1 - warmth), light * (1 - 0.25 * warmth), light),
        screen=rng.uniform(0.8, 1.0),
        grain=rng.uniform(1.5, 3.0) + 5.0 * (1 - light),
        blur=rng.uniform(0.4, 1.0),
    )


def _moves(step: int) -> bool:
    return step < ENTER or ENTER + HOLD <= step < ENTER + HOLD + LEAVE


def _away(step: int) -> bool:
    return step >= ENTER + HOLD + LEAVE


def _pose(rest: _Pose, side: float, time: float) -> _Pose:
    """Comes in from below with a slowing hand, trembles a little, leaves to the side faster than it came."""
    away = max(0.0, 1 - time / ENTER) ** 2
    gone = max(0.0, (time - ENTER - HOLD) / LEAVE) ** 2
    return _Pose(
        x=rest.x + side * (160 * away + 900 * gone) + 3.0 * math.sin(time * 1.1) + 1.5 * math.sin(time * 2.7),
        y=rest.y + 1000 * away + 420 * gone + 2.5 * math.sin(time * 0.9 + 1),
        height=rest.height * (1 - 0.15 * away),
        roll=rest.roll + side * (0.5 * away + 0.7 * gone) + 0.008 * math.sin(time * 0.8),
        yaw=rest.yaw + 0.6 * side * gone + 0.02 * math.sin(time * 0.7),
        pitch=rest.pitch + 0.5 * away + 0.015 * math.sin(time * 0.6),
    )


def _lit(prop: Prop, air: _Air, height: float) -> Picture:
    """The thing in this light, BGRA with premultiplied alpha, about as large as it will be seen."""
    red, green, blue, alpha = cv2.split(prop.image)
    drawn = _scaled(
        cv2.merge([*(cv2.multiply(one, alpha, scale=1 / 255) for one in (blue, green, red)), alpha]), height
    )
    glow = _scaled(prop.glows, height).astype(np.float32) / 255
    *colours, alpha = cv2.split(drawn)
    light = [gain + (air.screen - gain) * glow for gain in air.gains]
    lit = [cv2.multiply(one, by, dtype=cv2.CV_8U) for one, by in zip(colours, light, strict=True)]
    return np.asarray(cv2.merge([*lit, alpha]), dtype=np.uint8)


def _scaled(image: cv2.typing.MatLike, height: float) -> cv2.typing.MatLike:
    scale = height / SIZE[1]
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _exposed(prop: Picture, rest: _Pose, side: float, step: int) -> Picture:
    """The thing as the sensor gets it while the shutter is open, BGRA: smeared, and cheaper, while the hand moves."""
    if not _moves(step):
        layer = cv2.warpPerspective(prop, _onto(prop, _pose(rest, side, step), 1.0), (WIDTH, HEIGHT))
        return np.asarray(layer, dtype=np.uint8)
    total = np.zeros((HEIGHT // 2, WIDTH // 2, 4), np.float32)
    for moment in range(SMEAR):
        pose = _pose(rest, side, step + 0.4 * moment / SMEAR)
        cv2.accumulate(cv2.warpPerspective(prop, _onto(prop, pose, 0.5), (WIDTH // 2, HEIGHT // 2)), total)
    smeared = cv2.convertScaleAbs(total, alpha=1 / SMEAR)
    return np.asarray(cv2.resize(smeared, (WIDTH, HEIGHT)), dtype=np.uint8)


def _over(behind: Picture, layer: Picture) -> Picture:
    """The premultiplied `layer` before what is `behind` it."""
    blue, green, red, alpha = cv2.split(layer)
    through = cv2.bitwise_not(alpha)
    rest = cv2.multiply(behind, cv2.merge([through, through, through]), scale=1 / 255)
    return np.asarray(cv2.add(rest, cv2.merge([blue, green, red])), dtype=np.uint8)


def _onto(prop: Picture, pose: _Pose, scale: float) -> NDArray[np.float64]:
    """The perspective that shows the flat thing at `pose`, seen from 1400 pixels away, in a picture of this scale."""
    height, width = prop.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    x, y = (corners - [width / 2, height / 2]).T * (pose.height / height)
    across, depth = x * math.cos(pose.yaw), x * math.sin(pose.yaw)
    down, depth = y * math.cos(pose.pitch), depth + y * math.sin(pose.pitch)
    near = 1400 / (1400 + depth)
    across, down = across * near, down * near
    turned = np.stack(
        [
            pose.x + across * math.cos(pose.roll) - down * math.sin(pose.roll),
            pose.y + across * math.sin(pose.roll) + down * math.cos(pose.roll),
        ],
        axis=1,
    )
    return np.asarray(cv2.getPerspectiveTransform(corners, (turned * scale).astype(np.float32)), dtype=np.float64)


def _developed(light: Picture, air: _Air, dust: _Dust, step: int) -> Picture:
    """The picture: out of focus while the lens finds the thing, darker to the corners, grained."""
    hunting = 2.2 * max(0.0, 1 - max(0, step - ENTER + 2) / 5) if step < ENTER + HOLD else 0.8
    sharp = cv2.GaussianBlur(light, (0, 0), air.blur + hunting)
    shaded = cv2.multiply(sharp, _VIGNETTE, scale=1 / 255)
    return np.asarray(cv2.subtract(cv2.add(shaded, dust.light), dust.dark), dtype=np.uint8)


def _grains(rng: np.random.Generator) -> list[NDArray[np.int16]]:
    """A few frames of grain, coarser than a pixel as a webcam leaves it, deviation 16."""
    coarse = [cv2.GaussianBlur(rng.standard_normal((HEIGHT, WIDTH), dtype=np.float32), (0, 0), 1.0) for _ in range(5)]
    return [np.asarray(grain * 56, dtype=np.int16) for grain in coarse]


def _in_colour(grain: NDArray[np.int16], scale: float) -> _Dust:
    """The grain of one shot, the same in all colours; as whole numbers of a byte it is laid on in no time."""
    both = (cv2.convertScaleAbs(part, alpha=scale) for part in (np.maximum(grain, 0), np.minimum(grain, 0)))
    return _Dust(*(np.asarray(cv2.merge([part] * 3), dtype=np.uint8) for part in both))


def _vignette() -> Picture:
    y, x = np.ogrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    shade = 255 * (1 - 0.14 * (x**2 + y**2))
    return np.repeat(shade[..., None], 3, axis=2).astype(np.uint8)


_VIGNETTE = _vignette()
