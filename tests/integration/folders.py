"""Data folders of tests: where their database is, whether it runs, and how they go."""

import shutil
from pathlib import Path

import psutil


def forget(folder: Path) -> None:
    """Delete a folder with every data folder below it, and their databases, which as root may lie elsewhere."""
    for note in folder.rglob("postgres_folder"):
        shutil.rmtree(cluster_of(note.parent).parent, ignore_errors=True)
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
