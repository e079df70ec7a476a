"""Every type of job that a worker of this version can do."""

from server.auth.jobs import forget_ended_sessions, offer_password_reset
from server.blanks.selling import settle_walk_in
from server.check_in_lists.jobs import empty_list, empty_lists
from server.conflicts.duplicate_jobs import find_duplicates, find_duplicates_at
from server.conflicts.jobs import judge_clocks_ahead, judge_event
from server.events.jobs import forget_unused_picture
from server.idempotency.jobs import forget_idempotency_keys
from server.imports.jobs import forget_imported_files, run_import, send_imported, undo_import
from server.jobs.jobs import forget_done_jobs
from server.jobs.tasks import Task
from server.mail.jobs import forget_sent_mails, send_email
from server.orders.at_door import book_payment_at_door
from server.orders.jobs import release_held_orders, release_held_orders_of_event
from server.registrations.jobs import tell_of_calling_off
from server.sms import send_sms
from server.sync.jobs import compact_feed, compact_feeds, forget_snapshots
from server.tickets.jobs import generate_qr_code
from server.users.jobs import forget_unconfirmed_accounts
from server.waiting.jobs import expire_offers, offer_free_places

TASKS: tuple[Task, ...] = (
    send_email,
    send_sms,
    offer_password_reset,
    generate_qr_code,
    forget_done_jobs,
    forget_sent_mails,
    forget_ended_sessions,
    forget_idempotency_keys,
    release_held_orders,
    release_held_orders_of_event,
    book_payment_at_door,
    settle_walk_in,
    offer_free_places,
    expire_offers,
    empty_lists,
    empty_list,
    judge_event,
    find_duplicates,
    find_duplicates_at,
    judge_clocks_ahead,
    run_import,
    undo_import,
    send_imported,
    forget_imported_files,
    compact_feeds,
    compact_feed,
    forget_snapshots,
    tell_of_calling_off,
    forget_unused_picture,
    forget_unconfirmed_accounts,
)
