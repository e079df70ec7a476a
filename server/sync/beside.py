"""What comes beside a device's facts: sealed reasons, and money that was taken at a door.

Done once the facts are recorded, in a transaction of its own. A device that hears no answer brings all of it again, and
again is the same as once.
"""

import asyncio
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from eventreg_core import asides as sealed_to_us
from eventreg_core import facts
from eventreg_core.facts import Payment, Recorded
from eventreg_core.problems import MalformedFact, MalformedText
from eventreg_core.wire import PushAnswer, PushRequest, ReceiptState
from server import jobs
from server.blanks.selling import have_settled
from server.checkins import asides
from server.checkins.asides import Written
from server.db import Database
from server.devices.identity import Identity, get_identity
from server.devices.queries import Enrolled
from server.jobs import NewJob
from server.orders.at_door import BOOK
from server.piped import bytea_array
from server.sync import feed
from server.sync.feed import Executor

_KINDS = ('"kind":"payment"', '"kind":"walk_in"', '"kind":"annulment"')


@dataclass(frozen=True, slots=True)
class _Beside:
    """A text with the event of its fact, and the serial that the fact names, if it names one."""

    event: UUID
    serial: str | None
    text: Written


async def receive(
    database: Database, device: Enrolled, request: PushRequest, answer: PushAnswer, data_keys: tuple[bytes, ...]
) -> None:
    """Keep the texts beside facts of this push, under our own keys, and have its money booked.

    A text that no fact of the push names, or that was not sealed to this server, is dropped: it is nobody's. So is one
    about a ticket of somebody who was erased meanwhile.
    """
    money = _money(request, answer)
    texts = await _read(database, request, data_keys) if request.asides else []
    if not texts and not money:
        return
    async with database.begin() as connection:
        if texts:
            await _keep(connection, [each for each in texts if each.event in device.events], data_keys)
        await have_booked(connection, money)


async def have_booked(connection: Executor, recorded: Sequence[Recorded], *, again: bool = False) -> None:
    """Have done, once this is committed, what facts that count mean for money: taken, and given back.

    `again`: also where it was done before, since a job that finds its fact held leaves it.
    """
    paid = [str(one.fact.id) for one in recorded if isinstance(one.fact, Payment) and not one.fact.rehearsal]
    wanted = [NewJob(BOOK, {"fact": fact}, key=None if again else f"{BOOK}-{fact}") for fact in paid]
    await jobs.defer_many(connection, wanted)
    await have_settled(connection, recorded, again=again)


async def _read(database: Database, request: PushRequest, data_keys: tuple[bytes, ...]) -> list[_Beside]:
    async with database.begin() as connection:
        identity = await get_identity(connection, data_keys)
    return await asyncio.to_thread(_opened, request, identity)


async def _keep(connection: Executor, texts: Sequence[_Beside], data_keys: tuple[bytes, ...]) -> None:
    """Keep texts, but for those about somebody who was erased: whoever is being erased holds the event's head."""
    events = sorted({each.event for each in texts})
    await feed.lock_heads(connection, events)
    serials = [bytes.fromhex(each.serial) for each in texts if each.serial is not None]
    rows = await connection.execute(_ERASED, {"serials": bytea_array(serials)}) if serials else ()
    erased = {row.serial.hex() for row in rows}
    for event in events:
        kept = [each.text for each in texts if each.event == event and each.serial not in erased]
        await asides.keep(connection, event, kept, data_keys)


def _opened(request: PushRequest, identity: Identity) -> list[_Beside]:
    """Each text that is what a fact says it is."""
    opened = []
    for aside in request.asides:
        named = next((each for each in request.facts if f'"aside":"{aside.hash}"' in each), None)
        if named is None:
            continue
        try:
            words = sealed_to_us.unseal(identity.key, b64decode(aside.sealed))
            fact = facts.reread(named.encode()).fact
        except (MalformedText, MalformedFact, ValueError):
            continue
        if sealed_to_us.hash_of(words) == aside.hash:
            opened.append(_Beside(fact.event, getattr(fact, "serial", None), Written(words)))
    return opened


def _money(request: PushRequest, answer: PushAnswer) -> list[Recorded]:
    """Facts of the kinds that may move money, of a door in good standing."""
    counted = {receipt.hash for receipt in answer.receipts if receipt.state is ReceiptState.RECORDED}
    kinds = (each for each in request.facts if any(kind in each for kind in _KINDS))
    return [facts.reread(each.encode()) for each in kinds if _hash(each) in counted]


def _hash(told: str) -> str:
    return facts.digest(told.encode())


_ERASED = text(
    """
    SELECT ticket.serial FROM unnest(CAST(:serials AS bytea[])) AS told (serial)
    JOIN tickets ticket ON ticket.serial = told.serial
    JOIN registrations registration ON registration.id = ticket.registration_id
    WHERE starts_with(registration.user_email, 'erased:')
    """
)
