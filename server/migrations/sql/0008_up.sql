-- Revision 0008: snapshots, floors of feeds, held devices.

-- Pointers below the floor were dropped: who is further behind takes a snapshot.
ALTER TABLE event_heads ADD COLUMN floor BIGINT DEFAULT 0 NOT NULL;

-- `held_at`: everything the device brings is held, also what it brought before. `flagged_at`: it admitted faster than
-- people pass a door.
ALTER TABLE devices ADD COLUMN held_at TIMESTAMPTZ, ADD COLUMN flagged_at TIMESTAMPTZ;

-- The newest guest list in one file, by event and by whom it is for; the file itself is kept in the storage.
CREATE TABLE snapshots (
    event_id UUID NOT NULL,
    profile TEXT NOT NULL,
    epoch TEXT NOT NULL,
    revision BIGINT NOT NULL,
    size BIGINT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_snapshots PRIMARY KEY (event_id, profile),
    CONSTRAINT fk_snapshots_event_id FOREIGN KEY (event_id) REFERENCES events (id) ON DELETE CASCADE
);
CREATE INDEX idx_facts_held ON facts (event_id, id) WHERE held;
