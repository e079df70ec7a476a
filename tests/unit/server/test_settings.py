import os
import stat
import sys
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from server.sealing import Unopenable, seal, unseal
from server.settings import BadSetting, Settings, read_settings

SECRET = "s" * 32
KEYS = tuple(bytes([n]) * 32 for n in (1, 2))


def encoded(key: bytes) -> str:
    return urlsafe_b64encode(key).decode().rstrip("=")


def read(folder: Path, **environ: str) -> Settings:
    return read_settings({"EVENTREG_DATA": str(folder), **environ})


def test_secrets_that_are_not_set_are_made_once_and_stay(tmp_path: Path) -> None:
    first, second = read(tmp_path / "data"), read(tmp_path / "data")

    assert first == second
    assert len(first.secret_key) >= 32
    assert [len(key) for key in first.data_keys] == [32]
    assert read(tmp_path / "other").secret_key != first.secret_key


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_only_their_owner_can_read_the_secrets(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        read(tmp_path / "data")
    finally:
        os.umask(before)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
    assert modes == {"secret_key": 0o600, "data_keys": 0o600}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_what_the_environment_says_goes_before_what_was_made(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        SECRET_KEY=SECRET,
        DATA_KEYS=f"{encoded(KEYS[0])}, {encoded(KEYS[1])}",
        DATABASE_URL="postgres://somewhere/db",
        PUBLIC_URL="https://tickets.example.org/",
    )

    assert settings.secret_key == SECRET.encode()
    assert settings.data_keys == KEYS
    assert settings.database_url == "postgres://somewhere/db"
    assert settings.public_url == "https://tickets.example.org"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "hunter2"),
        ("DATA_KEYS", "not base64 at all!"),
        ("DATA_KEYS", encoded(b"too short")),
        ("DATA_KEYS", f"{encoded(KEYS[0])},"),
        ("DATABASE_URL", "mysql://root:hunter2@somewhere/db"),
        ("PUBLIC_URL", "tickets.example.org"),
        ("REDIS_URL", "http://:hunter2@somewhere"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://desk.example.org, https://*.example.org"),
        ("CORS_ORIGINS", "https://desk.example.org/page"),
        ("CORS_ORIGINS", "shop.example.net"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_but_never_repeated(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        read(tmp_path, **{name: value})

    assert refusal.value.sentence.startswith(name)
    assert value not in refusal.value.sentence


def test_a_data_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(BadSetting, match="EVENTREG_DATA names a folder that cannot be made"):
        read(tmp_path / "file" / "data")


def test_settings_never_show_a_secret_when_printed(tmp_path: Path) -> None:
    shown = repr(read(tmp_path, SECRET_KEY=SECRET, DATABASE_URL="postgresql://me:hunter2@host/db"))

    assert SECRET not in shown
    assert "hunter2" not in shown


def test_what_was_sealed_opens_with_any_of_the_keys_but_only_for_its_purpose() -> None:
    sealed = seal(KEYS, b"private", b"event key")

    assert b"private" not in sealed
    assert unseal(KEYS[::-1], sealed, b"event key") == b"private"
    with pytest.raises(Unopenable):
        unseal(KEYS, sealed, b"phone number")
    with pytest.raises(Unopenable):
        unseal(KEYS[1:], sealed, b"event key")
    with pytest.raises(Unopenable):
        unseal(KEYS, b"\x02" + sealed[1:], b"event key")
