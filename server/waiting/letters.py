"""What those who wait are told by mail, and the token that lets them leave the list or take what they are offered."""

from uuid import UUID

from server.auth.links import base_of
from server.desk import Desk
from server.events.models import Event
from server.jobs import NewJob, Priority
from server.mail.moments import in_words
from server.mail.rendering import language_of
from server.mail.sealed import seal_context
from server.settings import Settings
from server.signed_ids import token_for
from server.waiting.models import Waiting

PURPOSE = "waiting"


def waiting_token(settings: Settings, waiting_id: UUID) -> str:
    """What opens somebody's place in line to themselves."""
    return token_for(settings.secret_key, PURPOSE, waiting_id)


def letter(desk: Desk, event: Event, waiting: Waiting, template: str) -> NewJob:
    """The mail `template` to somebody who waits; sealed until it leaves."""
    language = language_of(waiting.language)
    token = waiting_token(desk.settings, waiting.id)
    context = {
        "name": waiting.full_name,
        "event": event.name,
        "venue": event.venue,
        "when": in_words(event.date, event.zone, language),
        "zone": event.zone,
        "until": "" if waiting.offered_until is None else in_words(waiting.offered_until, event.zone, language),
        "link": f"{base_of(desk.settings)}/waiting/{waiting.id}?token={token}",
    }
    mail = {
        "to": waiting.user_email,
        "template": template,
        "language": language,
        "sealed": seal_context(desk.settings.data_keys, context),
    }
    return NewJob("send-email", mail, priority=Priority.SOON)
