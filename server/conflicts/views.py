"""How conflicts are told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from eventreg_core.conflict import Class, Outcome
from server.conflicts.service import Shown


class ToldView(BaseModel):
    """What one door did; `device` is null for the server's own scans."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    kind: str
    gate: str | None
    device: str | None


class DecisionView(BaseModel):
    """How it was settled once, for the facts that it had then; `undone_at`: taken back since."""

    outcome: Outcome
    at: datetime
    by: str | None
    fact_ids: tuple[UUID, ...]
    undone_at: datetime | None


class ConflictView(BaseModel):
    """What was told where something else was due. Its version is the set `fact_ids`; new facts reopen it.

    `undue` of them were told and not due; `outcome` is proposed, and `proposed` says why. `gone`: it was settled, and
    nothing contradicts itself any more. Of a journal's thousands of `facts` the first 50 are told.
    """

    id: UUID
    class_: Annotated[Class, Field(serialization_alias="class")]
    list: UUID | None
    list_name: str | None
    registration: UUID | None
    place: int
    serial: str | None
    journal: UUID | None
    name: str | None
    device: str | None
    fact_ids: tuple[UUID, ...]
    facts: tuple[ToldView, ...]
    undue: tuple[UUID, ...]
    outcome: Outcome
    proposed: str
    created_at: datetime
    updated_at: datetime
    settled_at: datetime | None
    gone: bool
    decisions: tuple[DecisionView, ...]


class ConflictPage(BaseModel):
    """Conflicts, newest first; `total` counts all that were asked for, `open` all that are open, by class."""

    items: tuple[ConflictView, ...]
    total: int
    open: dict[str, int]
    next_cursor: str | None


class StepView(BaseModel):
    """One thing that happened at the place of a conflict, in corrected order.

    `told` and `due` (with `reason`s) are verdicts. `could_know`: the door could know what was due. `undone`: it does
    not count, an annulment names it. `own_clock`: only its own clock says when. `whose`: the registration's e-mail,
    where there are several.
    """

    kind: Literal["check_in", "exit", "refused_scan", "annulment", "ticket_changed", "list_changed", "payment"]
    at: datetime
    id: UUID | None = None
    target: UUID | None = None
    gate: str | None = None
    device: str | None = None
    whose: str | None = None
    told: Literal["admitted", "refused"] | None = None
    told_reason: str | None = None
    due: Literal["admitted", "refused"] | None = None
    due_reason: str | None = None
    could_know: bool = True
    undone: bool = False
    own_clock: bool = False
    undue: bool = False
    text: str | None = None


class ConflictDetail(BaseModel):
    """A conflict with everything that happened there."""

    conflict: ConflictView
    steps: tuple[StepView, ...]


def view(shown: Shown) -> ConflictView:
    """One conflict."""
    conflict = shown.listed.conflict
    return ConflictView(
        id=conflict.id,
        class_=Class(conflict.class_),
        list=conflict.list_id,
        list_name=shown.listed.list_name,
        registration=conflict.registration_id,
        place=conflict.place,
        serial=conflict.serial.hex() if conflict.serial is not None else None,
        journal=conflict.journal,
        name=shown.listed.guest,
        device=shown.listed.device,
        fact_ids=tuple(conflict.fact_ids),
        facts=tuple(ToldView.model_validate(told) for told in shown.told),
        undue=tuple(conflict.undue),
        outcome=Outcome(conflict.outcome),
        proposed=conflict.proposed,
        created_at=conflict.created_at,
        updated_at=conflict.updated_at,
        settled_at=conflict.settled_at,
        gone=conflict.gone,
        decisions=tuple(
            DecisionView(
                outcome=Outcome(one.outcome), at=one.at, by=one.by, fact_ids=tuple(one.facts), undone_at=one.undone_at
            )
            for one in shown.decisions
        ),
    )


Names = Mapping[UUID, str]
