"""Where the desktop keeps its files, and what the environment may say about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

DATA_VARIABLE = "EVENTREG_DATA"
"""Names another data folder: for a second door on one laptop, and for tests."""


@dataclass(frozen=True, slots=True)
class Config:
    """What is decided before anything is opened."""

    data: Path


def config_of(environment: Mapping[str, str]) -> Config:
    """Read the environment; the data folder is the user's own for this program unless `EVENTREG_DATA` names one."""
    chosen = environment.get(DATA_VARIABLE)
    return Config(Path(chosen) if chosen else user_data_path("eventreg", appauthor=False))
