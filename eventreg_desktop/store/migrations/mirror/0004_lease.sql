-- Whether the names of this mirror were wiped and why, and whether the file waits for a new key since.
CREATE TABLE lease (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  wiped TEXT CHECK (wiped IN ('lease', 'revoked')),
  reseal INTEGER NOT NULL DEFAULT 0
);
INSERT INTO lease (one) VALUES (1)
