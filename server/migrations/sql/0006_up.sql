-- Revision 0006: API tokens.

-- A program's credential for one event. It works as a user of its own, whose grant says what it may do.
CREATE TABLE api_tokens (
    id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    event_id UUID NOT NULL,
    user_id UUID NOT NULL,
    name TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    created_by UUID,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_api_tokens PRIMARY KEY (id),
    CONSTRAINT uq_api_tokens_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_api_tokens_event_id FOREIGN KEY (event_id) REFERENCES events (id) ON DELETE CASCADE,
    CONSTRAINT fk_api_tokens_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_api_tokens_created_by FOREIGN KEY (created_by) REFERENCES users (id)
);
CREATE INDEX idx_api_tokens_event_id ON api_tokens (event_id);
CREATE INDEX idx_api_tokens_user_id ON api_tokens (user_id);
