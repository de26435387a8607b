-- What other processes must read anew. Rows bear a mark that no commit overtakes: SQLite has one writer at a time,
-- and gives no number twice.
CREATE TABLE invalidations (
    mark INTEGER PRIMARY KEY AUTOINCREMENT,
    id UUID NOT NULL UNIQUE,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('client', 'session', 'grant', 'person', 'consent', 'key')),
    subject TEXT NOT NULL
);

CREATE INDEX invalidations_at ON invalidations (at);

-- Client assertions and request objects that were used: each `jti` counts once (RFC 7523 §3, RFC 7519 §4.1.7).
CREATE TABLE used_assertions (
    digest BYTEA NOT NULL,
    shard INTEGER NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (digest, shard)
) WITHOUT ROWID;

CREATE INDEX used_assertions_expiry ON used_assertions (expires_at);

-- Refused tries are counts, not acts: one row for each account or network and minute.
CREATE TABLE refused_sign_ins (
    minute BIGINT NOT NULL,
    shard INTEGER NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('sign_in_refused', 'sign_in_delayed')),
    person_id UUID NOT NULL,
    network TEXT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (minute, person_id, network, act, shard)
) WITHOUT ROWID;
