-- Takes revision 0001 back: an empty database. Newest tables first.

DROP TABLE
    conflicts,
    quarantine,
    asides,
    facts,
    journals,
    changes,
    event_heads,
    servers,
    device_events,
    devices,
    gates,
    check_in_list_types,
    check_in_lists,
    tickets,
    event_keys,
    registrations,
    ticket_types,
    grants,
    events,
    refresh_tokens,
    users;
DROP TYPE payment_status, user_role;
