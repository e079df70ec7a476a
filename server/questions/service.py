"""What an event asks those who register: list, make, change and retire questions, and read answers to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import service as audit
from server.audit.author import Author
from server.audit.service import snapshot
from server.clock import utc_now
from server.errors import ApiProblem, invalid, not_found
from server.events import service as events
from server.questions import answers, queries
from server.questions.answers import BadAnswer
from server.questions.models import Question, QuestionKind
from server.sync.feed import Executor

MOST = 100
"""Questions that an event asks at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion:
    """A question to make; without a position it comes last. Of no ticket types: asked of everybody."""

    kind: QuestionKind
    label: str
    required: bool = False
    choices: Sequence[str] = ()
    ticket_type_ids: Sequence[UUID] = ()
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else changed the question since it was read; `present` is what it is now."""

    present: Question


async def list_asked(executor: Executor, event_id: UUID) -> list[answers.Question]:
    """What the event asks at present, for `answers.read_answers`."""
    return await queries.list_asked(executor, event_id)


def bad_answer(outcome: BadAnswer) -> ApiProblem:
    """422 `answer_missing`, `answer_invalid` or `unknown_question`; `field` names the answer."""
    return ApiProblem(422, outcome.code, outcome.sentence, field=f"answers.{outcome.question[:36]}")


async def list_questions(session: AsyncSession, event_id: UUID, *, retired: bool) -> list[Question]:
    """The event's questions in their order; the retired ones too if they are asked for."""
    return await queries.list_questions(session, event_id, retired=retired)


async def create_question(session: AsyncSession, author: Author, event_id: UUID, new: NewQuestion) -> Question:
    """Ask one more question. Raises ApiProblem `invalid`, 404, 409 `too_many_questions`, 422 `unknown_ticket_type`."""
    await events.lock_open_event(session, event_id)
    if await queries.count_asked(session, event_id) >= MOST:
        raise ApiProblem(409, "too_many_questions", f"An event asks at most {MOST} questions. Delete one first.")
    position = new.position if new.position is not None else await queries.last_position(session, event_id) + 1
    made = Question(
        event_id=event_id,
        position=position,
        kind=new.kind.value,
        label=new.label,
        choices=list(new.choices),
        required=new.required,
        ticket_type_ids=list(new.ticket_type_ids),
    )
    await _check(session, made)
    session.add(made)
    await _written(session, made)
    await _audit(session, author, "question.created", made, None, snapshot(made))
    return made


async def update_question(
    session: AsyncSession,
    author: Author,
    event_id: UUID,
    question_id: UUID,
    changes: Mapping[str, Any],
    if_version: int | None,
) -> Question | Clash:
    """Change what is named in `changes`; answers that were given stay. Raises as `create_question` does."""
    question = await _locked(session, event_id, question_id)
    if if_version is not None and if_version != question.version:
        return Clash(question)
    before = snapshot(question)
    for column, value in changes.items():
        setattr(question, column, value)
    question.version += 1
    await _check(session, question)
    await _written(session, question)
    await _audit(session, author, "question.changed", question, before, snapshot(question))
    return question


async def delete_question(
    session: AsyncSession, author: Author, event_id: UUID, question_id: UUID, if_version: int | None
) -> Clash | None:
    """Ask it no more; once guests of the event answered anything it is kept, retired, so that answers can be read."""
    question = await _locked(session, event_id, question_id)
    if if_version is not None and if_version != question.version:
        return Clash(question)
    if await queries.has_answers(session, event_id):
        before = snapshot(question)
        question.retired_at = utc_now()
        question.version += 1
        await _written(session, question)
        await _audit(session, author, "question.retired", question, before, snapshot(question))
    else:
        await _audit(session, author, "question.deleted", question, snapshot(question), None)
        await session.delete(question)
    return None


async def _locked(session: AsyncSession, event_id: UUID, question_id: UUID) -> Question:
    await events.lock_open_event(session, event_id)
    question = await queries.find(session, event_id, question_id)
    if question is None:
        raise not_found("question_not_found", "The event does not ask this question.")
    return question


async def _check(session: AsyncSession, question: Question) -> None:
    if question.kind == QuestionKind.CHOICE:
        if len(set(question.choices)) != len(question.choices) or not question.choices:
            raise invalid("choices", "Offer at least one answer, and each of them once.")
    elif question.choices:
        raise invalid("choices", "Only a question of the kind choice offers answers.")
    if unknown := set(question.ticket_type_ids) - await queries.list_type_ids(session, question.event_id):
        sentence = f"The event has no ticket type {min(unknown)}. Name its own ones."
        raise ApiProblem(422, "unknown_ticket_type", sentence, field="ticket_type_ids")


async def _written(session: AsyncSession, question: Question) -> None:
    await session.flush()
    await session.refresh(question)


async def _audit(
    session: AsyncSession,
    author: Author,
    action: str,
    question: Question,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    await audit.write(session, author, action, "question", question.id, before, after, event_id=question.event_id)
