-- Identifiers of sectors, given once and for ever: subject identifiers derive from them.
CREATE TABLE sectors (
    name TEXT PRIMARY KEY,
    id UUID NOT NULL UNIQUE
);

CREATE TABLE agencies (
    id TEXT PRIMARY KEY,
    name JSONB NOT NULL,
    sector TEXT NOT NULL REFERENCES sectors (name)
);

CREATE TABLE services (
    id TEXT PRIMARY KEY,
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    name JSONB NOT NULL,
    purpose JSONB NOT NULL,
    legal_basis TEXT NOT NULL CHECK (legal_basis IN ('public-task', 'consent'))
);

-- A client that is removed and declared again is another one, whatever its id: `created_at`, which no update changes,
-- tells the two apart. What was granted bears it.
CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    service_id TEXT REFERENCES services (id),
    sector TEXT NOT NULL REFERENCES sectors (name),
    metadata JSONB NOT NULL,
    secrets JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX clients_service ON clients (service_id);

-- Origins from which browser code may call us.
CREATE TABLE client_origins (
    origin TEXT NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    PRIMARY KEY (origin, client_id)
);

-- Clients that registered themselves, and digests of the tokens with which they manage that (RFC 7592).
CREATE TABLE registrations (
    client_id TEXT PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
    token BYTEA NOT NULL,
    registered_at BIGINT NOT NULL
);

-- A key has one successor in its line, which is a purpose and an algorithm: two replicas that rotate at once make one.
CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    alg TEXT NOT NULL,
    predecessor TEXT NOT NULL,
    custody TEXT NOT NULL CHECK (custody IN ('database', 'file')),
    public_jwk TEXT NOT NULL,
    private_key BYTEA,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    revoked_at BIGINT,
    UNIQUE (purpose, alg, predecessor)
);

-- Keys that seal columns and digest look-ups, themselves sealed under the key-encryption key.
CREATE TABLE data_keys (
    purpose TEXT PRIMARY KEY,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
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
