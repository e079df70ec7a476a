"""Who is on the guest list, and which tickets they hold: what a search reads of the mirror."""

from collections.abc import Iterable

from eventreg_desktop.store.db import Connection

Guest = tuple[int, str, str]
"""Number, name, e-mail address. A bare tuple: there are a hundred thousand."""


def lowest_guest(mirror: Connection) -> int | None:
    """The number of the guest who was told longest ago; None where there are none."""
    number: int | None = mirror.execute("SELECT min(number) FROM guests").fetchone()[0]
    return number


def list_guests_after(mirror: Connection, number: int) -> list[Guest]:
    """Guests who were told, or told anew, after guest `number`; by name."""
    query = "SELECT number, name, email FROM guests WHERE number > ? ORDER BY name COLLATE NOCASE"
    return mirror.execute(query, (number,)).fetchall()


def list_companions_after(mirror: Connection, number: int) -> list[tuple[int, str]]:
    """Companions with names of their own who were told after companion `number`; by name."""
    query = "SELECT number, name FROM companions WHERE number > ? ORDER BY name COLLATE NOCASE"
    return mirror.execute(query, (number,)).fetchall()


def serials_by_code(mirror: Connection, prefix: str, most: int) -> list[bytes]:
    """Tickets whose short code, folded, begins so."""
    rows = mirror.execute(
        "SELECT serial FROM tickets WHERE folded_code >= ? AND folded_code < ? ORDER BY folded_code LIMIT ?",
        (prefix, prefix + "\U0010ffff", most),
    )
    return [row[0] for row in rows]


def serials_of_guests(mirror: Connection, numbers: Iterable[int]) -> dict[int, list[bytes]]:
    """The tickets of each guest's registration, their own first; of who is gone nothing."""
    wanted = tuple(numbers)
    rows = mirror.execute(
        "SELECT number, serial FROM guests JOIN tickets USING (registration)"
        f" WHERE number IN ({', '.join('?' * len(wanted))}) ORDER BY number, place, folded_code",
        wanted,
    )
    found: dict[int, list[bytes]] = {}
    for number, serial in rows:
        found.setdefault(number, []).append(serial)
    return found


def serials_of_companions(mirror: Connection, numbers: Iterable[int]) -> dict[int, bytes]:
    """Each companion's ticket; of who is gone or has another name by now, nothing."""
    wanted = tuple(numbers)
    rows = mirror.execute(
        "SELECT number, serial FROM companions JOIN tickets USING (serial)"
        f" WHERE holder = companions.name AND number IN ({', '.join('?' * len(wanted))})",
        wanted,
    )
    return dict(rows.fetchall())
