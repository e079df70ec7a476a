"""The job that draws QR codes."""

from typing import Any
from uuid import UUID

from anyio import to_thread

from server.jobs.tasks import Work, task
from server.tickets import qr, service
from server.tickets.service import Shown


def qr_key(registration_id: UUID) -> str:
    """Where the picture of a registration's own ticket is kept."""
    return f"qr/{registration_id}.png"


@task("generate-qr-code")
async def generate_qr_code(work: Work, data: dict[str, Any]) -> None:
    """Keep the QR code of a registration's ticket as it is now as a PNG; none while there is nothing to show."""
    registration_id = UUID(data["registration_id"])
    shown = await service.show(work.session, registration_id, work.settings.data_keys)
    if not isinstance(shown, Shown) or shown.status in ("revoked", "cancelled"):
        await work.storage.delete(qr_key(registration_id))
        return
    await work.storage.put(qr_key(registration_id), await to_thread.run_sync(qr.png, shown.token))
