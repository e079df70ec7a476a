-- Revision 0004: the audit.

-- Who did what, from where. No foreign keys: a row outlives what it speaks about.
-- Values of people in before and after are sealed: {"sealed": "…"}.
CREATE TABLE audit (
    number BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    id UUID NOT NULL,
    at TIMESTAMPTZ DEFAULT now() NOT NULL,
    author_kind TEXT NOT NULL,
    author_id UUID,
    address TEXT,
    request_id TEXT,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    event_id UUID,
    person_id UUID,
    before JSONB,
    after JSONB,
    CONSTRAINT pk_audit PRIMARY KEY (number),
    CONSTRAINT ck_audit_author_kind CHECK (author_kind IN ('user', 'device', 'visitor', 'system'))
);
CREATE INDEX idx_audit_event_id_number ON audit (event_id, number);
CREATE INDEX idx_audit_object_id_number ON audit (object_id, number);

-- The second lock: the application's role lacks the rights already (see docs/security.md).
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the audit are never changed and never deleted' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();

-- One key per person; erasing the key erases the person from every row of the audit.
CREATE TABLE person_keys (
    person_id UUID NOT NULL,
    sealed BYTEA,
    erased_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_person_keys PRIMARY KEY (person_id)
);
