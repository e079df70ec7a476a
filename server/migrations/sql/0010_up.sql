-- Revision 0010: lists that empty. Wall time at the event; NULL: never.
ALTER TABLE check_in_lists ADD COLUMN empties_at TIME;
