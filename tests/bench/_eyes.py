"""The ways to read a picture that the benchmark compares, and how many pictures each of them reads."""

import json
import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypedDict

import numpy as np
import zxingcpp

from eventreg_desktop.work import closer, looks, other_readers
from eventreg_desktop.work.decode import Turns, texts
from eventreg_desktop.work.filters import grey_of
from eventreg_desktop.work.opencv import Picture, cv2
from tests.bad_nights import Trouble, frame

COPIES = 8
"""Pictures of one sight that a door gets, each a pixel beside the one before."""
_STEPS = ((0, 0), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1))


@dataclass(frozen=True, slots=True)
class Sight:
    """A picture, what may be read in it, and whether anything else would be wrong: not where nobody knows."""

    picture: Picture
    texts: tuple[str, ...]
    known: bool = True


class Reads(TypedDict):
    """How many pictures, in how many the right text was read, in how many only a wrong one, and own milliseconds."""

    pictures: int
    read: int
    rate: float
    false: int
    p50_ms: float
    p95_ms: float


Way = Callable[[Picture], list[str]]


def drawn(each: int) -> Iterator[Sight]:
    """Pictures of bad nights, `each` of every trouble."""
    for trouble in Trouble:
        for seed in range(each):
            night = frame(trouble, seed)
            yield Sight(night.picture, (night.text,))


def taken(folder: Path) -> Iterator[Sight]:
    """Pictures that others took: those that the folder's `manifest.jsonl` lists with what is to be read in them.

    A line is `{"file", "expected_text": text, texts or null, "truth": "unknown" where nobody could read it}`.
    """
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        told = json.loads(line)
        picture = cv2.imread(str(folder / told["file"]))
        expected = told["expected_text"] or []
        due = tuple(expected if isinstance(expected, list) else [expected])
        yield Sight(np.asarray(picture, dtype=np.uint8), due, told.get("truth") != "unknown")


def eight_turns(picture: Picture) -> list[str]:
    """What a door reads while the sight is held before it for a third of a second."""
    turns, height, width = Turns(), *picture.shape[:2]
    found: list[str] = []
    for step in _STEPS[:COPIES]:
        onto = np.array([[1, 0, step[0]], [0, 1, step[1]]], np.float32)
        moved = cv2.warpAffine(picture, onto, (width, height), borderMode=cv2.BORDER_REPLICATE)
        found += turns.texts(np.asarray(moved, dtype=np.uint8))
    return list(dict.fromkeys(found))


def ways() -> dict[str, Way]:
    """Other readers alone, each stage alone, and all together, by name."""
    named: dict[str, Way] = {
        "zxing-cpp alone": _zxing_alone,
        "pyzbar alone": lambda picture: other_readers.zbar(grey_of(picture)),
        "opencv alone": lambda picture: other_readers.opencv(grey_of(picture)),
    }
    for look in (
        looks.look,
        looks.look_enlarged,
        looks.look_calmed,
        looks.look_sharpened,
        looks.look_crisp,
        looks.look_deblurred,
        looks.look_deblurred_finely,
        looks.look_evened,
        looks.look_widened,
        looks.look_bare,
        looks.look_other,
    ):
        named[look.__name__] = partial(_looked, look)
    for number in range(len(closer.ROUND)):
        named[f"closer {number + 1}"] = partial(_closer, number)
    return {**named, "turns, 8 copies": eight_turns, "texts": texts}


def compared(sights: Sequence[Sight]) -> dict[str, Reads]:
    """Every way with every picture."""
    return {name: _reads(way, sights) for name, way in ways().items()}


def _reads(way: Way, sights: Sequence[Sight]) -> Reads:
    right = wrong = coded = 0
    took: list[float] = []
    for sight in sights:
        began = time.thread_time()
        found = way(sight.picture)
        took.append((time.thread_time() - began) * 1000)
        hit = any(_same(text, due) for text in found for due in sight.texts)
        right += hit
        wrong += bool(found) and sight.known and not hit
        coded += bool(sight.texts) or not sight.known
    p50, p95 = (round(float(value), 2) for value in np.percentile(took, (50, 95)))
    return Reads(
        pictures=len(sights), read=right, rate=round(right / max(coded, 1), 3), false=wrong, p50_ms=p50, p95_ms=p95
    )


def _same(text: str, due: str) -> bool:
    """Whether two readers mean the same: they differ in line ends and guess alphabets differently."""
    one, other = (re.sub(r"\s+", " ", unicodedata.normalize("NFKC", each)).strip("\ufeff ") for each in (text, due))
    bare = [re.sub(r"[^!-~]", "", each) for each in (one, other)]
    return one == other or (len(bare[0]) >= 6 and bare[0] == bare[1])


def _looked(look: Callable[[Picture], looks.Seen], picture: Picture) -> list[str]:
    return look(grey_of(picture)).texts


def _closer(number: int, picture: Picture) -> list[str]:
    grey = grey_of(picture)
    places = looks.look(grey).places or looks.look_calmed(grey).places
    return closer.first(closer.ROUND[number], closer.cut(grey, places[0])) if places else []


def _zxing_alone(picture: Picture) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [code.text for code in found if code.valid and code.text]
