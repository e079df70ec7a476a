"""Keys that change under a working server, passwords set from the command line, and what the log never holds."""

import base64
import io
import sys
from pathlib import Path

import httpx
import pytest

from server.__main__ import main
from server.mail.sealed import open_context
from server.settings import Settings, read_settings
from tests.integration.arrange import Json, made, make_event, make_type, register, reread
from tests.integration.conftest import PASSWORD, People, Rows
from tests.integration.doing import until
from tests.integration.served import Served
from tests.integration.test_cli import serving

OLD, NEW = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2))
PHONE = "+49 30 1234567"


def run(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], *arguments: str) -> int:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return main(arguments)


def test_what_is_sealed_is_sealed_anew_and_the_old_key_can_go(
    database_url: str,
    tmp_path: Path,
    people: People,
    sql: Rows,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environ = {"DATABASE_URL": database_url, "EVENTREG_DATA": str(tmp_path / "server"), "DATA_KEYS": OLD}
    served = Served(read_settings(environ))
    served.start()
    with served.client(people.organizer.email, PASSWORD) as organizer:
        event = make_event(organizer)
        make_type(organizer, event)
        sealed = register(organizer, event, phone=PHONE)
        plain = register(organizer, event, "before@example.org")
        token = made(organizer.get(f"/registrations/{sealed['id']}/ticket"), 200)
        noting, once = {"notes": "Pays in cash"}, {"Idempotency-Key": "noting"}
        noted = made(organizer.put(f"/registrations/{sealed['id']}", json=noting, headers=once), 200)
        new = {"email": "waiting@example.org", "password": PASSWORD}
        assert organizer.post("/auth/register", json=new).status_code == 202
    served.stop()
    sql.execute("UPDATE registrations SET phone = '0800' WHERE id = %s", [plain["id"]])
    row = sql.execute("SELECT phone, phone_sealed FROM registrations WHERE id = %s", [sealed["id"]]).fetchone()
    assert row is not None
    assert row["phone"] is None
    assert PHONE.encode() not in row["phone_sealed"]

    assert run(monkeypatch, environ | {"DATA_KEYS": f"{NEW},{OLD}"}, "rotate-keys") == 0
    assert run(monkeypatch, environ | {"DATA_KEYS": f"{NEW},{OLD}"}, "rotate-keys") == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 values")
    assert sql.execute("SELECT count(*) AS n FROM registrations WHERE phone IS NOT NULL").fetchone() == {"n": 0}

    # A dead letter can be written still when the old key is gone.
    waiting = sql.execute("SELECT data FROM jobs WHERE data ->> 'template' = 'confirm-email'").fetchone()
    assert waiting is not None
    opened = open_context(read_settings(environ | {"DATA_KEYS": NEW}).data_keys, waiting["data"])
    assert "/confirm-email?token=" in opened["link"]

    served = Served(read_settings(environ | {"DATA_KEYS": NEW}))
    served.start()
    with served.client(people.organizer.email, PASSWORD) as organizer:
        assert (reread(organizer, sealed)["phone"], reread(organizer, sealed)["notes"]) == (PHONE, "Pays in cash")
        assert made(organizer.put(f"/registrations/{sealed['id']}", json=noting, headers=once), 200) == noted
        assert reread(organizer, plain)["phone"] == "0800"
        assert made(organizer.get(f"/registrations/{sealed['id']}/ticket"), 200) == token
    served.stop()


def test_a_password_is_set_from_the_command_line_beside_a_working_server(
    server: Served,
    settings: Settings,
    staff: httpx.Client,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environ = {"DATABASE_URL": server.database_url, "EVENTREG_DATA": str(settings.data)}

    def reset(email: str, password: str) -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        return run(monkeypatch, environ, "reset-password", "--email", email)

    assert reset("nobody@example.org", "a newer pass phrase") == 1
    assert "Nobody signs in" in capsys.readouterr().err
    assert reset(people.staff.email, "1234567890") == 1
    assert reset(people.staff.email, "a newer pass phrase") == 0
    until(lambda: staff.get("/users/me").status_code == 401, "the old session ends")
    with server.client(people.staff.email, "a newer pass phrase") as client:
        assert made(client.get("/users/me"), 200)["id"] == str(people.staff.id)


def test_the_log_of_a_whole_evening_holds_no_token_name_email_or_password(
    database_url: str, tmp_path: Path, people: People, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = ["Zebulon", "Quackenbush", "zebulon@example.org", "organizer@example.org", PASSWORD, "wrong-secret-word"]
    environ = {"EVENTREG_DATA": str(tmp_path), "DATABASE_URL": database_url}
    with serving(environ) as (_, greeting):
        url = greeting[0].removeprefix("EventReg is at ")
        with httpx.Client(base_url=f"{url}/api/v1") as client:
            secrets += _an_evening(client, people)
    logged = capfd.readouterr().err
    assert "answered" in logged or "stopped" in logged
    assert [secret for secret in secrets if secret in logged] == []


def _an_evening(client: httpx.Client, people: People) -> list[str]:
    """What people do and what goes wrong; the tokens that were in use."""
    body = {"email": people.organizer.email, "password": PASSWORD}
    client.post("/auth/login", json=body | {"password": "wrong-secret-word"})
    pair: Json = made(client.post("/auth/login", json=body), 200)
    client.headers["Authorization"] = f"Bearer {pair['access_token']}"
    event = make_event(client)
    make_type(client, event)
    guest = register(client, event, "zebulon@example.org", full_name="Zebulon Quackenbush", phone=PHONE)
    client.get(f"/events/{event['id']}/registrations", params={"q": "Quackenbush"})
    client.get(f"/registrations/{guest['id']}/ticket")
    register_again = {"user_email": "zebulon@example.org", "full_name": "Zebulon Quackenbush"}
    client.post(f"/events/{event['id']}/registrations", json=register_again)
    client.post("/auth/register", json={"email": "zebulon@example.org", "password": PASSWORD, "first_name": "Zebulon"})
    client.post("/auth/password-reset", json={"email": "zebulon@example.org"})
    client.post("/auth/password-reset/confirm", json={"token": pair["refresh_token"], "password": PASSWORD})
    client.get(client.base_url.copy_with(path="/reset-password"), params={"token": pair["access_token"]})
    refreshed = made(client.post("/auth/refresh", json={"refresh_token": pair["refresh_token"]}), 200)
    client.get("/users/me", headers={"Authorization": f"Bearer {pair['access_token']}x"})
    client.post("/auth/logout", json={"refresh_token": refreshed["refresh_token"]})
    return [one[kind] for one in (pair, refreshed) for kind in ("access_token", "refresh_token")] + [PHONE]
