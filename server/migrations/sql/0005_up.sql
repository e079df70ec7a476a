-- Revision 0005: orders, money, capacity, waiting, questions, imports, search.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- What people type and what they look for, made comparable: lower case, no accents.
CREATE FUNCTION plain_text(told TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, told));

-- inactive_as: what an event is while it is not active.
ALTER TABLE events
    ADD COLUMN inactive_as TEXT DEFAULT 'draft' NOT NULL,
    ADD COLUMN reserved_places INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN has_waiting_list BOOLEAN DEFAULT true NOT NULL,
    ADD COLUMN image_key TEXT,
    ADD COLUMN search TEXT GENERATED ALWAYS AS (plain_text(name || ' ' || venue)) STORED NOT NULL,
    ADD COLUMN words TSVECTOR GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', plain_text(name || ' ' || venue)), 'A')
        || setweight(to_tsvector('simple', plain_text(coalesce(description, ''))), 'B')
    ) STORED NOT NULL,
    ADD CONSTRAINT ck_events_inactive_as CHECK (inactive_as IN ('draft', 'cancelled', 'archived')),
    ADD CONSTRAINT ck_events_reserved_places CHECK (reserved_places >= 0);
CREATE INDEX idx_events_search ON events USING gin (search gin_trgm_ops);
CREATE INDEX idx_events_words ON events USING gin (words);
CREATE INDEX idx_events_date_id ON events (date, id);

-- sold and offered are counted under the event's head. companions_allowed: named companions per registration.
ALTER TABLE ticket_types
    ADD COLUMN sold INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN offered INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN sale_from TIMESTAMPTZ,
    ADD COLUMN sale_until TIMESTAMPTZ,
    ADD COLUMN companions_allowed SMALLINT DEFAULT 0 NOT NULL,
    ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;
UPDATE ticket_types SET sold = counted.sold FROM (
    SELECT ticket_type_id, count(*) AS sold FROM tickets WHERE status NOT IN ('revoked', 'cancelled') GROUP BY 1
) AS counted WHERE counted.ticket_type_id = ticket_types.id;
-- A quota below what was sold could be set until now; from now on it cannot.
UPDATE ticket_types SET quota = sold WHERE quota < sold;
ALTER TABLE ticket_types
    ADD CONSTRAINT ck_ticket_types_companions_allowed CHECK (companions_allowed BETWEEN 0 AND 100),
    ADD CONSTRAINT ck_ticket_types_sold CHECK (sold >= 0 AND offered >= 0),
    ADD CONSTRAINT ck_ticket_types_within_quota CHECK (sold + offered <= quota);

ALTER TABLE check_in_lists ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;
ALTER TABLE gates ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;

-- capacity repeats events.max_capacity, so that one row proves that nothing is oversold.
ALTER TABLE event_heads
    ADD COLUMN capacity INTEGER,
    ADD COLUMN offered INTEGER DEFAULT 0 NOT NULL;
UPDATE events SET max_capacity = sold FROM event_heads WHERE event_heads.event_id = events.id AND max_capacity < sold;
UPDATE event_heads SET capacity = max_capacity FROM events WHERE events.id = event_heads.event_id;
ALTER TABLE event_heads
    ADD CONSTRAINT ck_event_heads_sold CHECK (sold >= 0 AND offered >= 0),
    ADD CONSTRAINT ck_event_heads_within_capacity CHECK (sold + offered <= capacity);

-- One payment for one or more registrations of one event.
CREATE TABLE orders (
    id UUID NOT NULL,
    event_id UUID NOT NULL,
    code TEXT NOT NULL,
    buyer_email VARCHAR(255) NOT NULL,
    buyer_name VARCHAR(255) NOT NULL,
    status TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    holds_until TIMESTAMPTZ,
    language TEXT DEFAULT 'en' NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    created_by UUID,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT uq_orders_code UNIQUE (code),
    CONSTRAINT ck_orders_status CHECK (status IN ('held', 'at_door', 'paid', 'expired', 'cancelled')),
    CONSTRAINT ck_orders_total_minor CHECK (total_minor >= 0),
    CONSTRAINT fk_orders_event_id FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT fk_orders_created_by FOREIGN KEY (created_by) REFERENCES users (id)
);
CREATE INDEX idx_orders_event_id_id ON orders (event_id, id);
CREATE INDEX idx_orders_holds_until ON orders (holds_until) WHERE status = 'held';

-- What a provider of payments was asked for and said. reference_sealed: the provider's own number, sealed.
CREATE TABLE payments (
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    kind TEXT NOT NULL,
    provider TEXT NOT NULL,
    method TEXT NOT NULL,
    status TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    reference_sealed BYTEA,
    refunds UUID,
    reason TEXT,
    created_by UUID,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_payments PRIMARY KEY (id),
    CONSTRAINT ck_payments_kind CHECK (kind IN ('payment', 'refund')),
    CONSTRAINT ck_payments_status CHECK (status IN ('pending', 'succeeded', 'failed')),
    CONSTRAINT ck_payments_amount_minor CHECK (amount_minor > 0),
    CONSTRAINT fk_payments_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT fk_payments_refunds FOREIGN KEY (refunds) REFERENCES payments (id),
    CONSTRAINT fk_payments_created_by FOREIGN KEY (created_by) REFERENCES users (id)
);
CREATE INDEX idx_payments_order_id ON payments (order_id);

-- Double entry, one row each: what is taken from one account is given to another. Rows are never changed.
-- registration_id: what was charged or discharged for; null where it is the order as a whole.
CREATE TABLE ledger (
    number BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    order_id UUID NOT NULL,
    registration_id UUID,
    payment_id UUID,
    kind TEXT NOT NULL,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_ledger PRIMARY KEY (number),
    CONSTRAINT ck_ledger_kind CHECK (kind IN ('charge', 'discharge', 'payment', 'refund')),
    CONSTRAINT ck_ledger_accounts CHECK (debit <> credit),
    CONSTRAINT ck_ledger_amount_minor CHECK (amount_minor > 0),
    CONSTRAINT fk_ledger_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT fk_ledger_registration_id FOREIGN KEY (registration_id) REFERENCES registrations (id),
    CONSTRAINT fk_ledger_payment_id FOREIGN KEY (payment_id) REFERENCES payments (id)
);
CREATE INDEX idx_ledger_order_id ON ledger (order_id);

-- What an event asks those who register.
CREATE TABLE questions (
    id UUID NOT NULL,
    event_id UUID NOT NULL,
    position SMALLINT NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    choices TEXT[] DEFAULT '{}' NOT NULL,
    required BOOLEAN DEFAULT false NOT NULL,
    ticket_type_ids UUID[] DEFAULT '{}' NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    retired_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_questions PRIMARY KEY (id),
    CONSTRAINT ck_questions_kind CHECK (kind IN ('text', 'choice', 'number', 'date', 'yes_no')),
    CONSTRAINT fk_questions_event_id FOREIGN KEY (event_id) REFERENCES events (id) ON DELETE CASCADE
);
CREATE INDEX idx_questions_event_id ON questions (event_id);

-- A file that was brought in, its rows while they wait, and what became of them.
CREATE TABLE imports (
    id UUID NOT NULL,
    event_id UUID NOT NULL,
    status TEXT NOT NULL,
    file_name TEXT NOT NULL,
    settings JSONB NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER DEFAULT 0 NOT NULL,
    failed INTEGER DEFAULT 0 NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_imports PRIMARY KEY (id),
    CONSTRAINT ck_imports_status CHECK (status IN ('ready', 'running', 'done', 'stopped', 'undoing', 'undone')),
    CONSTRAINT fk_imports_event_id FOREIGN KEY (event_id) REFERENCES events (id) ON DELETE CASCADE,
    CONSTRAINT fk_imports_created_by FOREIGN KEY (created_by) REFERENCES users (id)
);
CREATE INDEX idx_imports_event_id ON imports (event_id);

-- row_sealed: the row as told, sealed, until it is done. version: the registration's when it was done.
CREATE TABLE import_rows (
    import_id UUID NOT NULL,
    number INTEGER NOT NULL,
    row_sealed BYTEA,
    registration_id UUID,
    version INTEGER,
    problem TEXT,
    CONSTRAINT pk_import_rows PRIMARY KEY (import_id, number),
    CONSTRAINT fk_import_rows_import_id FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE
);

ALTER TABLE registrations
    ADD COLUMN order_id UUID,
    ADD COLUMN import_id UUID,
    ADD COLUMN notes_sealed BYTEA,
    ADD COLUMN answers_sealed BYTEA,
    ADD COLUMN language TEXT DEFAULT 'en' NOT NULL,
    ADD COLUMN search TEXT GENERATED ALWAYS AS (plain_text(full_name || ' ' || user_email)) STORED NOT NULL,
    ADD CONSTRAINT fk_registrations_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
    ADD CONSTRAINT fk_registrations_import_id FOREIGN KEY (import_id) REFERENCES imports (id);
CREATE INDEX idx_registrations_event_id_id ON registrations (event_id, id);
CREATE INDEX idx_registrations_event_id_search ON registrations USING gin (event_id, search gin_trgm_ops);
CREATE INDEX idx_registrations_event_id_name ON registrations (event_id, "left"(search, 100), id);
CREATE INDEX idx_registrations_order_id ON registrations (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX idx_registrations_import_id ON registrations (import_id) WHERE import_id IS NOT NULL;

-- holder_name: whom a companion's ticket is for; the registration's own ticket carries its name.
ALTER TABLE tickets ADD COLUMN holder_name VARCHAR(255);

-- Who came too late, in the order of coming.
CREATE TABLE waiting (
    id UUID NOT NULL,
    event_id UUID NOT NULL,
    ticket_type_id UUID NOT NULL,
    user_email VARCHAR(255) NOT NULL,
    full_name VARCHAR(255) NOT NULL,
    phone_sealed BYTEA,
    places SMALLINT DEFAULT 1 NOT NULL,
    status TEXT DEFAULT 'waiting' NOT NULL,
    offered_until TIMESTAMPTZ,
    language TEXT DEFAULT 'en' NOT NULL,
    registration_id UUID,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_waiting PRIMARY KEY (id),
    CONSTRAINT ck_waiting_places CHECK (places > 0),
    CONSTRAINT ck_waiting_status CHECK (status IN ('waiting', 'offered', 'taken', 'expired', 'left')),
    CONSTRAINT fk_waiting_event_id FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT fk_waiting_ticket_type_id FOREIGN KEY (ticket_type_id) REFERENCES ticket_types (id),
    CONSTRAINT fk_waiting_registration_id FOREIGN KEY (registration_id) REFERENCES registrations (id)
);
CREATE INDEX idx_waiting_event_id_id ON waiting (event_id, id);
CREATE INDEX idx_waiting_offered_until ON waiting (offered_until) WHERE status = 'offered';
CREATE UNIQUE INDEX uq_waiting_event_id_user_email ON waiting (event_id, user_email)
    WHERE status IN ('waiting', 'offered');

-- What was answered to a request with an Idempotency-Key.
CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status SMALLINT NOT NULL,
    headers JSONB NOT NULL,
    answer_sealed BYTEA NOT NULL,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (caller, key)
);
CREATE INDEX idx_idempotency_keys_created_at ON idempotency_keys (created_at);
