"""Work through a file: so many rows a transaction, each done once however often the work is cut short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.audit.author import Author, system
from server.clock import new_id
from server.errors import ApiProblem
from server.events import service as events
from server.events.models import EventStatus
from server.imports import queries
from server.imports.checking import asker_of, understood
from server.imports.findings import DUPLICATE, code_of
from server.imports.guests import Guest, Wrong
from server.imports.models import Import
from server.imports.plan import Plan, lines_of, plan_of
from server.imports.queries import Outcome, Seat
from server.imports.rows import open_lines
from server.imports.sending import tickets_to
from server.imports.service import stop, type_names
from server.questions import service as questions
from server.registrations.changing import Wished, change
from server.registrations.notes import seal_answers, seal_notes
from server.registrations.phones import seal_phone
from server.registrations.places import Registering
from server.registrations.registering import Registered, register

AT_ONCE = 50
"""Rows in one transaction: the event's head is held for some hundredths of a second, and scans go in between."""
CHANGES_AT_ONCE = 25
"""Where lines may change registrations, which is done one by one."""
Keys = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an import is: so many rows are done, none of them after this line."""

    at: int
    after: int


async def go_on(session: AsyncSession, data_keys: Keys, import_id: UUID, mark: Mark) -> Mark | None:
    """Do the next rows of an import that is as far as this; how far it is then, None when there is nothing left to do.

    A second job for the same rows, or one that comes after a stop, does nothing. An import into an event that was
    cancelled or archived meanwhile is stopped.
    """
    imported = await queries.get(session, import_id)
    if imported is None or not _is_at(imported, mark):
        return None
    plan = plan_of(imported)
    limit = AT_ONCE if plan.on_duplicate == "skip" else CHANGES_AT_ONCE
    rows = await queries.list_waiting(session, import_id, limit, mark.after)
    asked = await questions.list_asked(session, imported.event_id)
    how = lines_of(imported, plan, await type_names(session, imported.event_id), asked)
    read = understood(open_lines(data_keys, import_id, rows), how)
    # The head first, then the import: whoever stops an import holds no head.
    event = await events.lock_event(session, imported.event_id)
    imported = await queries.get(session, import_id, lock=True)
    if imported is None or not _is_at(imported, mark):
        return None
    if event.status in (EventStatus.CANCELLED, EventStatus.ARCHIVED):
        # Its rows wait: it goes on once the event sells again, and somebody starts it.
        await stop(session, system(data_keys), event.id, import_id)
        return None
    outcomes = await _Rows(session, data_keys, imported, plan).outcomes(read)
    await queries.note(session, import_id, outcomes)
    imported.done += sum(each.problem is None for each in outcomes)
    imported.failed += sum(each.problem is not None for each in outcomes)
    if len(rows) < limit:
        imported.status = "done"
    await session.flush()
    return None if len(rows) < limit else Mark(imported.done + imported.failed, rows[-1][0])


class _Rows:
    """The rows of one transaction, under the event's head."""

    def __init__(self, session: AsyncSession, data_keys: Keys, imported: Import, plan: Plan) -> None:
        self._session, self._data_keys, self._imported, self._plan = session, data_keys, imported, plan
        self._author = Author("user", UUID(imported.settings["started_by"]), data_keys=data_keys)

    async def outcomes(self, read: Sequence[Guest | Wrong]) -> list[Outcome]:
        """What became of each row."""
        guests = [each for each in read if isinstance(each, Guest)]
        outcomes = [Outcome(each.number, problem=each.code) for each in read if isinstance(each, Wrong)]
        # Ids of one millisecond are in no order; lists shall show the guests in that of the file.
        ids = sorted(new_id() for _ in guests)
        askers = [self._asker(guest, id_) for guest, id_ in zip(guests, ids, strict=True)]
        answers = await register(self._session, self._author, self._imported.event_id, askers, notify=False)
        made: dict[UUID, Guest] = {}
        refused: list[tuple[Guest, str]] = []
        for guest, answer in zip(guests, answers, strict=True):
            if isinstance(answer, Registered):
                made[answer.registration_id] = guest
            else:
                refused.append((guest, code_of(answer)))
        outcomes += await self._made(made)
        seats = await self._seats(refused)
        for guest, code in refused:
            outcomes.append(await self._refused(guest, code, seats))
        return outcomes

    def _asker(self, guest: Guest, registration_id: UUID) -> Registering:
        return replace(
            asker_of(guest),
            id=registration_id,
            phone_sealed=seal_phone(self._data_keys, guest.phone),
            notes_sealed=seal_notes(self._data_keys, guest.notes),
            answers_sealed=seal_answers(self._data_keys, guest.answers),
            language=self._plan.language,
            import_id=self._imported.id,
        )

    async def _made(self, made: Mapping[UUID, Guest]) -> list[Outcome]:
        versions = await queries.get_versions(self._session, list(made))
        if self._plan.send_tickets:
            mails = [(each, guest.user_email, self._plan.language) for each, guest in made.items()]
            await jobs.defer_many(self._session, tickets_to(mails))
        return [Outcome(guest.number, each, versions[each]) for each, guest in made.items()]

    async def _seats(self, refused: Sequence[tuple[Guest, str]]) -> Mapping[str, Seat]:
        emails = [guest.user_email for guest, code in refused if code == DUPLICATE]
        return await queries.list_seats(self._session, self._imported.event_id, emails)

    async def _refused(self, guest: Guest, code: str, seats: Mapping[str, Seat]) -> Outcome:
        seat = seats.get(guest.user_email) if code == DUPLICATE else None
        if seat is None:
            return Outcome(guest.number, problem=code)
        if seat.import_id == self._imported.id:
            return Outcome(guest.number, problem="duplicate_in_file")
        if self._plan.on_duplicate == "skip":
            return Outcome(guest.number, problem=code)
        try:
            refused = await change(self._session, self._author, seat.id, Wished(self._changes(guest)), None)
        except ApiProblem:
            # Where money of an order stands, the order says.
            return Outcome(guest.number, problem="not_changed")
        return Outcome(guest.number, seat.id) if refused is None else Outcome(guest.number, problem="not_changed")

    def _changes(self, guest: Guest) -> dict[str, object]:
        changes: dict[str, object] = {"full_name": guest.full_name}
        if guest.phone is not None:
            changes |= {"phone": None, "phone_sealed": seal_phone(self._data_keys, guest.phone)}
        if guest.notes is not None:
            changes["notes_sealed"] = seal_notes(self._data_keys, guest.notes)
        if guest.payment_status is not None:
            changes["payment_status"] = guest.payment_status
        return changes


def _is_at(imported: Import, mark: Mark) -> bool:
    return imported.status == "running" and imported.done + imported.failed == mark.at
