"""The command line that the soaks with kills share."""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from tests.integration.folders import forget


class Tally(Protocol):
    """What was counted."""

    @property
    def well(self) -> bool:
        """Whether the promise held."""
        ...


def soak(about: str | None, run: Callable[[Path, int, str], Tally], arguments: Sequence[str] | None) -> int:
    """Run with folder, number (of kills, mostly) and seed as told, and print the tally; 0 when the promise held."""
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100, help="kills, or what else is done to it")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--folder", type=Path, help="keep everything here, and go on from what is there")
    parser.add_argument("--json", action="store_true", help="the one line at the end is JSON")
    told = parser.parse_args(arguments)
    folder = told.folder or Path(tempfile.mkdtemp(prefix="eventreg-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        tally = run(folder, told.count, told.seed)
    finally:
        if told.folder is None:
            forget(folder)
    print(msgspec.json.encode(tally).decode() if told.json else tally)
    return 0 if tally.well else 1
