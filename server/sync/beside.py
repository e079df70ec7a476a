"""What comes beside a device's facts: sealed reasons, and money that was taken at a door.

Done once the facts are recorded, in a transaction of its own. A device that hears no answer brings all of it again, and
again is the same as once.
"""

import asyncio
from base64 import b64decode
from collections.abc import Sequence
from uuid import UUID

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
from server.sync.feed import Executor

_KINDS = ('"kind":"payment"', '"kind":"walk_in"', '"kind":"annulment"')


async def receive(
    database: Database, device: Enrolled, request: PushRequest, answer: PushAnswer, data_keys: tuple[bytes, ...]
) -> None:
    """Keep the texts beside facts of this push, under our own keys, and have its money booked.

    A text that no fact of the push names, or that was not sealed to this server, is dropped: it is nobody's.
    """
    money = _money(request, answer)
    if not request.asides and not money:
        return
    async with database.begin() as connection:
        identity = await get_identity(connection, data_keys)
        for event, text in await asyncio.to_thread(_opened, request, identity):
            if event in device.events:
                await asides.keep(connection, event, [text], data_keys)
        await have_booked(connection, money)


async def have_booked(connection: Executor, recorded: Sequence[Recorded], *, again: bool = False) -> None:
    """Have done, once this is committed, what facts that count mean for money: taken, and given back.

    `again`: also where it was done before, since a job that finds its fact held leaves it.
    """
    paid = [str(one.fact.id) for one in recorded if isinstance(one.fact, Payment) and not one.fact.rehearsal]
    wanted = [NewJob(BOOK, {"fact": fact}, key=None if again else f"{BOOK}-{fact}") for fact in paid]
    await jobs.defer_many(connection, wanted)
    await have_settled(connection, recorded, again=again)


def _opened(request: PushRequest, identity: Identity) -> list[tuple[UUID, Written]]:
    """Each text that is what a fact says it is, with that fact's event."""
    opened = []
    for aside in request.asides:
        named = next((text for text in request.facts if f'"aside":"{aside.hash}"' in text), None)
        if named is None:
            continue
        try:
            text = sealed_to_us.unseal(identity.key, b64decode(aside.sealed))
            event = facts.reread(named.encode()).fact.event
        except (MalformedText, MalformedFact, ValueError, RecursionError):
            continue
        if sealed_to_us.hash_of(text) == aside.hash:
            opened.append((event, Written(text)))
    return opened


def _money(request: PushRequest, answer: PushAnswer) -> list[Recorded]:
    """Facts of the kinds that may move money, of a door in good standing."""
    counted = {receipt.hash for receipt in answer.receipts if receipt.state is ReceiptState.RECORDED}
    kinds = (text for text in request.facts if any(kind in text for kind in _KINDS))
    return [facts.reread(text.encode()) for text in kinds if _hash(text) in counted]


def _hash(text: str) -> str:
    return facts.digest(text.encode())
