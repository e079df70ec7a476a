-- Revision 0003 taken back. Sealed phone numbers are lost.

ALTER TABLE registrations DROP COLUMN phone_sealed;
DROP TABLE revocations;
DROP TABLE one_time_tokens;
DROP TABLE sessions;
ALTER TABLE users DROP COLUMN email_confirmed_at;
