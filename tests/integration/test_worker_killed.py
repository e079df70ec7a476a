"""Real workers, killed in the middle of a mail or told to stop, and a server that does jobs itself."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from server.__main__ import main
from server.settings import Settings
from tests.integration.conftest import Rows
from tests.integration.doing import PATIENCE_S, defer, until, waiting
from tests.integration.smtp import Letterbox, mail_server
from tests.soak.programs import QUICK_WORKER, Program

CHANGED = {"to": "ana@example.org", "template": "password-changed", "language": "en", "context": {}}


class Slow(Letterbox):
    """Takes its first mail, and says so only when it is let."""

    def __init__(self, answers: bool) -> None:
        super().__init__()
        self.answers, self.took = answers, threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail; break the connection instead of answering while it must not answer."""
        answer = await super().handle_DATA(server, session, envelope)
        if not self.took.is_set():
            self.took.set()
            if not self.answers:
                await server.loop.create_future()
        return answer


def environ(settings: Settings, smtp_port: int) -> dict[str, str]:
    """What our programs have to know."""
    return {
        **os.environ,
        "DATABASE_URL": str(settings.database_url),
        "EVENTREG_DATA": str(settings.data),
        "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}/?tls=no",
        "PUBLIC_URL": "http://localhost:3000",
    }


def program(settings: Settings, smtp_port: int, *words: str) -> Program:
    """One of our programs, once it is ready."""
    return Program(environ(settings, smtp_port), *words).begun()


@contextmanager
def command(settings: Settings, smtp_port: int, *words: str) -> Iterator[subprocess.Popen[str]]:
    """One of our programs, started as people start it, once it is ready."""
    line = [sys.executable, "-m", "server", *words]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environ(settings, smtp_port)) as process:
        try:
            assert process.stdout is not None
            assert any("Ctrl-C" in line for line in process.stdout), "it did not begin"
            yield process
        finally:
            process.kill()


def test_a_mail_whose_worker_is_killed_before_it_hears_of_success_is_sent_again_under_one_message_id(
    settings: Settings, sql: Rows
) -> None:
    with mail_server(box=(box := Slow(answers=False))):
        job_id = defer(settings, "send-email", CHANGED, key="changed:1")
        with program(settings, box.port, QUICK_WORKER):
            assert box.took.wait(PATIENCE_S)
        assert sql.execute("SELECT 1 FROM sent_mails").fetchone() is None

        with program(settings, box.port, QUICK_WORKER):
            until(lambda: waiting(sql) == 0)

    assert [mail["Message-ID"] for mail in box.mails] == [f"<{job_id}@localhost>"] * 2
    assert len(sql.execute("SELECT 1 FROM sent_mails").fetchall()) == 1


def test_a_worker_finishes_what_it_has_in_hand_when_it_is_told_to_stop(settings: Settings, sql: Rows) -> None:
    with mail_server(box=(box := Slow(answers=True))):
        defer(settings, "send-email", CHANGED)
        with command(settings, box.port, "worker", "--concurrency", "1") as worker:
            assert box.took.wait(PATIENCE_S)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(PATIENCE_S) == 0 or sys.platform == "win32"

    assert len(box.mails) == 1
    assert sql.execute("SELECT * FROM procrastinate_workers").fetchall() == []
    assert sql.execute("SELECT * FROM procrastinate_jobs WHERE task_name = 'send-email'").fetchall() == []


def test_without_a_worker_the_server_does_the_jobs_unless_told_not_to(settings: Settings, sql: Rows) -> None:
    with mail_server() as box:
        with program(settings, box.port, "serve", "--port", "0", "--no-jobs"):
            defer(settings, "send-email", CHANGED)
            assert sql.execute("SELECT * FROM procrastinate_workers").fetchall() == []
        with program(settings, box.port, "serve", "--port", "0") as server:
            until(lambda: waiting(sql) == 0 and len(box.mails) == 1)
            server.tell(signal.SIGTERM)
            assert server.wait() == 0 or sys.platform == "win32"

    assert sql.execute("SELECT * FROM procrastinate_workers").fetchall() == []


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({}, "A worker needs DATABASE_URL"),
        ({"DATABASE_URL": "here", "SMTP_URL": "smtp://h/?tls=maybe"}, "SMTP_URL must look like"),
        ({"DATABASE_URL": "here", "S3_URL": "https://h"}, "S3_URL must look like"),
        ({"DATABASE_URL": "here", "TWILIO_URL": "https://h"}, "TWILIO_URL must look like"),
        ({"DATABASE_URL": "here", "SMTP_URL": "smtp://h/?tls=no"}, "needs PUBLIC_URL"),
    ],
    ids=["no database", "mail server", "files", "short messages", "links to nowhere"],
)
def test_a_worker_that_cannot_begin_says_why(
    database_url: str,
    tmp_path: Path,
    environ: dict[str, str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("EVENTREG_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, database_url if value == "here" else value)

    assert main(["worker"]) == 1
    assert sentence in capsys.readouterr().err


def test_how_many_jobs_at_once_is_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["worker", "--concurrency", "0"])
    assert "a number from 1 to 100" in capsys.readouterr().err
