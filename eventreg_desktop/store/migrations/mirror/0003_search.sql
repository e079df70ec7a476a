-- Names are searched in memory (docs/adr/0013). Whoever is told, or told anew, gets a number above all that ever were, so
-- that a search reads only what is newer than it knows; when the lowest is new, everybody was told anew.
DROP INDEX idx_guests_folded_name;
ALTER TABLE guests RENAME TO guests_before;
CREATE TABLE guests (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  registration TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  email TEXT NOT NULL
);
INSERT INTO guests (registration, name, email) SELECT registration, name, email FROM guests_before;
DROP TABLE guests_before;
DROP INDEX idx_tickets_folded_holder;
ALTER TABLE tickets DROP COLUMN folded_holder;
CREATE TABLE companions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  serial BLOB NOT NULL UNIQUE,
  name TEXT NOT NULL
);
INSERT INTO companions (serial, name) SELECT serial, holder FROM tickets WHERE holder IS NOT NULL;
CREATE TRIGGER companion_named AFTER INSERT ON tickets WHEN NEW.holder IS NOT NULL
  BEGIN INSERT OR REPLACE INTO companions (serial, name) SELECT NEW.serial, NEW.holder
    WHERE NOT EXISTS (SELECT 1 FROM companions WHERE serial = NEW.serial AND name = NEW.holder); END;
CREATE TRIGGER companion_forgotten AFTER INSERT ON tickets WHEN NEW.holder IS NULL AND NEW.place > 0
  BEGIN DELETE FROM companions WHERE serial = NEW.serial; END
