"""Who is on the guest list, and which tickets they hold: what a search reads of the mirror."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eventreg_desktop.store.db import Connection
from eventreg_desktop.store.stores import Stores

Guest = tuple[int, str, str]
"""Number, name, e-mail address. A bare tuple: there are a hundred thousand."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list shows of a ticket, whatever happened at doors; empty texts where nothing is known."""

    name: str
    ticket_type: str
    short_code: str
    status: str
    settled: bool


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


def guests_by_phone(mirror: Connection, tail: str, most: int) -> list[int]:
    """The numbers of guests whose phone number ends so; by name."""
    query = "SELECT number FROM guests WHERE phone_tail = ? AND phone_tail <> '' ORDER BY name COLLATE NOCASE LIMIT ?"
    return [row[0] for row in mirror.execute(query, (tail, most))]


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


def list_shown(mirror: Connection, serials: Sequence[bytes]) -> dict[bytes, Shown]:
    """What lists show of these tickets."""
    rows = mirror.execute(
        "SELECT serial, coalesce(holder, guests.name, ''), coalesce(ticket_types.name, ''), coalesce(short_code, ''),"
        " status, settled FROM tickets LEFT JOIN guests USING (registration)"
        f" LEFT JOIN ticket_types ON ticket_types.number = ticket_type WHERE serial IN ({_marks(serials)})",
        serials,
    )
    return {row[0]: Shown(row[1], row[2], row[3], row[4], bool(row[5])) for row in rows}


def seen_at_doors(stores: Stores, serials: Sequence[bytes]) -> set[bytes]:
    """Those of these tickets of which any fact tells, or of another ticket for the same place."""
    pairs = stores.mirror.execute(
        "SELECT one.serial, other.serial FROM tickets AS one JOIN tickets AS other USING (registration, place)"
        f" WHERE one.serial IN ({_marks(serials)})",
        serials,
    ).fetchall()
    alike = [(serial, serial) for serial in serials] + pairs
    wanted = list({other for _, other in alike})
    query = f"SELECT DISTINCT serial FROM facts WHERE serial IN ({_marks(wanted)})"
    told = {row[0] for file in (stores.mirror, stores.journal) for row in file.execute(query, wanted)}
    return {serial for serial, other in alike if other in told}


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
