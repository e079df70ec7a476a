"""`eventreg-server`: serve, worker, migrate, create-admin, …, seed, check, verify-journal, demo."""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from eventreg_core.problems import Problem
from server import __version__

if TYPE_CHECKING:
    from server.seeding.plan import Plan

PORT = 3000
INTERRUPTED = 130
"""What shells say of a program that Ctrl-C ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 when it could not, with a sentence on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given[:1] == ["demo"]:
            return _demo(given[1:])
        if given[:1] == ["verify-journal"]:
            return _verify(given[1:])
        if given[:1] == ["restore"]:
            return _restore(given[1:])
        return 0 if _run(_parser().parse_args(given)) else 1
    except Problem as problem:
        print(f"eventreg-server: {problem.sentence}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(told: argparse.Namespace) -> bool:
    """Do it; False where everything was done and the answer is no."""
    # Imported here: `--help` needs none of it, and Ctrl-C works from the first moment.
    with _loading():
        from server import commands, log
        from server.jobs.command import do_jobs
        from server.ready import migrate
        from server.serve import Place, serve
        from server.settings import read_settings

    log.configure(readable=sys.stderr.isatty())
    settings = read_settings(os.environ)
    match told.command:
        case "serve":
            serve(settings, Place(told.host, told.port, told.lan, does_jobs=told.jobs))
        case "worker":
            do_jobs(settings, told.concurrency)
        case "migrate":
            migrate(settings)
            print("The database is at this version's schema.")
        case "create-admin":
            commands.create_admin(settings, told.email, commands.ask_password(sys.stdin))
            print(f"{told.email} is an administrator now.")
        case "reset-password":
            commands.reset_password(settings, told.email, commands.ask_password(sys.stdin))
            print(f"{told.email} has a new password; whoever was signed in with the old one no longer is.")
        case "rotate-keys":
            count = commands.rotate_keys(settings)
            print(f"{count} values were sealed anew. The first of DATA_KEYS now opens everything.")
        case "routes":
            commands.print_routes(as_json=told.json)
        case "seed":
            from server.seeding.command import seed_database

            seed_database(settings, _plan(told), Path(told.dump))
        case "check":
            from server.checking.command import check_database

            return check_database(settings, as_json=told.json)
    return True


def _demo(arguments: Sequence[str]) -> int:
    # Loaded by name: only the demo needs what draws its pictures, and serving must not wait for it.
    with _loading():
        demo = importlib.import_module("server.demo.command")
    return int(demo.main(arguments))


def _verify(arguments: Sequence[str]) -> int:
    # By itself: whoever checks a file needs no settings and no database.
    from server.journals.proving import verify_file

    parser = argparse.ArgumentParser(prog="eventreg-server verify-journal", description="What a journal's file proves.")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--server-key", metavar="HEX", help="the true server's key, which vouches for the laptop")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    return 0 if verify_file(told.file, told.server_key, as_json=told.json) else 1


def _restore(arguments: Sequence[str]) -> int:
    with _loading():
        from server import commands, log
        from server.settings import read_settings

    parser = argparse.ArgumentParser(
        prog="eventreg-server restore", description="To be run before serving a database that was brought back."
    )
    parser.add_argument("--as-copy", action="store_true", help="beside the original: another id, other keys")
    told = parser.parse_args(arguments)
    log.configure(readable=sys.stderr.isatty())
    done = commands.restore(read_settings(os.environ), as_copy=told.as_copy)
    print(f"Devices fetch their guest lists anew. {done.erased} rows of erased people were erased again.")
    if told.as_copy:
        print(f"This is another server now: {done.keys} signing keys are new, and devices have to be enrolled again.")
    return 0


@contextmanager
def _loading() -> Iterator[None]:
    """Look for no garbage meanwhile: what is being loaded makes none, and looking took a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eventreg-server", description="The server of EventReg.")
    parser.add_argument("--version", action="version", version=f"EventReg {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    serving = commands.add_parser(
        "serve", help="serve until Ctrl-C; brings its own database unless DATABASE_URL is set"
    )
    serving.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    serving.add_argument("--port", type=_port, default=PORT, help="port, 0 for a free one (default %(default)s)")
    serving.add_argument("--lan", action="store_true", help="serve the local network, by TLS with its own certificate")

    serving.add_argument("--no-jobs", dest="jobs", action="store_false", help="leave mails and other jobs to workers")

    working = commands.add_parser("worker", help="do jobs (mails, QR codes, …) until Ctrl-C; needs DATABASE_URL")
    working.add_argument("--concurrency", type=_count, default=4, help="jobs at once (default %(default)s)")

    commands.add_parser("migrate", help="bring the database to this version's schema")

    admin = commands.add_parser(
        "create-admin", help="add an administrator; the password is asked for, or read from stdin"
    )
    admin.add_argument("--email", required=True)

    reset = commands.add_parser(
        "reset-password", help="set a user's password and end their sessions; asked for, or read from stdin"
    )
    reset.add_argument("--email", required=True)

    commands.add_parser("rotate-keys", help="seal everything with the first of DATA_KEYS, beside a running server")

    commands.add_parser("restore", help="make a database that was brought back fit to be served")
    routes = commands.add_parser("routes", help="list every route and who may call it")
    routes.add_argument("--json", action="store_true")

    seeding = commands.add_parser("seed", help="fill an empty database with made-up events and guests, to try the load")
    seeding.add_argument("--registrations", type=int, required=True)
    seeding.add_argument("--events", type=int, help="default: one for a hundred registrations")
    seeding.add_argument("--users", type=int, help="accounts (default: one for ten registrations, at most 100,000)")
    seeding.add_argument("--largest", type=int, help="registrations of the first event (default: a tenth of all)")
    seeding.add_argument("--scanned", type=float, default=0.0, help="share of the guests who came in, 0 to 1")
    seeding.add_argument("--seed", type=int, default=1, help="the same one makes the same people (default %(default)s)")
    seeding.add_argument("--dump", required=True, help="folder for what load tools need")

    checking = commands.add_parser("check", help="look whether the whole database agrees with itself; 1 if it does not")
    checking.add_argument("--json", action="store_true")

    commands.add_parser("verify-journal", help="say whether a laptop's journal file is complete; 1 if it is not")
    commands.add_parser("demo", help="make a festival with guests, tickets and a video of them")
    return parser


def _plan(told: argparse.Namespace) -> "Plan":
    from server.seeding.plan import plan_of

    users = told.users if told.users is not None else min(100_000, told.registrations // 10)
    return plan_of(told.registrations, told.events, users, told.scanned, told.seed, told.largest)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 100:
        raise argparse.ArgumentTypeError("a number from 1 to 100")
    return count


if __name__ == "__main__":
    sys.exit(main())
