"""A laptop's journals as the file that it exports."""

from uuid import UUID

from eventreg_core.journal_file import Chain, JournalFile, SignedHead, Voucher, lines_of
from eventreg_core.wire import Head
from server.clock import utc_now
from tests.integration.laptop import Laptop


def file_of(laptop: Laptop, signed: int | None = None) -> JournalFile:
    """The laptop's journal, signed up to fact number `signed`; None: up to the last, 0: not at all."""
    heads: tuple[SignedHead, ...] = ()
    if signed != 0:
        last = laptop.facts[(signed or len(laptop.facts)) - 1]
        head = Head(last.fact.seq or 0, last.hash)
        heads = (SignedHead(head, laptop.signed_head(head)),)
    facts = tuple(one.raw for one in laptop.facts)
    chain = Chain(laptop.journal, UUID(laptop.enrolled["server"]), None, facts, heads)
    return JournalFile(utc_now(), voucher_of(laptop), laptop.enrolled["server_key"], (chain,))


def voucher_of(laptop: Laptop) -> Voucher:
    """What the server gave it when it was enrolled."""
    return Voucher(laptop.enrolled["certificate"], laptop.enrolled["signature"])


def bytes_of(file: JournalFile) -> bytes:
    """As it lies on a stick."""
    return b"".join(lines_of(file))
