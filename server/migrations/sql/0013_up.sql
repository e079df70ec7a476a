-- Revision 0013: up to which revision one person's two registrations were looked for.

CREATE TABLE duplicate_looks (
    event_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    CONSTRAINT pk_duplicate_looks PRIMARY KEY (event_id),
    CONSTRAINT fk_duplicate_looks_event_id FOREIGN KEY (event_id) REFERENCES events (id) ON DELETE CASCADE
);
