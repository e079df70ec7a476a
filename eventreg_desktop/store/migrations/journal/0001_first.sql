-- What this laptop saw and said: facts as their exact bytes, in chains. No names. `at` is corrected Unix milliseconds.
CREATE TABLE journals (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  server TEXT NOT NULL,
  foreign_key BLOB NOT NULL,
  continues TEXT,
  confirmed_seq INTEGER NOT NULL DEFAULT 0,
  confirmed_hash TEXT NOT NULL
);
CREATE TABLE facts (
  hash TEXT NOT NULL UNIQUE,
  id TEXT NOT NULL,
  journal TEXT NOT NULL REFERENCES journals (id),
  seq INTEGER NOT NULL,
  raw BLOB NOT NULL,
  kind TEXT NOT NULL,
  event TEXT NOT NULL,
  list TEXT NOT NULL,
  gate TEXT,
  serial BLOB,
  target TEXT,
  at INTEGER NOT NULL,
  boot TEXT NOT NULL,
  mono_ns INTEGER NOT NULL,
  rehearsal INTEGER NOT NULL,
  receipt TEXT CHECK (receipt IN ('recorded', 'held', 'quarantined')),
  revision INTEGER,
  why TEXT,
  UNIQUE (journal, seq)
);
CREATE INDEX idx_facts_id ON facts (id);
CREATE INDEX idx_facts_serial ON facts (serial, list) WHERE serial IS NOT NULL;
CREATE INDEX idx_facts_target ON facts (target) WHERE target IS NOT NULL;
CREATE INDEX idx_facts_unsent ON facts (journal, seq) WHERE receipt IS NULL;
CREATE INDEX idx_facts_quarantined ON facts (journal, seq) WHERE receipt = 'quarantined';
CREATE TABLE signed_heads (
  journal TEXT NOT NULL REFERENCES journals (id),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (journal, seq, hash)
) WITHOUT ROWID;
CREATE TABLE refusals (
  scan TEXT PRIMARY KEY,
  fact TEXT NOT NULL,
  boot TEXT NOT NULL,
  mono_ns INTEGER NOT NULL,
  repeated INTEGER NOT NULL
) WITHOUT ROWID
