"""How a file shall be brought in: what its columns hold, and what is done about guests who are there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from server.errors import ApiProblem, invalid
from server.imports.guests import Lines
from server.imports.mapping import Held, doubled, missing_fields
from server.imports.models import Import
from server.imports.words import Field
from server.questions.answers import Question

OnDuplicate = Literal["skip", "update"]


@dataclass(frozen=True, slots=True)
class Plan:
    """`mapping` names what columns hold; `ticket_type_id` is for lines that name none; mails are in `language`.

    `on_duplicate`: whether a line changes the registration that its e-mail has already, or is left.
    """

    mapping: Mapping[str, Held]
    ticket_type_id: UUID | None = None
    on_duplicate: OnDuplicate = "skip"
    send_tickets: bool = False
    language: str = "en"


def columns_of(imported: Import) -> tuple[str, ...]:
    """The names of the file's columns in their order."""
    return tuple(imported.settings["columns"])


def plan_of(imported: Import) -> Plan:
    """The plan that is kept with an import."""
    kept = imported.settings["plan"]
    type_id = kept["ticket_type_id"]
    return Plan(
        {column: _held(told) for column, told in kept["mapping"].items()},
        None if type_id is None else UUID(type_id),
        kept["on_duplicate"],
        kept["send_tickets"],
        kept["language"],
    )


def kept(plan: Plan) -> dict[str, Any]:
    """The plan as it is kept with an import."""
    return {
        "mapping": {column: str(held) for column, held in plan.mapping.items()},
        "ticket_type_id": None if plan.ticket_type_id is None else str(plan.ticket_type_id),
        "on_duplicate": plan.on_duplicate,
        "send_tickets": plan.send_tickets,
        "language": plan.language,
    }


def changed(imported: Import, told: Mapping[str, Any]) -> Plan:
    """The import's plan with what the organizer says otherwise; what is None is left.

    Raises ApiProblem 422 `invalid` for a column that the file has not, or a field that two columns shall hold.
    """
    plan = replace(plan_of(imported), **{name: value for name, value in told.items() if value is not None})
    unknown = [column for column in plan.mapping if column not in columns_of(imported)]
    if unknown:
        raise invalid("mapping", f"The file has no column {unknown[0]}. Its columns are named in the report.")
    if twice := doubled(plan.mapping):
        raise invalid("mapping", f"Two columns cannot both be {twice[0]}. Choose one.")
    return plan


def check_complete(plan: Plan) -> None:
    """Raises ApiProblem 422 `mapping_incomplete` where no column holds what a registration needs."""
    missing = missing_fields(plan.mapping)
    if missing:
        sentence = f"Say which column holds {missing[0].value}."
        raise ApiProblem(422, "mapping_incomplete", sentence, field="mapping", missing=[each.value for each in missing])


def lines_of(imported: Import, plan: Plan, types: Mapping[UUID, str], questions: Sequence[Question]) -> Lines:
    """How the lines of this file are understood."""
    return Lines(columns_of(imported), plan.mapping, types, plan.ticket_type_id, questions)


def check_questions(plan: Plan, questions: Sequence[Question]) -> None:
    """Raises ApiProblem 422 `unknown_question` where a column shall hold answers to what the event does not ask."""
    asked = {question.id for question in questions}
    if any(isinstance(held, UUID) and held not in asked for held in plan.mapping.values()):
        raise ApiProblem(422, "unknown_question", "The event does not ask this. Choose another field.", field="mapping")


def _held(told: str) -> Held:
    return Field(told) if told in set(Field) else UUID(told)
