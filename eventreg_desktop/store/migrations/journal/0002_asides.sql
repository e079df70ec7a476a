-- Free text beside facts, sealed to the server: sent along with the fact that names its hash.
CREATE TABLE asides (
  journal TEXT NOT NULL REFERENCES journals (id),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (journal, seq, hash)
) WITHOUT ROWID
