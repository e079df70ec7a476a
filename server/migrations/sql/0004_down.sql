-- Revision 0004: back to a server without an audit.
DROP TABLE audit, person_keys;
DROP FUNCTION audit_stays();
