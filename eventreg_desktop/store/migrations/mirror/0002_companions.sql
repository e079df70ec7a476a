-- Companions hold tickets under names of their own. The server tells everything once more, as it may have named some.
ALTER TABLE tickets ADD COLUMN holder TEXT;
ALTER TABLE tickets ADD COLUMN folded_holder TEXT;
CREATE INDEX idx_tickets_folded_holder ON tickets (folded_holder) WHERE folded_holder IS NOT NULL;
UPDATE state SET epoch = '', revision = 0, check_value = ''
