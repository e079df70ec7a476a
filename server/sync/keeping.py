"""Whose journal it is that somebody brings: the device that wrote it, and who vouches for that device."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from eventreg_core.journal_file import BadJournalFile, Voucher
from eventreg_core.journal_proof import is_certified
from eventreg_core.wire import Certificate
from server.errors import ApiProblem
from server.sync import journals
from server.sync.feed import Executor


@dataclass(frozen=True, slots=True)
class Keeper:
    """The device that wrote a journal, and its Ed25519 key (32 bytes) where known; `held`: it is not trusted now."""

    device: UUID
    key: bytes | None
    held: bool


async def find_keeper(connection: Executor, journal: UUID, voucher: Voucher | None, now: datetime) -> Keeper | None:
    """Who wrote a journal: the device that is known to have, else the one that its certificate names.

    None where nothing tells. A device that was revoked or is held, or whose certificate has expired, is trusted no
    more. Raises ApiProblem 422 `bad_certificate` for a certificate that this server never gave.
    """
    certificate = None if voucher is None else await _certified(connection, voucher)
    known = await journals.find_journal(connection, journal)
    if known is not None and (known.key is not None or certificate is None or certificate.device != known.device):
        return Keeper(known.device, known.key, known.held)
    if certificate is None:
        return None
    held = (await connection.execute(_HELD, {"device": certificate.device})).scalar_one_or_none()
    key = bytes.fromhex(certificate.public_key)
    return Keeper(certificate.device, key, held is not None or certificate.expires <= now)


async def _certified(connection: Executor, voucher: Voucher) -> Certificate:
    server_key: bytes | None = (await connection.execute(_SERVER_KEY)).scalar_one()
    try:
        certificate = voucher.read()
    except BadJournalFile as error:
        raise _bad_certificate() from error
    if server_key is None or not is_certified(server_key, voucher):
        raise _bad_certificate()
    return certificate


def _bad_certificate() -> ApiProblem:
    return ApiProblem(
        422,
        "bad_certificate",
        "The laptop that wrote these scans was not enrolled here. Keep the file, and ask the server it belongs to.",
    )


_SERVER_KEY = text("SELECT public_key FROM servers")
_HELD = text("SELECT coalesce(revoked_at, held_at) FROM devices WHERE id = :device")
