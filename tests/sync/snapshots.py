"""The snapshot that the server in memory gives: what all its changes come to, written as columns."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from eventreg_core.snapshot import Header, Raw, numbers_of, texts_of, write
from eventreg_core.wire import FactRow, GuestRow, Page, TicketRow
from tests.sync.festival import EVENT

NIL = UUID(int=0)
SETTING = ("events", "ticket_types", "lists", "gates", "keys")


def snapshot_of(pages: list[Page], epoch: str, check: str) -> bytes:
    """Everything that these changes tell, one page a change, as it is after the last of them."""
    whole: dict[str, dict[Any, Any]] = {field.name: {} for field in msgspec.structs.fields(Page)}
    for page in pages:
        for name, rows in whole.items():
            rows |= {_key(row): row for row in getattr(page, name)}
    setting = Page(
        **{name: list(whole[name].values()) for name in ("events", "ticket_types", "lists", "gates", "keys")}
    )
    header = Header(
        event=EVENT,
        profile="door",
        epoch=epoch,
        revision=len(pages),
        check=check,
        made_at=datetime(2026, 7, 1, tzinfo=UTC),
        setting=setting,
    )
    for ticket in whole["tickets"].values():
        if ticket.registration is not None:
            nameless = GuestRow(registration=ticket.registration, name="", email="")
            whole["guests"].setdefault(ticket.registration, nameless)
    guests: list[GuestRow] = sorted(whole["guests"].values(), key=lambda guest: guest.registration)
    known = {guest.registration: number for number, guest in enumerate(guests)}
    return write(
        header,
        _guests(guests) | _tickets(list(whole["tickets"].values()), known) | _facts(list(whole["facts"].values())),
    )


def _key(row: Any) -> Any:
    for name in ("id", "serial", "registration", "number"):
        if hasattr(row, name):
            return getattr(row, name)
    raise TypeError(row)


def _guests(rows: list[GuestRow]) -> dict[str, Raw]:
    return {
        "guests.registration": _ids([row.registration for row in rows]),
        "guests.name": texts_of([row.name for row in rows]),
        "guests.email": texts_of([row.email for row in rows]),
        "guests.phone_tail": texts_of([row.phone_tail for row in rows]),
    }


def _tickets(rows: list[TicketRow], guests: dict[UUID, int]) -> dict[str, Raw]:
    rows.sort(key=lambda row: row.serial)
    return {
        "tickets.serial": Raw("ids", b"".join(bytes.fromhex(row.serial) for row in rows)),
        "tickets.ticket_type": numbers_of([row.ticket_type for row in rows]),
        "tickets.status": texts_of([row.status for row in rows]),
        "tickets.settled": numbers_of([row.settled for row in rows]),
        "tickets.guest": numbers_of([-1 if row.registration is None else guests[row.registration] for row in rows]),
        "tickets.place": numbers_of([row.place for row in rows]),
        "tickets.short_code": texts_of([row.short_code or "" for row in rows]),
        "tickets.holder_name": texts_of([row.holder_name or "" for row in rows]),
    }


def _facts(rows: list[FactRow]) -> dict[str, Raw]:
    return {
        "facts.id": _ids([row.id for row in rows]),
        "facts.kind": texts_of([row.kind for row in rows]),
        "facts.list": _ids([row.list for row in rows]),
        "facts.at": numbers_of([int(row.at.timestamp() * 1000) for row in rows]),
        "facts.serial": Raw("ids", b"".join(bytes.fromhex(row.serial or "00" * 8) for row in rows)),
        "facts.gate": _ids([row.gate or NIL for row in rows]),
        "facts.target": _ids([row.target or NIL for row in rows]),
    }


def _ids(ids: list[UUID]) -> Raw:
    return Raw("ids", b"".join(each.bytes for each in ids), 16)
