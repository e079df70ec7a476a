-- The guest list of one event, as far as this laptop has pulled it. Times are Unix milliseconds of the server's clock.
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch TEXT NOT NULL DEFAULT '',
  revision INTEGER NOT NULL DEFAULT 0,
  check_value TEXT NOT NULL DEFAULT '',
  complete_boot TEXT,
  complete_mono_ns INTEGER,
  complete_at INTEGER,
  anchor_server INTEGER,
  anchor_wall INTEGER,
  anchor_boot TEXT,
  anchor_mono_ns INTEGER
);
INSERT INTO state (one) VALUES (1);
CREATE TABLE events (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  venue TEXT NOT NULL,
  zone TEXT NOT NULL,
  starts INTEGER NOT NULL,
  ends INTEGER
);
CREATE TABLE ticket_types (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL,
  opens INTEGER,
  closes INTEGER
);
CREATE TABLE lists (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  entry TEXT NOT NULL,
  ticket_types TEXT NOT NULL,
  day_starts_at TEXT NOT NULL,
  opens INTEGER,
  closes INTEGER,
  strict_when_fresh INTEGER NOT NULL
);
CREATE TABLE gates (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  list TEXT NOT NULL
);
CREATE TABLE keys (
  number INTEGER PRIMARY KEY,
  public BLOB NOT NULL,
  state TEXT NOT NULL
);
CREATE TABLE tickets (
  serial BLOB PRIMARY KEY,
  ticket_type INTEGER NOT NULL,
  status TEXT NOT NULL,
  settled INTEGER NOT NULL,
  registration TEXT,
  place INTEGER NOT NULL,
  short_code TEXT,
  folded_code TEXT
) WITHOUT ROWID;
CREATE INDEX idx_tickets_registration ON tickets (registration, place);
CREATE INDEX idx_tickets_folded_code ON tickets (folded_code);
CREATE TABLE guests (
  registration TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  folded_name TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX idx_guests_folded_name ON guests (folded_name);
CREATE TABLE facts (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  list TEXT NOT NULL,
  at INTEGER NOT NULL,
  serial BLOB,
  gate TEXT,
  target TEXT
) WITHOUT ROWID;
CREATE INDEX idx_facts_serial ON facts (serial, list) WHERE serial IS NOT NULL;
CREATE INDEX idx_facts_target ON facts (target) WHERE target IS NOT NULL
