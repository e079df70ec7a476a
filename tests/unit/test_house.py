"""What holds for the whole checkout and no linter knows."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).parents[2]
NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__"}
CODE = ("eventreg_core", "eventreg_desktop", "server", "tests")
POSIX_ONLY = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios"}


def our_files(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or re.match(r"\.\w+_cache|\.hypothesis|\.coverage", path.name):
            continue
        if path.is_dir():
            yield from our_files(path)
        else:
            yield path


def modules() -> list[Path]:
    return [ROOT / "dev.py", *(path for name in CODE for path in our_files(ROOT / name) if path.suffix == ".py")]


def names_of(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


def imported_roots(statements: list[ast.stmt]) -> set[str]:
    roots = set()
    for statement in statements:
        if isinstance(statement, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            roots.add((statement.module or "").partition(".")[0])
    return roots


def imported_names(path: Path) -> Iterator[tuple[str, str]]:
    """Each `from MODULE import NAME` of a file."""
    for node in nodes_of(path):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes_of(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lock_entries() -> list[str]:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    return re.split(r"\n(?=\w)", re.sub(r"(?m)^\s*#.*\n", "", text).strip())


@pytest.mark.parametrize("folder", ["packaging", "resources"])
def test_a_folder_of_files_never_hides_a_package_of_that_name(folder: str) -> None:
    found = [path for path in our_files(ROOT / folder) if path.name == "__init__.py"]
    assert (ROOT / folder).is_dir()
    assert found == []


def test_qt_gives_every_reference_to_none_back(qapp: QApplication) -> None:
    before = sys.getrefcount(None)
    for _ in range(1_000):
        qapp.processEvents()
    assert abs(sys.getrefcount(None) - before) < 50


def test_every_locked_package_has_its_hashes() -> None:
    entries = lock_entries()
    assert len(entries) > 50
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_lock_holds_every_package_that_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    asked = {re.split(r"[\[<>=!; ]", line)[0].lower().replace("_", "-") for line in named}
    locked = {re.split(r"[\[=]", entry)[0].strip().lower() for entry in lock_entries()}
    assert len(asked) > 30
    assert asked - locked == set()


def test_no_file_names_a_package_registry_or_a_folder_of_somebodys_machine() -> None:
    hosts = "|".join(re.escape(".".join(host)) for host in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org")])
    forbidden = re.compile(rf"{hosts}|(?<![\w.*/)}}-])/(?:root|work|home/\w+)/".encode())
    found = [path for path in our_files() if forbidden.search(path.read_bytes())]
    assert names_of(found) == []


def test_a_file_can_be_read_in_one_go() -> None:
    long = [path for path in modules() if len(path.read_text("utf-8").splitlines()) > 300]
    assert names_of(long) == []


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT).as_posix()}: {function.name}"
        for path in modules()
        if "versions" not in path.parts
        for function in functions_of(path)
        if (function.end_lineno or 0) - function.lineno >= 60
    ]
    assert long == []


def test_no_name_says_only_that_something_is_a_thing() -> None:
    empty = re.compile(r"(Manager|Helper|Utils?|Info)$")
    classes = [
        f"{path.relative_to(ROOT).as_posix()}: {node.name}"
        for path in modules()
        for node in nodes_of(path)
        if isinstance(node, ast.ClassDef) and empty.search(node.name)
    ]
    files = [path for path in modules() if re.fullmatch(r"(utils?|helpers?|common|misc|base)", path.stem)]
    assert classes + names_of(files) == []


def test_what_prepares_the_checkout_needs_nothing_but_python() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text("utf-8"))
    assert imported_roots([node for node in ast.walk(tree) if isinstance(node, ast.stmt)]) <= sys.stdlib_module_names


def test_no_program_asks_for_a_module_that_windows_lacks() -> None:
    asking = [
        path
        for path in modules()
        if path != ROOT / "server" / "embedded.py"
        and imported_roots(ast.parse(path.read_text("utf-8")).body) & POSIX_ONLY
    ]
    assert names_of(asking) == []


def test_a_slice_of_the_server_asks_another_never_past_its_service() -> None:
    past = [
        f"{path.relative_to(ROOT).as_posix()}: {module} {name}"
        for path in our_files(ROOT / "server")
        if path.suffix == ".py" and path.parent.parent == ROOT / "server"
        for module, name in imported_names(path)
        if (asked := re.fullmatch(r"server\.(\w+)(?:\.(\w+))?", module)) and asked[1] != path.parent.name
        # A value that a query answers with may be named; a query may not be called.
        if (asked[2] or name) in ("queries", "routes") and (asked[2] is None or name.islower())
    ]
    assert past == []
