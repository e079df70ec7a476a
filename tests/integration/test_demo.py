"""The demo: what it puts into the database, what a door must say of its video, and how the command ends."""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from eventreg_core.enrolment import enrolment_of
from server.clock import new_id
from server.demo.cast import SCENES, Part
from server.demo.command import scenario, shots
from server.demo.data import GATE, LIST, ORGANIZER, PASSWORD, Demo, fill
from server.settings import Settings
from tests.integration.arrange import Json, made
from tests.integration.conftest import Rows
from tests.integration.served import Served

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


@pytest.fixture
def demo(settings: Settings) -> Demo:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(fill(settings, "http://127.0.0.1:1", NOW))


@pytest.fixture
def organizer_of_demo(demo: Demo, server: Served) -> Iterator[httpx.Client]:
    with server.client(ORGANIZER, PASSWORD) as client:
        yield client


def test_the_festival_has_five_hundred_guests_three_types_one_list_and_one_gate(
    demo: Demo, organizer_of_demo: httpx.Client, sql: Rows
) -> None:
    path = f"/events/{demo.event_id}"
    event = made(organizer_of_demo.get(path), 200)
    types = made(organizer_of_demo.get(f"{path}/ticket-types"), 200)["items"]
    lists = made(organizer_of_demo.get(f"{path}/check-in-lists"), 200)["items"]
    gates = made(organizer_of_demo.get(f"{path}/gates"), 200)["items"]
    assert (event["zone"], event["date"], event["is_active"]) == ("Europe/Berlin", "2026-11-22T14:00:00Z", True)
    assert len(types) == 3
    assert [(each["name"], len(each["ticket_type_ids"])) for each in lists] == [(LIST, 3)]
    assert [(gate["name"], gate["list_id"]) for gate in gates] == [(GATE, lists[0]["id"])]
    rows = sql.execute("SELECT status FROM registrations WHERE event_id = %s", [demo.event_id]).fetchall()
    statuses = Counter(row["status"] for row in rows)
    assert sum(statuses.values()) == 500
    assert event["sold"] == statuses["active"]
    assert statuses["cancelled"] > 1


def test_guests_are_named_as_the_world_names_them(demo: Demo, organizer_of_demo: httpx.Client) -> None:
    for name in ("Anna Müller", "Łukasz Wiśniewski", "Siobhán O'Brien", "李 伟", "Bo", "محمد العلي"):
        found = made(
            organizer_of_demo.get(f"/events/{demo.event_id}/registrations", params={"q": name, "limit": 200}), 200
        )
        assert name in [each["full_name"] for each in found["items"]]


def test_there_is_a_user_of_each_role(demo: Demo, server: Served) -> None:
    for name, role in (("admin", "ADMIN"), ("organizer", "ORGANIZER"), ("staff", "REGISTRATION_STAFF")):
        with server.client(f"{name}@example.org", PASSWORD) as client:
            assert made(client.get("/users/me"), 200)["role"] == role
            assert made(client.get(f"/events/{demo.event_id}/gates"), 200)["items"]


def test_the_server_itself_says_of_every_scene_what_the_script_expects(
    demo: Demo, organizer_of_demo: httpx.Client
) -> None:
    path = f"/events/{demo.event_id}"
    (entrance,) = made(organizer_of_demo.get(f"{path}/check-in-lists"), 200)["items"]

    def told(text: str) -> str | None:
        scan: Json = {"id": str(new_id()), "token": text, "list_id": entrance["id"]}
        answer = organizer_of_demo.post(f"{path}/check-ins", json=scan)
        assert answer.status_code in (200, 201), answer.text
        reason: str | None = answer.json()["reason"]
        return reason

    assert [told(ticket.text) for ticket in demo.tickets] == [scene.expected for scene in SCENES]


def test_the_script_has_ten_good_tickets_one_twice_and_four_that_are_turned_away() -> None:
    parts = Counter(scene.part for scene in SCENES)
    assert sum(scene.expected is None for scene in SCENES) == 10
    good = [scene.star for scene in SCENES if scene.part is Part.GOOD]
    assert [star for star, count in Counter(good).items() if count == 2] == [0]
    assert {part: parts[part] for part in Part if part is not Part.GOOD} == dict.fromkeys(
        (Part.UNPAID, Part.CANCELLED, Part.FOREIGN, Part.MENU), 1
    )


def test_the_scenario_tells_a_door_without_a_window_what_is_due(demo: Demo) -> None:
    lines = [line for line in scenario(demo).splitlines() if not line.startswith("#")]
    words = [line.split()[0] for line in lines]
    assert words == ["enrol", "door", "sync", "video", *["expect"] * len(SCENES), "sync", "unsent"]
    assert enrolment_of(lines[0].removeprefix("enrol ")) == demo.enrolment
    assert [line.removeprefix("expect ") for line in lines[4 : 4 + len(SCENES)]] == [
        f"refused {scene.expected.value}" if scene.expected else "admitted" for scene in SCENES
    ]
    assert [shot.text for shot in shots(demo)] == [ticket.text for ticket in demo.tickets]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's user reaches, which as root is not true of pytest's own."""
    made_for_us = Path(tempfile.mkdtemp(prefix="eventreg-demo-"))
    made_for_us.chmod(0o755)
    yield made_for_us
    shutil.rmtree(made_for_us)


def start(folder: Path) -> subprocess.Popen[str]:
    """The demo's command as a process of its own; its video has tests of its own."""
    line = [sys.executable, "-m", "server", "demo", "--no-video", "--folder", str(folder)]
    pipe = subprocess.PIPE
    return subprocess.Popen(line, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8")


def test_the_command_tells_in_one_line_that_all_is_ready_and_stops_whenever_its_input_ends(folder: Path) -> None:
    with start(folder) as stopped_early:
        out, err = stopped_early.communicate(timeout=120)
    assert (stopped_early.returncode, out) == (0, ""), err
    with start(folder) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline() or "null")
        assert ready, process.communicate()[1]
        with httpx.Client(base_url=ready["url"]) as client:
            assert client.get("/health").json()["status"] == "healthy"
            assert client.post("/api/v1/auth/login", json=ready["organizer"]).status_code == 200
            assert client.get(f"/api/v1/events/{ready['event_id']}").status_code == 200
        rest, _ = process.communicate(timeout=120)
    assert (process.returncode, rest) == (0, "")
    assert enrolment_of(ready["enrol"]).url == ready["url"]
    cluster = Path((folder / "data" / "postgres_folder").read_text("utf-8").strip())
    assert (cluster / "PG_VERSION").exists()
    assert not (cluster / "postmaster.pid").exists()
