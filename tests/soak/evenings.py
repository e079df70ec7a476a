"""Where evenings with the real server take place: a PostgreSQL of their own, with one migrated database to copy."""

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from server import migrations
from server.embedded import own_database
from server.storage.folder import FolderStorage
from tests.integration.folders import forget
from tests.sync.postgres_truth import Cluster, PostgresTruth


class Found(msgspec.Struct, frozen=True):
    """A bug that was planted: which, after how many evenings, and by what; `how` is empty for one that was not."""

    bug: str
    examples: int
    how: str


@contextmanager
def on_postgres() -> Iterator[Callable[[], PostgresTruth]]:
    """A function that opens another server each time, each with its own database."""
    folder = Path(tempfile.mkdtemp(prefix="eventreg-soak-"))
    try:
        with own_database(folder, durable=False) as url:
            migrations.upgrade(url)
            yield truths_at(url, folder / "storage")
    finally:
        forget(folder)


def truths_at(url: str, storage: Path) -> Callable[[], PostgresTruth]:
    """The same at a PostgreSQL that runs already; nobody is connected to the migrated, empty database at `url`."""
    base, _, empty = url.rpartition("/")
    cluster = Cluster(lambda name: f"{base}/{name}", empty, FolderStorage(storage, "", b"evening"))
    numbers = itertools.count(1)
    return lambda: PostgresTruth(cluster, f"evening_{os.getpid()}_{next(numbers)}")
