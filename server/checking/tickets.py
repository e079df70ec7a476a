"""Everybody who has a place has its ticket, and every ticket says what it should."""

from server.checking.findings import Statement

STATEMENTS = (
    Statement(
        "ticket_missing",
        """
        SELECT registration.id FROM registrations registration
        WHERE registration.status = 'active' AND NOT EXISTS (
            SELECT FROM tickets ticket
            WHERE ticket.registration_id = registration.id AND ticket.place = 0
                AND ticket.status NOT IN ('revoked', 'cancelled')
        )
        """,
        "registration",
        "The registration is active and has no ticket.",
    ),
    Statement(
        "ticket_left",
        """
        SELECT registration.id, count(*) AS tickets
        FROM registrations registration
        JOIN tickets ticket ON ticket.registration_id = registration.id
        WHERE registration.status = 'cancelled' AND ticket.status NOT IN ('revoked', 'cancelled')
        GROUP BY registration.id
        """,
        "registration",
        "The registration was cancelled, but {tickets} of its tickets would still be admitted.",
    ),
    Statement(
        "ticket_elsewhere",
        """
        SELECT encode(ticket.serial, 'hex') AS serial FROM tickets ticket
        JOIN ticket_types type ON type.id = ticket.ticket_type_id
        LEFT JOIN registrations registration ON registration.id = ticket.registration_id
        WHERE type.event_id <> ticket.event_id OR registration.event_id <> ticket.event_id
        """,
        "ticket",
        "The ticket's type or registration is of another event.",
    ),
    Statement(
        "qr_code",
        """
        SELECT registration.id FROM registrations registration
        JOIN tickets ticket ON ticket.registration_id = registration.id
        WHERE registration.status = 'active' AND ticket.place = 0 AND ticket.status NOT IN ('revoked', 'cancelled')
            AND registration.qr_code IS DISTINCT FROM encode(ticket.signed, 'hex')
        """,
        "registration",
        "Its qr_code is not what its ticket's signature covers.",
    ),
    # The layout of the sixteen bytes is told in eventreg_core/ticket.py.
    Statement(
        "signed",
        """
        SELECT encode(ticket.serial, 'hex') AS serial FROM tickets ticket
        JOIN events event ON event.id = ticket.event_id
        JOIN ticket_types type ON type.id = ticket.ticket_type_id
        LEFT JOIN event_keys key ON key.event_id = ticket.event_id AND key.number = get_byte(ticket.signed, 1)
        WHERE ticket.signed IS NOT NULL AND (
            key.number IS NULL
            OR substring(ticket.signed FROM 3 FOR 4) <> int4send(event.number)
            OR substring(ticket.signed FROM 7 FOR 8) <> ticket.serial
            OR substring(ticket.signed FROM 15 FOR 2) <> substring(int4send(type.number) FROM 3 FOR 2)
        )
        """,
        "ticket",
        "Its sixteen bytes name another event, serial or ticket type, or a key that the event does not have.",
    ),
    Statement(
        "settled",
        """
        SELECT encode(ticket.serial, 'hex') AS serial FROM tickets ticket
        JOIN registrations registration ON registration.id = ticket.registration_id
        JOIN events event ON event.id = ticket.event_id
        WHERE ticket.status NOT IN ('revoked', 'cancelled') AND CASE
            WHEN ticket.signed IS NOT NULL
            THEN (get_byte(ticket.signed, 0) & 1 = 1) <> (registration.payment_status IN ('PAID', 'FREE'))
            ELSE registration.payment_status IN ('PAID', 'FREE') OR event.takes_money_at_door
        END
        """,
        "ticket",
        "What it says of being paid is not what its registration says.",
    ),
)
