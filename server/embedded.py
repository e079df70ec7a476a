"""The PostgreSQL that needs no installing: made, started and stopped with the server.

The one module that knows POSIX from Windows: PostgreSQL refuses to run as root, so there
its programs run as an ordinary user, from a copy and in a folder that this user can reach.
"""

import contextlib
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog

from eventreg_core.problems import Problem
from server.cluster import (
    Cluster,
    answers,
    ensure_database,
    knows_letters,
    make,
    running_port,
    start,
    stop,
    stop_orphan,
)
from server.postgres_programs import WHEEL, Programs, find_programs
from server.settings import kept_secret

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl
    import pwd

SYSTEM_DATA, SYSTEM_CACHE = Path("/var/lib/eventreg"), Path("/var/cache/eventreg")
log = structlog.get_logger("server.embedded")


class DatabaseInUse(Problem):
    """Another server works on this data folder."""

    def __init__(self, data: Path) -> None:
        super().__init__(
            "data_folder_in_use",
            f"Another EventReg server is using {data}. Stop it first, or set EVENTREG_DATA to another folder.",
        )


@dataclass(frozen=True, slots=True)
class Account:
    """The ordinary user that PostgreSQL runs as when we are root."""

    name: str
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Give a file or folder to this user."""
        os.chown(path, self.uid, self.gid)

    def run_as(self) -> dict[str, Any]:
        """This user in the words of subprocess.run()."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@contextlib.contextmanager
def own_database(data: Path, *, durable: bool = True) -> Iterator[str]:
    """Run the database of this data folder while the block runs; gives its address.

    A database left behind by a killed server is stopped and started afresh. Raises
    DatabaseInUse while another process has the folder, NoPostgres, DatabaseWontStart.
    `durable=False` trades the promise to survive a power cut for speed: for tests.
    """
    with _locked(data) as ours:
        if not ours:
            raise DatabaseInUse(data)
        cluster = _cluster(data)
        if not (cluster.folder / "PG_VERSION").exists():
            with _word(cluster.folder.with_name("word"), cluster.password) as word:
                make(cluster, word, durable=durable)
        stop_orphan(cluster)
        try:
            port = start(cluster, durable=durable)
            ensure_database(cluster, port)
            log.info("database started", port=port, version=cluster.programs.version)
            if not knows_letters(cluster.url(port)):
                # Made by an earlier version, or where the system has no such locale.
                log.warning("searches forgive slips in the letters a to z alone", more="docs/operations.md")
            yield cluster.url(port)
        finally:
            stop(cluster)


@contextlib.contextmanager
def any_database(data: Path) -> Iterator[str]:
    """The database of this data folder for a short command: the running one, else one of our own.

    Raises what own_database() raises.
    """
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(own_database(data))
        except DatabaseInUse:
            cluster = _cluster(data)
            port = running_port(cluster)
            if port is None or not answers(cluster.url(port)):
                raise
            url = cluster.url(port)
        yield url


def _cluster(data: Path) -> Cluster:
    account, programs = ordinary_account(), find_programs()
    if account is not None and programs.root is not None:
        programs = reachable_copy(programs, programs.root)
    run_as = account.run_as() if account is not None else {}
    return Cluster(_folder(data, account), programs, kept_secret(data / "postgres_password"), run_as)


def ordinary_account() -> Account | None:
    """Whom PostgreSQL runs as: None for ourselves, an existing ordinary user when we are root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise Problem("no_account", "The server was started by root, and there is no user `postgres` or `nobody`. Add one.")


def reachable_copy(programs: Programs, root: Path, cache: Path = SYSTEM_CACHE) -> Programs:
    """A copy of the programs where every user can run them: a checkout may lie below a closed folder."""
    place = cache / f"postgres-{programs.version}"
    if not place.exists():
        cache.mkdir(parents=True, exist_ok=True)
        cache.chmod(0o755)
        draft = Path(tempfile.mkdtemp(dir=cache))
        for part in (root, root.with_name(f"{WHEEL}.libs")):
            if part.exists():
                shutil.copytree(part, draft / part.name, ignore=shutil.ignore_patterns("include", "*.py", "*.a"))
        for folder, _, files in os.walk(draft):
            Path(folder).chmod(0o755)
            for name in files:
                path = Path(folder, name)
                path.chmod(0o755 if path.parent.name == "bin" or ".so" in name else 0o644)
        with contextlib.suppress(OSError):  # another process was faster
            draft.rename(place)
        shutil.rmtree(draft, ignore_errors=True)
    return Programs(place / root.name / programs.bin.relative_to(root), programs.version)


def _folder(data: Path, account: Account | None) -> Path:
    # Remembered: the answer must not change because somebody opened or closed a parent folder.
    note = data / "postgres_folder"
    if note.exists():
        return Path(note.read_text(encoding="utf-8").strip())
    folder = data / "postgres" / "cluster"
    if account is not None:
        data.chmod(0o711)
        if any(not parent.stat().st_mode & 0o001 for parent in data.parents):
            folder = SYSTEM_DATA / secrets.token_hex(8) / "cluster"
            SYSTEM_DATA.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        account.own(folder.parent)
    note.write_text(f"{folder}\n", encoding="utf-8")
    return folder


@contextlib.contextmanager
def _word(path: Path, password: str) -> Iterator[Path]:
    """A file with the first password, for initdb alone, as long as the block runs."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password)
    account = ordinary_account()
    if account is not None:
        account.own(path)
    try:
        yield path
    finally:
        path.unlink()


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[bool]:
    """Whether we are the only server on this folder; held until the block ends, also by being killed."""
    with (data / "serve.lock").open("a+b") as file:
        yield _lock(file)


def _lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
