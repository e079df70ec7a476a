"""What integration tests share: one PostgreSQL per test process, a database and a real server per test.

| fixture | what it gives |
|---|---|
| `postgres` | (session) the embedded PostgreSQL; `postgres.fresh()` clones a migrated, empty database |
| `database_url` | a migrated database of the test's own, as its owner; dropped afterwards |
| `data_folder` | where a test may start a database of its own; that goes with it (`tmp_path` is closed to it as root) |
| `settings` | settings on that database, as the application's role, with a data folder of the test's own |
| `server` | a real server: `.url`, `.port`, `.settings`, `.database_url`, `.stop()`, `.start()`, `.client(…)` |
| `people` | the three users that exist on the server, by role: `people.admin.email`, `.organizer`, `.staff`; `.id` |
| `admin`, `organizer`, `staff` | `httpx.Client`s signed in as them; base is the API: `organizer.get("/events")` |
| `anonymous` | the same without signing in |
| `sql` | a psycopg connection (autocommit, dict rows) to the server's database, to look and to arrange |

`server` and everything after it look at one database: the test's own; `sql` as its owner, the server as its role.
Everyone's password is `PASSWORD`. All of it works as root and as an ordinary user.
"""

import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from server import embedded, migrations, rights
from server.auth.passwords import hash_now
from server.clock import new_id
from server.settings import Settings, read_settings
from server.users.models import UserRole
from tests.integration.folders import forget
from tests.integration.served import Served

PASSWORD = "correct horse battery"
Rows = psycopg.Connection[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Postgres:
    """The PostgreSQL of this test process. `template` is migrated, and nobody connects to it.

    Addresses are its owner's; `serving(url)` gives that of the role with which a server works.
    """

    template: str
    served: str

    def fresh(self) -> str:
        """The address of a new database: migrated and empty."""
        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE eventreg STRATEGY FILE_COPY")
        return self.address(name)

    def drop(self, url: str) -> None:
        """Delete a database, whoever is still connected."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def address(self, database: str) -> str:
        """The address of a database of this PostgreSQL."""
        return f"{self.template.rpartition('/')[0]}/{database}"

    def serving(self, url: str) -> str:
        """The same database for the application's role, which may do less than its owner."""
        return f"{self.served.rpartition('/')[0]}/{url.rpartition('/')[2]}"


@dataclass(frozen=True, slots=True)
class Person:
    """A user that exists on the server."""

    id: UUID
    email: str
    role: UserRole


@dataclass(frozen=True, slots=True)
class People:
    """One user of each role."""

    admin: Person
    organizer: Person
    staff: Person


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Not pytest's own folder: as root that one is closed to the user whom PostgreSQL runs as.
    data = Path(tempfile.mkdtemp(prefix="eventreg-test-"))
    try:
        with embedded.own_database(data, durable=False) as url:
            migrations.upgrade(url)
            yield Postgres(url, rights.make_serving_role(url, secrets.token_hex(16)))
    finally:
        forget(data)


@pytest.fixture
def data_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="eventreg-data-"))
    folder.chmod(0o711)
    yield folder
    forget(folder)


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[str]:
    url = postgres.fresh()
    yield url
    postgres.drop(url)


@pytest.fixture
def settings(postgres: Postgres, database_url: str, tmp_path: Path) -> Settings:
    served = postgres.serving(database_url)
    return read_settings({"DATABASE_URL": served, "EVENTREG_DATA": str(tmp_path / "server")})


@pytest.fixture
def server(settings: Settings) -> Iterator[Served]:
    served = Served(settings)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def sql(database_url: str) -> Iterator[Rows]:
    with psycopg.connect(database_url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_now(PASSWORD)


@pytest.fixture
def people(sql: Rows, password_hash: str) -> People:
    def person(name: str, role: UserRole) -> Person:
        made = Person(new_id(), f"{name}@example.org", role)
        sql.execute(
            "INSERT INTO users (id, email, password_hash, role) VALUES (%s, %s, %s, %s)",
            [made.id, made.email, password_hash, made.role.value],
        )
        return made

    return People(
        person("admin", UserRole.ADMIN),
        person("organizer", UserRole.ORGANIZER),
        person("staff", UserRole.REGISTRATION_STAFF),
    )


@pytest.fixture
def admin(server: Served, people: People) -> Iterator[httpx.Client]:
    with server.client(people.admin.email, PASSWORD) as client:
        yield client


@pytest.fixture
def organizer(server: Served, people: People) -> Iterator[httpx.Client]:
    with server.client(people.organizer.email, PASSWORD) as client:
        yield client


@pytest.fixture
def staff(server: Served, people: People) -> Iterator[httpx.Client]:
    with server.client(people.staff.email, PASSWORD) as client:
        yield client


@pytest.fixture
def anonymous(server: Served) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client
