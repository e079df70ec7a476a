-- Revision 0009: the truth. What tickets and lists were before, clock readings of laptops, and how conflicts were settled.

-- What a ticket was until `until`, by the server's clock; devices could hear of the change from `revision` on.
-- One column is set: the one that changed.
CREATE TABLE former_tickets (
    number BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    serial BYTEA NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    revision BIGINT NOT NULL,
    status TEXT,
    ticket_type INTEGER,
    settled BOOLEAN,
    CONSTRAINT pk_former_tickets PRIMARY KEY (number)
);
CREATE INDEX idx_former_tickets_serial ON former_tickets (serial, number);

-- What a check-in list asked for since `since`; known from `revision` on.
CREATE TABLE list_states (
    number BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    event_id UUID NOT NULL,
    list_id UUID NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    revision BIGINT NOT NULL,
    policy JSONB NOT NULL,
    CONSTRAINT pk_list_states PRIMARY KEY (number)
);
CREATE INDEX idx_list_states_event_id ON list_states (event_id, number);
CREATE INDEX idx_list_states_list_id ON list_states (list_id, number);

-- The first reading of a laptop's boot: when its monotonic clock said mono_ns, it was `at` here.
CREATE TABLE boots (
    event_id UUID NOT NULL,
    journal UUID NOT NULL,
    boot TEXT NOT NULL,
    seq BIGINT NOT NULL,
    mono_ns BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_boots PRIMARY KEY (event_id, journal, boot)
);

-- How a conflict was settled, when it had these facts; taken back at undone_at.
CREATE TABLE settlements (
    id UUID NOT NULL,
    conflict_id UUID NOT NULL,
    event_id UUID NOT NULL,
    fact_ids UUID[] NOT NULL,
    outcome TEXT NOT NULL,
    settled_by UUID NOT NULL,
    undone_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_settlements PRIMARY KEY (id),
    CONSTRAINT ck_settlements_outcome CHECK (outcome IN ('accepted', 'annulled'))
);
CREATE INDEX idx_settlements_conflict_id ON settlements (conflict_id, created_at);

-- Conflicts about a journal have no list. `gone`: it was settled once, and its facts contradict each other no more.
ALTER TABLE conflicts
    ALTER COLUMN list_id DROP NOT NULL,
    ADD COLUMN journal UUID,
    ADD COLUMN undue UUID[] DEFAULT '{}' NOT NULL,
    ADD COLUMN outcome TEXT DEFAULT 'accepted' NOT NULL,
    ADD COLUMN gone BOOLEAN DEFAULT false NOT NULL,
    DROP CONSTRAINT uq_conflicts_subject,
    ADD CONSTRAINT uq_conflicts_subject UNIQUE NULLS NOT DISTINCT
        (event_id, list_id, registration_id, place, serial, journal, class),
    ADD CONSTRAINT ck_conflicts_outcome CHECK (outcome IN ('accepted', 'annulled'));
DROP INDEX idx_conflicts_event_id;
CREATE INDEX idx_conflicts_event_id_id ON conflicts (event_id, created_at, id);
CREATE INDEX idx_conflicts_journal ON conflicts (journal) WHERE journal IS NOT NULL;

-- Deferred: at the end of a transaction its revisions are known, and it has read the clock after it got its locks.
CREATE FUNCTION remember_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO former_tickets (serial, until, revision, status, ticket_type)
    SELECT OLD.serial, clock_timestamp(), coalesce((SELECT revision FROM event_heads WHERE event_id = OLD.event_id), 0),
        CASE WHEN OLD.status <> NEW.status THEN OLD.status END,
        CASE WHEN OLD.ticket_type_id <> NEW.ticket_type_id
            THEN (SELECT number FROM ticket_types WHERE id = OLD.ticket_type_id) END;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER remember_ticket AFTER UPDATE ON tickets DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.status <> NEW.status OR OLD.ticket_type_id <> NEW.ticket_type_id)
    EXECUTE FUNCTION remember_ticket();

CREATE FUNCTION remember_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO former_tickets (serial, until, revision, settled)
    SELECT serial, clock_timestamp(), coalesce((SELECT revision FROM event_heads WHERE event_id = OLD.event_id), 0),
        OLD.payment_status IN ('PAID', 'FREE')
    FROM tickets WHERE registration_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER remember_payment AFTER UPDATE ON registrations DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((OLD.payment_status IN ('PAID', 'FREE')) <> (NEW.payment_status IN ('PAID', 'FREE')))
    EXECUTE FUNCTION remember_payment();

CREATE FUNCTION policy_of(list UUID) RETURNS JSONB LANGUAGE sql STABLE SET timezone = 'UTC' AS $$
    SELECT jsonb_build_object(
        'entry', l.entry, 'day_starts_at', l.day_starts_at, 'opens', l.opens_at, 'closes', l.closes_at, 'zone', e.zone,
        'types', coalesce((
            SELECT jsonb_object_agg(t.number, jsonb_build_object('opens', t.valid_from, 'closes', t.valid_until))
            FROM check_in_list_types m JOIN ticket_types t ON t.id = m.ticket_type_id WHERE m.list_id = l.id
        ), '{}')
    )
    FROM check_in_lists l JOIN events e ON e.id = l.event_id WHERE l.id = list
$$;
CREATE FUNCTION remember_lists(lists UUID[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO list_states (event_id, list_id, since, revision, policy)
    SELECT l.event_id, l.id, clock_timestamp(), coalesce(h.revision, 0), policy_of(l.id)
    FROM check_in_lists l LEFT JOIN event_heads h ON h.event_id = l.event_id
    WHERE l.id = ANY(lists) AND policy_of(l.id) IS DISTINCT FROM
        (SELECT s.policy FROM list_states s WHERE s.list_id = l.id ORDER BY s.number DESC LIMIT 1)
    ORDER BY l.id
$$;
CREATE FUNCTION remember_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM remember_lists(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE FUNCTION remember_list_types() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM remember_lists(ARRAY[coalesce(NEW.list_id, OLD.list_id)]);
    RETURN NULL;
END
$$;
CREATE FUNCTION remember_type() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM remember_lists(ARRAY(SELECT list_id FROM check_in_list_types WHERE ticket_type_id = NEW.id));
    RETURN NULL;
END
$$;
CREATE FUNCTION remember_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM remember_lists(ARRAY(SELECT id FROM check_in_lists WHERE event_id = NEW.id));
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER remember_list AFTER INSERT OR UPDATE ON check_in_lists DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION remember_list();
CREATE CONSTRAINT TRIGGER remember_list_types AFTER INSERT OR DELETE ON check_in_list_types
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION remember_list_types();
CREATE CONSTRAINT TRIGGER remember_type AFTER UPDATE ON ticket_types DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.valid_from IS DISTINCT FROM NEW.valid_from OR OLD.valid_until IS DISTINCT FROM NEW.valid_until)
    EXECUTE FUNCTION remember_type();
CREATE CONSTRAINT TRIGGER remember_zone AFTER UPDATE ON events DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.zone <> NEW.zone) EXECUTE FUNCTION remember_zone();

INSERT INTO list_states (event_id, list_id, since, revision, policy)
SELECT event_id, id, created_at, 0, policy_of(id) FROM check_in_lists ORDER BY id;
