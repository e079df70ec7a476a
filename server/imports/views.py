"""Imports as the API shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.imports.findings import Finding
from server.imports.models import Import
from server.imports.plan import columns_of, plan_of
from server.imports.service import Report
from server.imports.table import MOST_COLUMNS
from server.imports.words import Field as GuestField

Status = Literal["ready", "running", "done", "stopped", "undoing", "undone"]
ColumnName = Annotated[str, StringConstraints(max_length=120)]


class PlanBody(BaseModel):
    """How the file shall be brought in; what is not said stays as it was proposed.

    `mapping`: what columns hold, by their names: a field, or answers to the question with this id; columns that are
    not named are left out. `ticket_type_id` is for lines that name none. `on_duplicate`: whether a line changes name,
    phone, notes and payment of the registration that its e-mail has already.
    """

    mapping: Annotated[dict[ColumnName, GuestField | UUID], Field(max_length=MOST_COLUMNS)] | None = None
    ticket_type_id: UUID | None = None
    on_duplicate: Literal["skip", "update"] | None = None
    send_tickets: bool | None = None
    language: Literal["en", "de"] | None = None


class PlanView(BaseModel):
    """The plan as it is now."""

    model_config = ConfigDict(from_attributes=True)

    mapping: dict[str, GuestField | UUID]
    ticket_type_id: UUID | None
    on_duplicate: Literal["skip", "update"]
    send_tickets: bool
    language: str


class ImportView(BaseModel):
    """An import and how far it is: `done` rows made or changed a registration, `failed` ones did not.

    `problems` counts rows by the codes of their problems; after an undoing those that were left, and those `undone`.
    """

    id: UUID
    event_id: UUID
    status: Status
    file_name: str
    total: int
    done: int
    failed: int
    problems: dict[str, int]
    columns: list[str]
    plan: PlanView
    created_by: UUID
    created_at: datetime
    updated_at: datetime


class ImportPage(BaseModel):
    """Imports, the latest first, and the cursor of the next page if there is one. Problems are not counted here."""

    items: list[ImportView]
    next_cursor: str | None


class ColumnView(BaseModel):
    """A column of the file, what it is taken to hold (null: it is left out), and what stands in it first."""

    name: str
    field: GuestField | UUID | None
    sample: list[str]


class FindingView(BaseModel):
    """What is wrong with a line, and what to do; `number` is the line of the file."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    code: str
    field: str | None
    sentence: str


class FindingPage(BaseModel):
    """Lines with problems in their order, and the cursor of the next page if there is one."""

    items: list[FindingView]
    next_cursor: str | None


class ReportView(BaseModel):
    """What would become of the file: lines that would make a registration (`good`), change one, or have a problem.

    `source` says how the file was read, `sheets` which others could be; `missing` what no column holds yet: then
    nothing is counted. `findings` are the first ones.
    """

    import_: ImportView = Field(alias="import")
    source: str
    sheets: list[str]
    columns: list[ColumnView]
    missing: list[GuestField]
    good: int
    updates: int
    problems: dict[str, int]
    findings: list[FindingView]


def import_view(imported: Import, problems: Mapping[str, int]) -> ImportView:
    """An import to be shown."""
    return ImportView(
        id=imported.id,
        event_id=imported.event_id,
        status=_status(imported),
        file_name=imported.file_name,
        total=imported.total,
        done=imported.done,
        failed=imported.failed,
        problems=dict(problems),
        columns=list(columns_of(imported)),
        plan=PlanView.model_validate(plan_of(imported)),
        created_by=imported.created_by,
        created_at=imported.created_at,
        updated_at=imported.updated_at,
    )


def finding_view(finding: Finding) -> FindingView:
    """A finding to be shown."""
    return FindingView.model_validate(finding)


def report_view(report: Report) -> ReportView:
    """A report to be shown, with the plan that it was made by."""
    shown = import_view(report.imported, {})
    shown.plan = PlanView.model_validate(report.plan)
    columns = [
        ColumnView(
            name=name,
            field=report.plan.mapping.get(name),
            sample=[line.cells[place] if place < len(line.cells) else "" for line in report.lines],
        )
        for place, name in enumerate(shown.columns)
    ]
    return ReportView.model_validate(
        {
            "import": shown,
            "source": report.imported.settings["source"],
            "sheets": report.imported.settings["sheets"],
            "columns": columns,
            "missing": report.missing,
            "good": report.checked.good,
            "updates": report.checked.updates,
            "problems": dict(report.checked.problems),
            "findings": [finding_view(each) for each in report.checked.findings],
        }
    )


def _status(imported: Import) -> Status:
    status: Status = imported.status  # type: ignore[assignment]
    return status
