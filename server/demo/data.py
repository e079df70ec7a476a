"""What the demo's database holds: a festival with five hundred guests, another event, and users of every role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.enrolment import Enrolment
from server.audit.author import Author
from server.auth.passwords import hash_now
from server.check_in_lists import gates
from server.check_in_lists import service as check_in_lists
from server.check_in_lists.service import NewList
from server.db import open_database
from server.demo.cast import MENU_TEXT, SCENES, Part, Scene, part_of
from server.demo.people import SEED, STARS, guests
from server.devices import service as devices
from server.events import service as events
from server.events.models import Event, EventRole
from server.events.writing import NewEvent
from server.members import service as members
from server.registrations import service as registrations
from server.registrations.models import PaymentStatus
from server.registrations.phones import seal_phone
from server.registrations.places import Registering
from server.registrations.registering import Registered, register
from server.settings import Settings
from server.ticket_types import service as ticket_types
from server.ticket_types.models import TicketType
from server.ticket_types.service import NewTicketType
from server.tickets import service as tickets
from server.tickets.service import Shown
from server.users.models import UserRole
from server.users.service import NewUser, create_user

PASSWORD = "lakeside-demo-2026"
ORGANIZER = "organizer@example.org"
LIST, GATE = "Entrance", "Main gate"
GUESTS = 500
TYPES = (
    NewTicketType(name="Day pass", price_minor=4500),
    NewTicketType(name="Weekend", price_minor=8900),
    NewTicketType(name="Crew & backstage", price_minor=0, quota=60),
)
CANCELLED_TOO = range(60, GUESTS, 55)
"""Guests besides the video's who have cancelled."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What one scene of the video shows: the QR code's text and what is printed beside it."""

    text: str
    name: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo as it stands in the database; `tickets` belong to SCENES, one each."""

    event_id: UUID
    enrolment: Enrolment
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """What everything is built with: one transaction, its author, the server's secrets, the present moment."""

    session: AsyncSession
    author: Author
    settings: Settings
    now: datetime


async def fill(settings: Settings, url: str, now: datetime) -> Demo:
    """Fill an empty, migrated database with the demo as of `now`, by the use cases that the routes call.

    Devices enrol at the server address `url`.
    """
    assert settings.database_url is not None
    database = open_database(settings.database_url)
    try:
        async with database.sessions.begin() as session:
            organizer, staff = await _users(session)
            author = Author("user", organizer, data_keys=settings.data_keys)
            return await _build(Stage(session, author, settings, now), staff, url)
    finally:
        await database.close()


async def _build(stage: Stage, staff: UUID, url: str) -> Demo:
    festival = await _event(stage, "Lakeside Festival 2026", "Lakeside Park")
    types = [await ticket_types.create_type(stage.session, stage.author, festival.id, new) for new in TYPES]
    entrance = await check_in_lists.create_list(stage.session, stage.author, festival.id, NewList(name=LIST))
    await gates.create_gate(stage.session, stage.author, festival.id, GATE, entrance.check_in_list.id)
    await members.grant(stage.session, stage.author, festival.id, staff, EventRole.STAFF)
    ids = await _guests(stage, festival, types)
    foreign = await _foreign_ticket(stage)
    shown = [await _ticket(stage, festival, types, scene, ids, foreign) for scene in SCENES]
    secret = stage.settings.secret_key
    invited = await devices.invite(stage.session, stage.author, festival.id, "Door laptop", secret, stage.now)
    return Demo(festival.id, Enrolment(url, invited.code), tuple(shown))


async def _users(session: AsyncSession) -> tuple[UUID, UUID]:
    password_hash = hash_now(PASSWORD)
    people = (
        NewUser("admin@example.org", password_hash, UserRole.ADMIN, "Ada", "Berg"),
        NewUser(ORGANIZER, password_hash, UserRole.ORGANIZER, "Oona", "Virtanen"),
        NewUser("staff@example.org", password_hash, UserRole.REGISTRATION_STAFF, "Sam", "Okafor"),
    )
    _, organizer, staff = [await create_user(session, person) for person in people]
    return organizer.id, staff.id


async def _event(stage: Stage, name: str, venue: str) -> Event:
    opens = stage.now.replace(minute=0, second=0, microsecond=0)
    new = NewEvent(
        name=name,
        venue=venue,
        date=opens,
        end_date=opens + timedelta(days=2),
        zone="Europe/Berlin",
        max_capacity=GUESTS + 100,
        categories=("music", "open air"),
        takes_money_at_door=True,
    )
    return await events.create_event(stage.session, stage.author, new)


async def _guests(stage: Stage, festival: Event, types: Sequence[TicketType]) -> list[UUID]:
    rng, keys = Random(SEED), stage.settings.data_keys
    askers = []
    for number, guest in enumerate(guests(GUESTS)):
        chosen = types[number % 2 if number < len(STARS) else rng.choices((0, 1, 2), (60, 34, 6))[0]]
        paid = _payment(number, chosen, rng)
        askers.append(Registering(guest.email, guest.full_name, seal_phone(keys, guest.phone), chosen.id, paid))
    ids = await _registered(stage, festival.id, askers)
    for number in (*CANCELLED_TOO, *(star for star in range(len(STARS)) if part_of(star) is Part.CANCELLED)):
        await registrations.cancel(stage.session, stage.author, ids[number])
    return ids


def _payment(number: int, chosen: TicketType, rng: Random) -> PaymentStatus:
    if chosen.price_minor == 0:
        return PaymentStatus.FREE
    if number < len(STARS):
        return PaymentStatus.PENDING if part_of(number) is Part.UNPAID else PaymentStatus.PAID
    return rng.choices((PaymentStatus.PAID, PaymentStatus.PENDING, PaymentStatus.FAILED), (88, 10, 2))[0]


async def _registered(stage: Stage, event_id: UUID, askers: Sequence[Registering]) -> list[UUID]:
    answers = await register(stage.session, stage.author, event_id, askers, notify=False)
    ids = [answer.registration_id for answer in answers if isinstance(answer, Registered)]
    assert len(ids) == len(askers), "the demo has a place for everybody"
    return ids


async def _foreign_ticket(stage: Stage) -> Ticket:
    title, kind = "Harbour Jazz Night", "Standing"
    event = await _event(stage, title, "Pier 7")
    standing = await ticket_types.create_type(stage.session, stage.author, event.id, NewTicketType(name=kind))
    (star,) = [scene.star for scene in SCENES if scene.part is Part.FOREIGN]
    asker = Registering("jazz@example.org", STARS[star], None, standing.id)
    (registration_id,) = await _registered(stage, event.id, [asker])
    return Ticket(await _text(stage, registration_id), STARS[star], title, kind)


async def _ticket(
    stage: Stage, festival: Event, types: Sequence[TicketType], scene: Scene, ids: Sequence[UUID], foreign: Ticket
) -> Ticket:
    match scene.part:
        case Part.MENU:
            return Ticket(MENU_TEXT, "", "", "")
        case Part.FOREIGN:
            return foreign
        case _:
            text = await _text(stage, ids[scene.star])
            return Ticket(text, STARS[scene.star], festival.name, types[scene.star % 2].name)


async def _text(stage: Stage, registration_id: UUID) -> str:
    shown = await tickets.show(stage.session, registration_id, stage.settings.data_keys)
    assert isinstance(shown, Shown), "the demo takes money at the door, so every ticket is signed"
    return shown.token
