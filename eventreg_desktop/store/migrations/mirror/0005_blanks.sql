-- Blanks that this very laptop may sell, with their codes, and what they cost. `stale`: they are to be fetched anew.
CREATE TABLE blanks (
  serial BLOB PRIMARY KEY,
  ticket_type INTEGER NOT NULL,
  token TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE prices (
  ticket_type INTEGER PRIMARY KEY,
  amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL
);
CREATE TABLE stock (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  stale INTEGER NOT NULL DEFAULT 0
);
INSERT INTO stock (one) VALUES (1);
CREATE TRIGGER blank_told AFTER INSERT ON tickets WHEN NEW.registration IS NULL
  BEGIN UPDATE stock SET stale = 1 WHERE stale = 0; END;
CREATE TRIGGER price_told AFTER INSERT ON ticket_types WHEN EXISTS (SELECT 1 FROM prices)
  BEGIN UPDATE stock SET stale = 1 WHERE stale = 0; END
