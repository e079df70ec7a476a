"""What another client, which judges nothing itself, asks the server about one ticket, and what it is answered."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from eventreg_core.admission import Kind, Note, Reason


class ScanRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One scan of another client: `token` is the scanned text, exact; `override` the supervisor's reason."""

    id: UUID
    token: Annotated[str, msgspec.Meta(max_length=4000)]
    list_id: UUID
    gate_id: UUID | None = None
    kind: Kind = Kind.ENTRY
    occurred_at: datetime | None = None
    override: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | None = None


class ScanAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The told verdict of one scan, the same for every retry of its id."""

    id: UUID
    verdict: Literal["admitted", "refused"]
    reason: Reason | None = None
    notes: tuple[Note, ...] = ()
    despite: Reason | None = None
    overridable: bool = False
    name: str | None = None
    ticket_type: str | None = None
    first_at: datetime | None = None
    first_gate: str | None = None
    occurred_at: datetime
