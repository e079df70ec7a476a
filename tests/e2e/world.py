"""A server process that can be stopped and started, and a festival whose tickets are held before a camera."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from uuid import UUID

import httpx

from tests.integration.arrange import Json, made, make_event, make_type, register
from tests.integration.conftest import PASSWORD
from tests.sights import NOBODY, holding, write_video
from tests.soak.programs import Program

CHECKOUT = Path(__file__).parents[2]


class World:
    """One server at one address, for as long as a test lasts."""

    def __init__(self, database_url: str, folder: Path, organizer: str, code: Path = CHECKOUT) -> None:
        """Nothing runs yet. `code` is the folder whose packages the server runs; of our own it is a fork."""
        self.folder = folder
        self._code = code
        self._organizer = organizer
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "EVENTREG_DATA": str(folder / "server"),
        }
        self._port = _free_port()
        self._program: Program | None = None
        self._process: subprocess.Popen[str] | None = None
        self.url = f"http://127.0.0.1:{self._port}"
        self.event: Json = {}
        self.check_in_list: Json = {}
        self.tokens: list[str] = []

    def start_server(self) -> None:
        """Start the process; returns when it answers."""
        with _kept(self._port):
            self._start()

    @contextmanager
    def away(self) -> Iterator[None]:
        """No server runs for the while, and nobody else is given its port."""
        self.stop_server()
        with _kept(self._port):
            yield
            self._start()

    def _start(self) -> None:
        if self._code == CHECKOUT:
            self._program = Program(self._environment, "serve", "--port", str(self._port)).begun()
            return
        command = [sys.executable, "-m", "server", "serve", "--port", str(self._port)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self._environment, cwd=self._code)
        self._process = process
        assert process.stdout is not None
        assert any("Ctrl-C" in line for line in process.stdout), "the server did not start"

    def stop_server(self) -> None:
        """Stop it as a service manager would; a second call does nothing."""
        if self._program is not None:
            self._program.tell(signal.SIGTERM)
            self._program.wait()
            self._program.kill(again=False)
            self._program = None
        if self._process is not None:
            self._process.terminate()
            self._process.wait(120)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    @contextmanager
    def organizer(self) -> Iterator[httpx.Client]:
        """A client that is signed in as the organizer."""
        with httpx.Client(base_url=f"{self.url}/api/v1") as client:
            answer = made(client.post("/auth/login", json={"email": self._organizer, "password": PASSWORD}), 200)
            client.headers["Authorization"] = f"Bearer {answer['access_token']}"
            yield client

    def make_festival(self) -> None:
        """One event, one list, one gate, and three guests."""
        with self.organizer() as client:
            self.event = make_event(client, name="Lakeside Festival")
            make_type(client, self.event)
            path = f"/events/{self.event['id']}"
            self.check_in_list = made(client.post(f"{path}/check-in-lists", json={"name": "Entrance"}))
            made(client.post(f"{path}/gates", json={"name": "Main gate", "list_id": self.check_in_list["id"]}))
            names = ("Anna Müller", "Łukasz Wiśniewski", "李 伟")
            guests = [
                register(client, self.event, f"guest{number}@example.org", full_name=name)
                for number, name in enumerate(names)
            ]
            self.tokens = [made(client.get(f"/registrations/{one['id']}/ticket"), 200)["token"] for one in guests]

    def invite(self) -> str:
        """An enrolment text for one laptop."""
        with self.organizer() as client:
            answer = made(client.post(f"/events/{self.event['id']}/devices", json={"name": "Door"}))
        return str(answer["enrolment"])

    def check_ins(self) -> list[Json]:
        """The check-ins that the server knows of."""
        return self._items("check-ins")

    def conflicts(self) -> list[Json]:
        """The conflicts that an admin would see."""
        return self._items("conflicts")

    def video(self, name: str, *guests: int) -> Path:
        """The guests' codes held before a webcam, one after another."""
        held = ([holding(self.tokens[guest])] * 6 + [NOBODY] * 2 for guest in guests)
        path = self.folder / f"{name}.avi"
        write_video(path, list(chain.from_iterable(held)))
        return path

    def _items(self, what: str) -> list[Json]:
        with self.organizer() as client:
            items: list[Json] = made(client.get(f"/events/{self.event['id']}/{what}"), 200)["items"]
        return items


@contextmanager
def _kept(port: int) -> Iterator[None]:
    """Whoever asks for any free port is not given this one; a server that asks for it is."""
    with socket.socket() as holder:
        if sys.platform != "win32":
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(("127.0.0.1", port))
        yield


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def uuid_of(made: Json) -> UUID:
    """The id of what the API made."""
    return UUID(made["id"])
