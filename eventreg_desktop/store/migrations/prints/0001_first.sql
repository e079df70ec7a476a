-- What was sent to printers, and how that ended. No names and no codes of tickets. Times are Unix milliseconds (wall).
CREATE TABLE jobs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  event TEXT NOT NULL,
  serial BLOB NOT NULL,
  cause TEXT,
  automatic INTEGER NOT NULL,
  again TEXT,
  operator TEXT,
  printer TEXT NOT NULL,
  paper TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'printing', 'printed', 'failed', 'unknown')),
  why TEXT,
  asked INTEGER NOT NULL,
  ended INTEGER
);
CREATE UNIQUE INDEX idx_jobs_first ON jobs (event, serial) WHERE again IS NULL AND state <> 'failed';
CREATE UNIQUE INDEX idx_jobs_cause ON jobs (cause) WHERE state <> 'failed';
CREATE INDEX idx_jobs_unfinished ON jobs (state) WHERE state IN ('queued', 'printing')
