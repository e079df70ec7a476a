"""The jobs of accounts: a link for whoever forgot a password, and letting go of who was signed in, and from where."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from server.auth import accounts, queries
from server.auth.links import Letter
from server.clock import utc_now
from server.jobs.tasks import Work, task

KEPT_AFTER_END = timedelta(days=30)
"""How long an ended session is remembered, so that a stolen token that turns up is called reused."""


@task("offer-password-reset")
async def offer_password_reset(work: Work, data: dict[str, Any]) -> None:
    """Mail a link to whoever has the `email`, in `language`; it leads to the server that was asked."""
    letter = Letter(replace(work.settings, own_url=data["own_url"]), data["language"], utc_now())
    await accounts.offer_reset(work.session, letter, data["email"])


@task("forget-ended-sessions", every=timedelta(hours=1))
async def forget_ended_sessions(work: Work, _data: dict[str, Any]) -> None:
    """Drop tokens, links and sessions that ended long ago."""
    await queries.forget_ended(work.session, utc_now() - KEPT_AFTER_END)
