"""What outside load tools need, in a folder: an address, a credential, and texts of tickets to scan."""

import os
from collections.abc import Sequence
from pathlib import Path

from eventreg_core.problems import Problem
from server.seeding.progress import Progress
from server.seeding.service import Seeded
from server.tickets.signing import sign

PRIVATE = 0o600


def made_folder(told: Path) -> Path:
    """The folder to write into, made if it is not there. Raises Problem `no_folder`."""
    try:
        told.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = f"The folder {told} cannot be made. Name one that you may write with --dump."
        raise Problem("no_folder", sentence) from error
    return told


def write_dump(folder: Path, url: str, password: str, seeded: Seeded, progress: Progress) -> None:
    """Write `url`, `device.token`, `password` and `tokens.txt`, which only their owner can read.

    A line of tokens.txt is a ticket's text, its event, and its check-in list, with tabs between them: a text may hold
    and even end with blanks.
    """
    _write(folder / "url", [url])
    _write(folder / "device.token", [seeded.api_token])
    _write(folder / "password", [password])
    progress.begin("tokens", len(seeded.tickets))
    lines = []
    for ticket in seeded.tickets:
        text = sign(ticket.content, seeded.signing_key)
        lines.append(f"{text}\t{seeded.event.id}\t{seeded.event.list_id}")
        progress.add(1)
    _write(folder / "tokens.txt", lines)
    progress.end()


def _write(path: Path, lines: Sequence[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write("".join(f"{line}\n" for line in lines))
