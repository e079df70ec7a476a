"""Kill servers and workers again and again: who registered is told once, and nobody else is.

    python -m tests.soak.jobs --count 1000 --seed 1 [--folder FOLDER] [--json]

A real server and two real workers run on a database of their own while guests register; one of the three at a time is
killed (SIGKILL, on Windows TerminateProcess) at a random instant and started anew. Afterwards one worker finishes, and
registrations are compared with what a real mail server took and with the QR codes that are kept. With `--folder` a
later call goes on where an earlier one ended, until `--count` kills are done.

In the answer, `lost`: registered, and no mail or no QR code. `phantom`: a mail, and nobody registered. `doubled`: two
mails, by Message-ID. `again`: a mail delivered a second time under the same Message-ID, because its worker died between
the mail server's word and its own commit; SMTP has no way to prevent that, and mailboxes show such a mail once.
"""

import contextlib
import os
import random
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import IO, Any

import httpx
import msgspec
import psycopg
from aiosmtpd.smtp import SMTP, Envelope, Session

from server import migrations
from server.commands import create_admin
from server.embedded import own_database
from server.settings import read_settings
from tests.integration.arrange import make_event, make_type
from tests.integration.doing import until
from tests.integration.smtp import Letterbox, mail_server
from tests.soak.line import soak
from tests.soak.programs import Program

ADMIN, PASSWORD = "admin@example.org", "correct horse battery"
LONGEST_S = 1.0
"""The kill comes at a random instant within so many seconds after the victim was ready."""
LONGEST_PAUSE_S = 0.05
"""Between one guest and the next."""
WORKERS = 2
BETWEEN_LOOKS = 200
"""Kills after which everything comes to rest and is compared: the jobs of the last one killed wait for long."""


class Tally(msgspec.Struct):
    """What was seen over all kills so far."""

    kills: int = 0
    jobs: int = 0
    again: int = 0
    lost: int = 0
    phantom: int = 0
    doubled: int = 0

    @property
    def well(self) -> bool:
        """Whether the promise held."""
        return not (self.lost or self.phantom or self.doubled)


class Postbox(Letterbox):
    """Writes down what it takes before it says so: a line with Message-ID and address for each mail."""

    def __init__(self, lines: IO[str]) -> None:
        super().__init__()
        self._lines = lines

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        self._lines.write(f"{message_from_bytes(content)['Message-ID']} {envelope.rcpt_tos[0]}\n")
        self._lines.flush()
        return "250 taken"


@dataclass
class World:
    """A database, a mail server, and where the programs keep their files."""

    url: str
    environ: dict[str, str]
    data: Path
    letters: Path


@contextlib.contextmanager
def world(folder: Path) -> Iterator[World]:
    """Everything that is not killed."""
    letters, data = folder / "letters.txt", folder / "server"
    with own_database(folder, durable=False) as url, letters.open("a", encoding="utf-8") as lines:
        migrations.upgrade(url)
        with mail_server(box=Postbox(lines)) as box:
            environ = {"DATABASE_URL": url, "EVENTREG_DATA": str(data)}
            environ |= {"SMTP_URL": f"smtp://127.0.0.1:{box.port}/?tls=no", "PUBLIC_URL": "http://127.0.0.1:3000"}
            yield World(url, {**os.environ, **environ}, data, letters)


class Guests(threading.Thread):
    """Register one after the other, whatever becomes of the server."""

    def __init__(self, server: Program, seed: str) -> None:
        super().__init__(name="guests")
        self._server, self._dice, self._leave = server, random.Random(seed), threading.Event()
        self._seed = seed
        self.welcomed: set[str] = set()

    def run(self) -> None:
        """Until told to leave."""
        with httpx.Client(timeout=5) as client:
            event, number = "", 0
            while not self._leave.wait(self._dice.uniform(0, LONGEST_PAUSE_S)):
                with contextlib.suppress(httpx.HTTPError):
                    event = event or self._event(client)
                    number += 1
                    body = {"user_email": f"g{number}.{self._seed}@example.org", "full_name": f"Guest {number}"}
                    answer = client.post(f"{self._server.address}/api/v1/events/{event}/registrations", json=body)
                    if answer.status_code == 401:
                        self._sign_in(client)
                    elif answer.status_code == 201:
                        self.welcomed.add(body["user_email"])

    def wait_for_one(self) -> None:
        """Return when one more has been welcomed."""
        before = len(self.welcomed)
        until(lambda: len(self.welcomed) > before or not self.is_alive(), "somebody registers")

    def leave(self) -> None:
        """Return once the last one is through."""
        self._leave.set()
        self.join()

    def _event(self, client: httpx.Client) -> str:
        self._sign_in(client)
        with httpx.Client(base_url=f"{self._server.address}/api/v1", headers=client.headers, timeout=5) as api:
            event = make_event(api)
            make_type(api, event)
        return str(event["id"])

    def _sign_in(self, client: httpx.Client) -> None:
        told = {"email": ADMIN, "password": PASSWORD}
        answer = client.post(f"{self._server.address}/api/v1/auth/login", json=told).raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def kill_for_a_while(at: World, count: int, seed: str) -> set[str]:
    """Kill `count` times; the e-mails of those whom the server told that they are registered."""
    dice = random.Random(seed)
    server = Program(at.environ, "serve", "--no-jobs", "--port", "0")
    programs = [server, *(Program(at.environ, "worker") for _ in range(WORKERS))]
    try:
        assert server.ready.wait(180), "the server did not start"
        guests = Guests(server, seed.replace(" ", "-"))
        guests.start()
        for _ in range(count):
            victim = dice.choice(programs)
            assert victim.ready.wait(180), "a program did not start again"
            if victim is server:
                # However short it lives, somebody has registered with it.
                guests.wait_for_one()
            threading.Event().wait(dice.uniform(0, LONGEST_S))
            victim.kill()
        guests.leave()
        until(lambda: _is_idle(at.url), "all jobs done", patience_s=300)
    finally:
        for program in programs:
            program.kill(again=False)
    return guests.welcomed


def _is_idle(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing') LIMIT 1")
        return row.fetchone() is None


def look(at: World, welcomed: set[str], tally: Tally, kills: int) -> Tally:
    """Compare who registered with who was told."""
    with psycopg.connect(at.url) as connection:
        rows = connection.execute("SELECT user_email, id FROM registrations").fetchall()
    registered: dict[str, Any] = dict(rows)
    lines = [line.split() for line in at.letters.read_text("utf-8").splitlines()]
    told = Counter(address for _, address in {(message_id, address) for message_id, address in lines})
    drawn = {path.stem for path in (at.data / "files" / "qr").glob("*.png")}
    silent = {email for email, id_ in registered.items() if email not in told or str(id_) not in drawn}
    return Tally(
        kills=tally.kills + kills,
        jobs=2 * len(registered),
        again=len(lines) - sum(told.values()),
        lost=len(silent | (welcomed - registered.keys())),
        phantom=len(told.keys() - registered.keys()),
        doubled=sum(count > 1 for count in told.values()),
    )


def run(folder: Path, count: int, seed: str) -> Tally:
    """Kill until `count` kills are done in this folder, or the promise is broken."""
    notes = folder / "tally.json"
    tally = msgspec.json.decode(notes.read_bytes(), type=Tally) if notes.exists() else Tally()
    with world(folder) as at:
        if tally.kills == 0:
            create_admin(read_settings(at.environ), ADMIN, PASSWORD)
        while tally.kills < count and tally.well:
            kills = min(BETWEEN_LOOKS, count - tally.kills)
            tally = look(at, kill_for_a_while(at, kills, f"{seed} {tally.kills}"), tally, kills)
            notes.write_bytes(msgspec.json.encode(tally))
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the promise held."""
    return soak(__doc__, run, arguments)


if __name__ == "__main__":
    sys.exit(main())
