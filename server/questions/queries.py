"""The statements of questions."""

from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.questions import answers
from server.questions.models import Question
from server.registrations.models import Registration
from server.sync.feed import Executor
from server.ticket_types.models import TicketType


async def list_asked(executor: Executor, event_id: UUID) -> list[answers.Question]:
    """What the event asks at present, in its order."""
    statement = (
        select(
            Question.id,
            Question.kind,
            Question.label,
            Question.required,
            Question.choices,
            Question.ticket_type_ids,
        )
        .where(Question.event_id == event_id, Question.retired_at.is_(None))
        .order_by(Question.position, Question.id)
    )
    rows = await executor.execute(statement)
    return [
        answers.Question(question_id, kind, label, required, tuple(choices), tuple(types))
        for question_id, kind, label, required, choices, types in rows
    ]


async def list_questions(session: AsyncSession, event_id: UUID, *, retired: bool) -> list[Question]:
    """The event's questions in their order; the retired ones too if they are asked for."""
    statement = select(Question).where(Question.event_id == event_id).order_by(Question.position, Question.id)
    if not retired:
        statement = statement.where(Question.retired_at.is_(None))
    return list(await session.scalars(statement))


async def find(session: AsyncSession, event_id: UUID, question_id: UUID) -> Question | None:
    """The question, if it is one that this event asks at present, as it is now."""
    statement = (
        select(Question)
        .where(Question.event_id == event_id, Question.id == question_id, Question.retired_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def last_position(session: AsyncSession, event_id: UUID) -> int:
    """The highest position of a question of the event; 0 without any."""
    statement = select(func.coalesce(func.max(Question.position), 0)).where(Question.event_id == event_id)
    return (await session.scalars(statement)).one()


async def count_asked(session: AsyncSession, event_id: UUID) -> int:
    """How many questions the event asks at present."""
    asked = Question.event_id == event_id, Question.retired_at.is_(None)
    return (await session.execute(select(func.count()).select_from(Question).where(*asked))).scalar_one()


async def has_answers(session: AsyncSession, event_id: UUID) -> bool:
    """Whether any guest of the event answered anything; to which question is sealed."""
    found = exists().where(Registration.event_id == event_id, Registration.answers_sealed.is_not(None))
    return bool(await session.scalar(select(found)))


async def list_type_ids(session: AsyncSession, event_id: UUID) -> set[UUID]:
    """The ticket types of the event."""
    return set(await session.scalars(select(TicketType.id).where(TicketType.event_id == event_id)))
