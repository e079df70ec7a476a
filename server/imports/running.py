"""Work through a file: so many rows a transaction, each done once however often the work is cut short."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
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


async def go_on(session: AsyncSession, data_keys: Keys, import_id: UUID, run: str | None, after: int = 0) -> int | None:
    """Do the next rows of an import, none of which is left up to the line `after`; the last line that was done then.

    None when there is nothing left to do: at its end, after a stop, and where another `run` was started since. Who
    finds its rows done by somebody else, as after a lost worker that was not lost, goes on behind them. An import into
    an event that was cancelled or archived meanwhile is stopped.
    """
    imported = await queries.get(session, import_id)
    if imported is None or not _runs(imported, run):
        return None
    plan, at = plan_of(imported), imported.done + imported.failed
    limit = AT_ONCE if plan.on_duplicate == "skip" else CHANGES_AT_ONCE
    rows = await queries.list_waiting(session, import_id, limit, after)
    asked = await questions.list_asked(session, imported.event_id)
    how = lines_of(imported, plan, await type_names(session, imported.event_id), asked)
    todo = _Rows(session, data_keys, imported, plan, understood(open_lines(data_keys, import_id, rows), how))
    # The head first, then the import: whoever stops an import holds no head.
    event = await events.lock_event(session, imported.event_id)
    imported = await queries.get(session, import_id, lock=True)
    if imported is None or not _runs(imported, run):
        return None
    if imported.done + imported.failed != at:
        return after
    if event.status in (EventStatus.CANCELLED, EventStatus.ARCHIVED):
        # Its rows wait: it goes on once the event sells again, and somebody starts it.
        await stop(session, system(data_keys), event.id, import_id)
        return None
    outcomes = await todo.outcomes()
    await queries.note(session, import_id, outcomes)
    imported.done += sum(each.problem is None for each in outcomes)
    imported.failed += sum(each.problem is not None for each in outcomes)
    if len(rows) < limit:
        imported.status = "done"
    await session.flush()
    return None if len(rows) < limit else rows[-1][0]


class _Rows:
    """The rows of one transaction. Whatever needs no database is made ready before the event's head is held."""

    def __init__(
        self, session: AsyncSession, data_keys: Keys, imported: Import, plan: Plan, read: Sequence[Guest | Wrong]
    ) -> None:
        self._session, self._data_keys, self._imported, self._plan = session, data_keys, imported, plan
        self._author = Author("user", UUID(imported.settings["started_by"]), data_keys=data_keys)
        self._wrong = [each for each in read if isinstance(each, Wrong)]
        self._guests = [each for each in read if isinstance(each, Guest)]
        # Ids of one millisecond are in no order; lists shall show the guests in that of the file.
        ids = sorted(new_id() for _ in self._guests)
        self._askers = [self._asker(guest, id_) for guest, id_ in zip(self._guests, ids, strict=True)]

    async def outcomes(self) -> list[Outcome]:
        """What became of each row, under the event's head."""
        outcomes = [Outcome(each.number, problem=each.code) for each in self._wrong]
        answers = await register(self._session, self._author, self._imported.event_id, self._askers, notify=False)
        made: list[tuple[Guest, Registered]] = []
        refused: list[tuple[Guest, str]] = []
        for guest, answer in zip(self._guests, answers, strict=True):
            if isinstance(answer, Registered):
                made.append((guest, answer))
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

    async def _made(self, made: Sequence[tuple[Guest, Registered]]) -> list[Outcome]:
        if self._plan.send_tickets:
            mails = [(each.registration_id, guest.user_email, self._plan.language) for guest, each in made]
            await jobs.defer_many(self._session, tickets_to(mails))
        return [Outcome(guest.number, each.registration_id, _version(each)) for guest, each in made]

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


def _runs(imported: Import, run: str | None) -> bool:
    return imported.status == "running" and imported.settings.get("run") == run


def _version(registered: Registered) -> int:
    # Their ids were drawn for this transaction, so none of them is found again.
    assert registered.fresh is not None, "a row that was done is never asked for again"
    return registered.fresh.written.version
