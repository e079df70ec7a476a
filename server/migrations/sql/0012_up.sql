-- Revision 0012: facts that are told of a time after they came are found at once.

CREATE INDEX idx_facts_ahead ON facts (at) WHERE at > received_at;
