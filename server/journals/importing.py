"""Take in a laptop's journals from a file: everything of it once, whoever brought which part before."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from eventreg_core.facts import Recorded
from eventreg_core.journal_file import BadJournalFile, Chain, JournalFile, Voucher
from eventreg_core.journal_proof import Proof, is_certified
from eventreg_core.wire import MOST_FACTS, Head, PushAnswer, PushRequest, ReceiptState
from server.audit import service as audit
from server.audit.author import Author
from server.db import Database
from server.devices import holding
from server.devices.queries import Enrolled
from server.journals.reading import Read, events_named, read_chain
from server.sync import beside, pushing
from server.sync.chain import SetAside
from server.sync.keeping import Keeper, find_keeper
from server.sync.pushing import Delivery


@dataclass(frozen=True, slots=True)
class How:
    """How a file is taken in, and by whom, as of when.

    `dry_run` changes nothing; with `accept` the author vouches for what no laptop vouches for.
    """

    author: Author
    now: datetime
    dry_run: bool
    accept: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one journal: how many of its facts are new, and what their receipts say.

    `device` is None where nobody knows who wrote it; `elsewhere`: it is for another server and was left alone.
    """

    chain: Chain
    proof: Proof
    device: UUID | None
    elsewhere: bool
    new: int = 0
    recorded: int = 0
    held: int = 0
    quarantined: int = 0


async def bring(database: Database, file: JournalFile, how: How, limiter: CapacityLimiter) -> list[Imported]:
    """Take in every journal of the file, a thousand facts at a time; what was here before stays as it is.

    Cut short anywhere, the same file again completes it.
    """
    async with database.begin() as connection:
        server = (await connection.execute(_SERVER)).one()
    voucher = file.voucher if _is_ours(file.voucher, server.public_key) else None
    found = []
    for place, chain in enumerate(file.chains):
        async with database.begin() as connection:
            named = await to_thread.run_sync(events_named, chain, limiter=limiter)
            events = frozenset((await connection.execute(_EVENTS, {"ids": list(named)})).scalars())
            # Of whose laptop nothing tells, the journal stands for it: it can be accepted by itself.
            unknown = Keeper(chain.id, None, held=True)
            keeper = await find_keeper(connection, chain.id, voucher, how.now) or unknown
            carrier = await find_keeper(connection, UUID(int=0), voucher, how.now)
        # What a revoked laptop vouches for is proven, and held; for another's journal its word counts no more.
        trusted = carrier is not None and not carrier.held
        keys = [one.key for one in (keeper, carrier if trusted else None) if one is not None and one.key is not None]
        whole = file.whole or place + 1 < len(file.chains)
        read = await to_thread.run_sync(read_chain, chain, keys, events, whole, limiter=limiter)
        device = keeper.device if keeper.device != chain.id else None
        found.append(Imported(chain, read.proof, device, elsewhere=chain.server != server.id))
        if not found[-1].elsewhere:
            found[-1] = await _take_in(database, found[-1], read, keeper, events, how)
    return found


def _is_ours(voucher: Voucher | None, server_key: bytes | None) -> bool:
    if voucher is None or server_key is None or not is_certified(server_key, voucher):
        return False
    try:
        voucher.read()
    except BadJournalFile:
        return False
    return True


async def _take_in(
    database: Database, of: Imported, read: Read, keeper: Keeper, events: frozenset[UUID], how: How
) -> Imported:
    keeper = Keeper(keeper.device, keeper.key, keeper.held and not how.accept)
    vouched = read.hashes if how.accept else read.vouched
    # As if the laptop that wrote it had come itself.
    device = Enrolled(keeper.device, keeper.key or b"", events, revoked=False, held=False)
    states: Counter[ReceiptState] = Counter()
    new = 0
    if how.accept and of.device is None and not how.dry_run:
        await holding.accept(database, how.author, of.chain.id, how.now)
    for begun in range(0, len(read.items), MOST_FACTS):
        items = read.items[begun : begun + MOST_FACTS]
        request = _request(of.chain, items)
        async with database.sessions() as session:
            delivery = Delivery(device, keeper, request, items, vouched, how.now)
            answer, fresh = await _deliver(session, delivery, of, how)
        if not how.dry_run and events:
            await beside.receive(database, device, request, answer, how.author.data_keys)
        states.update(receipt.state for receipt in answer.receipts)
        new += fresh
    return Imported(
        of.chain,
        of.proof,
        of.device,
        elsewhere=False,
        new=new,
        recorded=states[ReceiptState.RECORDED],
        held=states[ReceiptState.HELD],
        quarantined=states[ReceiptState.QUARANTINED],
    )


async def _deliver(session: AsyncSession, delivery: Delivery, of: Imported, how: How) -> tuple[PushAnswer, int]:
    """Record a part, and write down who brought it; of a dry run nothing stays. The answer, and how much was new."""
    fresh = await pushing.count_new(session, delivery)
    answer = await pushing.deliver(session, delivery)
    if how.dry_run:
        await session.rollback()
        return answer, fresh
    if fresh:
        told = {"facts": fresh, "device": of.device, "accepted": how.accept}
        await audit.write(session, how.author, "journal.imported", "journal", of.chain.id, None, told)
    await session.commit()
    return answer, fresh


def _request(chain: Chain, items: Sequence[Recorded | SetAside]) -> PushRequest:
    """What the laptop would have sent; the signature was looked at already."""
    texts = [item.raw.decode("utf-8", "replace") for item in items]
    hashes = {item.fact.aside for item in items if isinstance(item, Recorded)}
    return PushRequest(
        journal=chain.id,
        facts=texts,
        head=Head(0, ""),
        signature="",
        continues=chain.continues,
        asides=[aside for aside in chain.asides if aside.hash in hashes],
    )


_SERVER = text("SELECT id, public_key FROM servers")
_EVENTS = text("SELECT id FROM events WHERE id = ANY(CAST(:ids AS uuid[]))")
