"""How long the door's eyes need for one picture of 1280×720, on one core; one JSON object with --json."""

import argparse
import json
import time
from collections.abc import Sequence
from random import Random
from typing import TypedDict

import numpy as np

from eventreg_desktop.work.decode import Turns, texts
from eventreg_desktop.work.opencv import Picture
from server.demo.props import Look
from server.demo.scene import draw_entrance
from server.demo.video import ENTER, HOLD, Shot, pictures
from tests.sights import NOBODY, TICKET, spoilt

HELD = slice(ENTER, ENTER + HOLD)
"""The pictures of a shot of the demo video in which the code is held still."""


class Times(TypedDict):
    """Milliseconds of wall time and of this thread's own time for one picture, and in how many a code was read."""

    pictures: int
    read: int
    p50_ms: float
    p95_ms: float
    cpu_p50_ms: float
    cpu_p95_ms: float


def sights() -> dict[str, list[Picture]]:
    """The kinds of pictures: with a code, dim and blurred ones, an empty entrance, a blank wall, noise."""
    held = [
        picture
        for look in (Look.PHONE, Look.PAPER, Look.DARK_PHONE)
        for picture in list(pictures([Shot(TICKET, look)], seed=ord(look[0])))[HELD]
    ]
    rng = np.random.default_rng(1)
    entrance = draw_entrance(Random(1))
    empty = [spoilt(entrance.at(5 * n, (0.8, 0.8, 0.8)), blur=0.6, light=1.0, grain=4.0, seed=n) for n in range(30)]
    return {
        "code": held,
        "difficult": [spoilt(picture, blur=1.4, light=0.2, grain=5.0, seed=n) for n, picture in enumerate(held)],
        "empty": empty,
        "blank": [np.ascontiguousarray(np.resize(NOBODY, (720, 1280, 3)))] * 30,
        "noise": [rng.integers(0, 256, (720, 1280, 3), dtype=np.uint8) for _ in range(12)],
    }


def timed(frames: Sequence[Picture], *, turns: bool) -> Times:
    """Read `frames` in order, by one camera's turns or each with every means."""
    read = Turns().texts if turns else texts
    wall, own, hits = [], [], 0
    for frame in frames:
        began, own_began = time.perf_counter(), time.thread_time()
        hits += bool(read(frame))
        wall.append((time.perf_counter() - began) * 1000)
        own.append((time.thread_time() - own_began) * 1000)
    at = [round(float(value), 2) for times in (wall, own) for value in np.percentile(times, (50, 95))]
    return Times(pictures=len(frames), read=hits, p50_ms=at[0], p95_ms=at[1], cpu_p50_ms=at[2], cpu_p95_ms=at[3])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    as_json = parser.parse_args().json
    timed([NOBODY] * 3, turns=True)  # loads what is loaded late
    result = {
        way: {kind: timed(frames, turns=way == "turns") for kind, frames in sights().items()}
        for way in ("turns", "texts")
    }
    if as_json:
        print(json.dumps(result))
        return
    for way, kinds in result.items():
        for kind, times in kinds.items():
            print(f"{way:6} {kind:10}", *(f"{name} {value}" for name, value in times.items()))


if __name__ == "__main__":
    main()
