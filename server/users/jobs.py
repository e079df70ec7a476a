"""Accounts that nobody ever proved to be theirs are not kept for ever."""

from datetime import timedelta
from typing import Any

from server.audit import service as audit
from server.audit.author import system
from server.audit.service import Change
from server.clock import utc_now
from server.jobs.tasks import Work, task
from server.users import service

KEPT = timedelta(days=7)
"""How long an account waits for its e-mail to be confirmed."""
AT_ONCE = 500


@task("forget-unconfirmed-accounts", every=timedelta(days=1))
async def forget_unconfirmed_accounts(work: Work, _data: dict[str, Any]) -> None:
    """Delete accounts whose e-mail nobody confirmed in time, and what the audit knows of whose they were."""
    now, author = utc_now(), system(work.settings.data_keys)
    while gone := await service.delete_lapsed(work.session, now - KEPT, now, AT_ONCE):
        changes = [Change("user.lapsed", "user", each, {"is_active": True}, None) for each in gone]
        await audit.write_all(work.session, author, changes)
        for each in gone:
            await audit.forget(work.session, each, now)
