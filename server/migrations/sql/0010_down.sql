-- Back from 0010: no list empties by itself.
ALTER TABLE check_in_lists DROP COLUMN empties_at;
