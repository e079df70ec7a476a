-- Revision 0012, taken back.

DROP INDEX idx_facts_ahead;
