"""Every table of every slice: import this module to have the complete metadata."""

from server.api_tokens import models as api_tokens
from server.audit import models as audit
from server.auth import models as auth
from server.blanks import models as blanks
from server.checkins import models as checkins
from server.conflicts import models as conflicts
from server.db import Model
from server.devices import models as devices
from server.events import models as events
from server.idempotency import models as idempotency
from server.imports import models as imports
from server.jobs import models as jobs
from server.mail import models as mail
from server.orders import models as orders
from server.payments import models as payments
from server.questions import models as questions
from server.registrations import models as registrations
from server.sync import models as sync
from server.ticket_types import models as ticket_types
from server.tickets import models as tickets
from server.users import models as users
from server.waiting import models as waiting

SLICES = (
    api_tokens,
    audit,
    auth,
    blanks,
    checkins,
    conflicts,
    devices,
    events,
    idempotency,
    imports,
    jobs,
    mail,
    orders,
    payments,
    questions,
    registrations,
    sync,
    ticket_types,
    tickets,
    users,
    waiting,
)
metadata = Model.metadata
