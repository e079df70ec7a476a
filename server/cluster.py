"""One cluster of PostgreSQL on this machine: made, started and stopped with its own programs."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import psycopg
import structlog
from psycopg import sql

from eventreg_core.problems import Problem
from server.postgres_programs import Programs

NAME = "eventreg"
"""Of the role and of the database."""
HOST = "127.0.0.1"
READY_WITHIN_S = 120
"""After a crash PostgreSQL first replays its log, which takes as long as it takes."""
WORKERS_GONE_WITHIN_S = 5
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
LETTERS = ("C.UTF-8", "en_US.UTF-8", "C")
"""Locales from which searches learn what a letter is, as systems call them; the last one knows a to z, everywhere."""
CONFIGURATION = f"""
# EventReg
listen_addresses = '{HOST}'
unix_socket_directories = ''
max_connections = 60
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
"""
log = structlog.get_logger("server.cluster")


class DatabaseWontStart(Problem):
    """PostgreSQL said no; its own words are in the log file named."""

    def __init__(self, log_file: Path) -> None:
        sentence = f"The database did not start. {log_file} says why; a full disk is the most common reason."
        super().__init__("database_wont_start", sentence)


@dataclass(frozen=True, slots=True)
class Cluster:
    """One data folder of PostgreSQL and the programs that work on it."""

    folder: Path
    programs: Programs
    password: str = field(repr=False)
    run_as: Mapping[str, Any] = field(default_factory=dict)
    """The user whom subprocess.run() shall become, in its own words; nothing: ourselves."""

    def run(self, program: str, *arguments: str) -> tuple[int, str]:
        """Run one program to its end as the right user; gives its exit code and what it said."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        # A file and no pipe: the database inherits it and would keep a pipe open.
        with tempfile.TemporaryFile() as said:
            code = subprocess.run(
                [self.programs.path(program), "-D", str(self.folder), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=self.folder.anchor,
                env={**kept, "LC_ALL": "C"},
                check=False,
                **self.run_as,
            ).returncode
            said.seek(0)
            return code, said.read().decode(errors="replace")

    @property
    def log_file(self) -> Path:
        """Where PostgreSQL's first words go."""
        return self.folder.with_name(f"{self.folder.name}.log")

    def url(self, port: int, database: str = NAME) -> str:
        """The address of a database of this cluster."""
        return f"postgresql://{NAME}:{self.password}@{HOST}:{port}/{database}"


def make(cluster: Cluster, word: Path, *, durable: bool) -> None:
    """Make the data folder, whose first role has the password in the file `word`. Raises DatabaseWontStart."""
    # Made beside and renamed: a process killed half-way leaves nothing that looks finished.
    draft = replace(cluster, folder=cluster.folder.with_name("new"))
    shutil.rmtree(draft.folder, ignore_errors=True)
    order = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if cluster.programs.major >= 17 else []
    options = ["--auth=scram-sha-256", f"--username={NAME}", f"--pwfile={word}", "--encoding=UTF8", "--locale=C"]
    options += order if durable else [*order, "--no-sync"]
    said = ""
    for letters in LETTERS:
        code, said = draft.run("initdb", *options, f"--lc-ctype={letters}")
        if code == 0:
            break
    else:
        cluster.log_file.write_text(said, encoding="utf-8")
        raise DatabaseWontStart(cluster.log_file)
    with (draft.folder / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(CONFIGURATION)
    draft.folder.rename(cluster.folder)


NOT_DURABLE = (
    "-F -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c wal_init_zero=off -c autovacuum=off"
)
"""Nothing of it survives a power cut, and a database is copied from a template in a twentieth of a second."""


def start(cluster: Cluster, *, durable: bool) -> int:
    """Start the database and wait until it answers; gives its port. Raises DatabaseWontStart.

    `durable=False` turns fsync off: for tests.
    """
    # Several tries: somebody may take the port, and the remains of a killed database need a moment to go.
    for pause in PAUSES_S:
        port = _free_port()
        options = f"-p {port}" if durable else f"-p {port} {NOT_DURABLE}"
        wait = ["-w", "-t", str(READY_WITHIN_S), "-l", str(cluster.log_file)]
        code, _ = cluster.run("pg_ctl", "start", *wait, "-o", options)
        if code == 0:
            return port
        time.sleep(pause)
    raise DatabaseWontStart(cluster.log_file)


def stop(cluster: Cluster) -> None:
    """Stop the database if it runs, and wait until it has: nothing is replayed at the next start."""
    if _postmaster(cluster) is not None and cluster.run("pg_ctl", "stop", "-m", "fast", "-w")[0] != 0:
        cluster.run("pg_ctl", "stop", "-m", "immediate", "-w")


def stop_orphan(cluster: Cluster) -> None:
    """Stop what a killed server left running, and forget a process number that means nothing any more."""
    if _postmaster(cluster) is not None:
        log.info("stopping the database of a server that was killed")
        stop(cluster)
    pid_file = cluster.folder / "postmaster.pid"
    pid = _noted_pid(pid_file)
    if pid is None:
        return
    # Its workers outlive a killed database for a moment, and must not write beside a new one.
    workers = [process for process in psutil.process_iter() if _works_in(process, cluster.folder)]
    for process in workers:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(workers, timeout=WORKERS_GONE_WITHIN_S)
    # PostgreSQL would not start while this number belongs to somebody else, or to a zombie that nobody buries.
    if psutil.pid_exists(pid):
        pid_file.unlink(missing_ok=True)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.name().startswith("postgres") and Path(process.cwd()) == folder
    return False


def _postmaster(cluster: Cluster) -> int | None:
    pid = _noted_pid(cluster.folder / "postmaster.pid")
    return pid if pid is not None and _is_postgres(pid, cluster) else None


def _noted_pid(pid_file: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return abs(int(pid_file.read_text(encoding="utf-8").splitlines()[0]))
    return None


def _is_postgres(pid: int, cluster: Cluster) -> bool:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return process.name().startswith("postgres") and str(cluster.folder) in process.cmdline()
    return False


def running_port(cluster: Cluster) -> int | None:
    """The port that the database noted when it started, if it runs."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((cluster.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()[3])
    return None


def answers(url: str) -> bool:
    """Whether a database can be reached at this address."""
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def ensure_database(cluster: Cluster, port: int) -> None:
    """Make our database in a running cluster, once."""
    with psycopg.connect(cluster.url(port, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))


def knows_letters(url: str) -> bool:
    """Whether searches in this database know letters of every script, and not a to z alone."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT datctype FROM pg_database WHERE datname = current_database()").fetchone()
    return row is not None and row[0] not in ("C", "POSIX")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])
