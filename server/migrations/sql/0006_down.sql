-- Back from 0006: programs lose their access, and the users as whom they worked go.
DELETE FROM grants WHERE user_id IN (SELECT user_id FROM api_tokens);
DROP TABLE api_tokens;
