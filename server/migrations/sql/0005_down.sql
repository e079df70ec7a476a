-- Revision 0005: back to events without orders.
DROP TABLE idempotency_keys, waiting;
ALTER TABLE tickets DROP COLUMN holder_name;
ALTER TABLE registrations
    DROP COLUMN order_id,
    DROP COLUMN import_id,
    DROP COLUMN notes_sealed,
    DROP COLUMN answers_sealed,
    DROP COLUMN language,
    DROP COLUMN search;
DROP INDEX idx_registrations_event_id_id;
DROP TABLE import_rows, imports, questions, ledger, payments, orders;
ALTER TABLE event_heads
    DROP CONSTRAINT ck_event_heads_sold,
    DROP CONSTRAINT ck_event_heads_within_capacity,
    DROP COLUMN capacity,
    DROP COLUMN offered;
ALTER TABLE ticket_types
    DROP CONSTRAINT ck_ticket_types_companions_allowed,
    DROP CONSTRAINT ck_ticket_types_sold,
    DROP CONSTRAINT ck_ticket_types_within_quota,
    DROP COLUMN sold,
    DROP COLUMN offered,
    DROP COLUMN sale_from,
    DROP COLUMN sale_until,
    DROP COLUMN companions_allowed,
    DROP COLUMN version;
ALTER TABLE gates DROP COLUMN version;
ALTER TABLE check_in_lists DROP COLUMN version;
ALTER TABLE events
    DROP COLUMN inactive_as,
    DROP COLUMN reserved_places,
    DROP COLUMN has_waiting_list,
    DROP COLUMN image_key,
    DROP COLUMN search,
    DROP COLUMN words;
DROP INDEX idx_events_date_id;
DROP FUNCTION plain_text(TEXT);
DROP EXTENSION pg_trgm, unaccent, btree_gin;
