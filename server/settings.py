"""What the server is told from outside: the environment, and secrets that it made itself once."""

import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, cast

import platformdirs
from fastapi import Depends
from starlette.requests import HTTPConnection

from eventreg_core.problems import Problem
from server.at_once import at_once

KEY_BYTES = 32
SHORTEST_TOKEN = 16
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
"""No wildcard and no path: a browser compares origins letter by letter."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between one installation and the next. Secrets are never printed.

    `database_url` is None where the server starts its own PostgreSQL. The first of
    `data_keys` (32 bytes each) seals, every one of them opens, so that keys can rotate.
    `public_url` is the address that devices and guests use; None: as the request came.
    `certificate_pin` is set while serving with a certificate of our own (see lan.py).
    `direct_url` leads to the database past any pooler, for LISTEN; None: notices are polled for. Limits are counted at
    `redis_url`; None: by each process for itself. Pages of `cors_origins` may ask the API; none may by default.
    `own_url` is where this process listens: links in mails lead there if there is no `public_url`.
    `metrics_token` opens /metrics; None: to this machine alone. A server told to stop listens on for `drain_s` seconds,
    so that balancers hear of it. Mails go to `smtp_url` (see mailer.py), short messages to `twilio_url`, files to
    `s3_url`; None: to folders of `data`.
    """

    data: Path
    secret_key: bytes = field(repr=False)
    data_keys: tuple[bytes, ...] = field(repr=False)
    database_url: str | None = field(default=None, repr=False)
    migrate_url: str | None = field(default=None, repr=False)
    public_url: str | None = None
    certificate_pin: str | None = None
    direct_url: str | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    cors_origins: tuple[str, ...] = ()
    own_url: str | None = None
    metrics_token: str | None = field(default=None, repr=False)
    drain_s: float = 0
    smtp_url: str | None = field(default=None, repr=False)
    s3_url: str | None = field(default=None, repr=False)
    twilio_url: str | None = field(default=None, repr=False)


class BadSetting(Problem):
    """A setting from the environment cannot be used; names the setting, never its value."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__("bad_setting", f"{name} {what}")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the environment; make unset secrets once, mode 0600, in the data folder.

    Raises BadSetting for a value that cannot be used.
    """
    data = data_folder(environ)
    return Settings(
        data=data,
        secret_key=_secret_key(environ.get("SECRET_KEY"), data),
        data_keys=_data_keys(environ.get("DATA_KEYS"), data),
        database_url=_database_url("DATABASE_URL", environ),
        migrate_url=_database_url("DATABASE_MIGRATE_URL", environ),
        public_url=_web_url("PUBLIC_URL", environ),
        direct_url=_database_url("DATABASE_DIRECT_URL", environ),
        redis_url=_redis_url(environ),
        cors_origins=_origins(environ),
        smtp_url=environ.get("SMTP_URL") or None,
        s3_url=environ.get("S3_URL") or None,
        twilio_url=environ.get("TWILIO_URL") or None,
        metrics_token=_metrics_token(environ),
        drain_s=_drain_s(environ),
    )


def data_folder(environ: Mapping[str, str]) -> Path:
    """Where everything that must survive is kept; EVENTREG_DATA, else the user's data folder of this system."""
    named = environ.get("EVENTREG_DATA")
    folder = Path(named) if named else platformdirs.user_data_path("eventreg", appauthor=False)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting("EVENTREG_DATA", "names a folder that cannot be made. Name one that you may write.") from error
    return folder.resolve()


def _secret_key(told: str | None, data: Path) -> bytes:
    text = told or kept_secret(data / "secret_key")
    if len(text) < KEY_BYTES:
        raise BadSetting("SECRET_KEY", f"is too short. Give at least {KEY_BYTES} random characters.")
    return text.encode()


def _data_keys(told: str | None, data: Path) -> tuple[bytes, ...]:
    text = told or kept_secret(data / "data_keys")
    return tuple(_data_key(part.strip()) for part in text.split(","))


def _data_key(text: str) -> bytes:
    advice = "must be keys of 32 bytes in base64url, separated by commas."
    try:
        key = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (NotBase64, ValueError) as error:
        raise BadSetting("DATA_KEYS", advice) from error
    if len(key) != KEY_BYTES:
        raise BadSetting("DATA_KEYS", advice)
    return key


def kept_secret(path: Path) -> str:
    """The secret in this file; made at random first if there is none. Only its owner can read the file."""
    try:
        # Written elsewhere first: a process killed in between must not leave half a secret.
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        if not path.exists():
            made = urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(made)
                file.flush()
                os.fsync(file.fileno())
            _publish(draft, path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise BadSetting("EVENTREG_DATA", f"is a folder where {path.name} cannot be kept. Check its owner.") from error


def _publish(draft: Path, path: Path) -> None:
    # Two processes may start at once: a link, unlike a rename, lets the first one win.
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _database_url(name: str, environ: Mapping[str, str]) -> str | None:
    url = environ.get(name)
    if url and not url.startswith(("postgres://", "postgresql://")):
        raise BadSetting(name, "must begin with postgresql:// (or be unset: then the server brings its own database).")
    return url or None


def _web_url(name: str, environ: Mapping[str, str]) -> str | None:
    url = environ.get(name, "").rstrip("/")
    if url and not url.startswith(("http://", "https://")):
        raise BadSetting(name, "must begin with https:// or http://.")
    return url or None


def _redis_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("REDIS_URL")
    if url and not url.startswith(("redis://", "rediss://")):
        raise BadSetting("REDIS_URL", "must begin with redis:// or rediss:// (or be unset).")
    return url or None


def _origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/") for part in environ.get("CORS_ORIGINS", "").split(",") if part.strip())
    if not all(ORIGIN.fullmatch(origin) for origin in origins):
        raise BadSetting("CORS_ORIGINS", "must list origins such as https://desk.example.org, separated by commas.")
    return origins


def _metrics_token(environ: Mapping[str, str]) -> str | None:
    token = environ.get("METRICS_TOKEN")
    if token and (len(token) < SHORTEST_TOKEN or not (token.isascii() and token.isprintable())):
        raise BadSetting("METRICS_TOKEN", f"must have at least {SHORTEST_TOKEN} characters of ASCII (or be unset).")
    return token or None


def _drain_s(environ: Mapping[str, str]) -> float:
    told = environ.get("DRAIN_SECONDS") or "0"
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", told):
        raise BadSetting("DRAIN_SECONDS", "must be a number of seconds, such as 35 (or be unset).")
    return float(told)


def settings_of(connection: HTTPConnection) -> Settings:
    """The application's settings, for plain routes and dependencies."""
    return cast(Settings, connection.app.state.settings)


Configured = Annotated[Settings, Depends(at_once(settings_of))]
