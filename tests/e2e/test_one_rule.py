"""There is one rule: replacing its body changes what the door says and what the server says, without another edit."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from eventreg_core.ids import uuid7
from tests.e2e.world import CHECKOUT, World
from tests.integration.arrange import made
from tests.integration.conftest import People

REFUSAL = """

def decide(*_: object) -> Verdict:
    return Refused(Reason.BLOCKED)
"""


def test_a_rule_that_refuses_everybody_is_obeyed_by_the_door_and_by_the_server(
    database_url: str, people: People, tmp_path: Path
) -> None:
    code = tmp_path / "code"
    for package in ("eventreg_core", "eventreg_desktop", "server", "resources"):
        shutil.copytree(CHECKOUT / package, code / package, ignore=shutil.ignore_patterns("__pycache__"))
    with (code / "eventreg_core" / "admission.py").open("a", encoding="utf-8") as rule:
        rule.write(REFUSAL)
    world = World(database_url, tmp_path, people.organizer.email, code)
    try:
        world.start_server()
        world.make_festival()
        assert door_says(world, code) == [("refused", "blocked"), ("refused", "blocked")]
        assert server_says(world) == ("refused", "blocked")
    finally:
        world.stop_server()


def door_says(world: World, code: Path) -> list[tuple[str, str]]:
    """What a headless door says to a good ticket and to a menu."""
    steps = (f"enrol {world.invite()}", "door Entrance", f"scan {world.tokens[0]}", "scan https://example.org/menu")
    scenario = world.folder / "scenario.txt"
    scenario.write_text("\n".join(steps), "utf-8")
    command = [sys.executable, "-m", "eventreg_desktop", "--headless", str(scenario), "--json"]
    data = str(world.folder / "door")
    ran = subprocess.run([*command, "--data", data], cwd=code, capture_output=True, text=True, timeout=120, check=True)
    report = json.loads(ran.stdout.splitlines()[-1])
    return [(scan["verdict"], scan["reason"]) for scan in report["scans"]]


def server_says(world: World) -> tuple[str, str]:
    """What the server says to a good ticket."""
    scan = {"id": str(uuid7(1, bytes(10))), "token": world.tokens[1], "list_id": world.check_in_list["id"]}
    with world.organizer() as client:
        answer = made(client.post(f"/events/{world.event['id']}/check-ins", json=scan), 200)
    return answer["verdict"], answer["reason"]
