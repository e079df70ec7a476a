#!/usr/bin/env python3
"""Work with this checkout. Needs nothing but Python 3.11 or newer; the rest it fetches into .venv.

    python3 dev.py run [--headless]       the demo: a festival, a server, a door that scans a video
    python3 dev.py test [pytest args]     lint, types, import contracts, all tests; with arguments: pytest alone
    python3 dev.py lint                   lint, types and import contracts alone
    python3 dev.py bench [NAME] [--json]  measure against the floors (all of tests/bench, or one)
    python3 dev.py soak NAME [args]       a long run, for example: soak door --count 500
    python3 dev.py --help                 this text

Whatever was cut short goes on where it stopped when the same command is given again.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "eventreg.stamp"
DEMO = ROOT / "build" / "demo"
AT_DOOR = ("--data", DEMO / "door")

# What Qt, OpenCV and pyzbar load from the system: library=package, as Debian calls them.
ALWAYS = """libEGL.so.1=libegl1 libGL.so.1=libgl1 libglib-2.0.so.0=libglib2.0-0 libfontconfig.so.1=libfontconfig1
libfreetype.so.6=libfreetype6 libdbus-1.so.3=libdbus-1-3 libxkbcommon.so.0=libxkbcommon0 libX11.so.6=libx11-6
libgssapi_krb5.so.2=libgssapi-krb5-2 libbrotlidec.so.1=libbrotli1 libzbar.so.0=libzbar0"""
WITH_A_WINDOW = """libX11-xcb.so.1=libx11-xcb1 libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4
libxcb-image.so.0=libxcb-image0 libxcb-keysyms.so.1=libxcb-keysyms1 libxcb-randr.so.0=libxcb-randr0
libxcb-render-util.so.0=libxcb-render-util0 libxcb-shape.so.0=libxcb-shape0 libxcb-xkb.so.1=libxcb-xkb1
libxkbcommon-x11.so.0=libxkbcommon-x11-0"""

LINT = {
    "ruff check": ["-m", "ruff", "check"],
    "ruff format": ["-m", "ruff", "format", "--check"],
    "mypy": ["-m", "mypy"],
    "import contracts": ["-c", "from importlinter.cli import lint_imports_command as run; run(['--no-logo'])"],
}


def say(text: str) -> None:
    """Tell the person at the terminal; stdout stays free for what the commands print."""
    print(text, file=sys.stderr, flush=True)


def has_display(env: Mapping[str, str]) -> bool:
    """Whether a window can be shown; away from Linux there always is a desktop."""
    return not sys.platform.startswith("linux") or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def child_env(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of everything started from here: our .venv alone, Qt without a screen if there is none."""
    foreign = {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET"}
    ours = {} if has_display(env) else {"QT_QPA_PLATFORM": "offscreen"}
    return ours | {name: value for name, value in env.items() if name not in foreign}


def call(line: Sequence[str | Path], env: Mapping[str, str] | None = None, aside: bool = False) -> int:
    """Run a command in the checkout and return its exit code; Ctrl-C lets it end by itself first."""
    try:
        child = subprocess.Popen(line, cwd=ROOT, env=env or child_env(os.environ), stdout=sys.stderr if aside else None)
    except OSError as problem:
        say(f"{line[0]} does not start: {problem}")
        return 127
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.wait()
        raise


def missing_packages(wanted: str, load: Callable[[str], object] = ctypes.CDLL) -> list[str]:
    """The packages of those libraries in `wanted` that do not load."""
    missing = []
    for library, package in (pair.split("=") for pair in wanted.split()):
        try:
            load(library)
        except OSError:
            missing.append(package)
    return missing


def apt_install(packages: Sequence[str], what_for: str) -> None:
    """Install Debian packages where we may, else print the exact line for somebody who may."""
    root = getattr(os, "geteuid", lambda: 1)() == 0
    apt = ["apt-get", "-q"] if root else ["sudo", "-n", "apt-get", "-q"]
    line = [*apt, "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") and shutil.which(apt[0]):
        say(f"Installing {what_for}: {' '.join(packages)}")
        if call(line, aside=True) == 0 or call([*apt, "update"], aside=True) + call(line, aside=True) == 0:
            return
    say(f"Missing: {what_for}. Please have an administrator run:\n\n    sudo apt-get install {' '.join(packages)}\n")


def stamp() -> list[str]:
    """What .venv was made for: checkout, Python, and the exact packages."""
    inputs = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return [str(ROOT), sys.version.split()[0], inputs]


def make_venv() -> None:
    """Make .venv anew, or end with a sentence where this Python cannot."""
    say("Making .venv …")
    python = getattr(sys, "_base_executable", sys.executable)
    shutil.rmtree(VENV, ignore_errors=True)
    own = [python, "-m", "venv", "--clear", VENV]
    with_uv = ["uv", "venv", "--clear", "--seed", "--python", python, VENV]
    if call(own, aside=True) == 0 or (shutil.which("uv") and call(with_uv, aside=True) == 0):
        return
    apt_install([f"python3.{sys.version_info.minor}-venv"], "the part of Python that makes .venv")
    if call(own, aside=True) != 0:
        sys.exit("This Python could not make .venv; the reason stands above. Then give the same command again.")


def forget_half_installed() -> None:
    """Drop the record of every package of which a file is missing or cut short, so that it comes again."""
    libraries = [*VENV.glob("lib/python*/site-packages"), *VENV.glob("Lib/site-packages")]
    for record in (found for folder in libraries for found in folder.glob("*.dist-info")):
        files = importlib.metadata.Distribution.at(record).files or []
        sizes = {Path(str(file.locate())): file.size for file in files if file.size and file.suffix != ".pyc"}
        if not sizes or any(not path.is_file() or path.stat().st_size != sizes[path] for path in sizes):
            say(f"{record.name} was installed only in part: again.")
            shutil.rmtree(record)


def install() -> None:
    """Bring .venv to what requirements.lock says, then this checkout into it; or end with a sentence."""
    packages = ["--require-hashes", "--no-deps", "-r", str(LOCK)]
    checkout = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install"]
    uv = ["uv", "pip", "install", "--python", str(PYTHON)]
    by_uv = shutil.which("uv") and call([*uv, *packages], aside=True) == 0
    if not by_uv and call([*pip, *packages], aside=True) != 0:
        sys.exit("Fetching the packages did not finish. With a network, give the same command again: it goes on.")
    if call([*pip, *checkout], aside=True) != 0:
        sys.exit("The packages are there, but this checkout could not be put into .venv; the reason stands above.")


def prepare() -> None:
    """Make everything ready that the commands need; about a tenth of a second when it already is."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        sys.exit(f"EventReg needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: python3.11 dev.py")
    missing = missing_packages(f"{ALWAYS} {WITH_A_WINDOW}" if has_display(os.environ) else ALWAYS)
    if missing and sys.platform.startswith("linux"):
        apt_install(missing, "libraries of the system that windows and cameras need")
    made_for = STAMP.read_text("utf-8").splitlines() if STAMP.is_file() else []
    if made_for == stamp() and PYTHON.exists():
        return
    if not os.access(ROOT, os.W_OK):
        sys.exit(f"{ROOT} cannot be written to. Clone EventReg into a folder of your own.")
    probe = f"import pip, sys; sys.exit(sys.version.split()[0] != {stamp()[1]!r})"
    if made_for[:2] not in ([], stamp()[:2]) or not PYTHON.exists() or call([PYTHON, "-c", probe], aside=True) != 0:
        make_venv()
    STAMP.unlink(missing_ok=True)
    forget_half_installed()
    say("Installing what requirements.lock names (about 400 MB the first time) …")
    install()
    STAMP.write_text("\n".join(stamp()), "utf-8")


def lint(_args: Sequence[str]) -> int:
    """All checks that need no run of the program; 0 when every one is content."""
    failed = []
    for name, line in LINT.items():
        print(f"── {name}", flush=True)
        failed += [name] if call([PYTHON, *line]) != 0 else []
    print(f"Not content: {', '.join(failed)}" if failed else "All checks are content.", flush=True)
    return 1 if failed else 0


def test(args: Sequence[str]) -> int:
    """All tests, eventreg_core covered to the last branch, and the checks beside them; or pytest with arguments."""
    env = {**child_env(os.environ), "QT_QPA_PLATFORM": "offscreen"}
    if args:
        return call([PYTHON, "-m", "pytest", *args], env)
    core, rest = ["-n2", "tests/unit/core", "--cov"], ["-n3", "--ignore=tests/unit/core", "--dist=worksteal"]
    with start("dev", "lint") as checks:  # types alone take a minute of one processor; the others test meanwhile
        broken = [call([PYTHON, "-m", "pytest", *part, "--durations=10"], env) for part in (core, rest)]
        print(checks.communicate()[0], end="", flush=True)
    return 1 if checks.returncode or any(broken) else 0


def bench(args: Sequence[str]) -> int:
    """Run one benchmark or all of them; 1 when a floor was missed."""
    every = sorted(file.stem for file in (ROOT / "tests" / "bench").glob("[!_]*.py"))
    chosen, options = (args[:1], args[1:]) if args and not args[0].startswith("-") else (every, args)
    codes = [call([PYTHON, "-m", f"tests.bench.{name}", *options]) for name in chosen]
    return 1 if any(codes) or not codes else 0


def soak(args: Sequence[str]) -> int:
    """Run one long test with its own arguments."""
    if not args:
        sys.exit("Say which one, for example: python3 dev.py soak door --count 100")
    return call([PYTHON, "-m", f"tests.soak.{args[0]}", *args[1:]])


def start(*words: str | Path, log: TextIO | None = None) -> subprocess.Popen[str]:
    """Start one of our programs with pipes to its stdin and from its stdout; what it says on stderr may go to `log`."""
    line, pipe, env = [str(PYTHON), "-Xutf8", "-m", *map(str, words)], subprocess.PIPE, child_env(os.environ)
    return subprocess.Popen(line, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, stderr=log, encoding="utf-8")


def run(args: Sequence[str]) -> int:
    """The demo, in a window where there is a display, else headless with a report; 1 when a verdict was wrong."""
    shutil.rmtree(DEMO / "door", ignore_errors=True)  # the last demo's laptop: its server is gone too
    say("Starting the demo server …")
    DEMO.mkdir(parents=True, exist_ok=True)
    with (DEMO / "server.log").open("w", encoding="utf-8") as log:
        server = start("server", "demo", "--folder", DEMO, log=log)
    try:
        ready = server.stdout.readline() if server.stdout else ""
        if not ready:
            sys.exit(f"The demo server ended before it was ready:\n{(DEMO / 'server.log').read_text('utf-8')[-2000:]}")
        demo = json.loads(ready)
        say(f"The server is at {demo['url']}")
        if has_display(os.environ) and "--headless" not in args:
            options = [*AT_DOOR, "--enrol", demo["enrol"], "--source", demo["video"]]
            return call([PYTHON, "-m", "eventreg_desktop", *options])
        return scan_headless(demo)
    finally:
        try:
            server.communicate(timeout=30)  # closes its stdin, upon which it stops
        except subprocess.TimeoutExpired:
            server.terminate()


def scan_headless(demo: Mapping[str, Any]) -> int:
    """Let a door without a window judge the demo video; compare with what was due and with what arrived."""
    with start("eventreg_desktop", *AT_DOOR, "--headless", demo["scenario"], "--json", "--pictures", DEMO) as door:
        lines = [show(json.loads(line)) for line in door.stdout or ()]
    scans, end = [line for line in lines if "scan" in line], lines[-1] if lines else {}
    token = ask(f"{demo['url']}/api/v1/auth/login", demo["organizer"])["access_token"]
    event = f"{demo['url']}/api/v1/events/{demo['event_id']}"
    kept = ("expected", "verdict", "reason", "decode_ms", "commit_ms")
    report = {
        "scans": [{key: scan[key] for key in kept} for scan in scans],
        "device_facts": end.get("device_facts"),
        "server_facts": sum(device["facts"] for device in ask(f"{event}/devices", token=token)["items"]),
        "conflicts": len(ask(f"{event}/conflicts", token=token)["items"]),
    }
    (DEMO / "report.json").write_text(json.dumps(report, indent=1), "utf-8")
    say(f"{len(scans)} scans; report and pictures are in {DEMO.relative_to(ROOT)}")
    if not (all_sent := end.get("unsent") == 0 and report["device_facts"] == report["server_facts"]):
        say(f"WRONG: the door holds {report['device_facts']} facts, the server {report['server_facts']}")
    return 0 if scans and all_sent and all(map(is_right, scans)) and door.returncode == 0 else 1


def is_right(scan: Mapping[str, Any]) -> bool:
    """Whether the door said what was due, for the reason that was due."""
    return (scan["verdict"], scan["reason"]) == (scan["expected"], scan["expected_reason"])


def show(line: dict[str, Any]) -> dict[str, Any]:
    """Print what the door said, if it is a verdict, and hand it on."""
    if "scan" in line:
        told = f"{'ok   ' if is_right(line) else 'WRONG'} {line['scan']:>3}  {line['verdict']} {line['reason'] or ''}"
        print(f"{told:<40} decode {line['decode_ms']:.1f} ms, commit {line['commit_ms']:.1f} ms", flush=True)
    return line


def ask(url: str, body: object = None, token: str = "") -> Any:
    """One request to the demo server, past any proxy; the answer's JSON."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        return json.load(answer)


COMMANDS = {"run": run, "test": test, "lint": lint, "bench": bench, "soak": soak}


def main(args: Sequence[str]) -> int:
    """Do what the words after `dev.py` say; 2 when they say nothing known."""
    if not args or args[0] not in COMMANDS:
        print(__doc__)
        return 0 if args[:1] in (["--help"], ["-h"], ["help"]) else 2
    try:
        prepare()
        return COMMANDS[args[0]](args[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
