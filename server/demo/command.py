"""`eventreg-server demo`: a festival from nothing, its video, and a server for both, in one command."""

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
import structlog

from eventreg_core.problems import Problem
from server import log as logs
from server import migrations, rights
from server.clock import utc_now
from server.demo.cast import SCENES
from server.demo.data import GATE, LIST, ORGANIZER, PASSWORD, Demo, fill
from server.demo.video import Shot, render_video
from server.embedded import own_database
from server.serve import Place, leaving_on_signals, serve
from server.settings import Settings, kept_secret, read_settings

VIDEO, SCENARIO = "demo.avi", "scenario.txt"
log = structlog.get_logger("server.demo")


def main(arguments: Sequence[str]) -> int:
    """Make the demo in a folder and serve it until SIGINT, SIGTERM or the end of standard input.

    Whatever an earlier demo left in the folder's database is gone. Prints one line of JSON when everything is ready.
    Raises a Problem if it cannot begin.
    """
    told = _parser().parse_args(arguments)
    logs.configure(readable=sys.stderr.isatty())
    folder = _made(Path(told.folder))
    # Only what the folder holds: the demo must never touch a database that the environment names.
    settings = read_settings({"EVENTREG_DATA": str(folder / "data")})
    with leaving_on_signals(), own_database(settings.data) as owner_url:
        database_url = _begin_again(settings, owner_url)
        _stop_with(sys.stdin.fileno())
        place = Place("127.0.0.1", told.port)
        serve(
            replace(settings, database_url=database_url),
            place,
            lambda ready, url: _prepare(folder, told.video, ready, url),
        )
        _ignore_signals()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eventreg-server demo", description="A festival to try the door with.")
    parser.add_argument("--folder", default="eventreg-demo", help="where to keep it (default %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port on this machine (default: a free one)")
    parser.add_argument(
        "--no-video", dest="video", action="store_false", help="only the server, ready in seconds: to try the API"
    )
    return parser


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = f"The folder {folder} cannot be made. Name one that you may write with --folder."
        raise Problem("no_folder", sentence) from error
    return folder.resolve()


def _begin_again(settings: Settings, owner_url: str) -> str:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    migrations.upgrade(owner_url)
    return rights.make_serving_role(owner_url, kept_secret(settings.data / "postgres_app_password"))


def _prepare(folder: Path, with_video: bool, settings: Settings, url: str) -> str:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        demo = runner.run(fill(settings, url, utc_now()))
    log.info("guests registered")
    ready = {
        "url": url,
        "event_id": str(demo.event_id),
        "enrol": str(demo.enrolment),
        "organizer": {"email": ORGANIZER, "password": PASSWORD},
        "pictures": str(folder),
    }
    if with_video:
        (folder / SCENARIO).write_text(scenario(demo), encoding="utf-8")
        render_video(folder / VIDEO, shots(demo))
        log.info("video made")
        ready |= {"video": str(folder / VIDEO), "scenario": str(folder / SCENARIO)}
    return json.dumps(ready)


def scenario(demo: Demo) -> str:
    """The script of a door without a window that plays the video and knows what must be said to whom."""
    due = [f"expect refused {scene.expected}" if scene.expected else "expect admitted" for scene in SCENES]
    lines = [
        "# Made by `eventreg-server demo`: a door that scans the demo's video.",
        f"enrol {demo.enrolment}",
        f'door "{LIST}" "{GATE}"',
        "sync",
        f"video {VIDEO}",
        *due,
        "sync",
        "unsent 0",
    ]
    return "\n".join([*lines, ""])


def shots(demo: Demo) -> list[Shot]:
    """What the video shows, in order."""
    return [
        Shot(ticket.text, scene.look, ticket.name, ticket.title, ticket.kind)
        for scene, ticket in zip(SCENES, demo.tickets, strict=True)
    ]


def _stop_with(stdin: int) -> None:
    def wait() -> None:
        # The descriptor itself: a thread that waits in sys.stdin would hold its lock when the interpreter ends.
        while os.read(stdin, 4096):
            pass
        signal.raise_signal(signal.SIGTERM)

    threading.Thread(target=wait, name="stdin", daemon=True).start()


def _ignore_signals() -> None:
    # Ctrl-C reaches us and whoever holds our standard input: the second word must not leave the database running.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
