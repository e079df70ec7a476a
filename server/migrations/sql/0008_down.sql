-- Back from 0008: guest lists are pulled page by page again, and no device is held.

DROP INDEX idx_facts_held;
DROP TABLE snapshots;
ALTER TABLE devices DROP COLUMN flagged_at, DROP COLUMN held_at;
ALTER TABLE event_heads DROP COLUMN floor;
