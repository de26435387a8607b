-- Client assertions and request objects that were used: each `jti` counts once (RFC 7523 §3, RFC 7519 §4.1.7).
CREATE TABLE used_assertions (
    digest BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX used_assertions_expiry ON used_assertions (expires_at);

-- Clients that registered themselves, and digests of the tokens with which they manage that (RFC 7592).
CREATE TABLE registrations (
    client_id TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
    token BYTEA NOT NULL,
    registered_at BIGINT NOT NULL
);

-- What must reach others, tried until it does or is given up.
CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('backchannel_logout')),
    client_id TEXT NOT NULL,
    payload JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    given_up_at BIGINT,
    last_error TEXT
);

CREATE INDEX outbox_due ON outbox (next_try_at) WHERE given_up_at IS NULL;
