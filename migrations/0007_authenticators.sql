-- What people prove themselves with beside a password: passkeys, TOTP, recovery codes. `secret` is sealed, or a keyed digest
-- of what nobody reads again; `lookup` is the digest in `names` by which a passkey is found. `counter` only grows: a
-- signature counter, or the last time step. `used_by` is the interaction that used it last, which may send its form again;
-- `failures` are wrong tries since the last right one.
CREATE TABLE authenticators (
    id UUID NOT NULL,
    shard INTEGER NOT NULL,
    person_id UUID NOT NULL,
    kind TEXT NOT NULL,
    secret BYTEA NOT NULL,
    lookup BYTEA,
    counter BIGINT NOT NULL,
    used_by BYTEA,
    used_at BIGINT,
    used_from TEXT,
    failures BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id, shard)
);

CREATE INDEX authenticators_person ON authenticators (person_id, shard);
CREATE UNIQUE INDEX authenticators_one_totp ON authenticators (person_id, shard) WHERE kind = 'totp';

-- How surely the state knows who somebody is: the level of a person derives from these events. One of level 0 takes back
-- what was before it.
CREATE TABLE proofings (
    id UUID NOT NULL,
    shard INTEGER NOT NULL,
    person_id UUID NOT NULL,
    level BIGINT NOT NULL,
    method TEXT NOT NULL,
    evidence TEXT NOT NULL,
    agency TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id, shard)
);

CREATE INDEX proofings_person ON proofings (person_id, shard);

-- Wrong tries since the last right one.
ALTER TABLE credentials ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;

-- What is fixed at the first start.
CREATE TABLE instance (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
