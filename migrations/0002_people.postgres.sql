-- Every row of a person lies in the person's shard, which each id made for them names. `data` is sealed under a data key;
-- the digests are those of `names`.
CREATE TABLE people (
    id UUID NOT NULL,
    shard INTEGER NOT NULL,
    data BYTEA NOT NULL,
    user_name BYTEA,
    identity_number BYTEA,
    email BYTEA,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (id, shard)
) WITH (fillfactor = 90);

-- What people sign in with, by keyed digest, in the shard of the digest.
CREATE TABLE names (
    digest BYTEA NOT NULL,
    shard INTEGER NOT NULL,
    person_id UUID NOT NULL,
    PRIMARY KEY (digest, shard)
);

CREATE TABLE credentials (
    id UUID NOT NULL,
    shard INTEGER NOT NULL,
    person_id UUID NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('password')),
    secret TEXT NOT NULL,
    pepper TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (id, shard)
);

CREATE UNIQUE INDEX credentials_one_password ON credentials (person_id, shard) WHERE kind = 'password';

CREATE TABLE sessions (
    id UUID NOT NULL,
    shard INTEGER NOT NULL,
    secret BYTEA NOT NULL,
    person_id UUID NOT NULL,
    auth_time BIGINT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (id, shard)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE INDEX sessions_person ON sessions (person_id, shard);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- `holder`: to whom consent was given, which is this incarnation of the client, for its service of its agency.
CREATE TABLE consents (
    person_id UUID NOT NULL,
    shard INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    holder TEXT NOT NULL,
    scope TEXT NOT NULL,
    claims TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, client_id, shard)
);

CREATE INDEX consents_client ON consents (client_id);

-- Grants with refresh tokens: all that an exchange needs, whatever the day of the grant.
CREATE TABLE families (
    id UUID NOT NULL,
    shard INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    client_epoch BIGINT NOT NULL,
    person_id UUID NOT NULL,
    session_id UUID NOT NULL,
    scope TEXT NOT NULL,
    claims TEXT,
    resource TEXT,
    auth_time BIGINT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (id, shard)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

CREATE INDEX families_person ON families (person_id, shard);

-- One row for each code that became tokens: the audit event and the person's access history in one. Partitioned by
-- its time-ordered id; a job makes partitions ahead of time and drops the oldest.
CREATE TABLE grants (
    id UUID NOT NULL,
    shard INTEGER NOT NULL,
    redemption_id UUID NOT NULL,
    client_id TEXT NOT NULL,
    client_epoch BIGINT NOT NULL,
    person_id UUID NOT NULL,
    session_id UUID NOT NULL,
    scope TEXT NOT NULL,
    claims TEXT,
    resource TEXT,
    auth_time BIGINT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    offline BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (id, shard)
) PARTITION BY RANGE (id);

CREATE INDEX grants_person ON grants (person_id, id);

CREATE TABLE audit_events (
    id UUID NOT NULL,
    shard INTEGER NOT NULL,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    person_id UUID,
    client_id TEXT,
    session_id UUID,
    detail TEXT,
    PRIMARY KEY (id, shard)
) PARTITION BY RANGE (id);

CREATE INDEX audit_events_person ON audit_events (person_id, id);

CREATE TABLE grants_other PARTITION OF grants DEFAULT;
CREATE TABLE audit_events_other PARTITION OF audit_events DEFAULT;
