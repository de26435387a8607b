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

-- `data` is sealed under a data key; names to sign in with are found through keyed digests.
CREATE TABLE people (
    id UUID PRIMARY KEY,
    data BYTEA NOT NULL,
    user_name BYTEA UNIQUE,
    identity_number BYTEA UNIQUE,
    email BYTEA UNIQUE,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE credentials (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL CHECK (kind IN ('password')),
    secret TEXT NOT NULL,
    pepper TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX credentials_one_password ON credentials (person_id) WHERE kind = 'password';

CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    secret BYTEA NOT NULL,
    person_id UUID NOT NULL,
    auth_time BIGINT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);

CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE consents (
    person_id UUID NOT NULL,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    claims TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, client_id)
);

-- A key has one successor: two replicas that rotate at once make one.
CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    alg TEXT NOT NULL,
    predecessor TEXT NOT NULL,
    custody TEXT NOT NULL CHECK (custody IN ('database', 'file')),
    public_jwk TEXT NOT NULL,
    private_key BYTEA,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    revoked_at BIGINT,
    UNIQUE (alg, predecessor)
);

-- Keys that seal columns and digest look-ups, themselves sealed under the key-encryption key.
CREATE TABLE data_keys (
    purpose TEXT PRIMARY KEY,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

-- What other processes must read anew.
CREATE TABLE invalidations (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('client', 'session', 'grant', 'person', 'consent', 'key')),
    subject TEXT NOT NULL
);

CREATE INDEX invalidations_at ON invalidations (at);
