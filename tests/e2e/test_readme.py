"""Every command that README.md tells people to type is typed here."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.world import CHECKOUT, World
from tests.integration.doing import until
from tests.integration.folders import forget

BIN = Path(sys.executable).parent
PATIENCE_S = 300


def commands() -> list[str]:
    """The lines of README's code blocks, each once."""
    blocks = re.findall(r"^```\n(.*?)^```$", (CHECKOUT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return list(dict.fromkeys(line for block in blocks for line in block.splitlines() if line.strip()))


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """A user's shell: the commands on the path, data in a folder of its own, no screen."""
    data = Path(tempfile.mkdtemp(prefix="eventreg-readme-"))
    path = os.pathsep.join((str(BIN), os.environ.get("PATH", "")))
    yield {**os.environ, "PATH": path, "EVENTREG_DATA": str(data), "QT_QPA_PLATFORM": "offscreen"}
    forget(data)


def typed(command: str, environment: dict[str, str], answer: str = "") -> str:
    """What a command prints; it must end well."""
    words = [str(BIN / "python") if word == "python3" else word for word in command.split()]
    done = subprocess.run(
        words, cwd=CHECKOUT, env=environment, input=answer, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_command_of_the_readme_is_tried_below() -> None:
    here = Path(__file__).read_text("utf-8")
    assert [command for command in commands() if f'"{command}"' not in here] == []


def test_the_demo_scans_its_video_and_reports(environment: dict[str, str]) -> None:
    typed("python3 dev.py run", {name: value for name, value in environment.items() if name != "DISPLAY"})
    report = json.loads((CHECKOUT / "build" / "demo" / "report.json").read_text("utf-8"))
    assert len(report["scans"]) == 15
    assert all(scan["expected"] == scan["verdict"] for scan in report["scans"])
    assert (report["device_facts"], report["server_facts"], report["conflicts"]) == (15, 15, 0)
    assert len(list((CHECKOUT / "build" / "demo").glob("[0-9][0-9]-*.png"))) == 15


def test_the_test_command_tests(environment: dict[str, str]) -> None:
    command = "python3 dev.py test"
    assert " passed" in typed(f"{command} -p no:cacheprovider -q tests/unit/core/test_clock_and_ids.py", environment)


def test_a_first_evening_on_the_server(environment: dict[str, str]) -> None:
    typed("eventreg-server create-admin --email you@example.org", environment, answer="correct horse battery\n")
    assert "/api/v1/events" in typed("eventreg-server routes", environment)
    command = "eventreg-server serve --lan"
    with subprocess.Popen(
        [*command.split(), "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        greeting = []
        for line in server.stdout:
            greeting.append(line)
            if "Ctrl-C" in line:
                break
        server.terminate()
        assert server.wait(120) == 0
    assert greeting[0].startswith("EventReg is at https://")


def test_the_window_opens_on_a_new_laptop(environment: dict[str, str]) -> None:
    command = "eventreg"
    held = Path(environment["EVENTREG_DATA"]) / "held.db"
    with subprocess.Popen([command], env=environment, stderr=subprocess.DEVNULL) as window:
        try:
            until(held.exists, "the window keeps what it holds", PATIENCE_S)
            with pytest.raises(subprocess.TimeoutExpired):
                window.wait(1)
        finally:
            window.kill()


def test_a_door_without_a_window_plays_a_file(world: World, environment: dict[str, str]) -> None:
    scenario = world.folder / "SCENARIO.txt"
    steps = (f"enrol {world.invite()}", "door Entrance", f"scan {world.tokens[0]}", "expect admitted", "unsent 0")
    scenario.write_text("\n".join(steps), "utf-8")
    command = "eventreg --headless SCENARIO.txt --json"
    report = json.loads(typed(command.replace("SCENARIO.txt", str(scenario)), environment).splitlines()[-1])
    assert report["device_facts"] == 1
