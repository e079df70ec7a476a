"""Work through a file: so many rows a transaction, each done once however often the work is cut short."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from server import jobs
from server.audit.author import system
from server.clock import new_id
from server.errors import ApiProblem
from server.imports import queries, turns
from server.imports.checking import asker_of, understood
from server.imports.course import Course
from server.imports.findings import DUPLICATE, code_of
from server.imports.guests import Guest, Wrong
from server.imports.queries import Seat
from server.imports.rows import open_lines
from server.imports.sending import Mailed, tickets_to
from server.imports.service import stop
from server.imports.turns import Outcome
from server.piped import piped
from server.registrations.changing import Wished, change
from server.registrations.notes import seal_answers, seal_notes
from server.registrations.phones import seal_phone
from server.registrations.places import Registering
from server.registrations.registering import Registered, register

Keys = tuple[bytes, ...]


async def go_on(session: AsyncSession, data_keys: Keys, course: Course, after: int = 0) -> int | None:
    """Do the next rows of an import, none of which is left up to the line `after`; the last line that was done then.

    None when there is nothing left to do: at its end, after a stop, and where another run was started since. Who
    finds its rows done by somebody else, as after a lost worker that was not lost, goes on behind them. An import into
    an event that was cancelled or archived meanwhile is stopped.
    """
    import_id, limit = course.import_id, course.at_once
    rows, at = await turns.list_next(session, import_id, limit, after)
    todo = await to_thread.run_sync(_Rows, session, data_keys, course, rows)
    # The head first, then the import: whoever stops an import holds no head.
    connection = await session.connection()
    now = await turns.lock_run(connection, course.event_id, import_id)
    if now is None or now.status != "running" or now.run != course.run:
        return None
    if now.at != at:
        return after
    if not now.sells:
        # Its rows wait: it goes on once the event sells again, and somebody starts it.
        await stop(session, system(data_keys), course.event_id, import_id)
        return None
    outcomes, mails = await todo.outcomes()
    await session.flush()
    async with piped(connection) as pipe:
        await jobs.send_many(pipe, tickets_to(mails))
        await turns.note(pipe, import_id, outcomes)
        await turns.count(pipe, import_id, outcomes, is_over=len(rows) < limit)
    return None if len(rows) < limit else rows[-1][0]


class _Rows:
    """The rows of one transaction. Whatever needs no database is made ready before the event's head is held.

    That is a hundredth of a second: made in a thread, so that requests are answered meanwhile.
    """

    def __init__(
        self, session: AsyncSession, data_keys: Keys, course: Course, rows: Sequence[tuple[int, bytes]]
    ) -> None:
        self._session, self._data_keys, self._course, self._author = session, data_keys, course, course.author
        read = understood(open_lines(data_keys, course.import_id, rows), course.lines)
        self._wrong = [each for each in read if isinstance(each, Wrong)]
        self._guests = [each for each in read if isinstance(each, Guest)]
        # Ids of one millisecond are in no order; lists shall show the guests in that of the file.
        ids = sorted(new_id() for _ in self._guests)
        self._askers = [self._asker(guest, id_) for guest, id_ in zip(self._guests, ids, strict=True)]

    async def outcomes(self) -> tuple[list[Outcome], list[Mailed]]:
        """What became of each row, under the event's head, and who is sent their ticket."""
        outcomes = [Outcome(each.number, problem=each.code) for each in self._wrong]
        answers = await register(self._session, self._author, self._course.event_id, self._askers, notify=False)
        made: list[tuple[Guest, Registered]] = []
        refused: list[tuple[Guest, str]] = []
        for guest, answer in zip(self._guests, answers, strict=True):
            if isinstance(answer, Registered):
                made.append((guest, answer))
            else:
                refused.append((guest, code_of(answer)))
        outcomes += [Outcome(guest.number, each.registration_id, _version(each)) for guest, each in made]
        seats = await self._seats(refused)
        for guest, code in refused:
            outcomes.append(await self._refused(guest, code, seats))
        return outcomes, self._mailed(made)

    def _asker(self, guest: Guest, registration_id: UUID) -> Registering:
        return replace(
            asker_of(guest),
            id=registration_id,
            phone_sealed=seal_phone(self._data_keys, guest.phone),
            notes_sealed=seal_notes(self._data_keys, guest.notes),
            answers_sealed=seal_answers(self._data_keys, guest.answers),
            language=self._course.plan.language,
            import_id=self._course.import_id,
        )

    def _mailed(self, made: Sequence[tuple[Guest, Registered]]) -> list[Mailed]:
        plan = self._course.plan
        told = made if plan.send_tickets else ()
        return [(each.registration_id, guest.user_email, plan.language) for guest, each in told]

    async def _seats(self, refused: Sequence[tuple[Guest, str]]) -> Mapping[str, Seat]:
        emails = [guest.user_email for guest, code in refused if code == DUPLICATE]
        if not emails:
            return {}
        return await queries.list_seats(self._session, self._course.event_id, emails)

    async def _refused(self, guest: Guest, code: str, seats: Mapping[str, Seat]) -> Outcome:
        seat = seats.get(guest.user_email) if code == DUPLICATE else None
        if seat is None:
            return Outcome(guest.number, problem=code)
        if seat.import_id == self._course.import_id:
            return Outcome(guest.number, problem="duplicate_in_file")
        if self._course.plan.on_duplicate == "skip":
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


def _version(registered: Registered) -> int:
    # Their ids were drawn for this transaction, so none of them is found again.
    assert registered.fresh is not None, "a row that was done is never asked for again"
    return registered.fresh.written.version
