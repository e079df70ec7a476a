"""Real laptops for benchmarks: enrolled at a real server, with real files; and guest lists of any size."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

import httpx
import psycopg

from eventreg_core import ticket
from eventreg_core.enrolment import enrolment_of
from eventreg_core.snapshot import Header, Raw, numbers_of, texts_of, write
from eventreg_core.ticket import Token
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.store.stores import Folder, Stores, prepare, sync_stores
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.enrol import enrol
from eventreg_desktop.work.laptop import Enrolled, find_enrolled
from server.clock import new_id
from server.embedded import any_database
from server.seeding.people import People
from server.tickets.codes import new_short_code
from server.tickets.keys import open_key
from tests.bench._stage import Stage
from tests.sync.festival import EVENT, Festival, registration, serial
from tests.sync.laptop import small

CLOCK = laptop_clock()
SIGNED = 50
"""So many of the guests show a ticket, unless another number is wanted."""


@dataclass(frozen=True, slots=True)
class Guests:
    """People with random serials as real ones have; `tokens` is what the QR codes of the first of them say."""

    serials: list[bytes]
    tokens: list[str]


def fill(place: Stage, count: int, seed: int = 1, signed: int = SIGNED) -> Guests:
    """Let so many people have registered at the stage's event, each change told in the feed; `signed` show a ticket."""
    people, rng, event = People(seed), Random(seed), place.festival.id
    who = rng.sample(range(10**8), count)
    ids, serials = [new_id() for _ in range(count)], [os.urandom(8) for _ in range(count)]
    with psycopg.connect(place.url) as connection:
        row = connection.execute(
            "SELECT key.number, private_key_sealed, event.number, type.id, type.number FROM event_keys key"
            " JOIN events event ON event.id = key.event_id JOIN ticket_types type ON type.event_id = event.id"
            " WHERE event.id = %s",
            [event],
        ).fetchone()
        assert row is not None
        key_number, sealed, number, type_id, type_number = row
        columns = "id, event_id, ticket_type_id, user_email, full_name, payment_status"
        with connection.cursor().copy(f"COPY registrations ({columns}) FROM STDIN") as copy:
            for id_, person in zip(ids, who, strict=True):
                copy.write_row((id_, event, type_id, people.email(person), people.full_name(person), "FREE"))
        with connection.cursor().copy(
            "COPY tickets (serial, event_id, registration_id, ticket_type_id, short_code) FROM STDIN"
        ) as copy:
            for id_, one in zip(ids, serials, strict=True):
                copy.write_row((one, event, id_, type_id, new_short_code()))
        _tell(connection, event)
        private = open_key(event, key_number, sealed, place.settings.data_keys)
    with any_database(place.settings.data) as owner, psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ANALYZE registrations, tickets, changes")
    contents = [Token(key_number, number, one, type_number, True).content() for one in serials[:signed]]
    tokens = [ticket.text_of(content, private.sign(ticket.SIGNED_PREFIX + content)) for content in contents]
    return Guests(serials, tokens)


def _tell(connection: psycopg.Connection[tuple[object, ...]], event: UUID) -> None:
    connection.execute(
        """
        WITH told AS (
            SELECT 'guest' AS entity, CAST(id AS text) AS entity_id FROM registrations WHERE event_id = %(event)s
            UNION ALL SELECT 'ticket', encode(serial, 'hex') FROM tickets WHERE event_id = %(event)s
        ), pointed AS (
            INSERT INTO changes (event_id, revision, entity, entity_id, check_value)
            SELECT %(event)s, revision + row_number() OVER (ORDER BY entity_id), entity, entity_id, int8send(7)
            FROM told, event_heads WHERE event_id = %(event)s
            RETURNING revision
        )
        UPDATE event_heads SET revision = (SELECT max(revision) FROM pointed) WHERE event_id = %(event)s
        """,
        {"event": event},
    )


def enrolled_at(place: Stage, port: int, path: Path, name: str) -> Enrolled:
    """A laptop that has just enrolled at one process of the server; its mirror is empty."""
    headers = {"Authorization": f"Bearer {place.access_token()}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", headers=headers, timeout=60) as client:
        answer = client.post(place.festival.path("devices"), json={"name": name})
        answer.raise_for_status()
    folder, vault = small(path), Vault(None)
    enrol(folder, vault, enrolment_of(answer.json()["enrolment"]), name)
    enrolled = find_enrolled(folder, vault)
    assert enrolled is not None
    return enrolled


@contextmanager
def opened(folder: Folder, key: bytes, server: UUID) -> Iterator[Stores]:
    """The files of a laptop."""
    prepare(folder, key, server)
    with closing(sync_stores(folder, key)) as stores:
        yield stores


def guest_list(count: int, revision: int = 1) -> bytes:
    """A snapshot of the test festival with so many guests."""
    people, numbers = People(1), range(1, count + 1)
    header = Header(
        event=EVENT,
        profile="door",
        epoch="1-1-1",
        revision=revision,
        check="",
        made_at=datetime.now(UTC),
        setting=Festival().setting(),
    )
    ids = sorted(registration(number).bytes for number in numbers)
    places = {id_: place for place, id_ in enumerate(ids)}
    return write(
        header,
        {
            "guests.registration": Raw("ids", b"".join(ids), 16),
            "guests.name": texts_of([people.full_name(number) for number in numbers]),
            "guests.email": texts_of([people.email(number) for number in numbers]),
            "tickets.serial": Raw("ids", b"".join(serial(number) for number in numbers)),
            "tickets.ticket_type": numbers_of([1] * count),
            "tickets.status": texts_of(["valid"] * count),
            "tickets.settled": numbers_of([1] * count),
            "tickets.guest": numbers_of([places[registration(number).bytes] for number in numbers]),
            "tickets.place": numbers_of([0] * count),
            "tickets.short_code": texts_of([f"C{number:07}" for number in numbers]),
            "tickets.holder_name": texts_of([""] * count),
        }
        | {f"facts.{name}": Raw("ids", b"", 16) for name in ("id", "list", "gate", "target")}
        | {"facts.serial": Raw("ids", b"", 8), "facts.kind": texts_of([]), "facts.at": numbers_of([])},
    )
