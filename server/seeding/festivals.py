"""Made-up events: names, places, days and prices as organizers have them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.clock import new_id
from server.events.slug import slug_of
from server.seeding.copying import Batch
from server.sync.feed import Entity
from server.tickets.keys import MadeKey, make_key, open_key

TYPES = (("Day pass", 4500, 2), ("Weekend", 8900, 4), ("Crew & press", 0, 0))
"""Name, price in cents, companions allowed."""
GATES = ("Main gate", "Side gate", "Garden")
_MOODS = (
    "Lakeside",
    "Northern",
    "Open Air",
    "Midnight",
    "Grand",
    "Little",
    "Harbour",
    "Sunday",
    "Electric",
    "Old Town",
)
_KINDS = (
    "Festival",
    "Jazz Night",
    "Book Fair",
    "Marathon",
    "Symposium",
    "Food Market",
    "Film Days",
    "Hackathon",
    "Ball",
)
_PLACES = (
    ("Lindenhof Berlin", "Europe/Berlin"),
    ("Łazienki, Warszawa", "Europe/Warsaw"),
    ("Parque do Ibirapuera, São Paulo", "America/Sao_Paulo"),
    ("Dún Laoghaire Pier", "Europe/Dublin"),
    ("Théâtre de l'Odéon, Paris", "Europe/Paris"),
    ("上野公園, 東京", "Asia/Tokyo"),
    ("Μέγαρο Μουσικής, Αθήνα", "Europe/Athens"),
    ("Golden Gate Park, San Francisco", "America/Los_Angeles"),
    ("Nairobi Arboretum", "Africa/Nairobi"),
    ("Sydney Showground", "Australia/Sydney"),
)
_CATEGORIES = ("music", "books", "sport", "science", "food", "film", "family", "open air")
_STATES = (("active", 94), ("draft", 3), ("cancelled", 2), ("archived", 1))


@dataclass(frozen=True, slots=True)
class Festival:
    """One event to be written; ids of types and gates in the order of TYPES and GATES."""

    id: UUID
    number: int
    name: str
    venue: str
    zone: str
    date: datetime
    state: str
    takes_money_at_door: bool
    categories: tuple[str, ...]
    key: MadeKey
    types: tuple[UUID, ...]
    list_id: UUID
    gates: tuple[UUID, ...]

    def signing_key(self, data_keys: tuple[bytes, ...]) -> Ed25519PrivateKey:
        """What signs its tickets."""
        return open_key(self.id, self.key.number, self.key.private_key_sealed, data_keys)

    @property
    def published(self) -> list[tuple[Entity, str]]:
        """What its feed begins with."""
        things = [(Entity.EVENT, self.id), (Entity.KEY, self.key.number)]
        return [
            *((kind, str(each)) for kind, each in things),
            *((Entity.TICKET_TYPE, str(each)) for each in self.types),
            (Entity.LIST, str(self.list_id)),
            *((Entity.GATE, str(each)) for each in self.gates),
        ]


def festival(index: int, number: int, rng: Random, now: datetime, data_keys: tuple[bytes, ...]) -> Festival:
    """The event of this index; the first one began an hour ago, and nothing keeps people from its door."""
    first = index == 0
    event_id = new_id()
    venue, zone = rng.choice(_PLACES)
    hour = now.replace(minute=0, second=0, microsecond=0)
    days = rng.randint(-60, 300)
    state = rng.choices([word for word, _ in _STATES], [weight for _, weight in _STATES])[0]
    return Festival(
        id=event_id,
        number=number,
        name=f"{rng.choice(_MOODS)} {rng.choice(_KINDS)} {now.year + rng.randint(0, 1)}",
        venue=venue,
        zone=zone,
        date=hour - timedelta(hours=1) if first else hour + timedelta(days=days, hours=rng.randint(0, 12)),
        state="active" if first else state,
        takes_money_at_door=first or rng.random() < 0.5,
        categories=tuple(sorted(rng.sample(_CATEGORIES, 2))),
        key=make_key(event_id, (), data_keys),
        types=tuple(new_id() for _ in TYPES),
        list_id=new_id(),
        gates=tuple(new_id() for _ in GATES),
    )


def add_festival(batch: Batch, made: Festival, sold: tuple[int, ...], organizer: UUID, now: datetime) -> None:
    """Its row and those that hang on it; `sold` tickets of each type."""
    total = sum(sold)
    active, told = made.state == "active", "draft" if made.state == "active" else made.state
    text = f"**{made.name}** at {made.venue}.\n\n- doors open an hour before\n- bring your ticket, on paper or a phone"
    slug = f"{slug_of(made.name)}-{made.number}"
    end, spare = made.date + timedelta(days=2), total + total // 4 + 20
    batch.add(
        "events",
        *(made.id, made.number, made.name, slug, text, made.date, end, made.zone, made.venue, spare),
        *(made.categories, active, told, made.takes_money_at_door, organizer, now, now),
    )
    batch.add("event_keys", made.id, made.key.number, made.key.public_key, made.key.private_key_sealed)
    batch.add("check_in_lists", made.list_id, made.id, "Entrance", "once")
    for index, ((name, price, companions), type_id) in enumerate(zip(TYPES, made.types, strict=True)):
        quota = sold[index] + total // 10 + 10 if index == 1 else None
        batch.add("ticket_types", type_id, made.id, index + 1, name, price, "EUR", quota, sold[index], companions)
        batch.add("check_in_list_types", made.list_id, type_id)
    for gate, gate_id in zip(GATES, made.gates, strict=True):
        batch.add("gates", gate_id, made.id, made.list_id, gate)
