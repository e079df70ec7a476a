import contextlib
import hashlib
import io
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from eventreg_core.enrolment import enrolment_of
from server import migrations
from server.__main__ import main
from server.app import list_routes
from tests.integration.conftest import PASSWORD, People, Postgres, Rows
from tests.integration.folders import postmaster, runs
from tests.soak.programs import Program

ADMIN = "first@example.org"


@contextlib.contextmanager
def serving(environ: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A real `eventreg-server serve` on a free port, and the lines it greeted with."""
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environ}) as process:
        try:
            assert process.stdout is not None
            greeting = []
            for line in process.stdout:
                greeting.append(line.strip())
                if "Ctrl-C" in line:
                    break
            yield process, greeting
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(120)


def program(environ: dict[str, str], *options: str) -> Program:
    """The same, started as a fork, once it serves."""
    return Program({**os.environ, **environ}, "serve", "--port", "0", *options).begun()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_shift_from_the_command_line(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"EVENTREG_DATA": str(data_folder)}
    monkeypatch.setenv("EVENTREG_DATA", str(data_folder))
    with serving(environ) as (process, greeting):
        url = greeting[0].removeprefix("EventReg is at ")
        assert httpx.get(f"{url}/health").json()["status"] == "healthy"
        database = postmaster(data_folder)

        code, _, sentence = run(capsys, "serve", "--port", "0")
        assert (code, "Another EventReg server is using" in sentence) == (1, True)

        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
        assert run(capsys, "create-admin", "--email", ADMIN)[0] == 0
        answer = httpx.post(f"{url}/api/v1/auth/login", json={"email": ADMIN, "password": PASSWORD})
        assert answer.status_code == 200

        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0 or sys.platform == "win32"
    assert not runs(database) or sys.platform == "win32"


def test_serving_the_local_network_shows_a_pinned_certificate_and_invites_to_the_only_event(
    database_url: str, tmp_path: Path, sql: Rows, people: People
) -> None:
    sql.execute(
        "INSERT INTO events (name, slug, date, venue, created_by) VALUES ('Fair', 'fair', now(), 'Hall', %s)",
        [people.organizer.id],
    )
    environ = {"EVENTREG_DATA": str(tmp_path), "DATABASE_URL": database_url}
    with program(environ, "--lan") as server:
        greeting = server.said
        url, pin = (line.rpartition(" ")[2] for line in greeting[:2])
        port = int(url.rpartition(":")[2])

        trusted = ssl.create_default_context(cafile=tmp_path / "lan_certificate.pem")
        assert httpx.get(f"https://127.0.0.1:{port}/health", verify=trusted).status_code == 200
        shown = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port)))
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"https://127.0.0.1:{port}/health")

    invitation = enrolment_of(next(line for line in greeting if line.startswith("eventreg:enrol?")))
    assert url.startswith("https://")
    assert (invitation.url, invitation.pin) == (url, pin)
    assert sql.execute("SELECT count(*) AS n FROM devices WHERE enrolled_at IS NULL").fetchone() == {"n": 1}
    assert hashlib.sha256(shown).hexdigest() == pin
    assert re.fullmatch("[0-9a-f]{64}", pin)


def test_a_port_that_is_taken_is_said_in_a_sentence(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EVENTREG_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port, before = taken.getsockname()[1], signal.getsignal(signal.SIGINT)

        code, _, sentence = run(capsys, "serve", "--port", str(port))

    assert code == 1
    assert sentence.strip() == (
        f"eventreg-server: Port {port} is taken. Stop the other program, or choose another one with --port."
    )
    assert signal.getsignal(signal.SIGINT) is before


def test_a_database_of_your_own_must_be_migrated_before_it_is_served(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EVENTREG_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    migrations.downgrade(database_url, "base")

    code, _, sentence = run(capsys, "serve", "--port", "0")
    assert (code, "Run `eventreg-server migrate` first" in sentence) == (1, True)

    assert run(capsys, "migrate")[0] == 0
    assert migrations.is_current(database_url)


def test_a_database_that_cannot_be_reached_is_said_without_its_address(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EVENTREG_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", postgres.address("nowhere"))

    for command in (("serve", "--port", "0"), ("migrate",)):
        code, _, sentence = run(capsys, *command)

        assert (code, "cannot be reached" in sentence) == (1, True)
        assert "127.0.0.1" not in sentence
        assert "Traceback" not in sentence


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("not an address", PASSWORD, "This is not an e-mail address"),
        (ADMIN, "short", "A password has 10 to 200 characters"),
        (f"  {ADMIN.upper()}", PASSWORD, "A user with this e-mail exists already"),
    ],
    ids=["no e-mail", "weak password", "known e-mail"],
)
def test_an_administrator_who_cannot_be_made_is_refused_with_a_sentence(
    database_url: str,
    sql: Rows,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    email: str,
    password: str,
    sentence: str,
) -> None:
    monkeypatch.setenv("EVENTREG_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    sql.execute("INSERT INTO users (email, password_hash) VALUES (%s, 'x')", [ADMIN])

    code, _, said = run(capsys, "create-admin", "--email", email)

    assert (code, sentence in said) == (1, True)
    assert sql.execute("SELECT count(*) AS n FROM users").fetchone() == {"n": 1}


def test_an_administrator_made_by_the_operator_is_in_the_audit(
    database_url: str,
    sql: Rows,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("EVENTREG_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))

    assert run(capsys, "create-admin", "--email", ADMIN)[0] == 0

    made = sql.execute("SELECT id::text AS object_id, 'system' AS author_kind, 'user.created' AS action FROM users")
    audited = sql.execute("SELECT object_id, author_kind, action FROM audit")
    assert audited.fetchall() == made.fetchall()


def test_the_routes_are_printed_for_programs_and_for_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EVENTREG_DATA", str(tmp_path))

    rows = json.loads(run(capsys, "routes", "--json")[1])
    text = run(capsys, "routes")[1]

    assert {"method": "GET", "path": "/health", "callers": ["public"]} in rows
    assert len(rows) == len(list_routes()) == len(text.splitlines())


def test_a_wrong_setting_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EVENTREG_DATA", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "short")

    assert run(capsys, "migrate")[0] == 1


def test_a_killed_servers_database_is_found_again_by_the_next(data_folder: Path) -> None:
    environ = {"EVENTREG_DATA": str(data_folder)}
    with program(environ):
        orphan = postmaster(data_folder)
    assert runs(orphan)

    with program(environ) as server:
        assert httpx.get(f"{server.address}/health").status_code == 200
        assert not runs(orphan)
        server.tell(signal.SIGTERM)
        assert server.wait() == 0 or sys.platform == "win32"


def test_help_is_given_without_touching_anything(tmp_path: Path) -> None:
    environ = {**os.environ, "EVENTREG_DATA": str(tmp_path / "untouched")}
    said = subprocess.run(
        [sys.executable, "-m", "server", "--help"], capture_output=True, text=True, env=environ, check=True
    )

    assert all(command in said.stdout for command in ("serve", "migrate", "create-admin", "routes", "demo"))
    assert not (tmp_path / "untouched").exists()
