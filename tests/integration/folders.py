"""Data folders of tests: where their database is, whether it runs, and how they go."""

import contextlib
import shutil
from pathlib import Path

import psutil  # type: ignore[import-untyped]


def forget(folder: Path) -> None:
    """Delete a data folder and its database, which as root may lie elsewhere."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(cluster_of(folder).parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def cluster_of(folder: Path) -> Path:
    """Where the database of a data folder is."""
    return Path((folder / "postgres_folder").read_text().strip())


def postmaster(folder: Path) -> psutil.Process:
    """The running database of a data folder."""
    return psutil.Process(int((cluster_of(folder) / "postmaster.pid").read_text().splitlines()[0]))


def runs(process: psutil.Process) -> bool:
    """Whether a process still does something."""
    # In a container nobody may bury the dead.
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
