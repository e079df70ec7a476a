"""Register people: one transaction for one asker or for hundreds, never more than there are places."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import Change
from server.clock import new_id
from server.events.service import event_not_found
from server.mail.rendering import FALLBACK
from server.piped import Pipe, piped
from server.plans import kept_plans
from server.questions.answers import BadAnswer, Question, read_answers
from server.questions.service import list_asked
from server.registrations import capacity, confirmation, shop
from server.registrations.confirmation import Recipient
from server.registrations.notes import seal_answers
from server.registrations.phones import opened_phone
from server.registrations.places import DuplicateRegistration, NoPlace, Place, Registering, Shop, allot
from server.registrations.shop import Known, Open, Row, Stand, Written
from server.sync import feed
from server.sync.feed import Executor
from server.tickets import service as tickets
from server.tickets.codes import new_serial
from server.tickets.queries import NewTicket
from server.tickets.service import Wanted
from server.waiting.ahead import places_of_line


@dataclass(frozen=True, slots=True)
class Registered:
    """The asker has a place and a ticket; `serial` is that of their own.

    `fresh` is what was written; None where it was found again, committed by an earlier try whose answer was lost.
    """

    registration_id: UUID
    serial: bytes
    fresh: "Fresh | None" = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A registration as it was written just now."""

    event_id: UUID
    row: Row
    written: Written
    tickets: tuple[NewTicket, ...]
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NotOpen:
    """The event is cancelled or archived; or a draft, and it was not made sure that the author may register for one."""


Outcome = Registered | NoPlace | NotOpen | BadAnswer


@dataclass(frozen=True, slots=True)
class Entry:
    """One asker with what goes along with them into the transaction.

    `serial` is drawn before the first try, as the asker's `id` may be: by either a commit whose answer was lost is
    found again. `may_draft`: its author may register for an event that is a draft. `answers` to the event's
    questions as they were sent, where somebody was asked: instead of what the asker has sealed already.
    """

    asker: Registering
    author: Author
    language: str = FALLBACK
    notify: bool = True
    may_draft: bool = True
    answers: Mapping[str, object] | None = field(default=None, repr=False)
    serial: bytes = field(default_factory=new_serial, repr=False)


async def register(
    session: Executor,
    author: Author,
    event_id: UUID,
    askers: Sequence[Registering],
    *,
    notify: bool = True,
    language: str = FALLBACK,
) -> list[Registered | NoPlace]:
    """Give places to these askers in order, write registrations and tickets, and publish them; an answer for each.

    Capacity is counted under the event's head, so places are never given twice however many register at once. Raises
    ApiProblem 404 `event_not_found`. At most 500 askers at a time keep the head's lock short. Whoever calls knows
    under the head that the event is neither cancelled nor archived.
    Each place is confirmed by mail in this language, unless `notify` is False.
    """
    outcomes = await register_each(session, event_id, [Entry(asker, author, language, notify) for asker in askers])
    placed = [outcome for outcome in outcomes if not isinstance(outcome, NotOpen | BadAnswer)]
    assert len(placed) == len(askers), "whoever registers others has looked at the event"
    return placed


async def register_each(
    session: Executor, event_id: UUID, entries: Sequence[Entry], *, commits: bool = False
) -> list[Outcome]:
    """As `register`, for askers who have nothing to do with each other; an answer for each.

    `commits`: nothing else is done in this transaction, which may end in the journey that writes.
    """
    if isinstance(session, AsyncSession):
        # Statements of tables do not know that rows of objects wait, such as the order of these registrations.
        await session.flush()
    connection = await session.connection() if isinstance(session, AsyncSession) else session
    askers = [entry.asker for entry in entries]
    emails, asked = [each.user_email for each in askers], sum(each.tickets for each in askers)
    stand = await shop.find_stand(connection, event_id, emails, asked)
    if stand is None:
        raise event_not_found()
    checked = await _checked(connection, stand, entries)
    seated = [each for each in checked if isinstance(each, Entry)]
    outcomes = iter(await _seat(connection, stand, seated, commits=commits))
    return [next(outcomes) if isinstance(each, Entry) else each for each in checked]


async def _checked(
    connection: AsyncConnection, stand: Stand, entries: Sequence[Entry]
) -> list[Entry | NotOpen | BadAnswer]:
    """Those who may ask for a place, with their answers sealed; the others hear why not."""
    are_asked = stand.has_questions and any(entry.answers is not None for entry in entries)
    questions = await list_asked(connection, stand.event.id) if are_asked else []
    # Also where it was cancelled while these waited for the head, after they had been let in.
    event = stand.event
    return [
        _with_answers(entry, questions) if event.is_active or (entry.may_draft and event.sells) else NotOpen()
        for entry in entries
    ]


def _with_answers(entry: Entry, questions: Sequence[Question]) -> Entry | BadAnswer:
    if entry.answers is None or not (questions or entry.answers):
        return entry
    asker = entry.asker
    # Who stands at the box office was asked by somebody.
    read = read_answers(questions, entry.answers, asker.ticket_type_id, complete=not asker.box_office)
    if isinstance(read, BadAnswer):
        return read
    sealed = seal_answers(entry.author.data_keys, read)
    return replace(entry, asker=replace(asker, answers_sealed=sealed), answers=read)


async def _seat(
    connection: AsyncConnection, stand: Stand, entries: Sequence[Entry], *, commits: bool
) -> list[Registered | NoPlace]:
    answers = allot(await _shop(connection, stand), [entry.asker for entry in entries])
    seats = [(entry, answer) for entry, answer in zip(entries, answers, strict=True) if isinstance(answer, Place)]
    registered = iter(await _write(connection, stand, seats, commits=commits) if seats else [])
    return [
        next(registered) if isinstance(answer, Place) else _found_again(entry, answer, stand.known)
        for entry, answer in zip(entries, answers, strict=True)
    ]


async def _shop(connection: AsyncConnection, stand: Stand) -> Shop:
    event, types = stand.event, stand.types
    # What came free is theirs who wait, also before the job has come that offers it.
    promised = await places_of_line(connection, event, types)
    return Shop(
        capacity=event.capacity,
        sold=event.sold + promised.total(),
        types=[replace(each, sold=each.sold + promised[each.id]) for each in types] if promised else types,
        now=event.now,
        offered=event.offered,
        reserved=event.reserved_places,
        has_waiting_list=event.has_waiting_list,
        known={email: each.id if each.status == "cancelled" else None for email, each in stand.known.items()},
    )


def _found_again(entry: Entry, answer: NoPlace, known: Mapping[str, Known]) -> Registered | NoPlace:
    """Whoever made this very registration with an earlier try is no duplicate of themselves."""
    found = known.get(entry.asker.user_email)
    if not isinstance(answer, DuplicateRegistration) or found is None or found.serial is None:
        return answer
    own = found.serial == entry.serial or found.id == entry.asker.id
    return Registered(found.id, found.serial) if own else answer


async def _write(
    connection: AsyncConnection, stand: Stand, seats: Sequence[tuple[Entry, Place]], *, commits: bool
) -> list[Registered]:
    event = stand.event
    ids = [place.revives or place.asker.id or new_id() for _, place in seats]
    named = list(zip(ids, seats, strict=True))
    had = {known.id: known.last_place for known in stand.known.values()}
    wanted = [each for id_, seat in named for each in _wanted(id_, *seat, had.get(id_, 0))]
    drawn = await tickets.draw(connection, event, wanted, stand.key_number, stand.codes)
    held: dict[UUID | None, list[NewTicket]] = {id_: [] for id_ in ids}
    for ticket in drawn:
        held[ticket.registration_id].append(ticket)
    rows = [_row(id_, entry, place, held[id_][0].signed) for id_, (entry, place) in named]
    told = [(entry.author, _change(event, row, entry, place)) for row, (entry, place) in zip(rows, seats, strict=True)]
    revived = [place.revives for _, place in seats if place.revives is not None]
    keys = await audit.known_keys(connection, seats[0][0].author, revived)
    async with piped(connection) as pipe:
        async with kept_plans(pipe):
            upserted = shop.send(pipe, event.id, rows)
            head = await tickets.send(pipe, event.id, drawn, stand.head)
            feed.send_publish(pipe, event.id, feed.Entity.GUEST, ids, head)
            await audit.send_each(pipe, told, keys)
        await _count(pipe, event, [place for _, place in seats])
        await confirmation.send_each(pipe, _recipients(rows, seats))
        if commits:
            pipe.commit()
    written = {one.id: one for one in upserted.all()}
    return [
        Registered(
            row.id,
            held[row.id][0].serial,
            Fresh(event.id, row, written[row.id], tuple(held[row.id]), entry.answers or {}),
        )
        for row, (entry, _) in zip(rows, seats, strict=True)
    ]


def _recipients(rows: Sequence[Row], seats: Sequence[tuple[Entry, Place]]) -> list[Recipient]:
    return [
        Recipient(row.id, row.user_email, row.language)
        for row, (entry, _) in zip(rows, seats, strict=True)
        if entry.notify
    ]


async def _count(pipe: Pipe, event: Open, places: Sequence[Place]) -> None:
    taken: Counter[UUID] = Counter()
    offered: Counter[UUID] = Counter()
    for place in places:
        taken[place.ticket_type.id] += place.asker.tickets
        if place.asker.offered:
            offered[place.ticket_type.id] += place.asker.tickets
    await capacity.take(pipe, event.id, taken, offered=offered)


def _wanted(registration_id: UUID, entry: Entry, place: Place, last_place: int) -> list[Wanted]:
    type_ = place.ticket_type
    # Entries are counted by place: nobody is refused for what a companion did who came along the last time.
    companions = ((number, name, None) for number, name in enumerate(place.asker.companions, last_place + 1))
    return [
        Wanted(registration_id, type_.id, type_.number, place.payment_status, number, holder_name=name, serial=serial)
        for number, name, serial in ((0, None, entry.serial), *companions)
    ]


def _change(event: Open, row: Row, entry: Entry, place: Place) -> Change:
    after = {
        "ticket_type_id": row.ticket_type_id,
        "user_email": row.user_email,
        "full_name": row.full_name,
        "phone": opened_phone(row.phone_sealed, entry.author.data_keys),
        "payment_status": row.payment_status,
        "status": "active",
    }
    if place.asker.companions:
        after["companions"] = place.asker.companions
    before = {"status": "cancelled"} if place.revives is not None else None
    action = "registration.revived" if place.revives is not None else "registration.created"
    return Change(action, "registration", row.id, before, after, event.id, row.id)


def _row(registration_id: UUID, entry: Entry, place: Place, signed: bytes | None) -> Row:
    asker = place.asker
    return Row(
        id=registration_id,
        ticket_type_id=place.ticket_type.id,
        user_email=asker.user_email,
        full_name=asker.full_name,
        phone_sealed=asker.phone_sealed,
        payment_status=place.payment_status,
        qr_code=signed.hex() if signed else None,
        order_id=asker.order_id,
        import_id=asker.import_id,
        notes_sealed=asker.notes_sealed,
        answers_sealed=asker.answers_sealed,
        language=asker.language or entry.language,
    )
