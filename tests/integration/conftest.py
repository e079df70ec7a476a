"""What integration tests share: one PostgreSQL per test process, a database and a real server per test.

| fixture | what it gives |
|---|---|
| `postgres` | (session) the embedded PostgreSQL; `postgres.fresh()` clones a migrated, empty database |
| `database_url` | a migrated and empty database, as its owner; the next test gets it emptied |
| `data_folder` | where a test may start a database of its own; that goes with it (`tmp_path` is closed to it as root) |
| `settings` | settings on that database, as the application's role, with an empty data folder |
| `server` | a real server: `.url`, `.port`, `.settings`, `.database_url`, `.stop()`, `.start()`, `.client(…)` |
| `people` | the three users that exist on the server, by role: `people.admin.email`, `.organizer`, `.staff`; `.id` |
| `admin`, `organizer`, `staff` | `httpx.Client`s signed in as them; base is the API: `organizer.get("/events")` |
| `anonymous` | the same without signing in |
| `sql` | a psycopg connection (autocommit, dict rows) to the server's database, to look and to arrange |

`server` and everything after it look at one database; `sql` as its owner, the server as its role. Both are shared by
the tests of a process, one after the other, and are as good as new for each (see `shared.py`); a test of what a server
counts or keeps in memory, or that changes its settings, is marked `own_server`.
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
from server.auth.tokens import Caller, access_token
from server.clock import new_id, utc_now
from server.settings import Settings
from server.users.models import UserRole
from tests.integration.folders import forget
from tests.integration.served import Served
from tests.integration.shared import Shared

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


@pytest.fixture(scope="session")
def shared(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    one = Shared(postgres.fresh, postgres.serving, tmp_path_factory.mktemp("shared") / "server")
    yield one
    one.close()


@pytest.fixture
def database_url(shared: Shared) -> str:
    return shared.database()


@pytest.fixture
def settings(shared: Shared, database_url: str) -> Settings:
    assert database_url
    return shared.settings()


@pytest.fixture
def server(shared: Shared, settings: Settings, request: pytest.FixtureRequest) -> Iterator[Served]:
    if request.node.get_closest_marker("own_server") is None:
        yield shared.server()
    else:
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
def admin(server: Served, people: People, sql: Rows) -> Iterator[httpx.Client]:
    with server.client(token=begun_session(server, sql, people.admin)) as client:
        yield client


@pytest.fixture
def organizer(server: Served, people: People, sql: Rows) -> Iterator[httpx.Client]:
    with server.client(token=begun_session(server, sql, people.organizer)) as client:
        yield client


@pytest.fixture
def staff(server: Served, people: People, sql: Rows) -> Iterator[httpx.Client]:
    with server.client(token=begun_session(server, sql, people.staff)) as client:
        yield client


def begun_session(server: Served, sql: Rows, person: Person) -> str:
    """The access token of a session as a login begins it, without the time that Argon2 takes."""
    caller = Caller(person.id, person.role, new_id())
    sql.execute("INSERT INTO sessions (id, user_id) VALUES (%s, %s)", [caller.session_id, person.id])
    return access_token(server.settings.secret_key, caller, utc_now())


@pytest.fixture
def anonymous(server: Served) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client
