"""The job that sends mails, the only place from which they leave."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select

from server.clock import utc_now
from server.jobs.tasks import Work, task
from server.mail.models import SentMail
from server.mail.rendering import render
from server.mail.sealed import open_context
from server.mailer import Mail, Picture, mailer_of, message_id, message_of
from server.registrations import confirmation

SENT_KEPT = timedelta(days=90)
CONFIRMATION = "registration-confirmation"
ERASED = "erased:"
"""How the address of somebody who was erased meanwhile begins: nobody gets this mail."""

WALK_IN = "@walk-in.invalid"
"""How the address of somebody who bought a ticket at the door ends: nobody asked for one."""


@task("send-email")
async def send_email(work: Work, data: dict[str, Any]) -> None:
    """Send the mail `template` to `to`, in `language`, with the words of `context` and those that are `sealed`.

    A registration's confirmation is written from what is known when it leaves; its context names the registration. Its
    Message-ID is the job's: if this process dies between the mail server's word and the commit, the mail is sent again
    under the same one.
    """
    to: str = data["to"]
    template: str = data["template"]
    context: Mapping[str, Any] = data.get("context", {}) | open_context(work.settings.data_keys, data)
    pictures: list[Picture] = []
    if template == CONFIRMATION:
        confirmed = await confirmation.compose(work.session, context["registration_id"], work.settings.data_keys)
        if confirmed is None:
            return
        to, context = confirmed.to, confirmed.context
        pictures = [Picture(name, png) for name, png in confirmed.pictures.items()]
    if to.startswith(ERASED) or to.endswith(WALK_IN):
        return
    written = render(template, data.get("language", "en"), context)
    mailer = mailer_of(work.settings)
    name = message_id(str(work.job_id), mailer.sender)
    if await work.session.scalar(select(exists().where(SentMail.message_id == name))):
        return
    mail = Mail(str(work.job_id), to, written.subject, written.text, written.html, written.language, pictures)
    await mailer.send(message_of(mail, mailer.sender, utc_now()))
    work.session.add(SentMail(message_id=name, job_id=work.job_id, template=template))


@task("forget-sent-mails", every=timedelta(days=1))
async def forget_sent_mails(work: Work, _data: dict[str, Any]) -> None:
    """Drop the record of mails sent long ago."""
    await work.session.execute(delete(SentMail).where(SentMail.created_at < func.now() - SENT_KEPT))
