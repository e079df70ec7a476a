"""How much the door's eyes read, way by way, and how long they need for a picture of 1280×720 on one core.

`--pictures FOLDER` compares the ways on real pictures too (see `taken`). Ends with 1 where a floor was missed.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TypedDict

import numpy as np

from eventreg_desktop.work.decode import Turns, texts
from eventreg_desktop.work.opencv import Picture
from server.demo.props import Look
from server.demo.scene import draw_entrance
from server.demo.video import ENTER, FPS, HOLD, Shot, pictures
from tests.bench._eyes import Reads, compared, drawn, taken
from tests.sights import NOBODY, TICKET, spoilt

HELD = slice(ENTER, ENTER + HOLD)
"""The pictures of a shot of the demo video in which the code is held still."""
LONGEST_MS = 33.0
"""What a picture of a camera may take at the 95th percentile: the next one comes then."""


class Times(TypedDict):
    """Milliseconds of wall time and of this thread's own time for one picture, and in how many a code was read."""

    pictures: int
    read: int
    p50_ms: float
    p95_ms: float
    cpu_p50_ms: float
    cpu_p95_ms: float
    cpu_share: float
    """Of one core, at the demo video's rate of pictures."""


def sights() -> dict[str, list[Picture]]:
    """The kinds: with a code, dim and blurred ones, people passing, a blank wall, nothing moving, noise."""
    held = [
        picture
        for look in (Look.PHONE, Look.PAPER, Look.DARK_PHONE)
        for picture in list(pictures([Shot(TICKET, look)], seed=ord(look[0])))[HELD]
    ]
    rng = np.random.default_rng(1)
    entrance = draw_entrance(Random(1))
    empty = [spoilt(entrance.at(5 * n, (0.8, 0.8, 0.8)), blur=0.6, light=1.0, grain=4.0, seed=n) for n in range(30)]
    still = [spoilt(entrance.at(0, (0.8, 0.8, 0.8)), blur=0.6, light=1.0, grain=4.0, seed=n) for n in range(60)]
    return {
        "code": held,
        "difficult": [spoilt(picture, blur=1.4, light=0.2, grain=5.0, seed=n) for n, picture in enumerate(held)],
        "empty": empty,
        "blank": [np.ascontiguousarray(np.resize(NOBODY, (720, 1280, 3)))] * 30,
        "still": still,
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
    share = round(float(np.mean(own)) * FPS / 1000, 3)
    return Times(
        pictures=len(frames),
        read=hits,
        p50_ms=at[0],
        p95_ms=at[1],
        cpu_p50_ms=at[2],
        cpu_p95_ms=at[3],
        cpu_share=share,
    )


def missed(times: dict[str, dict[str, Times]], rates: dict[str, dict[str, Reads]]) -> list[str]:
    """The floors that were not reached, in words."""
    slow = [kind for kind, each in times["turns"].items() if each["cpu_p95_ms"] > LONGEST_MS]
    said = [f"{kind}: a picture takes more than {LONGEST_MS:.0f} ms" for kind in slow]
    for name, reads in rates.items():
        for way in ("texts", "turns, 8 copies"):
            if reads[way]["false"]:
                said.append(f"{name}: {way} read what was not there")
            if reads[way]["read"] < reads["zxing-cpp alone"]["read"]:
                said.append(f"{name}: {way} read less than zxing-cpp alone")
    return said


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--pictures", type=Path, help="a folder of pictures with a manifest.jsonl")
    parser.add_argument("--each", type=int, default=3, help="so many drawn pictures of each trouble")
    asked = parser.parse_args()
    timed([NOBODY] * 3, turns=True)  # loads what is loaded late
    kinds = sights()
    times = {
        way: {kind: timed(frames, turns=way == "turns") for kind, frames in kinds.items()} for way in ("turns", "texts")
    }
    rates = {"drawn": compared(list(drawn(asked.each)))}
    if asked.pictures:
        rates["taken"] = compared(list(taken(asked.pictures)))
    floors = missed(times, rates)
    if asked.json:
        print(json.dumps({**times, "rates": rates, "missed": floors}))
        return 1 if floors else 0
    for way, by_kind in times.items():
        for kind, each in by_kind.items():
            print(f"{way:6} {kind:10}", *(f"{name} {value}" for name, value in each.items()))
    for name, by_way in rates.items():
        for way, reads in by_way.items():
            print(f"{name:6} {way:22}", *(f"{label} {value}" for label, value in reads.items()))
    print(*floors, sep="\n")
    return 1 if floors else 0


if __name__ == "__main__":
    raise SystemExit(main())
